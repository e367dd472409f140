// Measures the engine beside its floors, in one process and one run: raw RocksDB with synced
// batches, and one synced put. Figures are medians of several rounds; compare ratios, not machines.
#include "api/engine.h"
#include "api/verify.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/form/codec.h"
#include "eventstore/machine/crypto.h"

#include <rocksdb/db.h>
#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <vector>

namespace {

using namespace muster;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begun) {
    return std::chrono::duration<double>(Clock::now() - begun).count();
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void print(const char* what, double value, const char* unit) {
    std::printf("%-58s %12.0f %s\n", what, value, unit);
    std::fflush(stdout);
}

constexpr std::size_t rounds = 5;
constexpr std::size_t value_bytes = 400;

/// The floor: what RocksDB alone takes with the log's guarantees.
struct RawRocksDb {
    std::unique_ptr<rocksdb::DB> database;
    std::uint64_t next_key = 0;

    explicit RawRocksDb(const std::filesystem::path& folder) {
        rocksdb::Options options;
        options.create_if_missing = true;
        rocksdb::DB* opened = nullptr;
        const auto status = rocksdb::DB::Open(options, folder.string(), &opened);
        ENSURE(status.ok());
        database.reset(opened);
    }

    void write(std::size_t count) {
        rocksdb::WriteBatch batch;
        const std::string value(value_bytes, 'v');
        for (std::size_t i = 0; i < count; ++i) {
            ENSURE(batch.Put(std::to_string(next_key++), value).ok());
        }
        rocksdb::WriteOptions synced;
        synced.sync = true;
        ENSURE(database->Write(synced, &batch).ok());
    }

    double puts_per_second(std::size_t in_batch) {
        constexpr std::size_t puts = 20'000;
        const auto begun = Clock::now();
        for (std::size_t done = 0; done < puts; done += in_batch) write(in_batch);
        return puts / seconds_since(begun);
    }

    double one_put_micros() {
        constexpr std::size_t samples = 200;
        std::vector<double> micros;
        for (std::size_t i = 0; i < samples; ++i) {
            const auto begun = Clock::now();
            write(1);
            micros.push_back(seconds_since(begun) * 1e6);
        }
        return median(micros);
    }
};

/// Invitations into many organisations: a full command, with two sealed fields and a licence check.
class Load {
 public:
    explicit Load(Engine& engine) : engine_{engine} {
        const auto blueprint = read_blueprint(shipped_blueprint("open-source"));
        ENSURE(blueprint.has_value());
        for (std::size_t i = 0; i < organizations; ++i) {
            const OrganizationId id{random_uuid()};
            const PersonId founder = person();
            const auto answer = engine_.execute(FoundOrganization{.organization = id,
                                                                  .name = "bench",
                                                                  .blueprint = *blueprint,
                                                                  .founder = founder},
                                                {.actor = Actor::the_operator()});
            ENSURE(answer.has_value() && answer->accepted());
            ids_.push_back(id);
        }
    }

    Command next() {
        const OrganizationId organization = ids_[count_ % ids_.size()];
        const PersonId invited = person();
        const auto seal = [&](PersonalField field, std::string_view text) {
            return *engine_.keys().seal({organization, invited, field}, text);
        };
        InviteMember command{.organization = organization};
        command.rows.push_back({.invitation = {random_uuid()},
                                .person = invited,
                                .roles = {{"member"}},
                                .name = seal(PersonalField::name, "Somebody Somewhere"),
                                .address = seal(PersonalField::address, "somebody@example.org")});
        return command;
    }

    double commands_per_second(std::size_t in_flight, std::size_t commands) {
        std::mutex mutex;
        std::condition_variable changed;
        std::size_t waiting = 0;
        const auto begun = Clock::now();
        for (std::size_t i = 0; i < commands; ++i) {
            Command command = next();
            std::unique_lock lock{mutex};
            changed.wait(lock, [&] { return waiting < in_flight; });
            ++waiting;
            lock.unlock();
            engine_.submit(std::move(command), {.actor = Actor::the_operator()},
                           {.wait_for_views = false}, [&](const Answer& answer) {
                               ENSURE(answer.has_value() && answer->accepted());
                               const std::lock_guard inner{mutex};
                               --waiting;
                               changed.notify_one();
                           });
        }
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return waiting == 0; });
        return static_cast<double>(commands) / seconds_since(begun);
    }

    double one_command_micros(bool wait_for_views) {
        constexpr std::size_t samples = 200;
        std::vector<double> micros;
        for (std::size_t i = 0; i < samples; ++i) {
            Command command = next();
            const auto begun = Clock::now();
            const auto answer =
                engine_.execute(std::move(command), {.actor = Actor::the_operator()},
                                {.wait_for_views = wait_for_views});
            micros.push_back(seconds_since(begun) * 1e6);
            ENSURE(answer.has_value() && answer->accepted());
        }
        return median(micros);
    }

 private:
    PersonId person() {
        return *engine_.keys().person_for("p" + std::to_string(count_++) + "@example.org");
    }

    static constexpr std::size_t organizations = 200;
    Engine& engine_;
    std::vector<OrganizationId> ids_;
    std::size_t count_ = 0;
};

