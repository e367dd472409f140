// Makes a failing list of steps short: leaves out parts of it, the large ones first, and makes the
// steps that stay simpler, as long as what is left still fails.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace muster::simulation {

template <class Step>
class Shrinking {
 public:
    using Steps = std::vector<Step>;

    /// `fails` must hold for `steps`, and is asked `most_trials` times at most. `simpler` gives
    /// what may be tried in the place of a step.
    Shrinking(Steps steps, std::function<bool(const Steps&)> fails,
              std::function<Steps(const Step&)> simpler, std::size_t most_trials)
        : best_{std::move(steps)},
          fails_{std::move(fails)},
          simpler_{std::move(simpler)},
          left_{most_trials} {}

    /// What comes back fails, and if there were trials enough, no step of it can go.
    Steps shortest() {
        do {
            while (leave_out_parts()) {
            }
        } while (simplify());
        return best_;
    }

 private:
    bool leave_out_parts() {
        bool shorter = false;
        for (std::size_t part = std::max<std::size_t>(1, best_.size() / 2); part > 0; part /= 2) {
            // From the end, since what comes after the failure goes at once.
            for (std::size_t end = best_.size(); end > 0;) {
                const std::size_t begin = end > part ? end - part : 0;
                Steps without{best_.begin(), best_.begin() + static_cast<std::ptrdiff_t>(begin)};
                without.insert(without.end(), best_.begin() + static_cast<std::ptrdiff_t>(end),
                               best_.end());
                shorter = take(std::move(without)) || shorter;
                end = begin;
            }
        }
        return shorter;
    }

    bool simplify() {
        bool changed = false;
        for (std::size_t i = 0; i < best_.size(); ++i) {
            for (const Step& other : simpler_(best_[i])) {
                Steps changed_steps = best_;
                changed_steps[i] = other;
                if (!take(std::move(changed_steps))) continue;
                changed = true;
                break;
            }
        }
        return changed;
    }

    bool take(Steps steps) {
        if (left_ == 0) return false;
        --left_;
        if (!fails_(steps)) return false;
        best_ = std::move(steps);
        return true;
    }

    Steps best_;
    const std::function<bool(const Steps&)> fails_;
    const std::function<Steps(const Step&)> simpler_;
    std::size_t left_;
};

}  // namespace muster::simulation
