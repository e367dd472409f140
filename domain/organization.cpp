// Folding an organisation's events, and what can be read off the result.
#include "domain/organization.h"

#include "domain/ensure.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

template <class Map, class K>
auto* find_in(Map& map, const K& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

/// Whoever answers for an offer answers for all that is in it by now.
void answers_for(OpenInvitation& invitation, const Actor& inviter) {
    invitation.inviter = inviter;
    invitation.offered_roles = invitation.roles;
    invitation.offered_workspaces = invitation.workspaces;
}

/// Folds events into one organisation. Facts only: a missing target is a bug in decide or in the
/// log.
struct Evolve {
    Organization& state;
    Instant at;

    void operator()(const OrganizationFounded& event) const {
        state.id = event.organization;
        state.name = event.name;
        state.blueprint = event.blueprint;
        state.plan = event.plan;
        state.importing = event.imported;
        state.founded_at = at;
        if (const Plan* plan = state.blueprint->plan(event.plan)) state.limits = plan->limits;
        add_roles_of_blueprint();
    }

    void operator()(const OrganizationEnded&) const {
        state.ended = true;
        for (const auto& [id, invitation] : state.invitations) {
            state.ended_invitations[id] = {InvitationEnd::cancelled, invitation.person};
        }
        state.members.clear();
        state.invitations.clear();
        state.invited.clear();
        state.replaced.clear();
        state.due.clear();
        state.workspaces.clear();
        state.seats.clear();
        state.protected_holders.clear();
    }

    void operator()(const PlanChanged& event) const {
        state.plan = event.plan;
        state.limits = event.limits;
    }

    void operator()(const InvitationIssued& event) const {
        state.invitations[event.invitation] = begun_by(event, at);
        state.invited[event.person] = event.invitation;
        if (event.replaces) state.replaced[*event.replaces] = event.invitation;
        state.due.emplace(event.expires_at, event.invitation);
        if (event.licence) ++state.seats[*event.licence].reserved;
        note_mail(event.person, false);
    }

    void operator()(const InvitationResent& event) const {
        OpenInvitation& invitation = open(event.invitation);
        note_mail(event.person, true);
        state.due.erase({invitation.expires_at, event.invitation});
        state.due.emplace(event.expires_at, event.invitation);
        invitation.send_number = event.send_number;
        invitation.expires_at = event.expires_at;
        if (event.inviter) answers_for(invitation, *event.inviter);
    }

    void operator()(const InvitationTakenOver& event) const {
        answers_for(open(event.invitation), event.inviter);
    }

    void operator()(const InvitationCancelled& event) const {
        close(event.invitation, InvitationEnd::cancelled);
    }
    void operator()(const InvitationDeclined& event) const {
        close(event.invitation, InvitationEnd::declined);
    }
    void operator()(const InvitationExpired& event) const {
        close(event.invitation, InvitationEnd::expired);
    }
    void operator()(const InvitationAccepted& event) const {
        close(event.invitation, InvitationEnd::accepted);
    }

    void operator()(const MemberJoined& event) const {
        state.members[event.person] = begun_by(event, at);
        if (event.licence) ++state.seats[*event.licence].used;
        count_holder(event.roles);
    }

    void operator()(const MemberRolesChanged& event) const {
        const Member* member = state.member(event.person);
        const bool active = member != nullptr && member->status == MemberStatus::active;
        Held& held = held_by(event.person);
        if (active) uncount_holder(held.roles);
        evolve(held, event);
        if (active) count_holder(held.roles);
        show_to_successor(event.person);
    }

    void operator()(const MemberRemoved& event) const {
        const auto found = state.members.find(event.person);
        ENSURE(found != state.members.end());
        const Member& member = found->second;
        if (member.licence) --state.seats[*member.licence].used;
        if (member.status == MemberStatus::active) uncount_holder(member.roles);
        state.members.erase(found);
    }

    void operator()(const WorkspaceCreated& event) const {
        state.workspaces[event.workspace] = Workspace{.name = event.name, .created_at = at};
    }

    void operator()(const WorkspaceDeleted& event) const {
        state.workspaces.erase(event.workspace);
        for (auto& [person, member] : state.members) evolve(member, event);
        for (auto& [id, invitation] : state.invitations) evolve(invitation, event);
    }

    void operator()(const WorkspaceRoleAssigned& event) const {
        evolve(held_by(event.person), event);
        show_to_successor(event.person);
    }
    void operator()(const WorkspaceRoleWithdrawn& event) const {
        evolve(held_by(event.person), event);
        show_to_successor(event.person);
    }

    void operator()(const LicenceChanged& event) const {
        Member* member = find_in(state.members, event.person);
        Held& held = held_by(event.person);
        const auto count = member != nullptr ? &SeatUse::used : &SeatUse::reserved;
        if (held.licence) --(state.seats[*held.licence].*count);
        const bool paused = member != nullptr && member->status == MemberStatus::suspended;
        if (paused && held.licence && !event.licence) member->former_licence = held.licence;
        evolve(held, event);
        if (held.licence) ++(state.seats[*held.licence].*count);
    }

    void operator()(const RoleCreated& event) const {
        state.roles[event.role] = Role{.name = event.name,
                                       .custom = true,
                                       .permissions = event.permissions,
                                       .effective = state.blueprint->closure(event.permissions)};
    }

    void operator()(const ImportFinished&) const { state.importing = false; }

    void operator()(const MemberSuspended& event) const {
        Member& member = known(event.person);
        if (member.status == MemberStatus::active) uncount_holder(member.roles);
        member.status = MemberStatus::suspended;
    }

    void operator()(const MemberReinstated& event) const {
        Member& member = known(event.person);
        if (member.status == MemberStatus::suspended) count_holder(member.roles);
        member.status = MemberStatus::active;
        member.former_licence.reset();
    }

    void operator()(const RoleRenamed& event) const { role(event.role).name = event.name; }
    void operator()(const RolePermissionsChanged& event) const {
        Role& changed = role(event.role);
        changed.permissions = event.permissions;
        changed.effective = state.blueprint->closure(event.permissions);
    }
    void operator()(const RoleDeleted& event) const { state.roles.erase(event.role); }
    void operator()(const OrganizationRenamed& event) const { state.name = event.name; }
    void operator()(const WorkspaceRenamed& event) const {
        Workspace* workspace = find_in(state.workspaces, event.workspace);
        ENSURE(workspace != nullptr);
        workspace->name = event.name;
    }

    void operator()(const BlueprintChanged& event) const {
        const SharedBlueprint before = state.blueprint;
        const auto roles_before = std::exchange(state.roles, {});
        state.blueprint = event.blueprint;
        state.plan = event.plan;
        state.limits = event.limits;
        add_roles_of_blueprint();
        for (const auto& [id, role] : roles_before) {
            if (!role.custom || event.roles.contains(id)) continue;
            Role& kept = state.roles[id] = role;
            kept.effective = state.blueprint->closure(kept.permissions);
        }
        keep_own_changes(*before, roles_before);
        for (auto& [id, invitation] : state.invitations) {
            evolve(invitation, event);
            Held offered{invitation.offered_roles, invitation.offered_workspaces, {}};
            evolve(offered, event);
            invitation.offered_roles = std::move(offered.roles);
            invitation.offered_workspaces = std::move(offered.workspaces);
        }
        state.protected_holders.clear();
        for (auto& [person, member] : state.members) {
            evolve(member, event);
            if (member.status == MemberStatus::active) count_holder(member.roles);
        }
    }

    void operator()(const MailHandedOver&) const {}
    void operator()(const AttemptsSuppressed&) const {}
    void operator()(const PersonRegistered&) const { ENSURE(false); }
    void operator()(const PersonSignedIn&) const { ENSURE(false); }
    void operator()(const TwoFactorChanged&) const { ENSURE(false); }
    void operator()(const ProfileChanged&) const { ENSURE(false); }

 private:
    void count_holder(const std::vector<RoleId>& roles) const {
        for (const RoleId& held : roles) {
            if (state.is_protected(held)) ++state.protected_holders[held];
        }
    }
    void uncount_holder(const std::vector<RoleId>& roles) const {
        for (const RoleId& held : roles) {
            const auto counted = state.protected_holders.find(held);
            if (counted == state.protected_holders.end()) continue;
            if (--counted->second == 0) state.protected_holders.erase(counted);
        }
    }

    void add_roles_of_blueprint() const {
        for (const OrganizationRole& rules : state.blueprint->roles) {
            state.roles[rules.id] = Role{.name = rules.name,
                                         .custom = false,
                                         .permissions = rules.gives.permissions,
                                         .effective = state.blueprint->closure(rules.gives)};
        }
    }

    /// What the organisation made of roles that both rules have stays, as far as the new ones let
    /// it: a name, permissions, a deletion.
    void keep_own_changes(const Blueprint& before, const std::map<RoleId, Role>& roles) const {
        for (const OrganizationRole& rules : state.blueprint->roles) {
            const OrganizationRole* was = before.role(rules.id);
            if (was == nullptr) continue;
            const Role* changed = find_in(roles, rules.id);
            if (changed == nullptr) {
                if (rules.deletable) state.roles.erase(rules.id);
                continue;
            }
            Role& now = state.roles[rules.id];
            if (rules.renameable && changed->name != was->name) now.name = changed->name;
            const bool edited = changed->effective != before.closure(was->gives);
            if (!rules.editable || !edited) continue;
            now.permissions = changed->permissions;
            now.effective = state.blueprint->closure(changed->permissions);
        }
    }

    /// Who is to take a member's place is offered what the member has by now.
    void show_to_successor(PersonId person) const {
        const InvitationId* id = find_in(state.replaced, person);
        if (id == nullptr) return;
        const Member& member = known(person);
        open(*id).roles = member.roles;
        open(*id).workspaces = member.workspaces;
    }

    Member& known(PersonId person) const {
        Member* member = find_in(state.members, person);
        ENSURE(member != nullptr);
        return *member;
    }

    Role& role(const RoleId& id) const {
        Role* found = find_in(state.roles, id);
        ENSURE(found != nullptr);
        return *found;
    }

    OpenInvitation& open(InvitationId id) const {
        OpenInvitation* invitation = find_in(state.invitations, id);
        ENSURE(invitation != nullptr);
        return *invitation;
    }

    Held& held_by(PersonId person) const {
        if (Member* member = find_in(state.members, person)) return *member;
        const InvitationId* id = find_in(state.invited, person);
        ENSURE(id != nullptr);
        return open(*id);
    }

    void note_mail(PersonId to, bool is_sent_again) const {
        if (state.importing) return;
        const Instant a_day_ago = at - std::chrono::hours{24};
        const Instant hour = MailCount::hour_of(at);
        if (state.mails.hour != hour) {
            state.mails = {.hour = hour, .sent = 0};
            std::erase_if(state.mailed,
                          [&](const auto& entry) { return entry.second.latest <= a_day_ago; });
        }
        ++state.mails.sent;
        const bool had_one = state.mailed.contains(to) && state.mailed[to].latest > a_day_ago;
        MailsTo& mails = state.mailed[to];
        mails.latest = at;
        std::erase_if(mails.again, [&](Instant time) { return time <= a_day_ago; });
        if (!is_sent_again && !had_one) return;
        if (mails.again.size() == most_resends_known) mails.again.erase(mails.again.begin());
        mails.again.push_back(at);
    }

    void close(InvitationId id, InvitationEnd end) const {
        const OpenInvitation& invitation = open(id);
        if (invitation.licence) --state.seats[*invitation.licence].reserved;
        state.ended_invitations[id] = {end, invitation.person};
        state.due.erase({invitation.expires_at, id});
        state.invited.erase(invitation.person);
        if (invitation.replaces) state.replaced.erase(*invitation.replaces);
        state.invitations.erase(id);
    }
};

}  // namespace

