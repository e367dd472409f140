// What it takes to read the log again, beside reading, hashing and writing what is stored, and what
// a commit takes on disk.
#include "tools/bench/measured.h"

#include "api/engine.h"
#include "api/verify.h"
#include "domain/ensure.h"
#include "tools/bench/load.h"
#include "tools/bench/raw_store.h"
#include "tools/bench/replay.h"

#include <map>

namespace muster::bench {
namespace {

constexpr std::size_t commands_of_history = 60'000;

double verified_per_second(const EventLog& log) {
    const auto begun = Clock::now();
    const auto findings = verify_log(log, [](Position) {});
    ENSURE(findings.has_value() && findings->empty());
    return static_cast<double>(number(log.head())) / seconds_since(begun);
}

void make_history(const std::filesystem::path& data) {
    auto engine = open_engine({.data = data});
    ENSURE(engine.has_value());
    Town town{**engine};
    Load load{**engine};
    constexpr std::size_t in_flight = 1'024;
    for (std::size_t i = 0; i < commands_of_history; ++i) {
        const Asked asked = i % 3 == 0 ? Asked::invitation : Asked::role_change;
        load.submit(town.next(asked, Spread::zipf), in_flight);
    }
    load.wait();
    ENSURE((*engine)->views().wait_for((*engine)->log().head(), std::chrono::minutes{2}));
}

void measure_reading(Figures& figures, const EventLog& log, const StoredBytes& stored,
                     const std::filesystem::path& folder) {
    RawStore raw{folder / "raw"};
    raw.copy(log);
    const Pair replay =
        in_turn([&] { return replayed_per_second(log); }, [&] { return raw.rows_per_second(); });
    figures.add({.what = "replay to the state of all organisations",
                 .value = replay.value,
                 .unit = "/s",
                 .floor = Floor{"raw iteration of the same commits", replay.floor},
                 .ratio_target = 0.6});
    const Pair verify = in_turn([&] { return verified_per_second(log); },
                                [&] { return hashes_per_second(stored); });
    figures.add({.what = "verify: all that the log claims",
                 .value = verify.value,
                 .unit = "/s",
                 .floor = Floor{"SHA-256 of as many bytes", verify.floor},
                 .ratio_target = 0.5});
}

/// The folder of the one generation of views that there is.
std::filesystem::path views_store(const std::filesystem::path& data) {
    for (const auto& entry : std::filesystem::directory_iterator(data / "views")) {
        if (entry.is_directory()) return entry.path();
    }
    ENSURE(false);
}

void measure_rebuild(Figures& figures, Engine& engine, const std::filesystem::path& folder) {
    RawStore commits{folder / "raw"};
    const std::vector<Row> rows = rows_of(views_store(folder / "data"));
    const auto count = static_cast<double>(number(engine.log().head()));
    const auto floor = [&] {
        const auto target = folder / "raw-views";
        std::filesystem::remove_all(target);
        RawStore views{target};
        const auto begun = Clock::now();
        ENSURE(commits.rows_per_second() > 0);
        views.put(rows);
        return count / seconds_since(begun);
    };
    const Pair rebuild = in_turn([&] { return rebuilt_per_second(engine); }, floor);
    figures.add({.what = "rebuild of all views",
                 .value = rebuild.value,
                 .unit = "/s",
                 .floor = Floor{"raw iteration of the commits, raw writes of the views' rows",
                                rebuild.floor},
                 .target = 200e3});
}

void measure_opening(Figures& figures, const std::filesystem::path& data) {
    std::vector<double> closings;
    double commits = 0;
    const double opening = median_of_rounds([&] {
        auto begun = Clock::now();
        auto engine = open_engine({.data = data});
        ENSURE(engine.has_value());
        const double took = seconds_since(begun);
        commits = static_cast<double>(number((*engine)->log().head()));
        begun = Clock::now();
        engine->reset();
        closings.push_back(seconds_since(begun));
        return took;
    });
    const std::string history = std::to_string(static_cast<std::uint64_t>(commits)) + " commits";
    figures.add(
        {.what = "start after a clean stop, " + history, .value = opening * 1e3, .unit = "ms"});
    figures.add({.what = "stop", .value = median(std::move(closings)) * 1e3, .unit = "ms"});
}

void measure_disk(Figures& figures, const std::filesystem::path& data, double commits) {
    const std::map<std::string, double> parts = compacted_parts(data);
    figures.add({.what = "disk of a commit, compacted: log",
                 .value = parts.at("log") / commits,
                 .unit = "bytes",
                 .target = 400});
    figures.add({.what = "disk of a commit, compacted: keys",
                 .value = parts.at("keys") / commits,
                 .unit = "bytes"});
    figures.add({.what = "disk of a commit, compacted: views",
                 .value = parts.at("views") / commits,
                 .unit = "bytes",
                 .target = 300});
}

}  // namespace

void measure_history(Figures& figures, const std::filesystem::path& folder) {
    const auto data = folder / "data";
    figures.begin("History and disk");
    make_history(data);
    measure_opening(figures, data);
    StoredBytes stored;
    {
        auto engine = open_engine({.data = data});
        ENSURE(engine.has_value());
        stored = stored_bytes((*engine)->log());
        measure_reading(figures, (*engine)->log(), stored, folder);
        measure_rebuild(figures, **engine, folder);
    }
    measure_disk(figures, data, static_cast<double>(stored.commits));
}

}  // namespace muster::bench
