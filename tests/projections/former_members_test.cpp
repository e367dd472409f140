// Who left: what stays of them, how they are listed, and under which name everybody goes.
#include "tests/projections/cast.h"

namespace muster::projections_tests {
namespace {

const MemberQuery who_left{.organization = atelier, .status = RowStatus::former};

class FormerMembers : public ::testing::Test, public ViewsFixture {
 protected:
    FormerMembers() {
        happens(atelier, {founded(atelier), WorkspaceCreated{workspace(1), "Studio"},
                          joined(atelier, founder, "Founder", "founder@example.org")});
    }
    void joins(PersonId who, std::string_view name) {
        happens(atelier, {joined(atelier, who, name, std::string{name} + "@example.org")});
    }
    void leaves(PersonId who) { happens(atelier, {MemberRemoved{.person = who}}); }
    void is_invited(PersonId who, std::string_view name) {
        happens(atelier,
                {issued(atelier, her_invitation, who, history.now + 24h, name, "n@e.org")});
    }
    std::optional<MemberRow> former(PersonId who) {
        settle();
        return views->former(atelier, who).value();
    }
    std::map<PersonId, std::string> known_as(const std::set<PersonId>& people) {
        settle();
        return views->names(atelier, people).value();
    }
};

TEST_F(FormerMembers, WhatWasTheirsStaysExceptWhatTheMembershipGave) {
    happens(ann, registered(ann, "Ann", "ann@account.example"));
    happens(ann, profile(ann, "Ann", "ann.png"));
    happens(ann, TwoFactorChanged{ann, true});
    const LastChange changed{log.head(), history.now};
    MemberJoined event = joined(atelier, ann, "", "ann@example.org");
    event.workspaces = {{workspace(1), {}}};
    event.licence = LicenceClassId{"full"};
    event.details = sealed(atelier, ann, PersonalField::details, "Paints");
    happens(atelier, {event});
    const Instant joined_at = history.now;
    const Version joined_by = log.read(log.head(), 1).value().front().streams.front().version;
    EXPECT_EQ(former(ann), std::nullopt);
    leaves(ann);
    MemberRow expected{Held{.roles = {as_member}}};
    expected.person = ann;
    expected.status = RowStatus::former;
    expected.name = "Ann";
    expected.address = "ann@example.org";
    expected.details = "Paints";
    expected.avatar = "ann.png";
    expected.since = joined_at;
    expected.left_at = history.now;
    expected.joined_by = joined_by;
    expected.shown = changed;
    EXPECT_EQ(former(ann), expected);
    EXPECT_EQ(row(atelier, ann), std::nullopt);
    EXPECT_EQ(views->former(bureau, ann).value(), std::nullopt);
}

TEST_F(FormerMembers, WhatTheAccountDoesLaterIsNoLongerSeenHere) {
    happens(ann, registered(ann, "Ann", ""));
    joins(ann, "");
    leaves(ann);
    const auto before = former(ann);
    happens(ann, profile(ann, "Ann Elsewhere", "new.png"));
    happens(ann, TwoFactorChanged{ann, true});
    happens(ann, PersonSignedIn{ann, std::nullopt});
    EXPECT_EQ(former(ann), before);
}

TEST_F(FormerMembers, OnlyAskingForThemListsThem) {
    joins(ann, "Ann");
    joins(bob, "Bob");
    leaves(ann);
    EXPECT_EQ(names(who_left), Names{"Ann"});
    for (const MemberQuery& query :
         {MemberQuery{.organization = atelier},
          MemberQuery{.organization = atelier, .role = as_member},
          MemberQuery{.organization = atelier, .status = RowStatus::active},
          MemberQuery{.organization = atelier, .two_factor = false},
          MemberQuery{.organization = atelier, .q = "ann"}}) {
        for (const MemberRow& found : rows(query)) EXPECT_NE(found.person, ann);
    }
    EXPECT_TRUE(rows({.organization = bureau, .status = RowStatus::former}).empty());
}

TEST_F(FormerMembers, TheyAreSortedFilteredSearchedAndPaged) {
    const auto leaving = [&](PersonId who, std::string_view name, std::string_view address,
                             const RoleId& role) {
        happens(atelier, {joined(atelier, who, name, address), MemberRolesChanged{who, {role}}});
    };
    leaving(person(5), "Cleo", "a@example.org", as_admin);
    leaving(person(6), "Ann", "c@example.org", as_member);
    leaving(person(7), "Bob", "b@example.org", as_member);
    happens(person(6), PersonSignedIn{person(6), atelier});
    for (const std::uint64_t number : {7U, 6U, 5U}) leaves(person(number));

    MemberQuery query = who_left;
    query.limit = 1;
    EXPECT_EQ(names(query), (Names{"Ann", "Bob", "Cleo"}));
    query.descending = true;
    EXPECT_EQ(names(query), (Names{"Cleo", "Bob", "Ann"}));
    query.sort = MemberSort::address;
    EXPECT_EQ(names(query), (Names{"Ann", "Bob", "Cleo"}));
    query.sort = MemberSort::since;
    EXPECT_EQ(names(query), (Names{"Bob", "Ann", "Cleo"}));
    query.sort = MemberSort::last_access;
    EXPECT_EQ(names(query), (Names{"Ann", "Bob", "Cleo"}));
    query.role = as_member;
    EXPECT_EQ(names(query), (Names{"Ann", "Bob"}));
    query.q = "example";
    EXPECT_EQ(names(query), (Names{"Ann", "Bob"}));
    query.q = "ann";
    EXPECT_EQ(names(query), Names{"Ann"});
    query.workspace = workspace(1);
    EXPECT_TRUE(names(query).empty());
}

TEST_F(FormerMembers, InvitedAgainTheyAreBothUntilTheyJoin) {
    joins(ann, "Ann");
    leaves(ann);
    const auto left = former(ann);
    is_invited(ann, "Ann Again");
    EXPECT_EQ(former(ann), left);
    EXPECT_EQ(row(atelier, ann)->status, RowStatus::pending);
    EXPECT_EQ(names({.organization = atelier, .q = "ann"}), Names{"Ann Again"});
    EXPECT_EQ(names(who_left), Names{"Ann"});

    happens(atelier, {InvitationCancelled{her_invitation, ann}});
    EXPECT_EQ(former(ann), left);
    EXPECT_EQ(row(atelier, ann), std::nullopt);

    is_invited(ann, "Ann Again");
    happens(atelier, {InvitationAccepted{her_invitation, ann},
                      joined(atelier, ann, "Ann Again", "n@e.org")});
    EXPECT_EQ(former(ann), std::nullopt);
    EXPECT_TRUE(rows(who_left).empty());
    const Instant joined_again = history.now;

    leaves(ann);
    EXPECT_EQ(former(ann)->name, "Ann Again");
    EXPECT_EQ(former(ann)->since, joined_again);
    EXPECT_EQ(former(ann)->left_at, history.now);
    EXPECT_EQ(rows(who_left).size(), 1U);
    EXPECT_TRUE(views->compare_with_replay({})->empty());
}

TEST_F(FormerMembers, WhoseAddressIsReplacedLeavesAsTheOtherJoins) {
    joins(ann, "Ann");
    InvitationIssued invited =
        issued(atelier, her_invitation, bob, history.now + 24h, "Ann", "new@example.org");
    invited.replaces = ann;
    happens(atelier, {invited});
    happens(atelier, {InvitationAccepted{her_invitation, bob}, MemberRemoved{.person = ann},
                      joined(atelier, bob, "Ann", "new@example.org")});
    EXPECT_EQ(row(atelier, bob)->status, RowStatus::active);
    EXPECT_EQ(former(ann)->left_at, history.now);
    EXPECT_EQ(former(bob), std::nullopt);
}

TEST_F(FormerMembers, OtherRulesLeaveThemTheRolesThatTheyHad) {
    joins(ann, "Ann");
    leaves(ann);
    happens(atelier, {BlueprintChanged{.blueprint = other_rules(),
                                       .plan = rules()->first_plan,
                                       .limits = {},
                                       .roles = {{as_member, RoleId{"reader"}}},
                                       .workspace_roles = {}}});
    EXPECT_EQ(former(ann)->roles, std::vector{as_member});
}

TEST_F(FormerMembers, NobodyIsLeftOfAnOrganisationThatEnded) {
    joins(ann, "Ann");
    leaves(ann);
    happens(bureau, {founded(bureau), joined(bureau, ann, "Ann", "a@e.org")});
    happens(bureau, {MemberRemoved{.person = ann}});
    happens(atelier, {OrganizationEnded{}});
    EXPECT_EQ(former(ann), std::nullopt);
    EXPECT_TRUE(rows(who_left).empty());
    EXPECT_EQ(rows({.organization = bureau, .status = RowStatus::former}).size(), 1U);
    EXPECT_TRUE(known_as({founder, ann}).empty());
}

TEST_F(FormerMembers, EverybodyIsKnownByTheNameTheyHaveOrHadHere) {
    joins(ann, "Ann");
    leaves(ann);
    is_invited(bob, "Bob as invited");
    happens(bob, registered(bob, "Bob Account", ""));
    const std::set<PersonId> people{founder, ann, bob, person(9)};
    EXPECT_EQ(known_as(people), (std::map<PersonId, std::string>{
                                    {founder, "Founder"}, {ann, "Ann"}, {bob, "Bob as invited"}}));
    EXPECT_EQ(known_as({bob}).size(), 1U);
    EXPECT_TRUE(views->names(bureau, people)->empty());

    happens(atelier, {issued(atelier, invitation(2), ann, history.now + 24h, "Annie", "")});
    EXPECT_EQ(known_as({ann}).at(ann), "Ann") << "as a member, before as somebody invited";
    happens(atelier, {InvitationAccepted{invitation(2), ann}, joined(atelier, ann, "Anna", "")});
    EXPECT_EQ(known_as({ann}).at(ann), "Anna");
}

TEST_F(FormerMembers, WhoWasErasedHasNoName) {
    joins(ann, "Ann");
    leaves(ann);
    settle();
    keys.erase(ann);
    ASSERT_TRUE(views->rebuild({}));
    EXPECT_EQ(former(ann)->name, "");
    EXPECT_TRUE(known_as({ann}).empty());
}

}  // namespace
}  // namespace muster::projections_tests
