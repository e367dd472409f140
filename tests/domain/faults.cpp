// Taking protections away.
#include "tests/domain/faults.h"

#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

Answer refused(Rejection rejection) {
    return std::unexpected(Refusal{rejection, {}});
}

InvitationIssued invitation_of(const InviteMember& command) {
    const InvitationRow& row = command.rows.front();
    return {.invitation = row.invitation,
            .person = row.person,
            .inviter = Actor::the_operator(),
            .roles = row.roles,
            .expires_at = first_day + std::chrono::hours{24 * 3650}};
}

/// Invites the first row's person, whose roles are named.
Decider inviting_anyway(Rejection rejection) {
    return unless(
        rejection,
        [](const World&, const Command& command, const Context&, Instant) -> std::optional<Answer> {
            const auto* c = std::get_if<InviteMember>(&command);
            if (c == nullptr || c->rows.front().roles.empty()) return std::nullopt;
            return Decision{{{StreamId::of(c->organization), invitation_of(*c)}}, {}};
        });
}

}  // namespace

Decider unless(Rejection rejection, Instead instead) {
    return [rejection, instead = std::move(instead)](const World& world, const Command& command,
                                                     const Context& context, Instant now) {
        Answer answer = decide(world, command, context, now);
        if (answer || answer.error().rejection != rejection) return answer;
        return instead(world, command, context, now).value_or(answer);
    };
}

Decider in_another_world(Rejection rejection,
                         std::function<void(Organization&, const Context&)> change) {
    return unless(
        rejection,
        [change = std::move(change)](const World& world, const Command& command,
                                     const Context& context, Instant now) -> std::optional<Answer> {
            const auto in = organization_of(command);
            if (!in) return std::nullopt;
            MemoryWorld other;
            Organization changed = *world.organization(*in);
            change(changed, context);
            other.put(std::move(changed));
            for (const PersonId who : everybody()) {
                if (const Person* known = world.person(who)) other.put(*known);
            }
            return decide(other, command, context, now);
        });
}

Decider removing_the_last_holder() {
    return anyway<RemoveMember>(Rejection::last_protected_holder, [](const RemoveMember& c) {
        return std::vector<Event>{MemberRemoved{c.person, {}, {}}};
    });
}

Decider suspending_the_last_holder() {
    return anyway<SuspendMember>(Rejection::last_protected_holder, [](const SuspendMember& c) {
        return std::vector<Event>{MemberSuspended{c.person}};
    });
}

Decider demoting_the_last_holder() {
    return anyway<ChangeRole>(Rejection::last_protected_holder, [](const ChangeRole& c) {
        return std::vector<Event>{MemberRolesChanged{c.person, c.roles}};
    });
}

Decider replacing_a_holder_by_nobody() {
    return altered<ReplaceProtectedHolder>(
        [](const World&, const ReplaceProtectedHolder& c, Decision& decision) {
            std::erase_if(decision.events, [&](const StreamEvent& happened) {
                return subject_of(happened.event) == c.successor;
            });
        });
}

Decider transferring_to_nobody() {
    return altered<TransferOwnership>(
        [](const World&, const TransferOwnership& c, Decision& decision) {
            std::erase_if(decision.events, [&](const StreamEvent& happened) {
                return subject_of(happened.event) == c.person;
            });
        });
}

Decider transferring_and_keeping() {
    return altered<TransferOwnership>(
        [](const World&, const TransferOwnership& c, Decision& decision) {
            std::erase_if(decision.events, [&](const StreamEvent& happened) {
                return subject_of(happened.event) != c.person;
            });
        });
}

Decider editing_any_role() {
    return anyway<SetRolePermissions>(
        Rejection::role_not_editable, [](const SetRolePermissions& c) {
            return std::vector<Event>{RolePermissionsChanged{c.role, c.permissions}};
        });
}

Decider deleting_any_role() {
    return anyway<DeleteRole>(Rejection::role_not_deletable, [](const DeleteRole& c) {
        return std::vector<Event>{RoleDeleted{c.role}};
    });
}

Decider deleting_roles_in_use() {
    return anyway<DeleteRole>(Rejection::role_in_use, [](const DeleteRole& c) {
        return std::vector<Event>{RoleDeleted{c.role}};
    });
}

Decider touching_another_organization() {
    return altered<RemoveMember>([](const World&, const RemoveMember& c, Decision& decision) {
        const bool first = c.organization == organization(1);
        decision.events.push_back(
            {StreamId::of(organization(first ? 2 : 1)), OrganizationRenamed{"Elsewhere"}});
    });
}

