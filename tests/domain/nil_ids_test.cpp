// A nil id names nothing and nobody: no command is decided that has one, nor for a nil actor. The
// one exception is a row of an invitation whose address is none.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

#include <concepts>
#include <set>

namespace muster::domain_tests {
namespace {

/// Every command, and every command again with one of its ids nil.
class EveryCommand {
 public:
    std::vector<Command> whole;
    std::vector<Command> with_a_nil;

    EveryCommand() {
        add_organizations();
        add_invitations();
        add_members();
        add_roles_and_workspaces();
        add_people();
    }

 private:
    template <class C, class... Members>
    void add(const C& command, Members... members) {
        whole.emplace_back(command);
        (add_with_nil(command, members), ...);
    }
    template <class C, class Of, class AnyId>
    void add_with_nil(C command, AnyId Of::*member) {
        command.*member = {};
        with_a_nil.emplace_back(std::move(command));
    }
    template <class C, class Change>
    requires std::invocable<Change, C&>
    void add_with_nil(C command, Change change) {
        change(command);
        with_a_nil.emplace_back(std::move(command));
    }

    void add_organizations() {
        add(FoundOrganization{.organization = organization(2),
                              .name = "Bureau",
                              .blueprint = SharedBlueprint{open_source_like()},
                              .founder = person(1)},
            &FoundOrganization::organization, &FoundOrganization::founder);
        add(EndOrganization{organization(1)}, &EndOrganization::organization);
        add(ChangePlan{organization(1), {"free"}, {}}, &ChangePlan::organization);
        add(SettleDue{organization(1)}, &SettleDue::organization);
        add(FinishImport{organization(1)}, &FinishImport::organization);
        add(RenameOrganization{organization(1), "Studio"}, &RenameOrganization::organization);
        const SharedBlueprint rules{open_source_like()};
        add(ChangeBlueprint{.organization = organization(1), .blueprint = rules},
            &ChangeBlueprint::organization);
    }

    void add_invitations() {
        add(
            invite({row(1, 2, roles("member"), {place(1)})}), &InviteMember::organization,
            [](InviteMember& c) { c.rows[0].invitation = {}; },
            [](InviteMember& c) { c.rows[0].workspaces[0].workspace = {}; });
        add(resend(1), &ResendInvitation::organization, &ResendInvitation::invitation);
        add(cancel(1), &CancelInvitation::organization, &CancelInvitation::invitation);
        add(accept(1), &AcceptInvitation::organization, &AcceptInvitation::invitation);
        add(decline(1), &DeclineInvitation::organization, &DeclineInvitation::invitation);
        add(RecordMailHandedOver{organization(1), invitation(1), 1},
            &RecordMailHandedOver::organization, &RecordMailHandedOver::invitation);
    }

    void add_members() {
        add(change_role(2, roles("member")), &ChangeRole::organization, &ChangeRole::person);
        add(remove_member(2), &RemoveMember::organization, &RemoveMember::person);
        add(SuspendMember{organization(1), person(2)}, &SuspendMember::organization,
            &SuspendMember::person);
        add(ReinstateMember{organization(1), person(2)}, &ReinstateMember::organization,
            &ReinstateMember::person);
        add(TransferOwnership{organization(1), person(2)}, &TransferOwnership::organization,
            &TransferOwnership::person);
        add(ReplaceProtectedHolder{organization(1), person(1), person(2), {}},
            &ReplaceProtectedHolder::organization, &ReplaceProtectedHolder::person,
            &ReplaceProtectedHolder::successor);
        add(ReplaceAddress{.organization = organization(1),
                           .person = person(1),
                           .invitation = invitation(1),
                           .successor = person(2)},
            &ReplaceAddress::organization, &ReplaceAddress::person, &ReplaceAddress::invitation,
            &ReplaceAddress::successor);
        add(AssignRole{organization(1), person(2), {"member"}}, &AssignRole::organization,
            &AssignRole::person);
        add(WithdrawRole{organization(1), person(2), {"member"}}, &WithdrawRole::organization,
            &WithdrawRole::person);
    }

    void add_roles_and_workspaces() {
        add(CreateRole{organization(1), {"guide"}, "Guide", {}}, &CreateRole::organization);
        add(RenameRole{organization(1), {"guide"}, "Leader"}, &RenameRole::organization);
        add(SetRolePermissions{organization(1), {"guide"}, {}}, &SetRolePermissions::organization);
        add(DeleteRole{organization(1), {"guide"}}, &DeleteRole::organization);
        add(CopyRole{organization(1), {"guide"}, {{organization(2), {"copy"}}}},
            &CopyRole::organization, [](CopyRole& c) { c.targets[0].organization = {}; });
        add(CreateWorkspace{organization(1), workspace(1), "Attic"}, &CreateWorkspace::organization,
            &CreateWorkspace::workspace);
        add(RenameWorkspace{organization(1), workspace(1), "Cellar"},
            &RenameWorkspace::organization, &RenameWorkspace::workspace);
        add(DeleteWorkspace{organization(1), workspace(1)}, &DeleteWorkspace::organization,
            &DeleteWorkspace::workspace);
        add(assign(2, place(1)), &AssignWorkspaceRole::organization, &AssignWorkspaceRole::person,
            [](AssignWorkspaceRole& c) { c.place.workspace = {}; });
        add(withdraw(2, 1), &WithdrawWorkspaceRole::organization, &WithdrawWorkspaceRole::person,
            &WithdrawWorkspaceRole::workspace);
        add(AssignWorkspaces{organization(1), person(2), {place(1), place(2)}},
            &AssignWorkspaces::organization, &AssignWorkspaces::person,
            [](AssignWorkspaces& c) { c.workspaces[1].workspace = {}; });
    }

