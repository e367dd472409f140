// Workers that take turns on one thread: whoever runs the simulation says who is next. The time
// that they wait for is the simulation's. One thread.
#pragma once

#include "eventstore/machine/workers.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster::simulation {

class TurnTaking final : public Workers {
 public:
    using Time = std::chrono::microseconds;

    /// `now` is the simulation's steady time.
    explicit TurnTaking(std::function<Time()> now);
    ~TurnTaking() override;

    std::unique_ptr<Worker> start(const std::string& name, WorkStep step) override;

    /// Lets one of those who have something to do take a step: the one that the number chooses. Its
    /// name, or nothing when nobody has anything to do.
    std::optional<std::string> take_turn(std::size_t number);
    /// When the next of those who wait is due; nothing when there are none.
    std::optional<Time> next_due() const;

 private:
    class Turn;

    std::vector<Turn*> ready() const;

    std::function<Time()> now_;
    std::vector<Turn*> turns_;  ///< in the order of their start
};

}  // namespace muster::simulation
