// Running properties and their controls.
#include "tests/domain/properties.h"

#include "tests/domain/rules_to_live_by.h"
#include "tests/random_runs.h"

#include <cstdlib>
#include <sstream>
#include <string_view>

namespace muster::domain_tests {
namespace {

constexpr int lives_a_run = 5;
constexpr int lives_a_long_run = 1'000;
constexpr int lives_of_a_control = 300;

/// Several watchers of one life; the first that objects is named.
class Together final : public Watcher {
 public:
    Together(const std::vector<Property>& properties, std::string& objector) : objector_{objector} {
        for (const Property& property : properties) {
            watchers_.emplace_back(property.name, property.watch(decide));
        }
    }

    Violation decided(const Simulation& simulation, const Step& step) override {
        return first([&](Watcher& watcher) { return watcher.decided(simulation, step); });
    }
    Violation folded(const Simulation& simulation, const Step& step) override {
        return first([&](Watcher& watcher) { return watcher.folded(simulation, step); });
    }
    Violation finished(const Simulation& simulation) override {
        return first([&](Watcher& watcher) { return watcher.finished(simulation); });
    }

 private:
    template <class Ask>
    Violation first(const Ask& ask) {
        for (const auto& [name, watcher] : watchers_) {
            // Named before it is asked: it may object by throwing.
            objector_ = name;
            if (auto violation = ask(*watcher)) return violation;
        }
        return std::nullopt;
    }

    std::vector<std::pair<std::string, std::unique_ptr<Watcher>>> watchers_;
    std::string& objector_;
};

const std::string given_up = "given up";

/// Gives a life up once it is broken and the watcher has not said so: the engine is not made to go
/// on from there.
class WhileUnbroken final : public Watcher {
 public:
    explicit WhileUnbroken(std::unique_ptr<Watcher> watcher) : watcher_{std::move(watcher)} {}

    Violation decided(const Simulation& simulation, const Step& step) override {
        return watcher_->decided(simulation, step);
    }
    Violation folded(const Simulation& simulation, const Step& step) override {
        if (auto violation = watcher_->folded(simulation, step)) return violation;
        for (const OrganizationId id : step.touched()) {
            if (broken_invariant(*simulation.organization(id))) return given_up;
        }
        return std::nullopt;
    }
    Violation finished(const Simulation& simulation) override {
        return watcher_->finished(simulation);
    }

 private:
    std::unique_ptr<Watcher> watcher_;
};

rc::detail::TestResult checked(const std::function<std::unique_ptr<Watcher>()>& watch,
                               const Decider& engine, const std::vector<SharedBlueprint>& rules,
                               const rc::detail::TestMetadata& metadata,
                               const rc::detail::TestParams& params) {
    const auto drawn = [&] { return rules.empty() ? some_rules() : *rc::gen::elementOf(rules); };
    const auto property = [&] {
        // Often both have the same rules, so that roles can be copied and rules taken over.
        const SharedBlueprint first = drawn();
        const SharedBlueprint second = *rc::gen::arbitrary<bool>() ? first : drawn();
        const auto moves = *any_moves();
        Simulation simulation{first, second, engine};
        const auto watcher = watch();
        const Violation violation = simulation.play(moves, *watcher);
        if (violation && violation != given_up) {
            RC_FAIL(first->id + " and " + second->id + ": " + *violation);
        }
    };
    return rc::detail::checkTestable(property, metadata, params);
}

}  // namespace

std::map<std::string, std::string> failures_of(std::vector<Property> properties,
                                               const std::vector<SharedBlueprint>& rules) {
    auto params = rc::detail::configuration().testParams;
    params.maxSuccess *= test::is_long_run() ? lives_a_long_run : lives_a_run;
    rc::detail::TestMetadata metadata;
    metadata.id = "properties";
    metadata.description = "properties";
    std::map<std::string, std::string> failures;
    // A property that fails says no more; the others look on again without it.
    while (!properties.empty()) {
        std::string objector;
        const auto result =
            checked([&] { return std::make_unique<Together>(properties, objector); }, decide, rules,
                    metadata, params);
        if (result.is<rc::detail::SuccessResult>()) break;
        std::ostringstream message;
        rc::detail::printResultMessage(result, message);
        failures[objector] = message.str();
        std::erase_if(properties,
                      [&](const Property& property) { return property.name == objector; });
    }
    return failures;
}

bool finds(const Property& property, const Fault& fault) {
    auto params = rc::detail::configuration().testParams;
    // It ends at its first failure, which it wants; without an id, rapidcheck does not offer that
    // for reproduction.
    params.maxSuccess *= lives_of_a_control;
    params.disableShrinking = true;
    const MakeWatcher& watch = fault.watch ? fault.watch : property.watch;
    const auto result =
        checked([&] { return std::make_unique<WhileUnbroken>(watch(fault.engine)); }, fault.engine,
                fault.rules, {}, params);
    return result.is<rc::detail::FailureResult>();
}

}  // namespace muster::domain_tests
