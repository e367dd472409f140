// What nobody does by oversight: emptying a protected role, removing unasked, sending a link that
// is worth nothing, placing whom the rules keep out; and what may be named to be done instead.
#include "domain/offers.h"

#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

const RoleId the_editor{"editor"};
const RoleId the_reader{"own.reader"};

/// 1 owner, 2 the only administrator, 3 reader; both upper roles are protected.
Scenario two_protected_roles() {
    return given(founded(owner_like()), joined(2, roles("administrator")),
                 joined(3, roles("reader")));
}

TEST(ProtectedRoles, AreHeldEachForItself) {
    const Scenario scenario = two_protected_roles();
    for (const Command& command :
         {Command{change_role(2, roles("reader"))}, Command{remove_member(2)}}) {
        scenario.when(command).then_rejected(Rejection::last_protected_holder);
        // The control: with a second holder of that very role it is an ordinary change.
        EXPECT_EQ(scenario.and_then(joined(4, roles("administrator"))).answer_to(command),
                  std::nullopt);
    }
    const auto suspending =
        given(founded(with(owner_like(), [](Blueprint& b) { b.members.suspension = true; })),
              joined(2, roles("administrator")));
    suspending.when(SuspendMember{organization(1), person(2)})
        .then_rejected(Rejection::last_protected_holder);
}

TEST(ProtectedRoles, TheOnlyOwnerDoesNotDemoteHerselfBesideAnAdministrator) {
    const Blueprint blueprint = with(owner_like(), [](Blueprint& b) {
        b.roles.front().single_holder = false;
        b.roles.front().offerable = true;
        b.roles.front().former_holder_becomes.reset();
    });
    const Scenario scenario = given(founded(blueprint), joined(2, roles("administrator")));
    scenario.when(change_role(1, roles("administrator")))
        .then_rejected(Rejection::last_protected_holder);
    scenario.when(remove_member(1)).then_rejected(Rejection::last_protected_holder);
    scenario.and_then(joined(3, roles("owner")))
        .when(change_role(1, roles("administrator")))
        .then(MemberRolesChanged{person(1), roles("administrator")});
}

TEST(ProtectedRoles, DoNotEmptyWhenAnotherRolePassesOn) {
    const Blueprint blueprint = with(owner_like(), [](Blueprint& b) {
        b.roles.front().former_holder_becomes = RoleId{"reader"};
    });
    const Scenario scenario = given(founded(blueprint), joined(2, roles("administrator")));
    scenario.when(TransferOwnership{organization(1), person(2)})
        .then_rejected(Rejection::last_protected_holder);
    scenario.and_then(joined(3, roles("administrator")))
        .when(TransferOwnership{organization(1), person(2)})
        .then(MemberRolesChanged{person(1), roles("reader")},
              MemberRolesChanged{person(2), roles("owner")});
}

TEST(ProtectedRoles, ABlueprintEmptiesNoneOfThem) {
    const Blueprint next = with(owner_like(), [](Blueprint& b) { b.id = "owner-next"; });
    two_protected_roles()
        .by(Actor::the_operator())
        .when(ChangeBlueprint{organization(1),
                              SharedBlueprint{next},
                              {{RoleId{"administrator"}, RoleId{"reader"}}},
                              {},
                              std::nullopt})
        .because_of({{ObstacleKind::no_protected_holder, "administrator", 1}});
}

RemoveMember unconfirmed(std::uint64_t who) {
    return {organization(1), person(who)};
}

TEST(Removal, IsConfirmedWhereTheBlueprintWantsIt) {
    for (const bool asks : {true, false}) {
        const Scenario scenario = given(
            founded(with(conance_like(), [&](Blueprint& b) { b.members.confirm_removal = asks; })),
            joined(2, roles("user"), {}, licence("member")));
        const auto expected = asks ? std::optional{Rejection::confirmation_missing} : std::nullopt;
        EXPECT_EQ(scenario.answer_to(unconfirmed(2)), expected);
        if (asks) scenario.when(unconfirmed(2)).then_rejected(Rejection::confirmation_missing);
        EXPECT_EQ(scenario.by(person(2)).answer_to(unconfirmed(2)), expected) << "leaving too";
        EXPECT_EQ(scenario.answer_to(remove_member(2)), std::nullopt);
        EXPECT_EQ(scenario.by(person(2)).answer_to(unconfirmed(1)), Rejection::not_allowed);
        scenario.when(unconfirmed(1)).then_rejected(Rejection::last_protected_holder);
    }
}

