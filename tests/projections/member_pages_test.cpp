// Pages of random rosters against looking at all rows; how many keys a row has.
#include "projections/member_index.h"
#include "projections/member_list.h"
#include "projections/member_rows.h"
#include "projections/member_search.h"
#include "projections/text.h"
#include "tests/projections/cast.h"
#include "tests/projections/picking.h"

#include <rocksdb/perf_context.h>
#include <rocksdb/perf_level.h>

namespace muster::projections_tests {
namespace {

using Rows = std::vector<MemberRow>;

/// Of more words than the keys of a row hold.
const std::string long_address = [] {
    std::string address = "zz";
    for (int part = 0; part < 12; ++part) address += "." + std::string(12, 'a');
    return address + "@x.org";
}();

/// In the order of a reader; where a text stands in it is worked out by nobody else.
const std::vector<std::string> texts_in_order{"",        "1@y.org", "a@x.org",   "Anne",
                                              "anne b",  "Çelik",   "José",      "Łódź",
                                              "z@x.org", "Zoé",     long_address};
const std::vector<std::string> names_to_have{"", "Anne", "anne b", "Çelik", "José", "Łódź", "Zoé"};
const std::vector<std::string> addresses_to_have{"", "1@y.org", "a@x.org", "z@x.org", long_address};

std::string plain(const std::string& text) {
    static const std::map<std::string, std::string> as_ascii{
        {"Anne", "anne"}, {"Çelik", "celik"}, {"José", "jose"}, {"Łódź", "lodz"}, {"Zoé", "zoe"}};
    const auto found = as_ascii.find(text);
    return found == as_ascii.end() ? text : found->second;
}

/// What somebody types, and the words that it comes to.
struct Typed {
    std::string q;
    std::vector<std::string> words;
};
const std::vector<Typed> typed{{"a", {"a"}},           {"B", {"b"}},
                               {"Anne", {"anne"}},     {"ANNE  b", {"anne", "b"}},
                               {"Lo", {"lo"}},         {"łÓd", {"lod"}},
                               {"çe", {"ce"}},         {"x.org", {"x.org"}},
                               {"@x.o", {"@x.o"}},     {"org a", {"org", "a"}},
                               {"zo %", {"zo"}},       {"nobody", {"nobody"}},
                               {"\"jose\"", {"jose"}}, {"@", {}},
                               {"a@x", {"a@x"}}};

bool begins_a_word(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const bool inside = at > 0 && std::isalnum(static_cast<unsigned char>(text[at - 1])) != 0;
        if (!inside || word.front() == '@') return true;
    }
    return false;
}

bool is_found(const MemberRow& row, const std::string& q) {
    if (q.empty() || q == " ") return true;
    const auto one = std::ranges::find(typed, q, &Typed::q);
    return !one->words.empty() && std::ranges::all_of(one->words, [&](const std::string& word) {
        return begins_a_word(plain(row.name), word) || begins_a_word(row.address, word);
    });
}

bool is_asked_for(const MemberRow& row, const MemberQuery& query) {
    const bool here = row.status == RowStatus::active || row.status == RowStatus::suspended;
    if (query.status ? row.status != *query.status : row.status == RowStatus::former) return false;
    if (query.role && !std::ranges::count(row.roles, *query.role)) return false;
    if (query.workspace && !row.workspaces.contains(*query.workspace)) return false;
    if (query.licence && row.licence != query.licence) return false;
    if (query.two_factor && (!here || row.two_factor != *query.two_factor)) return false;
    const Instant last = row.last_access.value_or(row.since);
    const bool is_away = row.status != RowStatus::pending && last < query.last_access_before;
    if (query.last_access_before && !is_away) return false;
    return is_found(row, query.q);
}

auto place_of(const MemberRow& row, MemberSort sort) {
    const auto rank = [](const std::string& text) {
        return std::ranges::find(texts_in_order, text) - texts_in_order.begin();
    };
    const auto by_name = rank(row.name.empty() ? row.address : row.name);
    const std::int64_t never = -1'000'000;
    std::tuple<std::string, std::int64_t, std::int64_t, PersonId> place{{}, 0, 0, row.person};
    auto& [role, number, text, who] = place;
    if (sort == MemberSort::name) text = by_name;
    if (sort == MemberSort::address) text = rank(row.address);
    if (sort == MemberSort::since) number = row.since.micros;
    if (sort == MemberSort::last_access) {
        number = row.last_access ? row.last_access->micros : never + row.since.micros;
    }
    if (sort == MemberSort::role) std::tie(role, text) = std::tuple{row.roles[0].value, by_name};
    if (sort == MemberSort::status) {
        number = static_cast<int>(row.status);
        text = by_name;
    }
    return place;
}

std::vector<PersonId> looked_up(const Rows& all, const MemberQuery& query) {
    Rows rows;
    std::ranges::copy_if(all, std::back_inserter(rows),
                         [&](const MemberRow& row) { return is_asked_for(row, query); });
    std::ranges::sort(rows, {}, [&](const MemberRow& row) { return place_of(row, query.sort); });
    if (query.descending) std::ranges::reverse(rows);
    std::vector<PersonId> people;
    for (const MemberRow& row : rows) people.push_back(row.person);
    return people;
}

template <class Value>
Value one_of(const std::vector<Value>& values) {
    return values[pick<std::size_t>(0, values.size())];
}

bool once_in(int times) {
    return pick(0, times) == 0;
}

const std::vector<RoleId> roles_to_have{as_admin, as_member, RoleId{"owner"}};

Instant any_moment() {
    return Instant{pick<std::int64_t>(1, 9)};
}

MemberRow any_person(std::uint64_t number) {
    MemberRow row;
    row.person = person(number);
    row.status = one_of<RowStatus>(
        {RowStatus::active, RowStatus::active, RowStatus::suspended, RowStatus::pending});
    row.name = one_of(names_to_have);
    row.address = one_of(addresses_to_have);
    for (const RoleId& role : roles_to_have) {
        if (once_in(2)) row.roles.push_back(role);
    }
    if (row.roles.empty()) row.roles = {one_of(roles_to_have)};
    if (once_in(4)) {
        for (int other = 1; other < 10; ++other) {
            row.roles.push_back(RoleId{"role" + std::to_string(other)});
        }
    }
    for (std::uint64_t place = 1; place < 4; ++place) {
        if (once_in(3)) row.workspaces.emplace(workspace(place), RoleId{});
    }
    if (once_in(4)) {
        for (std::uint64_t place = 10; place < 20; ++place) {
            row.workspaces.emplace(workspace(place), RoleId{});
        }
    }
    if (once_in(2))
        row.licence = one_of<LicenceClassId>({LicenceClassId{"full"}, LicenceClassId{"lite"}});
    row.two_factor = row.status != RowStatus::pending && once_in(2);
    row.since = any_moment();
    if (row.status != RowStatus::pending && once_in(2)) row.last_access = any_moment();
    if (row.status != RowStatus::pending && once_in(5)) return as_former(row, any_moment());
    return row;
}

MemberQuery any_query_in(OrganizationId in) {
    MemberQuery query{.organization = in};
    if (once_in(2)) query.q = once_in(9) ? " " : one_of(typed).q;
    if (once_in(3)) {
        query.status = one_of<RowStatus>(
            {RowStatus::active, RowStatus::suspended, RowStatus::pending, RowStatus::former});
    }
    if (once_in(3)) query.role = once_in(4) ? RoleId{"role7"} : one_of(roles_to_have);
    if (once_in(3)) query.workspace = workspace(once_in(4) ? 12 : pick(1, 4));
    if (once_in(4)) query.licence = LicenceClassId{"full"};
    if (once_in(4)) query.two_factor = once_in(2);
    if (once_in(4)) query.last_access_before = any_moment();
    query.sort =
        one_of<MemberSort>({MemberSort::name, MemberSort::address, MemberSort::since,
                            MemberSort::last_access, MemberSort::role, MemberSort::status});
    query.descending = once_in(2);
    query.limit = pick<std::size_t>(1, 6);
    query.exact_total = once_in(2);
    return query;
}

class MemberPages : public ::testing::Test {
 protected:
    void add(OrganizationId in, const MemberRow& row) {
        Draft draft{*store_};
        if (row.status == RowStatus::former) {
            replace_stored(draft, in, std::nullopt, row);
        } else {
            replace_row(draft, in, std::nullopt, row);
        }
        ASSERT_TRUE(draft.write());
    }
    Rows add_any(OrganizationId in, std::uint64_t count) {
        Rows rows;
        for (std::uint64_t number = 1; number <= count; ++number) {
            rows.push_back(any_person(number));
            add(in, rows.back());
        }
        return rows;
    }
    /// Page by page.
    std::vector<PersonId> listed(MemberQuery query, const SearchEffort& effort,
                                 std::optional<std::uint64_t>& total) const {
        std::vector<PersonId> people;
        const Snapshot reader{store_};
        do {
            const auto page = member_page(reader, query, effort);
            RC_ASSERT(page.has_value());
            RC_ASSERT(page->rows.size() <= query.limit);
            for (const MemberRow& row : page->rows) people.push_back(row.person);
            RC_ASSERT(page->next_cursor.empty() || page->next_cursor != query.cursor);
            query.cursor = page->next_cursor;
            total = page->total;
        } while (!query.cursor.empty());
        return people;
    }
    bool gives_what_is_there(const Rows& all, const MemberQuery& query,
                             const SearchEffort& effort) const {
        std::optional<std::uint64_t> total;
        const auto people = looked_up(all, query);
        if (listed(query, effort, total) != people) return false;
        if (query.exact_total || has_ready_total(query)) return total == people.size();
        return !total;
    }

