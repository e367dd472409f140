// Generations made beside the live one: to take its place, or to be compared with it. A rebuild
// goes on after a failure or the end of the process, in the next call or by itself: the generation
// that is unfinished is remembered durably. Any thread; one of them at a time.
#pragma once

#include "projections/generation_opening.h"
#include "projections/live_generation.h"

#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace muster {

class Rebuild {
 public:
    Rebuild(Generations& generations, const ViewSources& sources, LiveGeneration& live,
            const ViewsOptions& options);
    ~Rebuild();
    Rebuild(const Rebuild&) = delete;
    Rebuild& operator=(const Rebuild&) = delete;

    /// Goes on, on a worker, with what was remembered at the opening.
    void resume();
    bool is_running() const { return running_; }
    /// What is under way ends soon, and nothing begins.
    void stop() { stopping_ = true; }
    std::expected<void, Failure> run(const std::function<void(Position)>& progress);
    std::expected<std::vector<std::string>, Failure> compare(
        const std::function<void(Position)>& progress);

 private:
    std::unique_lock<std::mutex> turn();
    void work_by_itself();
    std::chrono::milliseconds step();
    void take_up(NamedGeneration generation);
    void let_go();
    std::expected<void, Failure> begin();
    std::expected<bool, Failure> go_on();
    std::expected<bool, NotApplied> build_on();
    std::expected<void, Failure> finish();

    Generations& generations_;
    const ViewSources sources_;
    LiveGeneration& live_;
    Workers& workers_;
    const std::function<std::chrono::microseconds()> clock_;
    std::atomic<bool> running_ = false;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> callers_ = 0;  ///< before whom the worker steps back

    std::mutex one_at_a_time_;  ///< guards what follows
    std::optional<NamedGeneration> unfinished_;
    Position built_{};  ///< up to which that one has applied
    std::optional<ProgressReport> report_;
    std::string last_failure_;  ///< the worker's
    std::unique_ptr<Worker> worker_;
};

}  // namespace muster