Decider touching_another_account() {
    return altered<ChangeProfile>([](const World&, const ChangeProfile&, Decision& decision) {
        decision.events.push_back({StreamId::of(person(50)), TwoFactorChanged{person(50), true}});
    });
}

Decider inviting_members() {
    return inviting_anyway(Rejection::already_member);
}

Decider inviting_twice() {
    return inviting_anyway(Rejection::already_invited);
}

Decider joining_again() {
    return anyway<InviteMember>(Rejection::already_member, [](const InviteMember& command) {
        const InvitationRow& row = command.rows.front();
        return std::vector<Event>{MemberJoined{.person = row.person, .roles = row.roles}};
    });
}

Decider accepting_twice() {
    return unless(Rejection::invitation_accepted,
                  [](const World&, const Command& command, const Context& context,
                     Instant) -> std::optional<Answer> {
                      const auto* c = std::get_if<AcceptInvitation>(&command);
                      if (c == nullptr) return std::nullopt;
                      const PersonId person = *context.actor.person();
                      const StreamId stream = StreamId::of(c->organization);
                      return Decision{
                          {{stream, InvitationAccepted{c->invitation, person}},
                           {stream, MemberJoined{.person = person, .invitation = c->invitation}}},
                          {}};
                  });
}

Decider accepting_old_links() {
    return unless(Rejection::invitation_superseded,
                  [](const World& world, const Command& command, const Context& context,
                     Instant now) -> std::optional<Answer> {
                      const auto* c = std::get_if<AcceptInvitation>(&command);
                      if (c == nullptr) return std::nullopt;
                      AcceptInvitation newest = *c;
                      const Organization& state = *world.organization(c->organization);
                      newest.send_number = state.invitation(c->invitation)->send_number;
                      return decide(world, newest, context, now);
                  });
}

Decider without_limits() {
    return in_another_world(Rejection::seat_limit_reached,
                            [](Organization& state, const Context&) { state.limits.clear(); });
}

Decider removing_without_release() {
    return altered<RemoveMember>([](const World&, const RemoveMember&, Decision& decision) {
        for (StreamEvent& happened : decision.events) {
            auto* removed = std::get_if<MemberRemoved>(&happened.event);
            if (removed != nullptr) removed->licence.reset();
        }
    });
}

Decider assigning_anyway(Rejection rejection) {
    return anyway<AssignWorkspaceRole>(rejection, [](const AssignWorkspaceRole& c) {
        return std::vector<Event>{WorkspaceRoleAssigned{c.person, c.place}};
    });
}

Decider letting_the_suspended_act() {
    return in_another_world(
        Rejection::caller_suspended, [](Organization& state, const Context& context) {
            state.members.edit(*context.actor.person())->status = MemberStatus::active;
        });
}

Decider suspending_for_good() {
    return altered<SuspendMember>(
        [](const World& world, const SuspendMember& c, Decision& decision) {
            const Member& member = *world.organization(c.organization)->member(c.person);
            if (decision.events.empty() || member.workspaces.empty()) return;
            decision.events.push_back(
                {StreamId::of(c.organization),
                 WorkspaceRoleWithdrawn{c.person, member.workspaces.begin()->first}});
        });
}

Decider breaking_by_new_rules() {
    return anyway<ChangeBlueprint>(Rejection::blueprint_breaks, [](const ChangeBlueprint& command) {
        const PlanId plan = command.plan.value_or(command.blueprint->first_plan);
        const Plan* known = command.blueprint->plan(plan);
        if (known == nullptr) known = &command.blueprint->plans.front();
        return std::vector<Event>{BlueprintChanged{.blueprint = command.blueprint,
                                                   .plan = known->id,
                                                   .limits = known->limits,
                                                   .roles = command.roles,
                                                   .workspace_roles = command.workspace_roles}};
    });
}

Decider telling_of_targets() {
    return [](const World& world, const Command& command, const Context& context,
              Instant now) -> Answer {
        const auto* c = std::get_if<ChangeRole>(&command);
        if (c != nullptr && context.actor.person()) {
            const Organization& state = *world.organization(c->organization);
            const bool known = state.member(context.actor) != nullptr;
            if (known && state.member(c->person) == nullptr) {
                return refused(Rejection::member_not_found);
            }
        }
        return decide(world, command, context, now);
    };
}

Decider telling_strangers() {
    return unless(
        Rejection::organization_not_found,
        [](const World&, const Command& command, const Context&, Instant) -> std::optional<Answer> {
            if (!std::holds_alternative<CreateRole>(command)) return std::nullopt;
            return refused(Rejection::not_allowed);
        });
}

}  // namespace muster::domain_tests