Member begun_by(const MemberJoined& event, Instant at) {
    Member member{held_by(event)};
    member.joined_at = at;
    member.name = event.name;
    member.address = event.address;
    member.details = event.details;
    return member;
}

OpenInvitation begun_by(const InvitationIssued& event, Instant at) {
    OpenInvitation invitation{held_by(event)};
    invitation.person = event.person;
    invitation.invited_at = at;
    invitation.expires_at = event.expires_at;
    invitation.name = event.name;
    invitation.address = event.address;
    invitation.message = event.message;
    invitation.details = event.details;
    invitation.replaces = event.replaces;
    answers_for(invitation, event.inviter);
    return invitation;
}

Instant MailCount::hour_of(Instant at) {
    constexpr std::int64_t hour = Duration{std::chrono::hours{1}}.count();
    const std::int64_t into = at.micros % hour;
    return Instant{at.micros - (into < 0 ? into + hour : into)};
}

const Member* Organization::member(PersonId person) const {
    return find_in(members, person);
}

const Member* Organization::member(const Actor& actor) const {
    const auto person = actor.person();
    return person ? member(*person) : nullptr;
}

const OpenInvitation* Organization::invitation(InvitationId invitation_id) const {
    return find_in(invitations, invitation_id);
}

const OpenInvitation* Organization::invitation_of(PersonId person) const {
    const InvitationId* invitation_id = find_in(invited, person);
    return invitation_id == nullptr ? nullptr : invitation(*invitation_id);
}

