// The clients: they ask for what comes to their minds in the world they see, wait or give up, ask
// again under the same key, and now and then use a key twice.
//
// One thread.
#pragma once

#include "tests/domain/picks.h"
#include "tests/simulation/book.h"
#include "tests/simulation/computer.h"
#include "tests/simulation/plan.h"
#include "tests/simulation/witness.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace muster::simulation {

class Clients {
 public:
    /// `noted` is told of every answer.
    Clients(const Plan& plan, Computer& computer, Book& book, Witness& witness,
            std::function<void(const std::string&)> noted);

    /// The process must be running.
    void ask(const PlanStep& step);
    void retry(std::uint32_t number);
    void reuse_key(const PlanStep& step);

    /// Holds what was answered against the log.
    Violation check(const EventLog& log);

 private:
    Question question_for(const PlanStep& step);
    std::optional<Command> founding() const;
    RequestRecord fresh_request();
    void send(std::size_t question);

    const Plan& plan_;
    Computer& computer_;
    Book& book_;
    Witness& witness_;
    const std::function<void(const std::string&)> noted_;
    domain_tests::Ids ids_;
    std::uint64_t requests_ = 0;
    std::vector<std::pair<CommandId, Answer>> answers_;  ///< not checked yet
};

}  // namespace muster::simulation
