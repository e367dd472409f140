// Pages of the member list: filters, sorts, searches and cursors.
#include "projections/text.h"
#include "tests/projections/cast.h"
#include "tests/projections/picking.h"

namespace muster::projections_tests {
namespace {

struct Somebody {
    std::string name;
    std::string address;
};

class MemberSearch : public ::testing::Test, public ViewsFixture {
 protected:
    /// All of them join at once, as person(1), person(2) and so on.
    void join(const std::vector<Somebody>& people) {
        std::vector<StreamEvent> events{of(atelier, founded(atelier))};
        for (const Somebody& one : people) {
            const PersonId who = person(++people_);
            events.push_back(of(atelier, joined(atelier, who, one.name, one.address)));
        }
        history.record({.command = SettleDue{atelier}, .events = std::move(events)});
    }
    std::vector<std::string> found(std::string q) {
        return names({.organization = atelier, .q = std::move(q), .limit = 2});
    }

    std::uint64_t people_ = 0;
};

TEST_F(MemberSearch, NamesSortWithoutRegardToCaseInBothDirections) {
    join({{"bob", "3@e.org"}, {"Anna", "2@e.org"}, {"Ann", "1@e.org"}, {"Éva", "0@e.org"}});
    EXPECT_EQ(names({.organization = atelier}), (Names{"Ann", "Anna", "bob", "Éva"}));
    EXPECT_EQ(names({.organization = atelier, .descending = true, .limit = 1}),
              (Names{"Éva", "bob", "Anna", "Ann"}));
    EXPECT_EQ(names({.organization = atelier, .sort = MemberSort::address, .limit = 3}),
              (Names{"Éva", "Ann", "Anna", "bob"}));
}

TEST_F(MemberSearch, WhoNeverSignedInStandsBeforeWhoDid) {
    join({{"a", ""}, {"b", ""}, {"c", ""}});
    const auto sign_in = [&](PersonId who, Instant at) {
        history.record({.command = RecordSignIn{who, {}},
                        .events = {of(who, PersonSignedIn{who, {}})},
                        .effective_at = at});
    };
    sign_in(person(1), history.now + 2h);
    sign_in(person(2), history.now + 1h);
    const MemberQuery query{.organization = atelier, .sort = MemberSort::last_access, .limit = 1};
    EXPECT_EQ(names(query), (Names{"c", "b", "a"}));
}

TEST_F(MemberSearch, EqualNamesAreToldApartByThePerson) {
    join({{"Kim", ""}, {"Kim", ""}, {"Kim", ""}});
    std::set<PersonId> seen;
    for (const MemberRow& one : rows({.organization = atelier, .limit = 1})) {
        EXPECT_TRUE(seen.insert(one.person).second);
    }
    EXPECT_EQ(seen.size(), 3U);
}

TEST_F(MemberSearch, FiltersAreAppliedTogether) {
    join({{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}});
    const auto studio = workspace(1);
    happens(atelier, {MemberRolesChanged{person(1), {as_admin, as_member}},
                      MemberRolesChanged{person(2), {as_admin}},
                      WorkspaceRoleAssigned{person(2), {studio, {}}},
                      WorkspaceRoleAssigned{person(3), {studio, {}}},
                      issued(atelier, invitation(1), person(9), history.now + 24h, "p", "p@e.org"),
                      WorkspaceRoleAssigned{person(9), {studio, {}}}});
    EXPECT_EQ(names({.organization = atelier, .role = as_admin}), (Names{"a", "b"}));
    EXPECT_EQ(names({.organization = atelier, .role = as_member}), (Names{"a", "c", "d", "p"}));
    EXPECT_EQ(names({.organization = atelier, .role = as_admin, .workspace = studio}), Names{"b"});
    EXPECT_EQ(names({.organization = atelier, .status = RowStatus::pending}), Names{"p"});
    EXPECT_EQ(names({.organization = atelier,
                     .status = RowStatus::active,
                     .role = as_member,
                     .workspace = studio}),
              Names{"c"});
    EXPECT_EQ(names({.organization = atelier, .q = "b", .role = as_admin, .workspace = studio}),
              Names{"b"});
    EXPECT_TRUE(names({.organization = atelier, .status = RowStatus::suspended}).empty());
    EXPECT_TRUE(names({.organization = organization(2)}).empty());
}

TEST_F(MemberSearch, ActiveMembersWithoutASecondFactorAreFoundPageByPage) {
    join({{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}});
    for (const std::uint64_t number : {2U, 3U, 4U}) {
        happens(person(number), registered(person(number), "", ""));
    }
    happens(person(2), TwoFactorChanged{person(2), true});
    happens(atelier,
            {MemberSuspended{person(4)}, MemberRolesChanged{person(5), {as_admin}},
             issued(atelier, invitation(1), person(9), history.now + 24h, "p", "p@e.org")});
    MemberQuery query{
        .organization = atelier, .status = RowStatus::active, .two_factor = false, .limit = 1};
    EXPECT_EQ(names(query), (Names{"a", "c", "e"}));
    happens(person(3), TwoFactorChanged{person(3), true});
    happens(person(2), TwoFactorChanged{person(2), false});
    happens(atelier, {MemberReinstated{person(4)}});
    query.descending = true;
    EXPECT_EQ(names(query), (Names{"e", "d", "b", "a"}));
    query.role = as_admin;
    EXPECT_EQ(names(query), Names{"e"});
    query.role = std::nullopt;
    query.q = "b";
    EXPECT_EQ(names(query), Names{"b"});
    query.q = "c";
    EXPECT_TRUE(names(query).empty());
    query.q = "";
    query.status = RowStatus::pending;
    EXPECT_TRUE(names(query).empty());
}

TEST_F(MemberSearch, EveryWordBeginsAWordOfTheNameOrAddress) {
    join({{"Ann-Marie O'Brien", "am.obrien@example.org"},
          {"Anna Berg", "anna@berg.example"},
          {"Bertil Ann", "bertil+news@example.org"}});
    EXPECT_EQ(found("ann"), (Names{"Ann-Marie O'Brien", "Anna Berg", "Bertil Ann"}));
    EXPECT_EQ(found("ann ber"), (Names{"Anna Berg", "Bertil Ann"}));
    EXPECT_EQ(found("BER  anna"), Names{"Anna Berg"});
    EXPECT_EQ(found("marie"), Names{"Ann-Marie O'Brien"});
    EXPECT_EQ(found("ann-mar"), Names{"Ann-Marie O'Brien"});
    EXPECT_EQ(found("o'br"), Names{"Ann-Marie O'Brien"});
    EXPECT_EQ(found("brien"), Names{"Ann-Marie O'Brien"});
    EXPECT_EQ(found("news"), Names{"Bertil Ann"});
    EXPECT_EQ(found("bertil+news@exam"), Names{"Bertil Ann"});
    EXPECT_EQ(found("<anna@berg.example>,"), Names{"Anna Berg"});
    EXPECT_TRUE(found("rie").empty());
    EXPECT_TRUE(found("anna bertil").empty());
    EXPECT_EQ(found("@berg"), Names{"Anna Berg"});
    EXPECT_TRUE(found("@anna").empty());
    EXPECT_EQ(found(" ").size(), 3U) << "is no search";
    for (const char* nothing : {" , ", "%", "-", "\""}) EXPECT_TRUE(found(nothing).empty());
}

TEST_F(MemberSearch, AnyPartOfAnAddressIsFoundFromItsBeginning) {
    join({{"Robot", "ci-robot@mail.example.org"}, {"Rob", "example.org@elsewhere.example"}});
    EXPECT_EQ(found("ci-rob"), Names{"Robot"});
    EXPECT_EQ(found("robot@mail"), Names{"Robot"});
    EXPECT_EQ(found("mail.example.org"), Names{"Robot"});
    EXPECT_EQ(found("org"), (Names{"Rob", "Robot"}));
    EXPECT_EQ(found("example.org"), (Names{"Rob", "Robot"}));
    EXPECT_EQ(found("@mail"), Names{"Robot"});
    EXPECT_TRUE(found("@example.org").empty());
    EXPECT_TRUE(found("xample").empty());
}

TEST_F(MemberSearch, AccentsAndCaseAreTheSameHoweverTheyAreTyped) {
    join({{"Zoe\u0301 Straße", "z@e.org"}, {"Ｔａｎａｋａ", "t@e.org"}});
    EXPECT_EQ(found("zo\u00e9"), Names{"Zoe\u0301 Straße"});
    EXPECT_EQ(found("ZO\u00c9 STRASSE"), Names{"Zoe\u0301 Straße"});
    EXPECT_EQ(found("tanaka"), Names{"Ｔａｎａｋａ"});
    EXPECT_EQ(found("zoe\u0300"), Names{"Zoe\u0301 Straße"});
    EXPECT_EQ(found("zoe"), Names{"Zoe\u0301 Straße"});
    EXPECT_EQ(folded("\xff A"), "\ufffd a");
}

TEST_F(MemberSearch, LettersThatAsciiHasNotAreFoundByThoseThatItHas) {
    join({{"André", ""}, {"Łódź Øre", ""}, {"Ærø Müller", ""}, {"Жанна Ёлкина", ""}});
    EXPECT_EQ(found("Andre"), Names{"André"});
    EXPECT_EQ(found("LODZ"), Names{"Łódź Øre"});
    EXPECT_EQ(found("ore łó"), Names{"Łódź Øre"});
    EXPECT_EQ(found("aero mul"), Names{"Ærø Müller"});
    EXPECT_EQ(found("елк"), Names{"Жанна Ёлкина"});
    EXPECT_TRUE(found("zhanna").empty());
}

TEST_F(MemberSearch, WordsOfScriptsWithoutSpacesAreThoseThatIcuSees) {
    join({{"東京太郎", ""}, {"สวัสดีครับ", ""}});
    EXPECT_EQ(found("東京"), Names{"東京太郎"});
    EXPECT_EQ(found("太郎"), Names{"東京太郎"});
    EXPECT_EQ(found("東京太"), Names{"東京太郎"});
    EXPECT_TRUE(found("京").empty());
    EXPECT_EQ(found("ครับ"), Names{"สวัสดีครับ"});
}

TEST_F(MemberSearch, NamesStandWhereReadersOfAnyLanguageLookForThem) {
    join({{"José", "6@e.org"}, {"Anne", "5@e.org"}, {"Çelik", "4@e.org"}, {"", "b@e.org"}});
    EXPECT_EQ(names({.organization = atelier}), (Names{"Anne", "", "Çelik", "José"}));
}

TEST_F(MemberSearch, ASearchIsSortedAndPagedLikeEverythingElse) {
    join({{"Ann C", "1@e.org"}, {"Ann A", "3@e.org"}, {"Ann B", "2@e.org"}, {"Bob", "0@e.org"}});
    EXPECT_EQ(names({.organization = atelier, .q = "ann", .descending = true, .limit = 1}),
              (Names{"Ann C", "Ann B", "Ann A"}));
    EXPECT_EQ(names({.organization = atelier, .q = "ann", .sort = MemberSort::address, .limit = 2}),
              (Names{"Ann C", "Ann B", "Ann A"}));
}

TEST_F(MemberSearch, TheLastPageNamesNoOtherAndEachPageItsPosition) {
    join({{"a", ""}, {"b", ""}});
    settle();
    const auto whole = views->members({.organization = atelier, .limit = 2});
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->rows.size(), 2U);
    EXPECT_EQ(whole->next_cursor, "");
    EXPECT_EQ(whole->position, log.head());
    EXPECT_NE(views->members({.organization = atelier, .limit = 1})->next_cursor, "");
}

TEST_F(MemberSearch, ACursorOfAnotherSortIsRefused) {
    join({{"a", ""}, {"b", ""}});
    settle();
    MemberQuery query{.organization = atelier, .limit = 1};
    query.cursor = views->members(query)->next_cursor;
    EXPECT_TRUE(views->members(query).has_value());
    query.sort = MemberSort::since;
    ASSERT_FALSE(views->members(query).has_value());
    EXPECT_EQ(views->members(query).error().kind, FailureKind::not_found);
    query.cursor = "nonsense";
    EXPECT_FALSE(views->members(query).has_value());
}

TEST_F(MemberSearch, AWordThatMeansNearlyEverybodyIsFoundAsWell) {
    // More than are gathered in memory, so that the page comes from walking the sort.
    constexpr std::size_t many = 4'200;
    std::vector<Somebody> people;
    for (std::size_t index = 0; index < many; ++index) {
        people.push_back({"User " + std::to_string(many - index), ""});
    }
    people.push_back({"Other", ""});
    join(people);
    settle();
    MemberQuery query{.organization = atelier, .q = "us", .sort = MemberSort::since, .limit = 3};
    const auto first = views->members(query);
    ASSERT_TRUE(first);
    query.cursor = first->next_cursor;
    const auto second = views->members(query);
    ASSERT_TRUE(second);
    ASSERT_EQ(second->rows.size(), 3U);
    EXPECT_EQ(second->rows[0].person, person(4));
    query.cursor.clear();
    query.limit = 10'000;
    EXPECT_EQ(rows(query).size(), many);
    // Two words: the rare one leads.
    EXPECT_EQ(found("us 420"), (Names{"User 420", "User 4200"}));
}

/// What a query gives, worked out from all rows.
std::vector<PersonId> expected_people(const std::vector<MemberRow>& all, const MemberQuery& query) {
    std::vector<std::pair<std::string, PersonId>> keyed;
    for (const MemberRow& row : all) {
        if (query.status ? row.status != *query.status : row.status == RowStatus::former) continue;
        const bool here = row.status == RowStatus::active || row.status == RowStatus::suspended;
        if (query.two_factor && (!here || row.two_factor != *query.two_factor)) continue;
        if (query.role && std::ranges::find(row.roles, *query.role) == row.roles.end()) continue;
        if (query.workspace && !row.workspaces.contains(*query.workspace)) continue;
        const bool begins = folded(row.name).starts_with(query.q) ||
                            folded(row.name).find(" " + query.q) != std::string::npos;
        if (!query.q.empty() && !begins) continue;
        const std::string by_name = collation_key(row.name.empty() ? row.address : row.name);
        std::string key = by_name;
        if (query.sort == MemberSort::address) key = collation_key(row.address);
        const auto micros = [](Instant at) { return std::to_string(at.micros); };
        if (query.sort == MemberSort::since) key = micros(row.since);
        if (query.sort == MemberSort::last_access) {
            key = row.last_access ? "1" + micros(*row.last_access) : "0" + micros(row.since);
        }
        if (query.sort == MemberSort::role) key = row.roles.front().value + '\0' + by_name;
        if (query.sort == MemberSort::status) key = static_cast<char>(row.status) + by_name;
        keyed.emplace_back(std::move(key), row.person);
    }
    std::ranges::sort(keyed);
    if (query.descending) std::ranges::reverse(keyed);
    std::vector<PersonId> people;
    for (const auto& [key, who] : keyed) people.push_back(who);
    return people;
}

MemberQuery any_query(OrganizationId id) {
    MemberQuery query{.organization = id};
    query.q = *rc::gen::element(""s, ""s, "a"s, "b"s, "ab"s);
    if (*rc::gen::arbitrary<bool>()) {
        query.status = *rc::gen::element(RowStatus::active, RowStatus::suspended,
                                         RowStatus::pending, RowStatus::former);
    }
    if (pick(0, 4) == 0) query.two_factor = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>()) query.role = *rc::gen::element(as_admin, as_member);
    if (*rc::gen::arbitrary<bool>()) query.workspace = workspace(pick(1, 3));
    query.sort = *rc::gen::element(MemberSort::name, MemberSort::address, MemberSort::since,
                                   MemberSort::last_access, MemberSort::role, MemberSort::status);
    query.descending = *rc::gen::arbitrary<bool>();
    query.limit = pick<std::size_t>(1, 5);
    return query;
}

