// Commands in process beside raw synced batches: how many a second by how many are in flight and
// where they go, what one alone takes, and latencies at a steady rate.
#include "tools/bench/measured.h"

#include "domain/ensure.h"
#include "tools/bench/load.h"
#include "tools/bench/raw_store.h"

#include <algorithm>
#include <thread>

namespace muster::bench {
namespace {

constexpr std::size_t commands_a_round = 5'000;

/// The mean stored bytes of what was written after a position.
std::size_t bytes_after(const EventLog& log, Position before) {
    const auto commits = log.read_stored(next(before), 1'000);
    ENSURE(commits.has_value() && !commits->empty());
    std::size_t bytes = 0;
    for (const StoredCommit& commit : *commits) bytes += commit.bytes.size();
    return bytes / commits->size();
}

double commands_per_second(Town& town, Asked asked, Spread spread, std::size_t in_flight,
                           std::size_t count) {
    const auto begun = Clock::now();
    Load load{town.engine()};
    for (std::size_t i = 0; i < count; ++i) load.submit(town.next(asked, spread), in_flight);
    load.wait();
    return static_cast<double>(count) / seconds_since(begun);
}

/// What the views have yet to take would be in the way of what is measured next.
void settle(Engine& engine) {
    ENSURE(engine.views().wait_for(engine.log().head(), std::chrono::minutes{1}));
}

void measure_rate(Figures& figures, Town& town, RawStore& raw, Asked asked, Spread spread,
                  std::size_t in_flight, std::optional<double> target) {
    const Position before = town.engine().log().head();
    commands_per_second(town, asked, spread, in_flight, commands_a_round / 5);
    const std::size_t bytes = bytes_after(town.engine().log(), before);
    const Pair pair = in_turn(
        [&] {
            settle(town.engine());
            return commands_per_second(town, asked, spread, in_flight, commands_a_round);
        },
        [&] {
            settle(town.engine());
            return raw.puts_per_second(std::clamp(400 * in_flight, 1'000UL, 100'000UL), in_flight,
                                       bytes);
        });
    const bool is_plotted = spread == Spread::even;
    const auto x = is_plotted ? std::optional{static_cast<double>(in_flight)} : std::nullopt;
    figures.add({.what = std::to_string(in_flight) + " in flight: " + std::string{name_of(asked)} +
                         ", " + std::string{name_of(spread)},
                 .value = pair.value,
                 .unit = "/s",
                 .floor = Floor{"raw synced batches of as many bytes", pair.floor},
                 .ratio_target = target,
                 .series = std::string{name_of(asked)} + ", " + std::string{name_of(spread)},
                 .x = x});
    if (!is_plotted || asked != Asked::role_change) return;
    figures.add({.what = "  its floor",
                 .value = pair.floor,
                 .unit = "/s",
                 .series = "raw RocksDB",
                 .x = x});
}

/// Commands and the views' work for them together, for as long as both last.
void measure_lasting(Figures& figures, Town& town) {
    constexpr std::size_t count = 40'000;
    settle(town.engine());
    const auto begun = Clock::now();
    Load load{town.engine()};
    for (std::size_t i = 0; i < count; ++i) {
        load.submit(town.next(Asked::invitation, Spread::even), 256);
    }
    load.wait();
    settle(town.engine());
    figures.add({.what = "invitations, until the views have all of them",
                 .value = static_cast<double>(count) / seconds_since(begun),
                 .unit = "/s"});
}

double one_alone_micros(Town& town, bool wait_for_views) {
    constexpr std::size_t samples = 300;
    std::vector<double> micros;
    for (std::size_t i = 0; i < samples; ++i) {
        Command command = town.next(Asked::role_change, Spread::even);
        const auto begun = Clock::now();
        const auto answer =
            town.engine().execute(std::move(command), {.actor = Actor::the_operator()},
                                  {.wait_for_views = wait_for_views});
        micros.push_back(seconds_since(begun) * 1e6);
        ENSURE(answer.has_value() && answer->accepted());
    }
    return median(std::move(micros));
}

void measure_one_alone(Figures& figures, Town& town, RawStore& raw) {
    const Position before = town.engine().log().head();
    one_alone_micros(town, true);
    const std::size_t bytes = bytes_after(town.engine().log(), before);
    const auto floor = [&] {
        settle(town.engine());
        return raw.one_put_micros(bytes);
    };
    settle(town.engine());
    const Pair durable = in_turn([&] { return one_alone_micros(town, false); }, floor);
    figures.add({.what = "one alone, durable",
                 .value = durable.value,
                 .unit = "us",
                 .floor = Floor{"one synced put", durable.floor},
                 .ratio_target = 1.5});
    const Pair seen = in_turn([&] { return one_alone_micros(town, true); }, floor);
    figures.add({.what = "one alone, durable and in the views",
                 .value = seen.value,
                 .unit = "us",
                 .floor = Floor{"one synced put", seen.floor}});
}

/// Commands come at the rate whether the earlier ones are answered or not, and each one's time
/// counts from when it should have been sent.
void measure_latency(Figures& figures, Town& town) {
    settle(town.engine());
    const double most =
        commands_per_second(town, Asked::role_change, Spread::even, 64, 2 * commands_a_round);
    settle(town.engine());
    const auto between =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{2 / most});
    Load load{town.engine()};
    auto due = Clock::now();
    for (std::size_t i = 0; i < 4 * commands_a_round; ++i, due += between) {
        std::this_thread::sleep_until(due);
        load.submit_due(town.next(Asked::role_change, Spread::even), due);
    }
    figures.add_latency("at half of the most that 64 in flight reached", load.take_micros());
}

}  // namespace

void measure_writes(Figures& figures, const std::filesystem::path& folder) {
    RawStore raw{folder / "raw"};
    auto engine = open_engine({.data = folder / "data"});
    ENSURE(engine.has_value());
    Town town{**engine};
    figures.begin("Commands in process");
    for (const std::size_t in_flight : {1U, 4U, 16U, 64U, 256U, 1'024U}) {
        const bool is_promised = in_flight == 64 || in_flight == 1'024;
        const auto target = is_promised ? std::optional{0.4} : std::nullopt;
        for (const Asked asked : {Asked::invitation, Asked::role_change}) {
            measure_rate(figures, town, raw, asked, Spread::even, in_flight, target);
        }
    }
    for (const Spread spread : {Spread::one, Spread::zipf}) {
        const auto target = spread == Spread::one ? std::optional{0.32} : std::nullopt;
        for (const Asked asked : {Asked::invitation, Asked::role_change}) {
            measure_rate(figures, town, raw, asked, spread, 64, target);
        }
    }
    measure_lasting(figures, town);
    measure_one_alone(figures, town, raw);
    measure_latency(figures, town);
}

}  // namespace muster::bench
