// Permission checks in process: how many a second on one core, and how long one takes while
// commands are written as fast as they go.
#include "tools/bench/measured.h"

#include "domain/decide.h"
#include "domain/ensure.h"
#include "tools/bench/load.h"

#include <atomic>
#include <thread>

namespace muster::bench {
namespace {

class Checks {
 public:
    explicit Checks(Town& town) : town_{town} {}

    /// The organisation is looked up anew each time, as for a request.
    void one() {
        const Town::Place& place = town_.places()[turn_ % town_.places().size()];
        const PersonId person = place.members[turn_ / town_.places().size() % place.members.size()];
        ++turn_;
        const auto state = town_.engine().organizations().find(place.id);
        ENSURE(state.has_value() && state->organization);
        const auto held = has_permission(*state->organization, person, permission_);
        ENSURE(held.has_value());
        held_ += *held ? 1 : 0;
    }

 private:
    Town& town_;
    const PermissionId permission_{"members.view"};
    std::size_t turn_ = 0;
    std::size_t held_ = 0;
};

double checks_per_second(Town& town) {
    constexpr std::size_t count = 1'000'000;
    Checks checks{town};
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < count; ++i) checks.one();
    return static_cast<double>(count) / seconds_since(begun);
}

void measure_beside_writes(Figures& figures, Town& town) {
    std::atomic<bool> done = false;
    std::thread writing{[&] {
        Load load{town.engine()};
        while (!done) load.submit(town.next(Asked::role_change, Spread::even), 64);
    }};
    Checks checks{town};
    std::vector<double> micros;
    constexpr std::chrono::microseconds between{20};
    const auto begun = Clock::now();
    for (auto due = begun; due - begun < std::chrono::seconds{3}; due += between) {
        while (Clock::now() < due) {
        }
        checks.one();
        micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - due).count());
    }
    done = true;
    writing.join();
    figures.add_latency("a check while 64 commands are in flight", std::move(micros), 10);
}

}  // namespace

void measure_checks(Figures& figures, const std::filesystem::path& folder) {
    auto engine = open_engine({.data = folder / "data"});
    ENSURE(engine.has_value());
    Town town{**engine, {.organizations = 100, .members_each = 100}};
    figures.begin("Checks in process");
    figures.add({.what = "checks on one core",
                 .value = median_of_rounds([&] { return checks_per_second(town); }),
                 .unit = "/s",
                 .target = 10e6});
    measure_beside_writes(figures, town);
}

}  // namespace muster::bench
