// The generation that is live, with the worker that applies to it what the log gets, and opens it
// again or makes it anew when it has to. Any thread.
#pragma once

#include "projections/applied_gate.h"
#include "projections/generations.h"
#include "projections/handed_over.h"
#include "projections/projector.h"
#include "projections/views.h"

#include <atomic>
#include <chrono>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace muster {

/// The generation that CURRENT names, or where that cannot go on an empty one in its place.
/// `log_behind` when it is the log that lacks something.
std::expected<std::shared_ptr<ViewStore>, Failure> open_or_make_generation(Generations& generations,
                                                                           const EventLog& log);

class LiveGeneration {
 public:
    LiveGeneration(Generations& generations, const ViewSources& sources,
                   std::shared_ptr<ViewStore> store, const ViewsOptions& options);
    ~LiveGeneration();
    LiveGeneration(const LiveGeneration&) = delete;
    LiveGeneration& operator=(const LiveGeneration&) = delete;

    /// Applies what the log has, before `start`. A failure stays for the worker.
    void catch_up();
    void start(Workers& workers);
    /// After `start`.
    void log_grew() { applying_->wake(); }
    void take(std::vector<Commit> appended);

    AppliedGate& gate() { return gate_; }
    const AppliedGate& gate() const { return gate_; }
    /// Null while it is being opened again.
    std::shared_ptr<ViewStore> store() const;
    /// It has not yet what those had that it was made in place of.
    bool is_made_anew() const { return gate_.applied() < made_new_until_.load(); }
    /// What reading it came to: what cannot be read is built anew where that helps.
    const Failure& noted(const Failure& failure) const;
    /// Takes another generation in place of this one, with all that this one has.
    std::expected<void, Failure> swap_in(const std::shared_ptr<ViewStore>& store,
                                         const std::string& name);

 private:
    std::shared_ptr<ViewStore> exchange(std::shared_ptr<ViewStore> store);
    std::chrono::milliseconds step();
    std::expected<void, Failure> go_on();
    std::expected<void, Failure> apply_what_is_there();
    std::expected<std::vector<Commit>, Failure> commits_after(Position applied);
    std::expected<void, Failure> open_again();
    std::chrono::milliseconds stop_for_a_while(const Failure& failure);
    std::expected<void, Failure> take_place(const std::shared_ptr<ViewStore>& store,
                                            const std::string& name);

    Generations& generations_;
    const ViewSources sources_;
    const std::function<std::chrono::microseconds()> clock_;
    mutable std::mutex store_mutex_;  ///< guards the pointer alone
    std::shared_ptr<ViewStore> store_;
    AppliedGate gate_;
    HandedOver handed_over_;
    std::atomic<Position> made_new_until_;
    std::atomic<bool> stopping_ = false;
    std::atomic<bool> swap_wanted_ = false;
    /// It is not what was written; it must be built anew.
    mutable std::atomic<bool> damaged_ = false;

    std::mutex apply_mutex_;           ///< held in a step, and for a swap; guards what follows
    bool store_failed_ = false;        ///< the handle may refuse for ever
    std::weak_ptr<ViewStore> let_go_;  ///< the handle before, which readers may still use
    std::chrono::microseconds next_try_{0};

    std::unique_ptr<Worker> applying_;
};

}  // namespace muster