    void add_people() {
        add(RegisterPerson{person(2), sealed("name"), sealed("address"), true},
            &RegisterPerson::person);
        add(RecordSignIn{person(2), organization(1)}, &RecordSignIn::person,
            [](RecordSignIn& c) { c.organization = OrganizationId{}; });
        add(ChangeTwoFactor{person(2), true}, &ChangeTwoFactor::person);
        add(ChangeProfile{person(2), sealed("name"), {}}, &ChangeProfile::person);
        add(RecordSuppressedAttempts{.organization = organization(1),
                                     .actor = Actor::of(person(2))},
            [](RecordSuppressedAttempts& c) { c.organization = OrganizationId{}; },
            [](RecordSuppressedAttempts& c) { c.actor = Actor::of(PersonId{}); });
    }
};

std::vector<Scenario> by_everybody() {
    const auto atelier = given(founded(open_source_like()), joined(2, roles("member")));
    return {atelier, atelier.by(Actor::the_operator()), atelier.by(Actor::the_system())};
}

TEST(NilIds, AreInNoCommandThatIsDecided) {
    const EveryCommand every;
    EXPECT_GT(every.with_a_nil.size(), every.whole.size());
    for (const Scenario& scenario : by_everybody()) {
        for (const Command& command : every.with_a_nil) {
            scenario.when(command).then_rejected(Rejection::id_missing);
        }
    }
}

TEST(NilIds, AreNotSeenWhereThereAreNone) {
    const EveryCommand every;
    std::set<std::size_t> kinds;
    for (const Command& command : every.whole) kinds.insert(command.index());
    EXPECT_EQ(kinds.size(), std::variant_size_v<Command>) << "a command is missing above";
    for (const Scenario& scenario : by_everybody()) {
        for (const Command& command : every.whole) {
            EXPECT_NE(scenario.answer_to(command), Rejection::id_missing) << name_of(command);
        }
    }
}

TEST(NilIds, NeverAct) {
    const auto nobody = given(founded(open_source_like())).by(PersonId{});
    for (const Command& command : EveryCommand{}.whole) {
        nobody.when(command).then_rejected(Rejection::id_missing);
    }
}

TEST(NilIds, MakeNobodyTheOperatorOrTheSystem) {
    const Actor nobody = Actor::of(PersonId{});
    EXPECT_FALSE(nobody == Actor::the_operator());
    EXPECT_FALSE(nobody == Actor::the_system());
    EXPECT_FALSE(Actor::the_operator() == Actor::the_system());
    EXPECT_FALSE(Actor::the_operator().is(PersonId{}));
    EXPECT_FALSE(Actor::the_system().is(PersonId{}));
    EXPECT_EQ(Actor::the_operator().person(), std::nullopt);
    EXPECT_EQ(Actor::the_system().person(), std::nullopt);
    EXPECT_EQ(Actor::of(person(3)).person(), person(3));
}

TEST(RowsWithoutAPerson, AreAVerdictAtTheirIndexAndLeaveTheOthersAlone) {
    InvitationRow nobody = row(2, 0, roles("member"));
    InvitationRow nobody_either = row(4, 0, roles("member"));
    const auto rows = std::vector{row(1, 2, roles("member")), nobody, row(3, 3, roles("member")),
                                  nobody_either, row(5, 2, roles("member"))};
    const auto refused = Rejection::address_unreadable;
    given(founded(open_source_like()))
        .when(invite(rows, RowMode::each))
        .then(invited(1, 2, roles("member")), invited(3, 3, roles("member")))
        .with_rows({{.invitation = invitation(1), .person = person(2)},
                    {.rejection = refused},
                    {.invitation = invitation(3), .person = person(3)},
                    {.rejection = refused},
                    {.person = person(2), .rejection = Rejection::person_repeated}});
    given(founded(open_source_like())).when(invite(rows)).then_rejected(refused);
    given(founded(open_source_like()))
        .when(invite({nobody, nobody_either}, RowMode::each))
        .then_rejected(refused)
        .with_rows({{.rejection = refused}, {.rejection = refused}});
    // Who may not invite learns of the right alone.
    given(founded(open_source_like()), joined(2, roles("member")))
        .by(person(2))
        .when(invite(rows, RowMode::each))
        .then_rejected(Rejection::not_allowed);
}

}  // namespace
}  // namespace muster::domain_tests
