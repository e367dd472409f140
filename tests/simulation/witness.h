// Reads the log as an auditor would, from the first commit on, and holds every commit against the
// rules: positions are dense, time does not go back, each decision is the one that the rules give
// at its position, and every property of tests/domain holds. What was read once must be there, byte
// for byte, ever after.
//
// One thread.
#pragma once

#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"
#include "eventstore/log/notary.h"

#include "tests/domain/simulation.h"
#include "tests/simulation/book.h"
#include "tests/simulation/plan.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster::simulation {

class Witness {
 public:
    /// With `every_property`, the watchers of tests/domain look on.
    Witness(const Plan& plan, Book& book, bool every_property);
    ~Witness();

    /// Reads what is new.
    Violation look(const EventLog& log);
    /// Reads everything again, after a start.
    Violation look_again(const EventLog& log);
    /// The newest checkpoint is of this very log.
    Violation look_at(Notary& notary);
    /// The names and texts in the log can be read.
    Violation unseal_all(const KeyStore& keys) const;

    /// As it is after all that was read.
    const domain_tests::MemoryWorld& world() const { return shadow_.world(); }
    const std::vector<SeenCommit>& seen() const { return seen_; }
    Instant newest_recorded_at() const { return newest_; }
    /// The hash over everything that was read.
    Digest root() const;

 private:
    Violation take(const Commit& commit);
    Violation check_times(const Commit& commit);
    Violation check_versions(const Commit& commit) const;

    Book& book_;
    domain_tests::Simulation shadow_;
    std::unique_ptr<domain_tests::Watcher> watchers_;
    std::optional<std::expected<Decision, Refusal>> decided_;
    std::vector<SeenCommit> seen_;
    std::vector<Digest> leaves_;
    struct Told {
        Command command;
        Context context;
        bool refused = false;
    };
    std::vector<Told> sealed_;
    std::string last_checkpoint_;
    Instant newest_;
};

}  // namespace muster::simulation
