// Each invariant, broken by hand: the check must name it. Without these, a check that always says
// "fine" would pass everywhere else.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

const LicenceClassId member{"member"};

/// 1 administrator, 2 user, 3 invited.
Organization sound_organization() {
    return given(founded(conance_like()), joined(2, roles("user"), {}, member),
                 invited(1, 3, roles("user"), {}, member))
        .state();
}

Organization broken(const std::function<void(Organization&)>& change) {
    Organization state = sound_organization();
    change(state);
    return state;
}

std::optional<std::string_view> quick(const Organization& state, const Event& event) {
    return broken_invariant_after(state, {{StreamId::of(organization(1)), event}});
}

TEST(Invariant, HoldsForASoundOrganization) {
    EXPECT_EQ(broken_invariant(sound_organization()), std::nullopt);
    EXPECT_EQ(quick(sound_organization(), joined(2, roles("user"))), std::nullopt);
}

TEST(Invariant, WantsAnActiveHolderOfAProtectedRole) {
    const Organization state = broken([](Organization& o) {
        o.members[person(1)].roles = roles("user");
        o.role_use[RoleId{"administrator"}].active = 0;
    });
    EXPECT_EQ(broken_invariant(state), "no active holder of a protected role");
    EXPECT_EQ(quick(state, removed(4)), "no active holder of a protected role");
    const Organization ended = given(founded(conance_like()), OrganizationEnded{}).state();
    EXPECT_EQ(broken_invariant(ended), std::nullopt);
}

TEST(Invariant, CountsOnlyActiveHolders) {
    const Organization state =
        broken([](Organization& o) { o.members[person(1)].status = MemberStatus::suspended; });
    EXPECT_EQ(broken_invariant(state), "the use of a role is off");
}

TEST(Invariant, WantsExactlyOneHolderWhereThereIsOne) {
    Organization state = given(founded(owner_like()), joined(2, roles("administrator"))).state();
    EXPECT_EQ(broken_invariant(state), std::nullopt);
    const std::string_view complaint = "a role of exactly one holder has another number of them";
    state.role_use[RoleId{"owner"}].members = 2;
    EXPECT_EQ(broken_invariant(state), complaint);
    state.role_use[RoleId{"owner"}].members = 0;
    EXPECT_EQ(broken_invariant(state), complaint);
}

TEST(Invariant, WantsASeatLedgerThatAddsUp) {
    const std::string_view differs = "the seat ledger differs from the members";
    EXPECT_EQ(broken_invariant(broken([](Organization& o) { ++o.seats[member].used; })), differs);
    EXPECT_EQ(broken_invariant(broken([](Organization& o) { --o.seats[member].reserved; })),
              differs);
    EXPECT_EQ(broken_invariant(broken([](Organization& o) { o.seats.clear(); })),
              "the seat ledger misses a licence class");
}

TEST(Invariant, WantsNoOpenInvitationForAMember) {
    const Organization state = broken([](Organization& o) {
        o.members[person(3)] = o.members[person(2)];
        ++o.seats[member].used;
    });
    EXPECT_EQ(broken_invariant(state), "a member holds an open invitation");
    EXPECT_EQ(quick(state, joined(3, roles("user"))), "a member holds an open invitation");
}

TEST(Invariant, WantsOneOpenInvitationAPerson) {
    const Organization state = broken([](Organization& o) {
        o.invitations[invitation(2)] = o.invitations[invitation(1)];
        o.due[{day(7), invitation(2)}] = {};
        ++o.seats[member].reserved;
    });
    EXPECT_EQ(broken_invariant(state), "two open invitations for one person");
    EXPECT_EQ(quick(state, invited(2, 3, roles("user"))), "two open invitations for one person");
}

TEST(Invariant, WantsTheIndexesToFollow) {
    EXPECT_EQ(broken_invariant(broken([](Organization& o) { o.due.clear(); })),
              "the expiry index is off");
    EXPECT_EQ(broken_invariant(broken(
                  [](Organization& o) { o.invitations[invitation(1)].expires_at = day(9); })),
              "the expiry index is off");
    EXPECT_EQ(
        broken_invariant(broken([](Organization& o) { o.invited[person(3)] = invitation(9); })),
        "the index of open invitations is off");
}

TEST(Invariant, WantsAnInvitationToBeOpenOrEnded) {
    EXPECT_EQ(broken_invariant(broken([](Organization& o) {
                  o.ended_invitations[invitation(1)] = {InvitationEnd::declined, person(3)};
              })),
              "an invitation is both open and ended");
}

TEST(Invariant, WantsRolesThatExist) {
    const std::string_view missing = "a role named by a member or open invitation does not exist";
    const std::string_view none = "a member or open invitation holds no role";
    const Organization pilot =
        broken([](Organization& o) { o.members[person(2)].roles = roles("pilot"); });
    EXPECT_EQ(broken_invariant(pilot), missing);
    EXPECT_EQ(quick(pilot, MemberRolesChanged{person(2), roles("pilot")}), missing);
    EXPECT_EQ(quick(pilot, MemberRolesChanged{person(1), roles("administrator")}), std::nullopt);
    EXPECT_EQ(broken_invariant(broken(
                  [](Organization& o) { o.invitations[invitation(1)].roles = roles("pilot"); })),
              missing);
    EXPECT_EQ(broken_invariant(broken([](Organization& o) { o.members[person(2)].roles.clear(); })),
              none);
}

TEST(Invariant, WantsPlacesInWorkspacesThatExist) {
    const std::string_view gone = "a place in a workspace that is gone";
    const Organization state =
        broken([](Organization& o) { o.members[person(2)].workspaces[workspace(9)] = RoleId{}; });
    EXPECT_EQ(broken_invariant(state), gone);
    EXPECT_EQ(quick(state, WorkspaceRoleAssigned{person(2), place(9)}), gone);
    EXPECT_EQ(broken_invariant(broken([](Organization& o) {
                  o.invitations[invitation(1)].workspaces[workspace(9)] = RoleId{};
              })),
              gone);
}

}  // namespace
}  // namespace muster::domain_tests