const Held* Organization::held_by(PersonId person) const {
    if (const Member* found = member(person)) return found;
    return invitation_of(person);
}

const Role* Organization::role(const RoleId& role_id) const {
    return find_in(roles, role_id);
}

bool Organization::is_protected(const RoleId& role_id) const {
    const OrganizationRole* rules = blueprint->role(role_id);
    return rules != nullptr && rules->is_protected;
}

bool Organization::is_protected(const std::vector<RoleId>& held) const {
    return std::ranges::any_of(held,
                               [this](const RoleId& role_id) { return is_protected(role_id); });
}

std::size_t Organization::holders_of(const RoleId& protected_role) const {
    const auto counted = protected_holders.find(protected_role);
    return counted == protected_holders.end() ? 0 : counted->second;
}

PermissionSet Organization::permissions_of(PersonId person) const {
    PermissionSet permissions;
    const Member* found = member(person);
    if (found == nullptr || found->status != MemberStatus::active) return permissions;
    for (const RoleId& role_id : found->roles) {
        if (const Role* given = role(role_id)) permissions |= given->effective;
    }
    return permissions;
}

PermissionSet Organization::permissions_of(PersonId person, WorkspaceId workspace) const {
    PermissionSet permissions = permissions_of(person);
    const Member* found = member(person);
    if (found == nullptr || found->status != MemberStatus::active) return permissions;
    const auto place = found->workspaces.find(workspace);
    if (place == found->workspaces.end()) return permissions;
    if (const WorkspaceRole* rules = blueprint->workspace_role(place->second)) {
        permissions |= blueprint->closure(rules->gives);
    }
    return permissions;
}

void evolve(Organization& organization, const Event& event, Instant at) {
    std::visit(Evolve{organization, at}, event);
    if (changes_its_stream(event)) {
        organization.latest_at = std::max(organization.latest_at, at);
    }
}

}  // namespace muster
