// Measures what must not grow with an organisation: loading it, looking at its past, its pages,
// and what a member takes, in organisations of growing size that commands have made, one alone or
// one among many. Each figure stands beside how many times that of the smallest it is. Figures are
// medians; compare ratios, not machines.
#include "api/engine.h"
#include "api/http/exchange/past.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tools/bench/figures.h"
#include "tools/bench/load.h"
#include "tools/bench/slopes.h"

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace muster;
using bench::Clock;

constexpr std::size_t rows_in_invitation = 100;
constexpr std::size_t commands_in_flight = 1'024;
constexpr std::chrono::hours long_enough{1};

/// Prints a figure and how many times the first of its kind it is.
class Table {
 public:
    void add(const std::string& what, double value, const char* unit) {
        const double first = first_.try_emplace(what, value).first->second;
        std::printf("  %-52s %12.1f %-6s %7.1fx\n", what.c_str(), value, unit,
                    first > 0 ? value / first : 0);
        std::fflush(stdout);
    }
    template <class Work>
    void time(const std::string& what, const Work& work, std::size_t times = bench::rounds) {
        std::vector<double> millis;
        for (std::size_t round = 0; round < times; ++round) {
            const auto begun = Clock::now();
            work();
            millis.push_back(bench::seconds_since(begun) * 1e3);
        }
        add(what, bench::median(std::move(millis)), "ms");
    }

 private:
    std::map<std::string, double> first_;
};

std::unique_ptr<Engine> opened(const std::filesystem::path& data) {
    auto engine = open_engine({.data = data});
    ENSURE(engine.has_value());
    return std::move(*engine);
}

/// One organisation: its people have accounts, join a hundred at a time, and then change roles as
/// often as there are of them.
class Subject {
 public:
    /// `number`: of how many are there before it.
    Subject(Engine& engine, std::size_t members, std::size_t number)
        : engine_{engine}, first_person_{number * members} {
        const auto blueprint = read_blueprint(shipped_blueprint("open-source"));
        ENSURE(blueprint.has_value());
        bench::Load submitter{engine};
        submitter.submit(
            FoundOrganization{
                .organization = id, .name = "Scale", .blueprint = *blueprint, .founder = person(0)},
            commands_in_flight);
        submitter.wait();
        for (std::size_t at = 1; at < members; ++at) {
            people_.push_back(person(at));
            submitter.submit(
                RegisterPerson{.person = people_.back(), .name = sealed({}, at), .verified = true},
                commands_in_flight);
        }
        submitter.wait();
        begun = engine.log().head();
        for (std::size_t from = 0; from < people_.size(); from += rows_in_invitation) {
            submitter.submit(inviting(from), commands_in_flight);
        }
        submitter.wait();
        for (const PersonId one : people_) {
            submitter.submit(ChangeRole{.organization = id, .person = one, .roles = {{"admin"}}},
                             commands_in_flight);
        }
        submitter.wait();
        ENSURE(engine.views().wait_for(engine.log().head(), long_enough));
    }

    const OrganizationId id{random_uuid()};
    Position begun{};  ///< when all were registered and nobody had joined
    PersonId somebody() const { return people_[people_.size() / 2]; }

 private:
    PersonId person(std::size_t number) const {
        return *engine_.keys().person_for("user" + std::to_string(first_person_ + number) +
                                          "@example.org");
    }
    Sealed sealed(OrganizationId organization, std::size_t number) const {
        static constexpr std::array names{"Anna", "Bertil", "Çağla", "José", "Łucja", "Tuva"};
        return *engine_.keys().seal(
            {organization, person(number), PersonalField::name},
            names[number % names.size()] + std::string{" "} + std::to_string(number));
    }
    InviteMember inviting(std::size_t from) const {
        InviteMember command{.organization = id};
        const std::size_t end = std::min(people_.size(), from + rows_in_invitation);
        for (std::size_t at = from; at < end; ++at) {
            command.rows.push_back({.invitation = {random_uuid()},
                                    .person = people_[at],
                                    .roles = {{"member"}},
                                    .name = sealed(id, at + 1)});
        }
        return command;
    }

    Engine& engine_;
    const std::size_t first_person_;
    std::vector<PersonId> people_;
};

struct Scale {
    std::size_t members = 0;  ///< of each
    std::size_t organizations = 1;
};

double bytes_under(const std::filesystem::path& folder) {
    std::uintmax_t bytes = 0;
    if (!std::filesystem::exists(folder)) return 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) bytes += entry.file_size();
    }
    return static_cast<double>(bytes);
}

