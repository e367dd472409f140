// One history after another, and the table of them.
#include "tools/bench/slopes.h"

#include "api/engine.h"
#include "domain/ensure.h"
#include "projections/view.h"
#include "tools/bench/figures.h"
#include "tools/bench/load.h"
#include "tools/bench/raw_store.h"
#include "tools/bench/replay.h"
#include "tools/bench/zipf_town.h"

#include <malloc.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <fstream>

namespace muster::bench {
namespace {

using std::filesystem::path;

/// So that every organisation and person of the largest history stays.
constexpr std::size_t plenty = std::size_t{16} << 30;

class Slopes {
 public:
    void begin(std::uint64_t commits) {
        sizes_.push_back(commits);
        fmt::print("{} commits\n", commits);
    }
    /// Of "/s" more is better, of everything else less.
    void add(const std::string& what, double value, const std::string& unit) {
        auto row = std::ranges::find(rows_, what, &Row::what);
        if (row == rows_.end()) row = rows_.insert(row, {what, unit, {}});
        row->values.push_back(value);
        fmt::print("  {:<46} {:>12.5g} {}\n", what, value, unit);
        std::fflush(stdout);
    }
    void print() const {
        fmt::print("\n{:<54}", "commits; in brackets the cost to that of the first");
        for (const std::uint64_t size : sizes_) fmt::print(" {:>20}", size);
        fmt::print("\n");
        for (const Row& row : rows_) {
            fmt::print("{:<46} {:<7}", row.what, row.unit);
            for (const double value : row.values) {
                fmt::print(" {:>11.5g} ({:>5.2f}x)", value, slope(row, value));
            }
            fmt::print("\n");
        }
    }

 private:
    struct Row {
        std::string what;
        std::string unit;
        std::vector<double> values;
    };
    static double slope(const Row& row, double value) {
        const double first = row.values.front();
        return row.unit == "/s" ? first / value : value / first;
    }

    std::vector<std::uint64_t> sizes_;
    std::vector<Row> rows_;
};

std::unique_ptr<Engine> opened(const EngineOptions& options) {
    auto engine = open_engine(options);
    ENSURE(engine.has_value());
    return std::move(*engine);
}

/// Without views, which would be most of the work; the rebuild makes them after it.
double made_per_second(ZipfTown& town, const path& data) {
    const std::vector<View> none;
    const auto engine = opened({.data = data,
                                .organization_cache_bytes = plenty,
                                .person_cache_bytes = plenty,
                                .views = &none});
    const auto begun = Clock::now();
    town.make(*engine);
    return static_cast<double>(number(engine->log().head())) / seconds_since(begun);
}

double seconds_to_open(const path& data) {
    return median_of_rounds([&] {
        const auto begun = Clock::now();
        const auto engine = opened({.data = data});
        return seconds_since(begun);
    });
}

double resident_bytes() {
    ::malloc_trim(0);
    std::ifstream file{"/proc/self/status"};
    for (std::string word; file >> word;) {
        double kibibytes = 0;
        if (word == "VmRSS:" && file >> kibibytes) return kibibytes * 1'024;
    }
    ENSURE(false);
}

double bytes_below(const path& folder) {
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return static_cast<double>(bytes);
}

void load_all(Engine& engine, const ZipfTown& town) {
    for (const OrganizationId id : town.organizations()) {
        const auto found = engine.organizations().find(id);
        ENSURE(found.has_value() && found->organization);
    }
}

void measure_memory(Slopes& slopes, Engine& engine, const ZipfTown& town) {
    const auto members = static_cast<double>(town.members());
    const auto begun = Clock::now();
    load_all(engine, town);
    slopes.add("cold loads of all organisations, members", members / seconds_since(begun), "/s");
    // Once more, since the first time filled RocksDB's cache of blocks too.
    engine.organizations().forget_all();
    const double before = allocated();
    load_all(engine, town);
    slopes.add("memory of a member, all loaded", (allocated() - before) / members, "bytes");
    slopes.add("memory of the process, resident", resident_bytes() / (1 << 20), "MiB");
}

void settle(Engine& engine) {
    ENSURE(engine.views().wait_for(engine.log().head(), std::chrono::minutes{5}));
}

void measure_commands(Slopes& slopes, Engine& engine, ZipfTown& town) {
    const auto commands = [&](std::size_t count) {
        Load load{engine};
        for (std::size_t i = 0; i < count; ++i) load.submit(town.role_change(), 64);
    };
    constexpr std::size_t a_round = 5'000;
    slopes.add("role changes, 64 in flight", median_of_rounds([&] {
                   settle(engine);
                   const auto begun = Clock::now();
                   commands(a_round);
                   return a_round / seconds_since(begun);
               }),
               "/s");
    settle(engine);
    constexpr std::size_t lasting = 40'000;
    const auto begun = Clock::now();
    commands(lasting);
    settle(engine);
    slopes.add("the same, until the views have them", lasting / seconds_since(begun), "/s");
}

void measure_one(Slopes& slopes, const path& data, std::uint64_t commits) {
    ZipfTown town{commits};
    slopes.begin(commits);
    slopes.add("making it, by commands without views", made_per_second(town, data), "/s");
    double made = 0;
    {
        const auto engine = opened({.data = data, .organization_cache_bytes = plenty});
        made = static_cast<double>(number(engine->log().head()));
        slopes.add("replay to the state of all organisations", replayed_per_second(engine->log()),
                   "/s");
        measure_memory(slopes, *engine, town);
    }
    slopes.add("rebuild of all views", rebuilt_per_second(*opened({.data = data})), "/s");
    slopes.add("start after a clean stop", seconds_to_open(data), "s");
    for (const auto& [part, bytes] : compacted_parts(data)) {
        slopes.add("disk of a commit, compacted: " + part, bytes / made, "bytes");
    }
    slopes.add("disk of a commit: snapshots", bytes_below(data / "snapshots") / made, "bytes");
    // Last, since it adds commits.
    const auto engine = opened({.data = data, .organization_cache_bytes = plenty});
    load_all(*engine, town);
    measure_commands(slopes, *engine, town);
}

}  // namespace

double allocated() {
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

void measure_slopes(const path& folder, const std::vector<std::uint64_t>& commits) {
    Slopes slopes;
    for (const std::uint64_t size : commits) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        measure_one(slopes, folder / "data", size);
    }
    std::filesystem::remove_all(folder);
    slopes.print();
}

}  // namespace muster::bench
