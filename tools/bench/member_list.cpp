// Measures pages of the member list in organisations of growing size, on rows fed straight to the
// projection: what a page costs, and how much more than in the smallest. Figures are medians;
// compare ratios, not machines.
#include "projections/member_list.h"
#include "domain/ensure.h"
#include "projections/member_search.h"
#include "projections/memberships.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <random>

namespace {

using namespace muster;
using Clock = std::chrono::steady_clock;

constexpr std::size_t rounds = 15;
constexpr std::size_t rows_in_batch = 2'000;

constexpr std::array given{"Anna",  "Bertil", "Çağla", "Dimitri", "Élodie",    "Farid", "Grace",
                           "Hiro",  "Ines",   "José",  "Kwame",   "Łucja",     "Mona",  "Noor",
                           "Oskar", "Priya",  "Quinn", "Rosa",    "Sebastian", "Tuva"};
constexpr std::array family{"Abe",    "Berg",   "Costa",  "Dubois", "Eriksen",  "Ferrari", "García",
                            "Haddad", "Ito",    "Jansen", "Kowal",  "Lindgren", "Mbeki",   "Novák",
                            "Okafor", "Peters", "Rossi",  "Smith",  "Tanaka",   "Weber"};

template <class AnyId>
AnyId numbered(std::uint64_t number) {
    std::mt19937_64 random{number};
    AnyId id;
    for (std::uint8_t& byte : id.value) byte = static_cast<std::uint8_t>(random());
    return id;
}

MemberRow row_number(std::uint64_t number) {
    std::mt19937_64 random{number};
    MemberRow row;
    row.person = numbered<PersonId>(number);
    row.status = random() % 20 == 0 ? RowStatus::suspended : RowStatus::active;
    row.two_factor = random() % 2 == 0;
    row.name = std::string{given[random() % given.size()]} + " " + family[random() % family.size()];
    row.address = "user" + std::to_string(number) + "@mail.example.org";
    row.roles = {RoleId{random() % 50 == 0 ? "admin" : "member"}};
    row.workspaces.emplace(numbered<WorkspaceId>(random() % 100), RoleId{});
    row.licence = LicenceClassId{random() % 4 == 0 ? "full" : "basic"};
    row.since =
        Instant{static_cast<std::int64_t>(1'700'000'000'000'000 + random() % 1'000'000'000)};
    if (random() % 3 != 0) row.last_access = row.since + std::chrono::seconds{random() % 1'000'000};
    return row;
}

void fill(ViewStore& store, OrganizationId in, std::size_t rows) {
    for (std::size_t from = 0; from < rows; from += rows_in_batch) {
        Draft draft{store};
        for (std::size_t at = from; at < std::min(rows, from + rows_in_batch); ++at) {
            replace_row(draft, in, std::nullopt, row_number(at));
        }
        ENSURE(draft.write().has_value());
    }
}

struct Case {
    const char* what;
    MemberQuery query;
};

std::vector<Case> cases(OrganizationId in) {
    const auto workspace = numbered<WorkspaceId>(7);
    const Instant then{1'700'000'500'000'000};
    return {
        {"by name", {.organization = in}},
        {"by last access, descending",
         {.organization = in, .sort = MemberSort::last_access, .descending = true}},
        {"by role", {.organization = in, .sort = MemberSort::role}},
        {"one workspace", {.organization = in, .workspace = workspace}},
        {"one workspace, by since",
         {.organization = in, .workspace = workspace, .sort = MemberSort::since}},
        {"admins of one workspace",
         {.organization = in, .role = RoleId{"admin"}, .workspace = workspace}},
        {"admins of one workspace, by since",
         {.organization = in,
          .role = RoleId{"admin"},
          .workspace = workspace,
          .sort = MemberSort::since}},
        {"active, full licence, no second factor",
         {.organization = in,
          .status = RowStatus::active,
          .licence = LicenceClassId{"full"},
          .two_factor = false}},
        {"away since, by name", {.organization = in, .last_access_before = then}},
        {"search by one letter", {.organization = in, .q = "b"}},
        {"search by one letter, by since",
         {.organization = in, .q = "b", .sort = MemberSort::since}},
        {"search by a name", {.organization = in, .q = "Lucja Novak"}},
        {"search by a domain", {.organization = in, .q = "@mail.example"}},
        {"search for one address", {.organization = in, .q = "user42@mail.example.org"}},
        {"search by a letter, suspended admins",
         {.organization = in, .q = "b", .status = RowStatus::suspended, .role = RoleId{"admin"}}},
    };
}

template <class Work>
double median_micros(const Work& work) {
    std::vector<double> times;
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto begun = Clock::now();
        work();
        times.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
    }
    std::ranges::nth_element(times, times.begin() + rounds / 2);
    return times[rounds / 2];
}

/// Pages of somebody's organisations, of the first `usual` at most.
void measure_memberships(const std::string& folder) {
    constexpr std::size_t usual = 50;
    const MemberRow row = row_number(1);
    for (const std::size_t organizations : {std::size_t{1}, std::size_t{50}, std::size_t{1'000}}) {
        const auto store = ViewStore::create(folder + "of" + std::to_string(organizations)).value();
        store->remove_when_closed();
        Draft draft{*store};
        for (std::size_t number = 0; number < organizations; ++number) {
            replace_row(draft, numbered<OrganizationId>(number), std::nullopt, row);
        }
        ENSURE(draft.write().has_value());
        const Snapshot reader{store};
        const double page = median_micros(
            [&] { memberships_page(reader, {.person = row.person, .limit = usual}); });
        const auto rows = static_cast<double>(std::min(organizations, usual));
        std::printf("memberships of one in %5zu %32.0f us %8.1f us a row\n", organizations, page,
                    page / rows);
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures pages of the member list"};
    std::string folder = "/tmp/muster-bench-lists";
    std::vector<std::size_t> sizes{100, 10'000, 100'000};
    app.add_option("--folder", folder, "An empty place for the rows");
    app.add_option("--sizes", sizes, "How many members each organisation has");
    CLI11_PARSE(app, argc, argv);

    std::map<std::string, double> smallest;
    for (std::size_t number = 0; number < sizes.size(); ++number) {
        const auto store = ViewStore::create(folder + std::to_string(number)).value();
        store->remove_when_closed();
        const auto in = numbered<OrganizationId>(1'000'000'007);
        const auto begun = Clock::now();
        fill(*store, in, sizes[number]);
        const double micros =
            std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
        std::printf("%zu members, %.1f us to write each\n", sizes[number],
                    micros / static_cast<double>(sizes[number]));
        const Snapshot reader{store};
        for (const Case& one : cases(in)) {
            const double page =
                median_micros([&] { ENSURE(member_page(reader, one.query).has_value()); });
            const double first = smallest.try_emplace(one.what, page).first->second;
            std::printf("  %-40s %10.0f us %8.1fx\n", one.what, page, page / first);
        }
        std::fflush(stdout);
    }
    measure_memberships(folder);
    return 0;
}
