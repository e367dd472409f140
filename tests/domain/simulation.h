// Random lives of one organisation. A Move is a handful of small numbers; the simulation reads it
// against the state it finds (the third member, the newest invitation), so that every list of moves
// means something and shrinks well. What is due is settled before each command, as the writer does.
#pragma once

#include "domain/decide.h"
#include "domain/world.h"

#include <rapidcheck.h>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace muster::domain_tests {

struct Move {
    std::uint8_t kind = 0;
    std::uint8_t actor = 0;
    std::uint8_t target = 0;
    std::uint8_t role = 0;
    std::uint8_t place = 0;
    std::uint8_t variant = 0;
};
std::ostream& operator<<(std::ostream& out, const Move& move);
rc::Gen<std::vector<Move>> any_moves();

using Decider = std::function<std::expected<Decision, Refusal>(const World&, const Command&,
                                                               const Context&, Instant)>;

/// One command, before its events are folded.
struct Step {
    Command command;
    Context context;
    Instant now;
    std::expected<Decision, Refusal> result;

    bool accepted() const { return result.has_value(); }
    std::vector<StreamEvent> events() const {
        return result ? result->events : std::vector<StreamEvent>{};
    }
};

/// An event that was folded, and when it took effect.
struct Happened {
    StreamEvent event;
    Instant at;
};

/// What a property found wrong, or nothing.
using Violation = std::optional<std::string>;

class Simulation;

/// A property that looks on while an organisation lives. It may keep facts of its own.
class Watcher {
 public:
    virtual ~Watcher() = default;
    /// A step was decided and nothing of it is folded yet: what it decides can be refused here.
    virtual Violation decided(const Simulation&, const Step&) { return std::nullopt; }
    /// The step's events were folded.
    virtual Violation folded(const Simulation&, const Step&) { return std::nullopt; }
};

class Simulation {
 public:
    Simulation(const Blueprint& blueprint, Decider decider);

    /// Plays the moves until one is in violation.
    Violation play(const std::vector<Move>& moves, Watcher& watcher);

    const MemoryWorld& world() const { return world_; }
    const Organization& organization() const;
    const std::vector<Happened>& history() const { return history_; }
    const Blueprint& blueprint() const { return blueprint_; }
    Instant now() const { return now_; }
    /// Everybody who can occur.
    static std::vector<PersonId> everybody();

 private:
    Violation perform(const Command& command, const Actor& actor, Instant at, Watcher& watcher);
    Violation settle(Watcher& watcher);
    Violation take(const Move& asked, Watcher& watcher);
    Move sensible(Move move) const;

    Command command_of(const Move& move);
    Command inviting(const Move& move);
    Command answering(const Move& move);
    Command on_workspaces(const Move& move);
    Command on_the_whole(const Move& move);
    Actor actor_of(const Move& move, const Command& command) const;
    PersonId somebody(std::uint8_t choice) const;
    InvitationId some_invitation(std::uint8_t choice) const;
    std::optional<PersonId> invited_by(InvitationId id) const;  ///< open or ended
    std::vector<RoleId> some_roles(const Move& move) const;
    WorkspacePlace some_place(std::uint8_t place, std::uint8_t role) const;

    const Blueprint& blueprint_;
    Decider decider_;
    MemoryWorld world_;
    Instant now_;
    std::uint64_t next_id_ = 100;
    std::vector<InvitationId> sent_;  ///< every invitation id a command carried
    std::vector<Happened> history_;
};

}  // namespace muster::domain_tests
