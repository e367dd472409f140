// What clients asked for and what they were told: the plain model of promises 1, 2 and 5. Whatever
// was told must be in the log exactly so; what nobody told may be there, once; nothing else may.
//
// One thread.
#pragma once

#include "api/engine.h"
#include "domain/world.h"

#include "tests/domain/simulation.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace muster::simulation {

using domain_tests::Violation;

/// What a client wants done, with personal data in clear.
struct Question {
    Command command;
    Context context;
    std::optional<RequestRecord> request;
    std::optional<Version> expected_version;
    bool dry_run = false;
};

/// One sending of a question to the engine.
struct Attempt {
    enum class Told : std::uint8_t { nothing, what_happened, nothing_written, unknown };

    std::size_t question = 0;
    Told told = Told::nothing;
    std::optional<Position> position;  ///< of its commit, when that was seen
};

/// What is remembered of a commit.
struct SeenCommit {
    Receipt receipt;
    std::optional<RequestRecord> request;
    CommandId command_id;
};

class Book {
 public:
    std::size_t ask(Question question);
    const Question& question(std::size_t number) const { return questions_[number]; }
    std::size_t questions() const { return questions_.size(); }
    /// Nobody told the client yet what came of it.
    bool is_open(std::size_t question) const { return !answered_.at(question); }

    void sent(CommandId id, std::size_t question);
    /// Null for what the system did.
    const Question* question_of(CommandId id) const;
    /// The engine answered. What it says must be seen already.
    Violation answered(CommandId id, const Answer& answer, const std::vector<SeenCommit>& seen);
    /// A commit is in the log; `before` is the world it was decided in.
    Violation seen(const Commit& commit, const World& before);
    /// The process is gone: what was not answered never will be.
    void forget_pending();
    /// How many have not been answered.
    std::size_t pending() const;

    std::size_t answers() const { return answers_; }

 private:
    Violation answered_with(const Attempt& attempt, const Receipt& receipt,
                            const std::vector<SeenCommit>& seen);
    Violation failed(const Attempt& attempt, const Failure& failure) const;
    Violation seen_of_request(const Commit& commit, const Question& question);

    std::vector<Question> questions_;
    std::vector<bool> answered_;
    std::map<CommandId, Attempt> attempts_;
    std::map<Digest, Position> done_;      ///< by request
    std::map<Digest, std::size_t> users_;  ///< of a key: how many questions came with it
    std::size_t answers_ = 0;
};

}  // namespace muster::simulation
