// Asking the operating system, and dividing.
#include "eventstore/machine/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t most_useful = std::size_t{1} << 20;
constexpr std::size_t stores_of_an_engine = 5;
constexpr std::size_t other_files_of_an_engine = 128;

}  // namespace

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, most_useful);
        // Where it is refused the limit stays what it is.
        static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
    }
    return descriptor_limit();
}

std::size_t descriptor_limit() {
    rlimit limit{};
    constexpr std::size_t usual = 1'024;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return usual;
    return std::min<rlim_t>(limit.rlim_cur, most_useful);
}

std::size_t open_files_of_a_store() {
    constexpr std::size_t share = 10;
    constexpr std::size_t fewest = 48;
    constexpr std::size_t most = 1'024;
    return std::clamp(descriptor_limit() / share, fewest, most);
}

std::size_t descriptors_of_an_engine() {
    return stores_of_an_engine * open_files_of_a_store() + other_files_of_an_engine;
}

}  // namespace muster