    test::TemporaryFolder folder_;
    std::shared_ptr<ViewStore> store_ = ViewStore::create(folder_.path() / "store").value();
};

/// How a scan goes on after a page.
enum class GoesOn : std::uint8_t { after_the_last_row, after_as_many_rows };

/// Whether those who are there throughout are seen exactly once, page by page, while 100 others
/// join and as many leave.
class BusyScan {
 public:
    explicit BusyScan(std::shared_ptr<ViewStore> store) : store_{std::move(store)} {
        for (std::uint64_t number = 1; number <= stay_; ++number) join(number);
        for (std::uint64_t number = stay_ + 1; number <= stay_ + moves_; ++number) join(number);
    }

    bool sees_each_once(GoesOn how) {
        std::map<PersonId, int> seen;
        MemberQuery query{.organization = atelier, .limit = 2};
        for (std::uint64_t move = 1;; ++move) {
            if (how == GoesOn::after_as_many_rows) query.limit = 2 * move;
            const auto page = member_page(Snapshot{store_}, query).value();
            const std::size_t known = how == GoesOn::after_as_many_rows ? 2 * (move - 1) : 0;
            for (std::size_t at = known; at < page.rows.size(); ++at) ++seen[page.rows[at].person];
            if (page.next_cursor.empty()) break;
            if (how == GoesOn::after_the_last_row) query.cursor = page.next_cursor;
            if (move > moves_) continue;
            leave(stay_ + move);
            join(stay_ + moves_ + move);
        }
        for (std::uint64_t number = 1; number <= stay_; ++number) {
            if (seen[person(number)] != 1) return false;
        }
        return true;
    }