/// A random row: a member, suspended perhaps, or an open invitation, or who left and may be invited
/// again.
std::vector<Event> any_row(ViewsFixture& views, OrganizationId in, std::uint64_t number) {
    const auto name = *rc::gen::element("a"s, "A b"s, "ab"s, "b a"s, "c"s, ""s);
    const auto address = *rc::gen::element(""s, "x@y"s, "z@y"s);
    const auto who = person(number);
    const Event invited =
        views.issued(in, invitation(number), who, views.history.now, name, address);
    const bool pending = pick(0, 3) == 0;
    std::vector<Event> events;
    if (pending) {
        events.push_back(invited);
    } else {
        events.push_back(views.joined(in, who, name, address));
    }
    if (*rc::gen::arbitrary<bool>())
        events.push_back(MemberRolesChanged{who, {as_admin, as_member}});
    if (*rc::gen::arbitrary<bool>()) {
        events.push_back(WorkspaceRoleAssigned{who, {workspace(pick(1, 3)), {}}});
    }
    if (pending) return events;
    if (pick(0, 4) == 0) events.push_back(MemberSuspended{who});
    if (pick(0, 3) > 0) return events;
    events.push_back(MemberRemoved{.person = who});
    if (*rc::gen::arbitrary<bool>()) events.push_back(invited);
    return events;
}

