// The one way in which tests wait for what another thread or process does: for a condition, with a
// deadline, and never for a guessed time. For any thread.
#pragma once

#include <chrono>
#include <thread>

namespace muster::test {

// True as soon as the condition holds, false when it does not within the patience.
template <class Condition>
bool in_time(Condition condition, std::chrono::milliseconds patience = std::chrono::seconds{20}) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

}  // namespace muster::test