void measure_space(Table& table, const Engine& engine, const Subject& subject, const Scale& scale,
                   const std::filesystem::path& data) {
    const double before = bench::allocated();
    std::shared_ptr<const Organization> organization;
    {
        const auto then =
            organization_then(engine.log(), nullptr, subject.id, {engine.log().head(), {}});
        ENSURE(then.has_value());
        organization = then->organization;
    }
    const double taken = bench::allocated() - before;
    table.add("memory of a member", taken / static_cast<double>(scale.members), "bytes");
    const auto all = static_cast<double>(scale.members * scale.organizations);
    for (const char* part : {"log", "keys", "views", "snapshots"}) {
        table.add("disk of a member: " + std::string{part}, bytes_under(data / part) / all,
                  "bytes");
    }
}

void measure_past(Table& table, Engine& engine, const Subject& subject) {
    const std::uint64_t first = number(subject.begun);
    const std::uint64_t commits = number(engine.log().head()) - first;
    const std::map<std::string, std::uint64_t> moments{{"early", first + commits / 100 + 1},
                                                       {"middle", first + commits / 2},
                                                       {"late", first + commits - commits / 100}};
    for (const auto& [when, position] : moments) {
        const Moment moment{Position{position}, std::nullopt};
        const auto page = [&](http::Past& past) {
            const auto then = past.organization(subject.id, moment);
            ENSURE(then.has_value() && *then);
            const auto shown = past.page({moment, *then}, {.organization = subject.id});
            ENSURE(shown.has_value() && !shown->rows.empty());
        };
        table.time("as_of, " + when + ": the organisation", [&] {
            http::Past past{engine};
            ENSURE(past.organization(subject.id, moment).has_value());
        });
        table.time("as_of, " + when + ": the first page", [&] {
            http::Past past{engine};
            page(past);
        });
        http::Past past{engine};
        page(past);
        table.time("as_of, " + when + ": another page", [&] { page(past); });
    }
}

void measure(Table& table, const std::filesystem::path& data, const Scale& scale) {
    const auto begun = Clock::now();
    auto engine = opened(data);
    for (std::size_t before = 0; before + 1 < scale.organizations; ++before) {
        const Subject other{*engine, scale.members, before};
    }
    const Subject subject{*engine, scale.members, scale.organizations - 1};
    const std::chrono::duration<double> made = Clock::now() - begun;
    std::printf("%zu organisations of %zu members, %llu commits, made in %.0f s\n",
                scale.organizations, scale.members,
                static_cast<unsigned long long>(number(engine->log().head())), made.count());
    engine.reset();
    table.time(
        "opening", [&] { engine = opened(data); }, 1);
    const Moment now{engine->log().head(), std::nullopt};
    table.time("cold load, from the log alone",
               [&] { ENSURE(organization_then(engine->log(), nullptr, subject.id, now)); });
    table.time("cold load", [&] {
        ENSURE(organization_then(engine->log(), &engine->snapshots(), subject.id, now));
    });
    measure_space(table, *engine, subject, scale, data);
    measure_past(table, *engine, subject);
    table.time("a page by name",
               [&] { ENSURE(engine->views().members({.organization = subject.id})); });
    std::size_t times = 0;
    table.time("a change of a role", [&] {
        const RoleId role{++times % 2 == 0 ? "admin" : "member"};
        const auto answer = engine->execute(
            ChangeRole{.organization = subject.id, .person = subject.somebody(), .roles = {role}},
            {.actor = Actor::the_operator(), .command_id = {random_uuid()}});
        ENSURE(answer.has_value() && answer->accepted());
    });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures what must not grow with an organisation"};
    std::filesystem::path folder = std::filesystem::temp_directory_path() / "muster-bench-scale";
    std::vector<std::size_t> sizes{100, 10'000, 100'000};
    std::size_t organizations = 1;
    app.add_option("--folder", folder, "Where to write; removed at the beginning and the end")
        ->capture_default_str();
    app.add_option("--sizes", sizes, "How many members each organisation has");
    app.add_option("--organizations", organizations, "How many of each size there are")
        ->capture_default_str()
        ->check(CLI::PositiveNumber);
    std::vector<std::uint64_t> commits{100'000, 1'000'000};
    CLI::App* zipf = app.add_subcommand(
        "zipf", "Measures what grows with a history over organisations of Zipf sizes, instead");
    zipf->fallthrough();
    zipf->add_option("commits", commits, "How long each history is; 10000000 takes an hour")
        ->capture_default_str()
        ->check(CLI::Range(1'000UL, 100'000'000UL));
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(spdlog::level::err);
    if (zipf->parsed()) {
        bench::measure_slopes(folder, commits);
        return 0;
    }
    Table table;
    for (const std::size_t members : sizes) {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        measure(table, folder / "data", {members, organizations});
    }
    std::filesystem::remove_all(folder);
    return 0;
}