TEST(Removal, OfAPendingPersonTakesTheInvitationBackWhereTheBlueprintSaysSo) {
    const auto at = [](bool offered) {
        const auto set = [&](Blueprint& b) { b.members.removal_while_pending = offered; };
        return given(founded(with(respond_like(), set)), joined(2, roles("user_admin")),
                     joined(3, roles("member")), invited(1, 4, roles("member")),
                     invited(2, 5, roles("billing_admin")));
    };
    const InvitationCancelled taken_back{invitation(1), person(4)};
    at(true).by(person(2)).when(remove_member(4)).then(taken_back);
    at(false).by(person(2)).when(remove_member(4)).then_rejected(Rejection::member_pending);
    at(true).by(person(2)).when(remove_member(5)).then_rejected(Rejection::target_out_of_reach);
    at(true).by(person(3)).when(remove_member(4)).then_rejected(Rejection::not_allowed);
}

/// 1 and 2 administrators, 3 invited by 2 and 4 by 1.
Scenario with_sent_invitations(bool recheck = true) {
    const Blueprint blueprint = with(conance_like(), [&](Blueprint& b) {
        b.joining.recheck_inviter = recheck;
        b.members.suspension = true;
        b.plans.front().limits.clear();
    });
    return given(founded(blueprint), joined(2, roles("administrator"), {}, licence("member")),
                 invited(1, 3, roles("user"), {}, licence("member"), Actor::of(person(2))),
                 invited(2, 4, roles("user"), {}, licence("member")));
}

TEST(SentInvitations, StayAreTakenBackOrTakenOverWhenTheirSenderGoes) {
    const Actor first = Actor::of(person(1));
    const MemberRemoved gone = removed(2, {}, licence("member"));
    const auto removal = [](SentInvitations sent) {
        return RemoveMember{organization(1), person(2), true, sent};
    };
    const Scenario scenario = with_sent_invitations();
    const Outcome stays = scenario.when(removal(SentInvitations::stay)).then(gone);
    EXPECT_FALSE(offer_stands(stays.afterwards(), invitation(1)));
    EXPECT_TRUE(offer_stands(stays.afterwards(), invitation(2)));
    scenario.when(removal(SentInvitations::cancel))
        .then(InvitationCancelled{invitation(1), person(3)}, gone);
    const Outcome over = scenario.when(removal(SentInvitations::take_over))
                             .then(InvitationTakenOver{invitation(1), person(3), first}, gone);
    EXPECT_TRUE(offer_stands(over.afterwards(), invitation(1)));
    EXPECT_EQ(over.afterwards().invitation(invitation(1))->send_number, 1u) << "the link is good";
    scenario.when(SuspendMember{organization(1), person(2), SentInvitations::take_over})
        .then(InvitationTakenOver{invitation(1), person(3), first}, MemberSuspended{person(2)});
    scenario.by(person(2))
        .when(removal(SentInvitations::take_over))
        .then_rejected(Rejection::same_person);
}

TEST(SentInvitations, AreTakenOverByWhoCouldSendThemAlone) {
    const Scenario scenario =
        given(founded(respond_like()), joined(2, roles("member")), joined(3, roles("user_admin")),
              invited(1, 4, roles("billing_admin"), {}, std::nullopt, Actor::of(person(2))));
    for (const auto sent : {SentInvitations::cancel, SentInvitations::take_over}) {
        scenario.by(person(3))
            .when(RemoveMember{organization(1), person(2), true, sent})
            .then_rejected(Rejection::target_out_of_reach);
    }
    scenario.by(person(3)).when(remove_member(2)).then(removed(2));
}

TEST(ResendInvitation, MakesTheResenderAnswerForTheOffer) {
    const Scenario stranded = with_sent_invitations().and_then(removed(2, {}, licence("member")));
    EXPECT_FALSE(offer_stands(stranded.state(), invitation(1)));
    const Outcome again = stranded.at(day(1)).when(resend(1)).then(
        InvitationResent{invitation(1), person(3), 2, day(8), Actor::of(person(1))});
    EXPECT_TRUE(offer_stands(again.afterwards(), invitation(1)));
    // Who could not have sent it does not send it again either.
    const Blueprint blueprint = with(open_source_like(), [](Blueprint& b) {
        OrganizationRole host = ordinary_role("host", permissions("invite_member"));
        host.reach[Reach::invite] = reach_all();
        b.roles.push_back(host);
    });
    given(founded(blueprint), WorkspaceCreated{workspace(1), "Nord"}, joined(2, roles("host")),
          invited(1, 3, roles("host"), {place(1, "member")}))
        .by(person(2))
        .when(resend(1))
        .then_rejected(Rejection::not_allowed);
}

