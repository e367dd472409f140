// A disk that takes nothing more, for whatever this process writes.
#pragma once

#include "domain/ensure.h"

#include <sys/resource.h>
#include <csignal>

namespace muster::test {

/// Lets no file grow while it lives, as a full disk does.
class NoGrowingFiles {
 public:
    NoGrowingFiles() {
        ENSURE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        former_ = std::signal(SIGXFSZ, SIG_IGN);
        const rlimit nothing{1, before_.rlim_max};
        ENSURE(::setrlimit(RLIMIT_FSIZE, &nothing) == 0);
    }
    ~NoGrowingFiles() {
        ENSURE(::setrlimit(RLIMIT_FSIZE, &before_) == 0);
        std::signal(SIGXFSZ, former_);
    }
    NoGrowingFiles(const NoGrowingFiles&) = delete;
    NoGrowingFiles& operator=(const NoGrowingFiles&) = delete;

 private:
    rlimit before_{};
    void (*former_)(int) = nullptr;
};

}  // namespace muster::test
