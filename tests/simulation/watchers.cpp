// Asking all watchers in turn.
#include "tests/simulation/watchers.h"

#include "tests/domain/every_property.h"
#include "tests/domain/watchers.h"

#include <string>
#include <utility>
#include <vector>

namespace muster::simulation {
namespace {

using domain_tests::Step;
using domain_tests::Violation;
using domain_tests::Watcher;

class Everybody final : public Watcher {
 public:
    Everybody() {
        for (const domain_tests::Property& property : domain_tests::every_property()) {
            watchers_.emplace_back(property.name, property.watch(decide));
        }
    }

    Violation decided(const domain_tests::Simulation& simulation, const Step& step) override {
        return first([&](Watcher& watcher) { return watcher.decided(simulation, step); });
    }
    Violation folded(const domain_tests::Simulation& simulation, const Step& step) override {
        return first([&](Watcher& watcher) { return watcher.folded(simulation, step); });
    }
    Violation finished(const domain_tests::Simulation& simulation) override {
        return first([&](Watcher& watcher) { return watcher.finished(simulation); });
    }

 private:
    template <class Ask>
    Violation first(const Ask& ask) {
        for (const auto& [name, watcher] : watchers_) {
            if (auto violation = ask(*watcher)) return name + ": " + *violation;
        }
        return std::nullopt;
    }

    std::vector<std::pair<std::string, std::unique_ptr<Watcher>>> watchers_;
};

}  // namespace

std::unique_ptr<Watcher> every_watcher() {
    return std::make_unique<Everybody>();
}

std::unique_ptr<Watcher> invariants_watcher() {
    return std::make_unique<domain_tests::InvariantsHold>();
}

}  // namespace muster::simulation
