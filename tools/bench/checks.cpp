// Permission checks in process: how many a second on one core, beside finding the same ids in a
// bare hash map, and how long one takes while commands are written as fast as they go.
#include "tools/bench/measured.h"

#include "domain/decide.h"
#include "domain/ensure.h"
#include "tools/bench/load.h"

#include <atomic>
#include <cstring>
#include <thread>
#include <unordered_map>

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

constexpr std::size_t checks_a_round = 1'000'000;

double checks_per_second(Town& town) {
    Checks checks{town};
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < checks_a_round; ++i) checks.one();
    return static_cast<double>(checks_a_round) / seconds_since(begun);
}

/// Of ids that are random already.
struct FirstBytes {
    template <class AnyId>
    std::size_t operator()(const AnyId& id) const {
        std::size_t bytes = 0;
        std::memcpy(&bytes, id.value.data, sizeof(bytes));
        return bytes;
    }
};

/// The organisation and the person of each check, found and nothing more.
class BareMap {
 public:
    explicit BareMap(const Town& town) : town_{town} {
        for (const Town::Place& place : town.places()) {
            for (const PersonId person : place.members) members_[place.id][person] = 1;
        }
    }

    double found_per_second() const {
        const auto& places = town_.places();
        std::size_t found = 0;
        const auto begun = Clock::now();
        for (std::size_t turn = 0; turn < checks_a_round; ++turn) {
            const Town::Place& place = places[turn % places.size()];
            const PersonId person = place.members[turn / places.size() % place.members.size()];
            found += members_.at(place.id).at(person);
        }
        const double seconds = seconds_since(begun);
        ENSURE(found == checks_a_round);
        return static_cast<double>(checks_a_round) / seconds;
    }

 private:
    using People = std::unordered_map<PersonId, std::size_t, FirstBytes>;
    const Town& town_;
    std::unordered_map<OrganizationId, People, FirstBytes> members_;
};

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
    const BareMap bare{town};
    const Pair checks =
        in_turn([&] { return checks_per_second(town); }, [&] { return bare.found_per_second(); });
    figures.add({.what = "checks on one core",
                 .value = checks.value,
                 .unit = "/s",
                 .floor = Floor{"the same ids found in a bare hash map", checks.floor},
                 .target = 10e6});
    measure_beside_writes(figures, town);
}

}  // namespace muster::bench