 private:
    static MemberRow row_of(std::uint64_t number) {
        MemberRow row{.person = person(number)};
        row.name = std::to_string(number * 7919 % 1'000);
        row.roles = {as_member};
        return row;
    }
    void join(std::uint64_t number) { replace(std::nullopt, row_of(number)); }
    void leave(std::uint64_t number) { replace(row_of(number), std::nullopt); }
    void replace(const std::optional<MemberRow>& before, const std::optional<MemberRow>& after) {
        Draft draft{*store_};
        replace_row(draft, atelier, before, after);
        ASSERT_TRUE(draft.write());
    }

    static constexpr std::uint64_t stay_ = 250;
    static constexpr std::uint64_t moves_ = 100;
    std::shared_ptr<ViewStore> store_;
};

TEST_F(MemberPages, AScanSeesWhoStaysOnceWhileOthersComeAndGo) {
    EXPECT_TRUE(BusyScan{store_}.sees_each_once(GoesOn::after_the_last_row));
}

TEST_F(MemberPages, ControlAScanThatCountsRowsDoesNot) {
    EXPECT_FALSE(BusyScan{store_}.sees_each_once(GoesOn::after_as_many_rows));
}

TEST_F(MemberPages, AnyQueryGivesWhatLookingAtAllRowsGives) {
    std::uint64_t organizations = 0;
    EXPECT_TRUE(rc::check([&] {
        const auto in = organization(++organizations);
        const Rows all = add_any(in, pick<std::uint64_t>(0, 40));
        for (int queries = 0; queries < 8; ++queries) {
            const MemberQuery query = any_query_in(in);
            const SearchEffort effort{.steps_of_a_row = one_of<std::size_t>({1, 1, 1'000}),
                                      .steps_of_a_page = one_of<std::size_t>({1, 3, 20'000})};
            RC_ASSERT(gives_what_is_there(all, query, effort));
        }
    }));
}

MemberRow ordinary() {
    MemberRow row;
    row.person = ann;
    row.name = "Ann Berg";
    row.address = "ann.berg@example.org";
    row.roles = {as_member};
    row.workspaces.emplace(workspace(1), RoleId{});
    row.licence = LicenceClassId{"full"};
    row.since = Instant{5};
    return row;
}

std::vector<std::string> keys_of(const MemberRow& row, bool for_search) {
    std::string search = prefix_of_tokens({atelier}, "");
    search.pop_back();  // which kind of keys for the search
    std::vector<std::string> keys;
    for (const IndexEntry& entry : indexes_of(atelier, row, texts_of(row)).entries) {
        if (entry.key.starts_with(search) == for_search) keys.push_back(entry.key);
    }
    return keys;
}

TEST_F(MemberPages, ADomainIsFoundHoweverManyPartsStandBeforeIt) {
    const auto tokens = tokens_of("", "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q@corp.org");
    EXPECT_EQ(std::ranges::count(tokens, "corp.org"), 1);
    EXPECT_LE(tokens.size(), 17U);
}

TEST_F(MemberPages, WordsThatBeginOthersAreLookedForOnce) {
    const auto words = words_of("ex exa exa @exa example");
    ASSERT_TRUE(words);
    ASSERT_EQ(words->size(), 2U);
    EXPECT_EQ(words->front().word, "example");
    EXPECT_EQ(words->back().mark, '@');
}

TEST_F(MemberPages, AKeyOfANameIsBounded) {
    std::string name;
    for (int i = 0; i < 200; ++i) name += "\uFDFA";
    EXPECT_LE(collation_key(name).size(), 256U);
    EXPECT_LT(collation_key("Anne"), collation_key("\u00C7elik"));
}

TEST_F(MemberPages, AnOrdinaryRowHasEightKeysAndASignInMovesOne) {
    const MemberRow row = ordinary();
    EXPECT_EQ(keys_of(row, false).size(), 8U);
    EXPECT_EQ(keys_of(row, true).size(), 8U) << "four tokens and their beginnings";
    MemberRow came = row;
    came.last_access = Instant{7};
    std::vector<std::string> stays;
    std::ranges::set_intersection(keys_of(row, false), keys_of(came, false),
                                  std::back_inserter(stays));
    EXPECT_EQ(stays.size(), 7U);
    EXPECT_EQ(keys_of(row, true), keys_of(came, true));
}

MemberRow in_workspaces(std::uint64_t count) {
    MemberRow row = ordinary();
    for (std::uint64_t place = 1; place <= count; ++place) {
        row.workspaces.emplace(workspace(place), RoleId{});
    }
    return row;
}

std::size_t bytes_of_keys(std::uint64_t workspaces, const FactLimits& limits = {}) {
    const MemberRow row = in_workspaces(workspaces);
    std::size_t bytes = 0;
    for (const IndexEntry& entry : indexes_of(atelier, row, texts_of(row), limits).entries) {
        bytes += entry.key.size() + entry.value.size();
    }
    return bytes;
}

TEST_F(MemberPages, WhoIsInAThousandWorkspacesCostsTenTimesWhoIsInAHundred) {
    EXPECT_LE(bytes_of_keys(1'000), 10 * bytes_of_keys(100));
    add(atelier, in_workspaces(1'000));
    const MemberRow after = in_workspaces(1'001);
    Draft draft{*store_};
    replace_row(draft, atelier, in_workspaces(1'000), after);
    EXPECT_LT(draft.bytes(), encode(after).size() + 1'000) << "one more key";
}

TEST_F(MemberPages, ControlWithEveryWorkspaceInEachKeyItIsTheSquare) {
    const FactLimits none{.workspaces = SIZE_MAX};
    EXPECT_GT(bytes_of_keys(1'000, none), 50 * bytes_of_keys(100, none));
}

TEST_F(MemberPages, KeysHoldNoMoreWordsThanTheyMay) {
    ASSERT_GT(joined(tokens_of("", long_address)).size(), FactLimits{}.token_bytes);
    MemberRow row = ordinary();
    row.address = long_address;
    for (const IndexEntry& entry : indexes_of(atelier, row, texts_of(row)).entries) {
        const std::size_t row_bytes = row_bytes_in(entry.value).size();
        EXPECT_TRUE(row_bytes == 0 || row_bytes == encode(row).size());
        EXPECT_LT(entry.value.size() - row_bytes, 200U);
    }
}

TEST_F(MemberPages, NothingIsLeftOfRowsThatAreGone) {
    const MemberRow row = ordinary();
    add(atelier, row);
    Draft draft{*store_};
    replace_row(draft, atelier, row, std::nullopt);
    ASSERT_TRUE(draft.write());
    EXPECT_TRUE(Snapshot{store_}.keys_under(Part::member_index, "").empty());
    EXPECT_TRUE(Snapshot{store_}.keys_under(Part::members, "").empty());
}

TEST_F(MemberPages, WhoWasRenamedIsFoundWhereTheyStandNow) {
    MemberRow row = ordinary();
    add(atelier, row);
    MemberRow renamed = row;
    renamed.name = "Zoe Berg";
    Draft draft{*store_};
    replace_row(draft, atelier, row, renamed);
    ASSERT_TRUE(draft.write());
    const Snapshot reader{store_};
    EXPECT_EQ(find_member(reader, atelier, row.person), renamed);
    EXPECT_EQ(member_page(reader, {.organization = atelier})->rows, Rows{renamed});
    EXPECT_FALSE(reader.failure());
}

TEST_F(MemberPages, ARowThatCannotBeReadIsAFailureAndNoLine) {
    const MemberRow row = ordinary();
    const std::string key = prefix_of_everybody({atelier}, MemberSort::name) +
                            indexes_of(atelier, row, texts_of(row)).by_name;
    for (const std::string& bytes :
         {std::string{"\1no row"}, std::string{"\0no row", 7}, std::string{}, std::string{"\1"}}) {
        Draft draft{*store_};
        replace_row(draft, atelier, std::nullopt, row);
        draft.put(Part::member_index, key, bytes);
        ASSERT_TRUE(draft.write());
        EXPECT_EQ(member_page(Snapshot{store_}, {.organization = atelier}).error().kind,
                  FailureKind::corrupted);
        const Snapshot one{store_};
        EXPECT_EQ(find_member(one, atelier, row.person), std::nullopt);
        ASSERT_TRUE(one.failure());
        const Snapshot all{store_};
        each_by_name(all, {atelier}, [](std::string_view, const RowFacts&) { FAIL(); });
        ASSERT_TRUE(all.failure());
        EXPECT_EQ(all.failure()->kind, FailureKind::corrupted);
    }
}

/// Queries of which each key of the row serves one.
std::vector<MemberQuery> queries_for(const MemberRow& row) {
    std::vector<MemberQuery> queries;
    for (const MemberSort sort :
         {MemberSort::name, MemberSort::address, MemberSort::since, MemberSort::last_access}) {
        queries.push_back({.organization = atelier, .sort = sort});
    }
    queries.push_back({.organization = atelier, .status = row.status});
    queries.push_back({.organization = atelier, .role = row.roles[0]});
    queries.push_back({.organization = atelier, .workspace = workspace(1)});
    queries.push_back({.organization = atelier, .licence = row.licence});
    for (const Typed& one : typed) {
        queries.push_back({.organization = atelier, .q = one.q});
        queries.push_back({.organization = atelier, .q = one.q, .sort = MemberSort::since});
    }
    return queries;
}

TEST_F(MemberPages, EachKeyThatIsLeftOutShows) {
    MemberRow row = ordinary();
    row.name = "anne b";
    row.address = "a@x.org";
    Rows all{row};
    for (const std::uint64_t number : {10U, 11U, 12U}) {
        all.push_back({.person = person(number), .status = RowStatus::pending, .name = "Zoé"});
        all.back().roles = {as_admin};
    }
    for (const MemberRow& one : all) add(atelier, one);
    const auto is_whole = [&] {
        return std::ranges::all_of(queries_for(row), [&](const MemberQuery& query) {
            return gives_what_is_there(all, query, {.steps_of_a_row = 1});
        });
    };
    EXPECT_TRUE(is_whole());
    for (const IndexEntry& entry : indexes_of(atelier, row, texts_of(row)).entries) {
        Draft without{*store_};
        without.erase(Part::member_index, entry.key);
        ASSERT_TRUE(without.write());
        EXPECT_FALSE(is_whole()) << testing::PrintToString(entry.key);
        Draft whole{*store_};
        whole.put(Part::member_index, entry.key, entry.value);
        ASSERT_TRUE(whole.write());
    }
    EXPECT_TRUE(is_whole());
}

/// What the database is asked for meanwhile, as it counts itself.
template <class Work>
std::uint64_t keys_looked_at(const Work& work) {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kEnableCount);
    const rocksdb::PerfContext& counts = *rocksdb::get_perf_context();
    rocksdb::get_perf_context()->Reset();
    work();
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    return counts.seek_on_memtable_count + counts.next_on_memtable_count +
           counts.prev_on_memtable_count + counts.get_from_memtable_count;
}

class PageCosts : public MemberPages {
 protected:
    /// Every second has words with a and b, the others words with c and d; all have twenty roles.
    void SetUp() override {
        Draft draft{*store_};
        for (std::uint64_t number = 0; number < 600; ++number) {
            MemberRow row{.person = person(number + 1)};
            for (const char letter : number % 2 == 0 ? "ab"s : "cd"s) {
                row.name += std::string(1, letter) + std::to_string(100 + number / 2 % 90) + " ";
            }
            for (int role = 100; role < 120; ++role) {
                row.roles.push_back(RoleId{"role" + std::to_string(role)});
            }
            row.workspaces.emplace(workspace(1), RoleId{});
            row.since = Instant{static_cast<std::int64_t>(number)};
            replace_row(draft, atelier, std::nullopt, row);
        }
        ASSERT_TRUE(draft.write());
    }
    /// The dearest page of all.
    std::uint64_t cost(MemberQuery query, std::size_t steps) {
        const Snapshot reader{store_};
        std::uint64_t most = 0;
        do {
            std::string next;
            const auto cost = keys_looked_at([&] {
                next = member_page(reader, query, {.steps_of_a_page = steps}).value().next_cursor;
            });
            most = std::max(most, cost);
            query.cursor = next;
        } while (!query.cursor.empty());
        return most;
    }
};

constexpr std::size_t few_steps = 1'000;
/// A walk of many sets begins with a step in each, and a count is found among those before it.
constexpr std::uint64_t bound = 2 * few_steps;

TEST_F(PageCosts, OneBudgetIsForAllWalksOfAPage) {
    const MemberQuery narrow{
        .organization = atelier, .q = "a c", .role = RoleId{"role104"}, .workspace = workspace(1)};
    for (const MemberSort sort : {MemberSort::name, MemberSort::address, MemberSort::since,
                                  MemberSort::last_access, MemberSort::role, MemberSort::status}) {
        for (const char* q : {"", "a", "a c", "a b", "a b c d"}) {
            MemberQuery query{.organization = atelier, .q = q, .sort = sort, .limit = 1'000};
            EXPECT_LE(cost(query, few_steps), bound) << static_cast<int>(sort) << q;
            query = narrow;
            query.q = q;
            query.sort = sort;
            EXPECT_LE(cost(query, few_steps), bound) << static_cast<int>(sort) << q;
        }
    }
}

TEST_F(PageCosts, ControlWithoutItTwentyWalksCostMore) {
    const MemberQuery by_role{
        .organization = atelier, .q = "a", .sort = MemberSort::role, .limit = 1'000};
    EXPECT_GT(cost(by_role, SIZE_MAX), bound);
}

/// Advice about idle members stands on this.
TEST_F(MemberPages, WhoIsLongAwayIsFoundBehindAnyNumberOfOthersByStatus) {
    for (std::uint64_t number = 1; number <= 60; ++number) {
        MemberRow row{.person = person(number), .since = Instant{1}};
        row.status = number % 2 == 0 ? RowStatus::suspended : RowStatus::pending;
        if (number % 4 == 0) row.last_access = Instant{2};
        add(atelier, row);
    }
    add(atelier, {.person = person(61), .since = Instant{1}, .last_access = Instant{3}});
    const MemberQuery query{.organization = atelier,
                            .status = RowStatus::active,
                            .last_access_before = Instant{4},
                            .sort = MemberSort::last_access,
                            .limit = 10};
    const auto page = member_page(Snapshot{store_}, query, {.steps_of_a_page = 20});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 1U);
    EXPECT_EQ(page->rows[0].person, person(61));
    EXPECT_EQ(page->next_cursor, "");
}

}  // namespace
}  // namespace muster::projections_tests
