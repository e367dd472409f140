// The generation that is live, with the worker that applies to it what the log gets, and opens it
// again or makes it anew when it has to. Any thread.
#pragma once

#include "projections/applied_gate.h"
#include "projections/generations.h"
#include "projections/handed_over.h"
#include "projections/progress_report.h"
#include "projections/projector.h"
#include "projections/views.h"

#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

class LiveGeneration {
 public:
    LiveGeneration(Generations& generations, const ViewSources& sources,
                   std::shared_ptr<ViewStore> store, const ViewsOptions& options);
    ~LiveGeneration();
    LiveGeneration(const LiveGeneration&) = delete;
    LiveGeneration& operator=(const LiveGeneration&) = delete;

    /// Applies what the log has, before `start`, or leaves it to the worker where that is more than
    /// is waited for. So is a failure.
    void catch_up();
    void start(Workers& workers);
    /// After `start`.
    void log_grew() { applying_->wake(); }
    void take(std::vector<Commit> appended);

    AppliedGate& gate() { return gate_; }
    const AppliedGate& gate() const { return gate_; }
    /// Null while it is being opened again.
    std::shared_ptr<ViewStore> store() const;
    /// It lacks what was there when it was made or opened.
    bool is_made_anew() const { return gate_.applied() < made_new_until_.load(); }
    /// It lacks more of that than anybody waits for.
    bool is_far_behind() const;
    /// Why nothing can be read of what has applied so much: what it lacks must not read as if it
    /// had never been.
    std::expected<void, Failure> has_all(Position applied) const;
    /// The views that stand.
    std::vector<StoppedView> stopped() const;
    /// What reading a generation came to: what cannot be read of this one is built anew where that
    /// helps.
    const Failure& noted(const Failure& failure, const std::shared_ptr<ViewStore>& store);
    /// Takes another generation in place of this one, with all that this one has;
    /// `view_unavailable` where a view stands in it that runs here.
    std::expected<void, NotApplied> swap_in(const std::shared_ptr<ViewStore>& store,
                                            const std::string& name);

 private:
    std::shared_ptr<ViewStore> exchange(std::shared_ptr<ViewStore> store);
    void set_stopped(std::vector<StoppedView> stopped);
    std::chrono::milliseconds step();
    std::expected<void, Failure> go_on();
    std::expected<void, Failure> apply_what_is_there();
    std::expected<std::vector<Commit>, Failure> commits_after(Position applied);
    void is_damaged(ViewStore& store);
    std::expected<void, Failure> open_again();
    std::chrono::milliseconds stop_for_a_while(const Failure& failure);
    std::expected<void, NotApplied> take_place(const std::shared_ptr<ViewStore>& store,
                                               const std::string& name);

    Generations& generations_;
    const ViewSources sources_;
    const std::function<std::chrono::microseconds()> clock_;
    const std::uint64_t commits_waited_for_;
    mutable std::mutex store_mutex_;  ///< guards the pointer and the stops alone
    std::shared_ptr<ViewStore> store_;
    std::vector<StoppedView> stopped_;
    AppliedGate gate_;
    HandedOver handed_over_;
    std::atomic<Position> made_new_until_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> swap_wanted_ = false;
    /// It is not what was written; it must be built anew.
    std::atomic<bool> damaged_ = false;

    std::mutex apply_mutex_;           ///< held in a step, and for a swap; guards what follows
    bool store_failed_ = false;        ///< the handle may refuse for ever
    bool made_here_ = false;           ///< all of it, after damage
    std::weak_ptr<ViewStore> let_go_;  ///< the handle before, which readers may still use
    std::chrono::microseconds next_try_{0};
    ProgressReport report_;

    std::unique_ptr<Worker> applying_;
};

}  // namespace muster
