// Workers with threads, of which those of some names take no step until they are let go.
#pragma once

#include "eventstore/machine/workers.h"

#include <atomic>
#include <set>
#include <string>
#include <utility>

namespace muster::test {

class HeldWorkers final : public Workers {
 public:
    explicit HeldWorkers(std::set<std::string> names) : names_{std::move(names)} {}

    void let_go() { held_ = false; }
    std::unique_ptr<Worker> start(const std::string& name, WorkStep step) override {
        if (!names_.contains(name)) return with_threads().start(name, std::move(step));
        return with_threads().start(name, [this, step = std::move(step)] {
            constexpr std::chrono::milliseconds look_again{2};
            return held_ ? look_again : step();
        });
    }

 private:
    const std::set<std::string> names_;
    std::atomic<bool> held_ = true;
};

}  // namespace muster::test
