// Where one person is: one row an organisation, in pages.
#include "tests/projections/cast.h"

namespace muster::projections_tests {
namespace {

class Memberships : public ::testing::Test, public ViewsFixture {
 protected:
    void founds(OrganizationId id) { happens(id, {founded(id)}); }
    Page<Membership> page(const MembershipQuery& query) {
        settle();
        const auto found = views->memberships(query);
        EXPECT_TRUE(found.has_value());
        return found.value_or(Page<Membership>{});
    }
    Membership only(PersonId who) {
        const auto found = page({.person = who});
        EXPECT_EQ(found.rows.size(), 1U);
        return found.rows.empty() ? Membership{} : found.rows.front();
    }
    std::vector<OrganizationId> places(MembershipQuery query) {
        std::vector<OrganizationId> all;
        while (true) {
            const auto found = page(query);
            for (const Membership& one : found.rows) all.push_back(one.organization);
            if (found.next_cursor.empty()) return all;
            query.after = all.back();
        }
    }
};

TEST_F(Memberships, EachOrganisationOfAPersonIsListedWithTheirRowThere) {
    founds(atelier);
    founds(bureau);
    happens(atelier, {joined(atelier, ann, "Ann", ""), MemberSuspended{ann}});
    happens(bureau, {issued(bureau, her_invitation, ann, history.now + 1h, "Ann", "")});
    happens(bureau, {OrganizationRenamed{.name = "Bureau"}});
    const auto found = page({.person = ann});
    ASSERT_EQ(found.rows.size(), 2U);
    EXPECT_EQ(found.rows[0].name, "Atelier");
    EXPECT_EQ(found.rows[0].row, *row(atelier, ann));
    EXPECT_EQ(found.rows[0].row.status, RowStatus::suspended);
    EXPECT_EQ(found.rows[1].name, "Bureau");
    EXPECT_EQ(found.rows[1].row.invitation, her_invitation);
    EXPECT_TRUE(page({.person = bob}).rows.empty());
}

TEST_F(Memberships, RolesAndWorkspacesAreNamedAsTheyAreNow) {
    const RoleId own{"own"};
    founds(atelier);
    MemberJoined joins = joined(atelier, ann, "Ann", "");
    joins.roles = {as_admin, as_member, own};
    happens(atelier, {RoleCreated{.role = own, .name = "Own"},
                      WorkspaceCreated{.workspace = workspace(1), .name = "Lab"}, joins,
                      WorkspaceRoleAssigned{.person = ann, .place = {workspace(1), {}}}});
    EXPECT_EQ(only(ann).role_names, (Names{"Administrator", "Member", "Own"}));
    EXPECT_EQ(only(ann).workspaces, std::vector{(NamedPlace{workspace(1), "Lab", {}, {}})});
    happens(atelier, {RoleRenamed{.role = own, .name = "Ours"},
                      RoleRenamed{.role = as_admin, .name = "Chief"},
                      WorkspaceRenamed{.workspace = workspace(1), .name = "Studio"}});
    EXPECT_EQ(only(ann).role_names, (Names{"Chief", "Member", "Ours"}));
    EXPECT_EQ(only(ann).workspaces.front().name, "Studio");
    const RoleId reader{"reader"};
    const RoleId editor{"editor"};
    happens(atelier, {BlueprintChanged{.blueprint = other_rules(),
                                       .plan = other_rules()->first_plan,
                                       .roles = {{as_member, reader}},
                                       .workspace_roles = {{RoleId{}, editor}}}});
    EXPECT_EQ(only(ann).role_names, (Names{"Administrator", "Ours", "Member"}))
        << "as those rules say";
    EXPECT_EQ(only(ann).workspaces.front().role_name, "Editor");
    happens(atelier, {WorkspaceDeleted{.workspace = workspace(1)}});
    EXPECT_TRUE(only(ann).workspaces.empty());
    EXPECT_TRUE(views->compare_with_replay({})->empty());
}

TEST_F(Memberships, ARoleThatIsGoneWasHad) {
    founds(atelier);
    happens(atelier,
            {RoleCreated{.role = RoleId{"own"}, .name = "Own"}, RoleDeleted{.role = RoleId{"own"}},
             BlueprintChanged{.blueprint = other_rules(),
                              .plan = other_rules()->first_plan,
                              .roles = {{as_member, RoleId{"reader"}}}}});
    const auto had = [&](const RoleId& role) { return views->has_had_role(atelier, role).value(); };
    settle();
    for (const char* role : {"own", "member", "reader", "admin"}) EXPECT_TRUE(had(RoleId{role}));
    EXPECT_FALSE(had(RoleId{"none"}));
    EXPECT_FALSE(views->has_had_role(bureau, as_admin).value());
    happens(atelier, {OrganizationEnded{}});
    settle();
    for (const char* role : {"own", "member", "reader", "admin"}) EXPECT_TRUE(had(RoleId{role}));
}

/// Nothing of what they are is read from the log, and so none of them is folded.
TEST_F(Memberships, AThousandAreCountedAndNamedFromThePersonsOwnIndex) {
    constexpr std::uint64_t many = 1'000;
    for (std::uint64_t number = 1; number <= many; ++number) {
        founds(organization(number));
        if (number % 10 == 0) {
            happens(organization(number), {issued(organization(number), invitation(number), ann,
                                                  history.now + 1h, "Ann", "")});
        } else {
            happens(organization(number), {joined(organization(number), ann, "Ann", "")});
        }
    }
    settle();
    const std::size_t read = log.stream_commits_read();
    const auto all = page({.person = ann, .limit = 20});
    EXPECT_EQ(all.total, many);
    EXPECT_EQ(all.rows.size(), 20U);
    EXPECT_EQ(all.rows.back().role_names, Names{"Member"});
    const auto joined_alone = page({.person = ann, .with_invitations = false, .limit = 20});
    EXPECT_EQ(joined_alone.total, many / 10 * 9);
    EXPECT_EQ(joined_alone.rows.back().organization, organization(22));
    EXPECT_EQ(places({.person = ann, .limit = 300}).size(), many);
    EXPECT_EQ(log.stream_commits_read(), read);
    const auto folded = organization_then(log, nullptr, atelier, {log.head(), {}});
    ASSERT_TRUE(folded.has_value());
    EXPECT_GT(log.stream_commits_read(), read) << "the control: folding one is seen";
}

TEST_F(Memberships, WhoLeftOrWhoseOrganisationEndedIsNoLongerThere) {
    for (const OrganizationId id : {atelier, bureau}) {
        founds(id);
        happens(id, {joined(id, ann, "Ann", "")});
    }
    EXPECT_EQ(places({.person = ann}), (std::vector{atelier, bureau}));
    happens(atelier, {MemberRemoved{.person = ann}});
    EXPECT_EQ(places({.person = ann}), std::vector{bureau});
    happens(bureau, {OrganizationEnded{}});
    EXPECT_TRUE(places({.person = ann}).empty());
}

TEST_F(Memberships, PagesGiveEachOnceAndOnlyThoseAskedFor) {
    std::vector<OrganizationId> all;
    for (std::uint64_t number = 1; number <= 7; ++number) {
        all.push_back(organization(number));
        founds(all.back());
        happens(all.back(), {joined(all.back(), ann, "Ann", "")});
    }
    for (const std::size_t limit : {1U, 2U, 7U, 50U}) {
        EXPECT_EQ(places({.person = ann, .limit = limit}), all);
        MembershipQuery some{.person = ann, .limit = limit};
        some.within = {organization(9), organization(4), organization(2), organization(4)};
        EXPECT_EQ(places(some), (std::vector{organization(2), organization(4)}));
        EXPECT_EQ(page(some).total, 2U);
        EXPECT_EQ(page({.person = ann, .limit = limit}).total, 7U);
    }
}

}  // namespace
}  // namespace muster::projections_tests
