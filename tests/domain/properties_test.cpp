// What holds for every sequence of commands, under several blueprints. Each property has a control:
// the same check, over an engine with that one protection taken away, must find the fault. Each has
// 300 runs, or three times what RC_PARAMS says; MUSTER_LONG=1 makes them a hundred times as many.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"
#include "tests/domain/watchers.h"

#include <cstdlib>
#include <iostream>

namespace muster::domain_tests {
namespace {

/// The four that the naive model knows.
const std::vector<Blueprint>& known_blueprints() {
    static const std::vector<Blueprint> all{conance_like(), open_source_like(), mark_like(),
                                            respond_like()};
    return all;
}

/// Those four and some with rules set the other way.
const std::vector<Blueprint>& all_blueprints() {
    static const std::vector<Blueprint> all = [] {
        std::vector<Blueprint> blueprints = known_blueprints();
        blueprints.push_back(owner_like());
        blueprints.push_back(with(conance_like(), [](Blueprint& b) {
            b.members.several_roles = true;
            b.members.role_change_while_pending = true;
            b.joining.invitation_reserves_licence = false;
            b.joining.recheck_inviter = true;
        }));
        blueprints.push_back(with(mark_like(), [](Blueprint& b) {
            b.joining.invitation_names_role = true;
            b.joining.newcomer_role = std::nullopt;
            b.joining.at_once_for_known_accounts = false;
            b.members.several_roles = true;
            b.members.own_role_change = false;
            b.workspaces.for_pending = true;
            b.roles[2].licences = {LicenceClassId{"discovery"}, LicenceClassId{"unlimited"}};
        }));
        return blueprints;
    }();
    return all;
}

using MakeWatcher = std::function<std::unique_ptr<Watcher>(const Decider&)>;

template <class W>
std::unique_ptr<Watcher> make(const Decider&) {
    return std::make_unique<W>();
}

rc::detail::TestResult checked(const std::string& name, const MakeWatcher& make_watcher,
                               const Decider& decider, bool is_control,
                               const std::vector<Blueprint>& blueprints) {
    auto params = rc::detail::configuration().testParams;
    params.maxSuccess *= 3;
    const char* longer = std::getenv("MUSTER_LONG");
    if (!is_control && longer != nullptr && std::string_view{longer} == "1") {
        params.maxSuccess *= 100;
    }
    // A control ends at its first failure, which it wants.
    if (is_control) {
        params.maxSuccess *= 100;
        params.disableShrinking = true;
    }
    rc::detail::TestMetadata metadata;
    // Without an id a control's failure, which is wanted, is not offered for reproduction.
    if (!is_control) metadata.id = name;
    metadata.description = name;
    const auto property = [&] {
        const auto which = *rc::gen::inRange<std::size_t>(0, blueprints.size());
        const auto moves = *any_moves();
        Simulation simulation{blueprints[which], decider};
        const auto watcher = make_watcher(decider);
        const Violation violation = simulation.play(moves, *watcher);
        if (violation) RC_FAIL(blueprints[which].id + ": " + *violation);
    };
    return rc::detail::checkTestable(property, metadata, params);
}

void expect_always(const std::string& name, const MakeWatcher& make_watcher,
                   const std::vector<Blueprint>& blueprints = all_blueprints()) {
    const auto result = checked(name, make_watcher, decide, false, blueprints);
    if (result.is<rc::detail::SuccessResult>()) return;
    rc::detail::printResultMessage(result, std::cerr);
    ADD_FAILURE() << name;
}

void expect_fault_found(const MakeWatcher& make_watcher, const Decider& faulty,
                        const std::vector<Blueprint>& blueprints = all_blueprints()) {
    const auto result = checked("control", make_watcher, faulty, true, blueprints);
    EXPECT_TRUE(result.is<rc::detail::FailureResult>()) << "the fault went unnoticed";
}

using Answer = std::expected<Decision, Refusal>;

/// The engine, but for one rejection, which becomes what `instead` says.
Decider unless(
    Rejection rejection,
    std::function<Answer(const World&, const Command&, const Context&, Instant)> instead) {
    return [=](const World& world, const Command& command, const Context& context, Instant now) {
        auto answer = decide(world, command, context, now);
        if (answer || answer.error().rejection != rejection) return answer;
        auto replaced = instead(world, command, context, now);
        return replaced ? replaced : answer;
    };
}

Answer no_change() {
    return std::unexpected(Refusal{Rejection::not_allowed, {}});
}
Answer events_of(std::vector<Event> events) {
    Decision decision;
    for (Event& event : events) {
        decision.events.push_back({StreamId::of(organization(1)), std::move(event)});
    }
    return decision;
}

Decider without_last_holder_guard() {
    return unless(Rejection::last_protected_holder, [](const World&, const Command& command,
                                                       const Context&, Instant) {
        if (const auto* c = std::get_if<RemoveMember>(&command)) {
            return events_of({MemberRemoved{c->person, {}, std::nullopt}});
        }
        const auto* c = std::get_if<ChangeRole>(&command);
        return c != nullptr ? events_of({MemberRolesChanged{c->person, c->roles}}) : no_change();
    });
}

Decider inviting_anyway(Rejection rejection, bool at_once) {
    return unless(
        rejection,
        [=](const World&, const Command& command, const Context& context, Instant now) -> Answer {
            const auto* c = std::get_if<InviteMember>(&command);
            if (c == nullptr || c->rows.empty()) return no_change();
            const InvitationRow& row = c->rows.front();
            if (at_once) {
                return events_of({MemberJoined{
                    row.person, std::nullopt, row.roles, {}, std::nullopt, row.name, row.address}});
            }
            return events_of({InvitationIssued{row.invitation,
                                               row.person,
                                               context.actor,
                                               row.roles,
                                               {},
                                               std::nullopt,
                                               row.name,
                                               row.address,
                                               {},
                                               now + std::chrono::hours{1}}});
        });
}

Decider accepting_twice() {
    return unless(
        Rejection::invitation_accepted,
        [](const World&, const Command& command, const Context& context, Instant) -> Answer {
            const auto* c = std::get_if<AcceptInvitation>(&command);
            if (c == nullptr) return no_change();
            return events_of({InvitationAccepted{c->invitation, context.actor.person},
                              MemberJoined{context.actor.person,
                                           c->invitation,
                                           roles("member"),
                                           {},
                                           std::nullopt,
                                           {},
                                           {}}});
        });
}

Decider accepting_old_links() {
    return unless(Rejection::invitation_superseded, [](const World& world, const Command& command,
                                                       const Context& context, Instant now) {
        const auto* c = std::get_if<AcceptInvitation>(&command);
        if (c == nullptr) return no_change();
        AcceptInvitation newest = *c;
        newest.send_number =
            world.organization(c->organization)->invitation(c->invitation)->send_number;
        return decide(world, newest, context, now);
    });
}

Decider without_limits() {
    return unless(Rejection::seat_limit_reached, [](const World& world, const Command& command,
                                                    const Context& context, Instant now) {
        MemoryWorld unlimited;
        Organization copy = *world.organization(organization(1));
        copy.limits.clear();
        unlimited.put(std::move(copy));
        for (const PersonId who : Simulation::everybody()) {
            if (const Person* known = world.person(who)) unlimited.put(*known);
        }
        return decide(unlimited, command, context, now);
    });
}

Decider granting_anything() {
    return unless(Rejection::beyond_own_permissions,
                  [](const World& world, const Command& command, Context context, Instant now) {
                      context.actor = Actor::the_operator();
                      return decide(world, command, context, now);
                  });
}

/// Looks for the target before it asks whether the caller may do it at all.
Answer telling_of_targets(const World& world, const Command& command, const Context& context,
                          Instant now) {
    const auto* c = std::get_if<ChangeRole>(&command);
    if (c != nullptr && context.actor.kind == ActorKind::person) {
        const Organization* state = world.organization(c->organization);
        if (state->member(context.actor.person) != nullptr && state->member(c->person) == nullptr) {
            return std::unexpected(Refusal{Rejection::member_not_found, {}});
        }
    }
    return decide(world, command, context, now);
}

/// Says "not allowed" to strangers, who so learn that there is something.
Answer telling_strangers(const World& world, const Command& command, const Context& context,
                         Instant now) {
    auto answer = decide(world, command, context, now);
    const bool hidden = !answer && answer.error().rejection == Rejection::organization_not_found;
    if (hidden && std::holds_alternative<CreateRole>(command)) return no_change();
    return answer;
}

Answer removing_in_word_only(const World& world, const Command& command, const Context& context,
                             Instant now) {
    auto answer = decide(world, command, context, now);
    if (answer && std::holds_alternative<RemoveMember>(command)) answer->events.clear();
    return answer;
}

std::unique_ptr<Watcher> make_curious(const Decider& decider) {
    return std::make_unique<NobodyLearnsWhatTheyMayNotKnow>(decider);
}

TEST(Property, NoInvariantIsEverBroken) {
    expect_always("no invariant is ever broken", make<InvariantsHold>);
}
TEST(Property, NoInvariantIsEverBrokenControl) {
    expect_fault_found(make<InvariantsHold>, without_last_holder_guard());
    expect_fault_found(make<InvariantsHold>, inviting_anyway(Rejection::already_member, false));
}

TEST(Property, SomebodyAlwaysHoldsTheProtectedRole) {
    expect_always("somebody always holds the protected role", make<SomebodyHoldsTheProtectedRole>);
}
TEST(Property, SomebodyAlwaysHoldsTheProtectedRoleControl) {
    expect_fault_found(make<SomebodyHoldsTheProtectedRole>, without_last_holder_guard());
}

TEST(Property, OneMembershipAPersonAtMost) {
    expect_always("one membership a person at most", make<OneMembershipAPerson>);
}
TEST(Property, OneMembershipAPersonAtMostControl) {
    expect_fault_found(make<OneMembershipAPerson>,
                       inviting_anyway(Rejection::already_member, true));
}

TEST(Property, OneOpenInvitationAPersonAtMost) {
    expect_always("one open invitation a person at most", make<OneOpenInvitationAPerson>);
}
TEST(Property, OneOpenInvitationAPersonAtMostControl) {
    expect_fault_found(make<OneOpenInvitationAPerson>,
                       inviting_anyway(Rejection::already_invited, false));
    expect_fault_found(make<OneOpenInvitationAPerson>,
                       inviting_anyway(Rejection::already_member, false));
}

TEST(Property, AnInvitationEndsOnceAndIsAcceptedWithItsMembership) {
    expect_always("an invitation ends once", make<AnInvitationEndsOnce>);
}
TEST(Property, AnInvitationEndsOnceAndIsAcceptedWithItsMembershipControl) {
    expect_fault_found(make<AnInvitationEndsOnce>, accepting_twice());
}

TEST(Property, OnlyTheNewestLinkAnswers) {
    expect_always("only the newest link answers", make<OnlyTheNewestLinkAnswers>);
}
TEST(Property, OnlyTheNewestLinkAnswersControl) {
    expect_fault_found(make<OnlyTheNewestLinkAnswers>, accepting_old_links());
}

TEST(Property, LicencesFitThePlanAndNeverGrowAfterACut) {
    expect_always("licences fit the plan", make<LicencesFitThePlan>);
}
TEST(Property, LicencesFitThePlanAndNeverGrowAfterACutControl) {
    expect_fault_found(make<LicencesFitThePlan>, without_limits());
}

TEST(Property, NobodyGrantsBeyondTheirRights) {
    expect_always("nobody grants beyond their rights", make<NobodyGrantsBeyondTheirRights>);
}
TEST(Property, NobodyGrantsBeyondTheirRightsControl) {
    expect_fault_found(make<NobodyGrantsBeyondTheirRights>, granting_anything());
}

TEST(Property, NobodyLearnsWhatTheyMayNotKnow) {
    expect_always("nobody learns what they may not know", make_curious);
}
TEST(Property, NobodyLearnsWhatTheyMayNotKnowControl) {
    expect_fault_found(make_curious, telling_of_targets);
    expect_fault_found(make_curious, telling_strangers);
}

TEST(Property, ReplayEqualsLive) {
    expect_always("replay equals live", make<ReplayEqualsLive>);
}
TEST(Property, ReplayEqualsLiveControl) {
    const auto forgets_role_changes = [](const Decider&) {
        return std::make_unique<ReplayEqualsLive>(
            [](const Event& event) { return !std::holds_alternative<MemberRolesChanged>(event); });
    };
    expect_fault_found(forgets_role_changes, decide);
}

TEST(Property, RemovalEndsEverythingAtOnce) {
    expect_always("removal ends everything at once", make<RemovalEndsEverything>);
}
TEST(Property, RemovalEndsEverythingAtOnceControl) {
    expect_fault_found(make<RemovalEndsEverything>, removing_in_word_only);
}

TEST(Property, TheNaiveModelAgrees) {
    expect_always("the naive model agrees", make<TheNaiveModelAgrees>, known_blueprints());
}
TEST(Property, TheNaiveModelAgreesControl) {
    expect_fault_found(make<TheNaiveModelAgrees>, without_last_holder_guard(), known_blueprints());
    expect_fault_found(make<TheNaiveModelAgrees>, without_limits(), known_blueprints());
    expect_fault_found(make<TheNaiveModelAgrees>, granting_anything(), known_blueprints());
}

/// Counts what the moves come to, so that a property does not hold for want of anything happening.
struct Tally final : Watcher {
    Violation decided(const Simulation&, const Step& step) override {
        const std::string name{name_of(step.command)};
        ++(step.accepted() ? accepted : refused)[name];
        for (const StreamEvent& happened : step.events()) {
            ++events[std::string{name_of(happened.event)}];
        }
        if (!step.accepted()) ++rejections[step.result.error().rejection];
        return std::nullopt;
    }
    std::map<std::string, int> accepted;
    std::map<std::string, int> refused;
    std::map<std::string, int> events;
    std::map<Rejection, int> rejections;
};

TEST(Moves, BringAboutEveryCommandAcceptedAndRefused) {
    Tally tally;
    rc::Random random{1};
    for (int run = 0; run < 400; ++run) {
        const auto moves = any_moves()(random.split(), 100).value();
        const auto& all = all_blueprints();
        Simulation{all[static_cast<std::size_t>(run) % all.size()], decide}.play(moves, tally);
    }
    for (const char* command :
         {"InviteMember", "AcceptInvitation", "DeclineInvitation", "ResendInvitation",
          "CancelInvitation", "ChangeRole", "RemoveMember", "CreateWorkspace", "DeleteWorkspace",
          "AssignWorkspaceRole", "WithdrawWorkspaceRole", "CreateRole", "ChangePlan",
          "RegisterPerson", "RecordSignIn", "EndOrganization"}) {
        EXPECT_GE(tally.accepted[command], 20) << command;
        EXPECT_GE(tally.refused[command], 3) << command;
    }
    for (const char* event :
         {"InvitationAccepted", "InvitationExpired", "InvitationResent", "LicenceChanged",
          "MemberRolesChanged", "MemberRemoved", "WorkspaceDeleted", "WorkspaceRoleWithdrawn"}) {
        EXPECT_GE(tally.events[event], 50) << event;
    }
    EXPECT_GE(tally.rejections.size(), 40u);
}

/// Moves that once found a fault, kept under its name.
Violation replayed(const Blueprint& blueprint, const std::vector<Move>& moves, Watcher& watcher) {
    return Simulation{blueprint, decide}.play(moves, watcher);
}

TEST(Regression, APlanThatGrantsNoneOfAClassGrantsNotEvenTheFirst) {
    const std::vector<Move> moves{{10, 0, 0, 1, 0, 0}, {17, 0, 0, 0, 0, 0}, {0, 0, 1, 0, 0, 0}};
    LicencesFitThePlan licences;
    EXPECT_EQ(replayed(mark_like(), moves, licences), std::nullopt);
    TheNaiveModelAgrees naive;
    EXPECT_EQ(replayed(mark_like(), moves, naive), std::nullopt);
}

}  // namespace
}  // namespace muster::domain_tests
