// Random lives of two organisations with the same people, from their founding on. Moves are read
// against the state they find. What is due in an organisation is settled before its next command,
// as the writer does. Watchers look on.
#pragma once

#include "domain/decide.h"

#include "tests/domain/ledger.h"
#include "tests/domain/memory_world.h"
#include "tests/domain/move_reader.h"
#include "tests/domain/moves.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace muster::domain_tests {

using Decider = std::function<std::expected<Decision, Refusal>(const World&, const Command&,
                                                               const Context&, Instant)>;

/// One command and what came of it.
struct Step {
    Command command;
    Context context;
    Instant now;
    std::expected<Decision, Refusal> result;

    bool accepted() const { return result.has_value(); }
    const std::vector<StreamEvent>& events() const;
    /// The organisations that the step changes.
    std::set<OrganizationId> touched() const;
};

/// An event that was folded, and when it took effect.
struct Happened {
    StreamEvent event;
    Instant at;
};

/// What a property found wrong, or nothing.
using Violation = std::optional<std::string>;

class Simulation;

/// A property that looks on while organisations live. It may keep facts of its own.
class Watcher {
 public:
    virtual ~Watcher() = default;
    /// A step was decided and nothing of it is folded yet: what it decides can be refused here.
    virtual Violation decided(const Simulation&, const Step&) { return std::nullopt; }
    /// The step's events were folded.
    virtual Violation folded(const Simulation&, const Step&) { return std::nullopt; }
    /// The last move was played.
    virtual Violation finished(const Simulation&) { return std::nullopt; }
};

class Simulation {
 public:
    /// The first organisation lives by the first rules, the second by the second.
    Simulation(SharedBlueprint first, SharedBlueprint second, Decider decider);

    /// Founds both organisations and plays the moves, until something is in violation.
    Violation play(const std::vector<Move>& moves, Watcher& watcher);

    /// Decides one command, tells the watcher and folds what came of it.
    Violation perform(const Command& command, const Context& context, Instant at, Watcher& watcher);

    const MemoryWorld& world() const { return world_; }
    /// Null before it is founded.
    const Organization* organization(OrganizationId id) const { return world_.organization(id); }
    /// What was written down about each organisation.
    const std::map<OrganizationId, Ledger>& ledgers() const { return ledgers_; }
    const std::vector<Happened>& history() const { return history_; }
    Instant now() const { return now_; }

 private:
    Violation found(Watcher& watcher);
    Violation take(const Move& move, Watcher& watcher);
    Violation settle(OrganizationId organization, Watcher& watcher);

    std::vector<SharedBlueprint> rules_;
    Decider decider_;
    Ids ids_;
    MemoryWorld world_;
    Instant now_;
    std::map<OrganizationId, Ledger> ledgers_;
    std::vector<Happened> history_;
};

}  // namespace muster::domain_tests
