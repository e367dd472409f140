// A generator in the place of the operating system's.
#include "tests/simulation/seeded_randomness.h"

#include "domain/ensure.h"

#include <sodium.h>

#include <cstring>
#include <random>

namespace muster::simulation {
namespace {

std::mt19937_64 generator;

const char* name() {
    return "seeded";
}

std::uint32_t next() {
    return static_cast<std::uint32_t>(generator());
}

void fill(void* const bytes, const std::size_t count) {
    auto* to = static_cast<unsigned char*>(bytes);
    for (std::size_t done = 0; done < count; done += sizeof(std::uint64_t)) {
        const std::uint64_t drawn = generator();
        std::memcpy(to + done, &drawn, std::min(sizeof drawn, count - done));
    }
}

randombytes_implementation seeded{name, next, nullptr, nullptr, fill, nullptr};

}  // namespace

SeededRandomness::SeededRandomness(std::uint64_t seed) {
    // Whoever asks libsodium to get ready later would find it so, and this in place.
    ENSURE(sodium_init() >= 0);
    generator.seed(seed);
    ENSURE(randombytes_set_implementation(&seeded) == 0);
}

SeededRandomness::~SeededRandomness() {
    randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

}  // namespace muster::simulation
