// Generations made in the caller's thread beside the live one: to take its place, or to be compared
// with it. Any thread; one of them at a time.
#pragma once

#include "projections/live_generation.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

class Rebuild {
 public:
    Rebuild(Generations& generations, const ViewSources& sources, LiveGeneration& live)
        : generations_{generations}, sources_{sources}, live_{live} {}

    bool is_running() const { return running_; }
    /// What is under way ends soon.
    void stop() { stopping_ = true; }
    std::expected<void, Failure> run(const std::function<void(Position)>& progress);
    std::expected<std::vector<std::string>, Failure> compare(
        const std::function<void(Position)>& progress);

 private:
    std::expected<std::shared_ptr<ViewStore>, Failure> make_scratch(std::string& name);
    std::expected<void, Failure> build(ViewStore& store,
                                       const std::function<void(Position)>& progress);

    Generations& generations_;
    const ViewSources sources_;
    LiveGeneration& live_;
    std::mutex one_at_a_time_;
    std::atomic<bool> running_ = false;
    std::atomic<bool> stopping_ = false;
};

}  // namespace muster