double replayed_per_second(const EventLog& log) {
    std::map<boost::uuids::uuid, Organization> organizations;
    const auto begun = Clock::now();
    Position reached{};
    while (reached < log.head()) {
        constexpr std::size_t at_a_time = 1'000;
        const auto commits = log.read(next(reached), at_a_time);
        ENSURE(commits.has_value() && !commits->empty());
        for (const Commit& commit : *commits) {
            for (const StreamEvent& event : commit.events) {
                if (event.stream.kind != StreamKind::organization) continue;
                evolve(organizations[event.stream.id], event.event, commit.effective_at);
            }
        }
        reached = commits->back().position;
    }
    return static_cast<double>(number(reached)) / seconds_since(begun);
}

double read_per_second(const EventLog& log) {
    const auto begun = Clock::now();
    Position reached{};
    while (reached < log.head()) {
        constexpr std::size_t at_a_time = 1'000;
        const auto commits = log.read_stored(next(reached), at_a_time);
        ENSURE(commits.has_value() && !commits->empty());
        reached = commits->back().position;
    }
    return static_cast<double>(number(reached)) / seconds_since(begun);
}

double verified_per_second(const EventLog& log) {
    const auto begun = Clock::now();
    const auto findings = verify_log(log, [](Position) {});
    ENSURE(findings.has_value() && findings->empty());
    return static_cast<double>(number(log.head())) / seconds_since(begun);
}

/// Fills a log with commits of nothing in particular.
void fill(const std::filesystem::path& folder, std::uint64_t commits) {
    auto log = open_rocksdb_log(folder);
    ENSURE(log.has_value());
    Commit commit;
    commit.context.actor = Actor::the_operator();
    commit.command = RecordSignIn{};
    commit.context.reason.bytes.assign(value_bytes, 'r');
    while (number((*log)->head()) < commits) {
        constexpr std::uint64_t in_batch = 1'000;
        std::vector<Commit> batch;
        for (std::uint64_t i = 1; i <= in_batch; ++i) {
            commit.position = Position{number((*log)->head()) + i};
            batch.push_back(commit);
        }
        ENSURE((*log)->append((*log)->head(), batch).has_value());
    }
}

double opening_millis(const std::filesystem::path& folder) {
    const auto begun = Clock::now();
    ENSURE(open_rocksdb_log(folder).has_value());
    return seconds_since(begun) * 1e3;
}

double median_of_rounds(const std::function<double()>& measure) {
    std::vector<double> values;
    for (std::size_t i = 0; i < rounds; ++i) values.push_back(measure());
    return median(values);
}

void measure(const std::filesystem::path& folder) {
    RawRocksDb raw{folder / "raw"};
    auto engine = open_engine({.data = folder / "data"});
    ENSURE(engine.has_value());
    Load load{**engine};
    constexpr std::size_t commands = 5'000;
    for (const std::size_t in_flight : {64U, 256U, 1'024U}) {
        // In turn, so that a slower moment of the machine meets both.
        std::vector<double> floors;
        std::vector<double> rates;
        for (std::size_t i = 0; i < rounds; ++i) {
            floors.push_back(raw.puts_per_second(in_flight));
            rates.push_back(load.commands_per_second(in_flight, commands));
        }
        std::printf("%zu in flight\n", static_cast<std::size_t>(in_flight));
        print("  floor: raw RocksDB, synced batches of as many", median(floors), "puts/s");
        print("  engine, in process", median(rates), "commands/s");
        std::printf("  ratio %.3f\n", median(rates) / median(floors));
    }
    std::printf("one alone\n");
    print("  floor: one synced put", median_of_rounds([&] { return raw.one_put_micros(); }), "us");
    print("  one command, durable",
          median_of_rounds([&] { return load.one_command_micros(false); }), "us");
    print("  one command, durable and in the views",
          median_of_rounds([&] { return load.one_command_micros(true); }), "us");
    const EventLog& log = (*engine)->log();
    print("replay: read, verify, decode, evolve",
          median_of_rounds([&] { return replayed_per_second(log); }), "commits/s");
    print("  floor: reading what is stored", median_of_rounds([&] { return read_per_second(log); }),
          "commits/s");
    print("verify: that, and all that the log claims",
          median_of_rounds([&] { return verified_per_second(log); }), "commits/s");
    for (const std::uint64_t commits : {1'000U, 100'000U, 1'000'000U}) {
        const auto other = folder / ("log-" + std::to_string(commits));
        fill(other, commits);
        opening_millis(other);  // the first opening moves the write-ahead log into files
        print(("opening and closing a log of " + std::to_string(commits) + " commits").c_str(),
              median_of_rounds([&] { return opening_millis(other); }), "ms");
    }
    std::printf("bytes on disk a commit (%llu commits)\n",
                static_cast<unsigned long long>(number(log.head())));
    const auto parts = [&](const char* store, const auto& sizes) {
        for (const auto& [part, bytes] : sizes) {
            print((std::string{"  "} + store + "/" + part).c_str(),
                  static_cast<double>(bytes) / static_cast<double>(number(log.head())), "bytes");
        }
    };
    (*engine)->views().wait_for(log.head(), std::chrono::seconds{30});
    parts("log", log.size_by_part());
    parts("views", (*engine)->views().size_by_part());
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures Muster beside its floors"};
    std::filesystem::path folder = std::filesystem::temp_directory_path() / "muster-bench";
    app.add_option("--folder", folder, "Where to write; removed at the beginning and the end")
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(spdlog::level::warn);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    measure(folder);
    std::filesystem::remove_all(folder);
    return 0;
}
