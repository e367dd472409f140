// Taking turns.
#include "tests/simulation/turn_taking.h"

#include "domain/ensure.h"

#include <algorithm>
#include <utility>

namespace muster::simulation {

class TurnTaking::Turn final : public Worker {
 public:
    Turn(TurnTaking& all, std::string name, WorkStep step)
        : all_{all}, name_{std::move(name)}, step_{std::move(step)} {
        all_.turns_.push_back(this);
    }
    ~Turn() override {
        ENSURE(!working_);
        std::erase(all_.turns_, this);
    }

    void wake() override { woken_ = true; }

    const std::string& name() const { return name_; }
    bool is_ready() const { return !working_ && (woken_ || due_ <= all_.now_()); }
    Time due() const { return woken_ ? all_.now_() : due_; }

    void work() {
        woken_ = false;
        working_ = true;
        try {
            due_ = all_.now_() + step_();
        } catch (...) {
            working_ = false;
            throw;
        }
        working_ = false;
    }

 private:
    TurnTaking& all_;
    const std::string name_;
    const WorkStep step_;
    bool woken_ = true;  // the first step is taken at once
    bool working_ = false;
    Time due_{};
};

TurnTaking::TurnTaking(std::function<Time()> now) : now_{std::move(now)} {}

TurnTaking::~TurnTaking() {
    ENSURE(turns_.empty());
}

std::unique_ptr<Worker> TurnTaking::start(const std::string& name, WorkStep step) {
    return std::make_unique<Turn>(*this, name, std::move(step));
}

std::vector<TurnTaking::Turn*> TurnTaking::ready() const {
    std::vector<Turn*> found;
    std::ranges::copy_if(turns_, std::back_inserter(found), &Turn::is_ready);
    return found;
}

std::optional<std::string> TurnTaking::take_turn(std::size_t number) {
    const auto waiting = ready();
    if (waiting.empty()) return std::nullopt;
    Turn& next = *waiting[number % waiting.size()];
    const std::string name = next.name();
    next.work();
    return name;
}

std::optional<TurnTaking::Time> TurnTaking::next_due() const {
    if (turns_.empty()) return std::nullopt;
    Time earliest = Time::max();
    for (const Turn* turn : turns_) earliest = std::min(earliest, turn->due());
    return earliest;
}

}  // namespace muster::simulation