template <class Kind>
std::size_t count_of(const std::vector<StreamEvent>& events) {
    return static_cast<std::size_t>(std::ranges::count_if(
        events, [](const auto& event) { return std::holds_alternative<Kind>(event.event); }));
}

TEST_F(MemberSearch, AnyQueryGivesWhatLookingAtAllRowsGives) {
    for (std::uint64_t number = 1; number <= 12; number += 2) {
        happens(person(number), registered(person(number), "", ""));
        happens(person(number), TwoFactorChanged{person(number), true});
    }
    std::uint64_t organizations = 100;
    EXPECT_TRUE(rc::check([&] {
        const auto in = organization(++organizations);
        std::vector<StreamEvent> events{of(in, founded(in))};
        const auto count = pick<std::uint64_t>(0, 12);
        for (std::uint64_t number = 1; number <= count; ++number) {
            for (Event& event : any_row(*this, in, number)) {
                events.push_back(of(in, std::move(event)));
            }
        }
        history.record({.command = SettleDue{in}, .events = events});
        auto all = rows({.organization = in, .limit = 100});
        const auto left = rows({.organization = in, .status = RowStatus::former, .limit = 100});
        RC_ASSERT(left.size() == count_of<MemberRemoved>(events));
        RC_ASSERT(all.size() + left.size() ==
                  count_of<MemberJoined>(events) + count_of<InvitationIssued>(events));
        all.insert(all.end(), left.begin(), left.end());
        for (int queries = 0; queries < 5; ++queries) {
            const MemberQuery query = any_query(in);
            std::vector<PersonId> people;
            for (const MemberRow& row : rows(query)) people.push_back(row.person);
            RC_ASSERT(people == expected_people(all, query));
        }
    }));
}