TEST(ResendInvitation, SendsNoLinkThatCannotPlaceWhomItPromisesToPlace) {
    const auto with_invited = [](bool gives_joining) {
        const Blueprint blueprint = with(respond_like(), [&](Blueprint& b) {
            add_permissions(b, {"join"});
            b.workspaces.joining_needs = PermissionId{"join"};
            for (OrganizationRole& role : b.roles) {
                const bool gives = role.id != RoleId{"member"} || gives_joining;
                if (gives) role.gives.permissions.push_back(PermissionId{"join"});
            }
        });
        return given(founded(blueprint), WorkspaceCreated{workspace(1), "Nord"},
                     invited(1, 2, roles("member"), {place(1)}));
    };
    EXPECT_EQ(with_invited(true).answer_to(resend(1)), std::nullopt);
    with_invited(false).when(resend(1)).then_rejected(Rejection::workspace_joining_not_allowed);
}

TEST(RecheckInviter, IsTheDefaultAndHoldsForProtectedRolesInAnyCase) {
    EXPECT_TRUE(JoiningRules{}.recheck_inviter);
    for (const bool recheck : {true, false}) {
        const Scenario gone = with_sent_invitations(recheck).and_then(
            invited(3, 5, roles("administrator"), {}, licence("member"), Actor::of(person(2))),
            removed(2, {}, licence("member")));
        const auto plain = recheck ? std::optional{Rejection::inviter_lost_right} : std::nullopt;
        EXPECT_EQ(gone.by(person(3)).answer_to(accept(1)), plain);
        EXPECT_EQ(gone.by(person(5)).answer_to(accept(3)), Rejection::inviter_lost_right);
        EXPECT_EQ(gone.by(person(4)).answer_to(accept(2)), std::nullopt);
    }
}

/// Of mark_like: who lacks `join` is not placed; 2 team admin, 3 member, 4 billing admin.
Scenario with_a_door(bool self_placement = false) {
    const Blueprint blueprint = with(mark_like(), [&](Blueprint& b) {
        add_permissions(b, {"join"});
        b.workspaces.joining_needs = PermissionId{"join"};
        b.workspaces.self_placement = self_placement;
        for (const std::size_t role : {1U, 3U}) {
            b.roles[role].gives.permissions.push_back(PermissionId{"join"});
        }
    });
    return given(founded(blueprint), WorkspaceCreated{workspace(1), "Nord"},
                 joined(2, roles("team_admin")), joined(3, roles("member")),
                 joined(4, roles("billing_admin")));
}

TEST(JoiningAWorkspace, TakesWhatTheBlueprintSaysOfTheOnePlaced) {
    const Scenario scenario = with_a_door();
    scenario.when(assign(3, place(1, "guest")))
        .then(WorkspaceRoleAssigned{person(3), place(1, "guest")});
    scenario.when(assign(4, place(1, "guest")))
        .then_rejected(Rejection::workspace_joining_not_allowed);
    scenario.when(AssignWorkspaces{organization(1), person(4), {place(1, "guest")}})
        .then_rejected(Rejection::workspace_joining_not_allowed);
    scenario.and_then(WorkspaceRoleAssigned{person(3), place(1, "guest")})
        .when(change_role(3, roles("billing_admin")))
        .then_rejected(Rejection::workspace_joining_not_allowed);
    scenario.when(change_role(3, roles("billing_admin")))
        .then(MemberRolesChanged{person(3), roles("billing_admin")});
    const Blueprint closed = with(*scenario.state().blueprint,
                                  [](Blueprint& b) { b.roles[3].gives.permissions.clear(); });
    given(founded(closed), WorkspaceCreated{workspace(1), "Nord"})
        .when(invite({row(1, 5, {}, {place(1, "guest")})}))
        .then_rejected(Rejection::workspace_joining_not_allowed);
}

TEST(JoiningAWorkspace, OfOneselfIsLikeOfOthersWhereTheBlueprintSaysSo) {
    with_a_door(true)
        .by(person(2))
        .when(assign(2, place(1, "editor")))
        .then(WorkspaceRoleAssigned{person(2), place(1, "editor")},
              LicenceChanged{person(2), licence("unlimited")});
    with_a_door(false)
        .by(person(2))
        .when(assign(2, place(1, "editor")))
        .then_rejected(Rejection::beyond_own_permissions);
}

TEST(JoiningAWorkspace, HasALimitFromThePersonsSideByStepAndInAll) {
    const Scenario scenario =
        given(founded(respond_like()), WorkspaceCreated{workspace(1), "A"},
              WorkspaceCreated{workspace(2), "B"}, WorkspaceCreated{workspace(3), "C"},
              joined(2, roles("member"), {place(1), place(2)}));
    const Command third = AssignWorkspaces{organization(1), person(2), {place(3)}};
    scenario.when(third).then_rejected(Rejection::too_many_workspaces);
    scenario.when(AssignWorkspaceRole{organization(1), person(2), place(3), true})
        .then_rejected(Rejection::too_many_workspaces);
    scenario.when(AssignWorkspaceRole{organization(1), person(2), place(3), false})
        .then(WorkspaceRoleAssigned{person(2), place(3)});
    scenario.and_then(WorkspaceRoleWithdrawn{person(2), workspace(1)})
        .when(third)
        .then(WorkspaceRoleAssigned{person(2), place(3)});
}

