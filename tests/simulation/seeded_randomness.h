// What is random in the engine (ids, keys, nonces; all of it comes from libsodium) drawn from a
// seed while this lives. One at a time in a process.
#pragma once

#include <cstdint>

namespace muster::simulation {

class SeededRandomness {
 public:
    explicit SeededRandomness(std::uint64_t seed);
    ~SeededRandomness();
    SeededRandomness(const SeededRandomness&) = delete;
    SeededRandomness& operator=(const SeededRandomness&) = delete;
};

}  // namespace muster::simulation
