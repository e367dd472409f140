// The table of properties, each with the faults that it must find.
#include "tests/domain/every_property.h"

#include "tests/domain/faults.h"
#include "tests/domain/rules_to_live_by.h"
#include "tests/domain/watchers.h"

namespace muster::domain_tests {
namespace {

/// A fault that shows under any rules.
Fault with(Decider engine) {
    return {.engine = std::move(engine), .rules = {}, .watch = {}};
}

/// A fault that shows under few rules, or there the soonest, and so is looked for there.
Fault with(Decider engine, SharedBlueprint rules) {
    return {.engine = std::move(engine), .rules = {std::move(rules)}, .watch = {}};
}
Fault with(Decider engine, std::string_view rules) {
    return with(std::move(engine), shape(rules));
}

/// A watcher that loses one kind of event on the way to what it compares with the state.
template <class W, class E>
Fault forgetting() {
    return {.engine = decide, .rules = {}, .watch = [](const Decider&) {
                return std::make_unique<W>(
                    [](const Event& event) { return !std::holds_alternative<E>(event); });
            }};
}

std::vector<Property> about_holders() {
    const std::vector<Fault> holders_gone{
        with(removing_the_last_holder()), with(suspending_the_last_holder()),
        with(demoting_the_last_holder()), with(replacing_a_holder_by_nobody()),
        with(breaking_by_new_rules()),
    };
    return {
        {"NoInvariantIsEverBroken",
         make<InvariantsHold>,
         {with(removing_the_last_holder()), with(inviting_members()),
          with(transferring_to_nobody())}},
        {"SomebodyAlwaysHoldsTheProtectedRole", make<SomebodyHoldsTheProtectedRole>, holders_gone},
        {"TheProtectedRoleStays",
         make<TheProtectedRoleStays>,
         {with(editing_any_role()), with(deleting_any_role())}},
        {"ThereIsAlwaysOneOwner",
         make<ThereIsOneOwner>,
         {with(removing_the_last_holder()), with(demoting_the_last_holder()),
          with(replacing_a_holder_by_nobody()), with(transferring_to_nobody()),
          with(transferring_and_keeping()), with(breaking_by_new_rules())}},
        {"OnlyTheOwnerPassesTheOwnershipOn",
         make<OnlyTheOwnerPassesItOn>,
         {with(as_operator<TransferOwnership>(Rejection::not_allowed)),
          with(as_operator<ReplaceAddress>(Rejection::target_out_of_reach), "owner-otherwise")}},
    };
}

std::vector<Property> about_people() {
    return {
        {"NobodyElseIsTouched",
         make<NobodyElseIsTouched>,
         {with(touching_another_organization()), with(touching_another_account())}},
        {"OneMembershipAPersonAtMost", make<OneMembershipAPerson>, {with(joining_again())}},
        {"OneOpenInvitationAPersonAtMost",
         make<OneOpenInvitationAPerson>,
         {with(inviting_twice()), with(inviting_members())}},
        {"AnInvitationEndsOnceAndIsAcceptedWithItsMembership",
         make<AnInvitationEndsOnce>,
         {with(accepting_twice()), with(losing<AcceptInvitation, MemberJoined>())}},
        {"APlaceIsTakenWholeAndLeftAtOnce",
         make<APlaceIsTakenWhole>,
         {with(losing<AcceptInvitation, MemberRemoved>()),
          with(losing<ReplaceAddress, MemberRemoved>())}},
        {"OnlyTheNewestLinkAnswers", make<OnlyTheNewestLinkAnswers>, {with(accepting_old_links())}},
        {"OnlyMembersStandInWorkspaces",
         make<OnlyMembersStandInWorkspaces>,
         {with(assigning_anyway(Rejection::member_not_found)),
          with(assigning_anyway(Rejection::workspace_not_found))}},
        {"EveryRoleNamedExists",
         make<EveryRoleNamedExists>,
         {with(deleting_roles_in_use(), "engagelab-like"), with(breaking_by_new_rules())}},
    };
}

std::vector<Property> about_licences() {
    return {
        {"LicencesFitThePlanAndNeverGrowAfterACut",
         make<LicencesFitThePlan>,
         {with(without_limits())}},
        {"LicencesAreReleasedOnce",
         make<LicencesAreReleasedOnce>,
         {with(losing<SuspendMember, LicenceChanged>()), with(removing_without_release()),
          with(losing<AcceptInvitation, InvitationAccepted>())}},
        {"LicencesFitTheRoles",
         make<LicencesFitTheRoles>,
         {with(losing<ChangeRole, LicenceChanged>()),
          with(losing<ChangeBlueprint, LicenceChanged>()),
          with(losing<ReinstateMember, LicenceChanged>())}},
    };
}

std::vector<Property> about_rights() {
    const auto beyond = Rejection::beyond_own_permissions;
    const auto out_of_reach = Rejection::target_out_of_reach;
    // In no shape do roles of workspaces give what somebody lacks who may assign them, or copies
    // what their maker lacks.
    const SharedBlueprint roles_apart = drawn_rules(16);
    return {
        {"NobodyGrantsBeyondTheirRights",
         make<NobodyGrantsBeyondTheirRights>,
         {with(as_operator<ChangeRole>(beyond), "mark-like"),
          with(as_operator<AssignRole>(beyond), "mark-with-roles-named"),
          with(as_operator<InviteMember>(beyond)),
          with(as_operator<CreateRole>(beyond), "engagelab-with-seats"),
          with(as_operator<SetRolePermissions>(beyond), "engagelab-with-seats"),
          with(as_operator<AssignWorkspaceRole>(beyond), roles_apart),
          with(as_operator<AssignWorkspaces>(beyond), roles_apart),
          with(as_operator<ReplaceAddress>(beyond), "mark-without-waiting"),
          with(as_operator<CopyRole>(Rejection::not_allowed), drawn_rules(17))}},
        {"WhoMayNotRemoveMayNotDemote",
         make<WhoMayNotRemoveMayNotDemote>,
         {with(as_operator<SuspendMember>(out_of_reach)),
          with(as_operator<SuspendMember>(Rejection::not_allowed), "engagelab-with-seats"),
          with(as_operator<ChangeRole>(out_of_reach)),
          with(as_operator<SetRolePermissions>(Rejection::not_allowed), "conance-like"),
          with(as_operator<SetRolePermissions>(out_of_reach))}},
        {"TheSuspendedHaveNoAccess",
         make<TheSuspendedHaveNoAccess>,
         {with(letting_the_suspended_act())}},
    };
}

std::vector<Property> about_state() {
    return {
        {"ReinstatingRestoresWhatWas",
         make<ReinstatingRestoresWhatWas>,
         {with(suspending_for_good())}},
        {"RemovalEndsEverythingAtOnce",
         make<RemovalEndsEverything>,
         {with(losing<RemoveMember, MemberRemoved>()),
          with(losing<RemoveMember, InvitationCancelled>(), "open-source-otherwise")}},
        {"ReplayEqualsLive",
         make<ReplayEqualsLive>,
         {forgetting<ReplayEqualsLive, MemberRolesChanged>(),
          forgetting<ReplayEqualsLive, TwoFactorChanged>()}},
        {"TheStateIsWhatWasWrittenDown",
         make<TheStateIsWhatWasWrittenDown>,
         {forgetting<TheStateIsWhatWasWrittenDown, LicenceChanged>(),
          forgetting<TheStateIsWhatWasWrittenDown, BlueprintChanged>()}},
    };
}

}  // namespace

const std::vector<Property>& every_property() {
    static const std::vector<Property> all = [] {
        std::vector<Property> gathered;
        for (const auto& some :
             {about_holders(), about_people(), about_licences(), about_rights(), about_state()}) {
            gathered.insert(gathered.end(), some.begin(), some.end());
        }
        return gathered;
    }();
    return all;
}

const Property& the_naive_model_agrees() {
    static const Property agrees{
        "TheNaiveModelAgrees",
        make<TheNaiveModelAgrees>,
        {with(without_limits()), with(as_operator<ChangeRole>(Rejection::beyond_own_permissions)),
         with(as_operator<SuspendMember>(Rejection::target_out_of_reach)),
         with(breaking_by_new_rules())}};
    return agrees;
}

const Property& nobody_learns_too_much() {
    static const Property learns{
        "NobodyLearnsWhatTheyMayNotKnow",
        [](const Decider& engine) {
            return std::make_unique<NobodyLearnsWhatTheyMayNotKnow>(engine);
        },
        {with(telling_of_targets()), with(telling_strangers())}};
    return learns;
}

}  // namespace muster::domain_tests