/// 2 reads and holds an unlimited licence; a discovery one comes first and is free by now.
Scenario suspended_with_a_class(bool frees, std::uint64_t unlimited_left = 5) {
    const Blueprint blueprint = with(mark_like(), [&](Blueprint& b) {
        b.members.suspension = true;
        b.members.suspension_frees_licence = frees;
        b.plans.front().limits = {{LicenceClassId{"unlimited"}, unlimited_left},
                                  {LicenceClassId{"discovery"}, 1}};
    });
    const auto start =
        given(founded(blueprint), WorkspaceCreated{workspace(1), "Nord"},
              joined(2, roles("member"), {place(1, "collaborator")}, licence("unlimited")),
              MemberSuspended{person(2)});
    if (!frees) return start;
    return start.and_then(LicenceChanged{person(2), std::nullopt});
}

TEST(Reinstating, KeepsTheClassThatWasHadWhileItFits) {
    const ReinstateMember back{organization(1), person(2)};
    suspended_with_a_class(false).when(back).then(MemberReinstated{person(2)});
    suspended_with_a_class(true).when(back).then(MemberReinstated{person(2)},
                                                 LicenceChanged{person(2), licence("unlimited")});
    suspended_with_a_class(true, 0).when(back).then(
        MemberReinstated{person(2)},
        LicenceChanged{person(2), licence("discovery"), licence("unlimited")});
}

/// 2 holds the role "editor" alone, 3 beside another, 4 is invited as one.
Scenario with_editors(bool while_pending = true) {
    const Blueprint blueprint = with(engagelab_like(), [&](Blueprint& b) {
        b.members.role_change_while_pending = while_pending;
    });
    return given(founded(blueprint), RoleCreated{the_editor, "Editor", permissions("send")},
                 RoleCreated{the_reader, "Reader", permissions("read_reports")},
                 joined(2, {the_editor}), joined(3, {the_editor, the_reader}),
                 invited(1, 4, {the_editor}));
}

TEST(DeleteRole, PutsAnotherInItsPlaceInTheSameCommand) {
    const DeleteRole with_reader{organization(1), the_editor, the_reader};
    with_editors()
        .when(with_reader)
        .then(MemberRolesChanged{person(2), {the_reader}},
              MemberRolesChanged{person(3), {the_reader}},
              MemberRolesChanged{person(4), {the_reader}}, RoleDeleted{the_editor});
    with_editors(false)
        .when(with_reader)
        .because_of({{ObstacleKind::invitations_name_role, "editor", 1}});
    with_editors()
        .when(DeleteRole{organization(1), the_editor, RoleId{"nobody"}})
        .then_rejected(Rejection::role_not_found);
    with_editors()
        .when(DeleteRole{organization(1), the_editor, the_editor})
        .then_rejected(Rejection::role_repeated);
    with_editors()
        .when(DeleteRole{organization(1), the_editor})
        .then_rejected(Rejection::role_in_use);
    // Where nobody holds it, too.
    const auto unheld =
        given(founded(engagelab_like()), RoleCreated{the_editor, "Editor", permissions("send")});
    unheld.when(DeleteRole{organization(1), the_editor, RoleId{"nobody"}})
        .then_rejected(Rejection::role_not_found);
    unheld.when(DeleteRole{organization(1), the_editor, the_editor})
        .then_rejected(Rejection::role_repeated);
    unheld.when(DeleteRole{organization(1), the_editor}).then(RoleDeleted{the_editor});
}

TEST(WithdrawRole, PutsAnotherInItsPlaceInTheSameCommand) {
    const auto take = [](std::uint64_t who, std::optional<RoleId> replacement) {
        return WithdrawRole{organization(1), person(who), the_editor, std::move(replacement)};
    };
    with_editors().when(take(2, std::nullopt)).then_rejected(Rejection::role_missing);
    with_editors().when(take(2, the_reader)).then(MemberRolesChanged{person(2), {the_reader}});
    with_editors().when(take(1, the_reader)).then_nothing();
}

TEST(SetRolePermissions, ToldInAnotherOrderChangesNothing) {
    given(founded(engagelab_like()),
          RoleCreated{the_editor, "Editor", permissions("send", "read_reports")})
        .when(SetRolePermissions{organization(1), the_editor,
                                 permissions("read_reports", "send", "send")})
        .then_nothing();
}

}  // namespace
}  // namespace muster::domain_tests