TEST_F(MemberSearch, AWalkGivesEachRowThatStaysExactlyOnceWhileOthersComeAndGo) {
    std::uint64_t organizations = 100'000;
    EXPECT_TRUE(rc::check([&] {
        const auto in = organization(++organizations);
        history.record({.command = SettleDue{in}, .events = {of(in, founded(in))}});
        std::set<PersonId> stay;
        std::set<PersonId> others;
        std::uint64_t number = 0;
        const auto add = [&](std::set<PersonId>& to) {
            std::vector<StreamEvent> events;
            for (Event& event : any_row(*this, in, ++number)) {
                events.push_back(of(in, std::move(event)));
            }
            history.record({.command = SettleDue{in}, .events = std::move(events)});
            to.insert(person(number));
        };
        for (auto count = pick(0, 8); count > 0; --count) add(stay);
        for (auto count = pick(0, 8); count > 0; --count) add(others);
        MemberQuery query = any_query(in);
        std::map<PersonId, int> seen;
        std::set<PersonId> wanted;
        settle();
        for (const MemberRow& row : rows(query)) {
            if (stay.contains(row.person)) wanted.insert(row.person);
        }
        do {
            settle();
            const auto page = views->members(query);
            RC_ASSERT(page.has_value());
            for (const MemberRow& row : page->rows) ++seen[row.person];
            query.cursor = page->next_cursor;
            if (*rc::gen::arbitrary<bool>()) add(others);
            if (!others.empty() && *rc::gen::arbitrary<bool>()) {
                const auto gone = *others.begin();
                others.erase(others.begin());
                history.record(
                    {.command = SettleDue{in}, .events = {of(in, MemberRemoved{.person = gone})}});
            }
        } while (!query.cursor.empty() && number < 60);
        for (const PersonId& who : wanted) RC_ASSERT(seen[who] == 1);
        for (const auto& [who, times] : seen) RC_ASSERT(times == 1);
    }));
}

}  // namespace
}  // namespace muster::projections_tests
