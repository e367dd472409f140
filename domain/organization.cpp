// Folding an organisation's events, and what can be read off the result.
#include "domain/organization.h"

#include "domain/ensure.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

template <class Map, class K>
const auto* find_in(const Map& map, const K& key) {
    const auto found = map.find(key);
    return found == map.end() ? nullptr : &found->second;
}

/// Folds what is about everybody into those for whom it changes something, so that the others stay
/// shared.
template <class K, class Holder, class EventOfAll>
void evolve_all(PersistentMap<K, Holder>& holders, const EventOfAll& event) {
    std::vector<std::pair<K, Held>> changed;
    for (const auto& [id, holder] : holders) {
        const Held& before = holder;
        Held after = before;
        evolve(after, event);
        if (after != before) changed.emplace_back(id, std::move(after));
    }
    for (auto& [id, after] : changed) static_cast<Held&>(*holders.edit(id)) = std::move(after);
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
        add_roles_of_blueprint(state.roles.edit());
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
        state.role_use.clear();
    }

    void operator()(const PlanChanged& event) const {
        state.plan = event.plan;
        state.limits = event.limits;
    }

    void operator()(const InvitationIssued& event) const {
        state.invitations[event.invitation] = begun_by(event, at);
        state.invited[event.person] = event.invitation;
        if (event.replaces) state.replaced[*event.replaces] = event.invitation;
        state.due[{event.expires_at, event.invitation}] = {};
        if (event.licence) ++state.seats[*event.licence].reserved;
        count_roles(event.roles, &RoleUse::invited);
        note_mail(event.person, false);
    }

    void operator()(const InvitationResent& event) const {
        OpenInvitation& invitation = open(event.invitation);
        note_mail(event.person, true);
        state.due.erase({invitation.expires_at, event.invitation});
        state.due[{event.expires_at, event.invitation}] = {};
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
        state.members[event.person] = begun_by(event, at, next(state.version));
        if (event.licence) ++state.seats[*event.licence].used;
        count_member(event.person, event.roles, true);
    }

    void operator()(const MemberRolesChanged& event) const {
        const Member* member = state.member(event.person);
        const bool active = member != nullptr && member->status == MemberStatus::active;
        Held& held = held_by(event.person);
        const std::vector<RoleId> before = held.roles;
        evolve(held, event);
        if (member == nullptr) {
            uncount_roles(before, &RoleUse::invited);
            return count_roles(held.roles, &RoleUse::invited);
        }
        uncount_member(event.person, before, active);
        count_member(event.person, held.roles, active);
        show_to_successor(event.person);
    }

    void operator()(const MemberRemoved& event) const {
        const Member* member = state.member(event.person);
        ENSURE(member != nullptr);
        if (member->licence) --state.seats[*member->licence].used;
        uncount_member(event.person, member->roles, member->status == MemberStatus::active);
        state.members.erase(event.person);
    }

    void operator()(const WorkspaceCreated& event) const {
        state.workspaces[event.workspace] = Workspace{.name = event.name, .created_at = at};
    }

    void operator()(const WorkspaceDeleted& event) const {
        state.workspaces.erase(event.workspace);
        evolve_all(state.members, event);
        evolve_all(state.invitations, event);
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
        Member* member = state.members.edit(event.person);
        Held& held = held_by(event.person);
        const auto count = member != nullptr ? &SeatUse::used : &SeatUse::reserved;
        if (held.licence) --(state.seats[*held.licence].*count);
        const bool paused = member != nullptr && member->status == MemberStatus::suspended;
        if (paused && held.licence && !event.licence) member->former_licence = held.licence;
        evolve(held, event);
        if (held.licence) ++(state.seats[*held.licence].*count);
    }

    void operator()(const RoleCreated& event) const {
        state.roles.edit()[event.role] =
            Role{.name = event.name,
                 .custom = true,
                 .permissions = event.permissions,
                 .effective = state.blueprint->closure(event.permissions)};
    }

    void operator()(const ImportFinished&) const { state.importing = false; }

    void operator()(const MemberSuspended& event) const {
        Member& member = known(event.person);
        if (member.status == MemberStatus::active) uncount_roles(member.roles, &RoleUse::active);
        member.status = MemberStatus::suspended;
    }

    void operator()(const MemberReinstated& event) const {
        Member& member = known(event.person);
        if (member.status == MemberStatus::suspended) count_roles(member.roles, &RoleUse::active);
        member.status = MemberStatus::active;
        member.former_licence.reset();
    }

    void operator()(const RoleRenamed& event) const {
        change_role(event.role, [&](Role& role) { role.name = event.name; });
    }
    void operator()(const RolePermissionsChanged& event) const {
        change_role(event.role, [&](Role& role) {
            role.permissions = event.permissions;
            role.effective = state.blueprint->closure(event.permissions);
        });
    }
    void operator()(const RoleDeleted& event) const { state.roles.edit().erase(event.role); }
    void operator()(const OrganizationRenamed& event) const { state.name = event.name; }
    void operator()(const WorkspaceRenamed& event) const {
        Workspace* workspace = state.workspaces.edit(event.workspace);
        ENSURE(workspace != nullptr);
        workspace->name = event.name;
    }

    void operator()(const BlueprintChanged& event) const {
        const SharedBlueprint before = state.blueprint;
        const auto roles_before = std::exchange(state.roles, {});
        state.blueprint = event.blueprint;
        state.plan = event.plan;
        state.limits = event.limits;
        auto& roles = state.roles.edit();
        add_roles_of_blueprint(roles);
        for (const auto& [id, role] : *roles_before) {
            if (!role.custom || event.roles.contains(id)) continue;
            Role& kept = roles[id] = role;
            kept.effective = state.blueprint->closure(kept.permissions);
        }
        keep_own_changes(*before, *roles_before, roles);
        evolve_all(state.invitations, event);
        change_what_was_offered(event);
        evolve_all(state.members, event);
        count_roles_anew();
    }

    void operator()(const MailHandedOver&) const {}
    void operator()(const AttemptsSuppressed&) const {}
    void operator()(const PersonRegistered&) const { ENSURE(false); }
    void operator()(const PersonSignedIn&) const { ENSURE(false); }
    void operator()(const TwoFactorChanged&) const { ENSURE(false); }
    void operator()(const ProfileChanged&) const { ENSURE(false); }

 private:
    using Count = std::uint64_t RoleUse::*;

    void count_roles(const std::vector<RoleId>& roles, Count count) const {
        for (const RoleId& role : roles) ++(state.role_use[role].*count);
    }
    void uncount_roles(const std::vector<RoleId>& roles, Count count) const {
        for (const RoleId& role : roles) {
            RoleUse& use = state.role_use[role];
            --(use.*count);
            if (use.members == 0 && use.invited == 0) state.role_use.erase(role);
        }
    }
    void count_member(PersonId person, const std::vector<RoleId>& roles, bool active) const {
        for (const RoleId& role : roles) state.role_use[role].latest = person;
        count_roles(roles, &RoleUse::members);
        if (active) count_roles(roles, &RoleUse::active);
    }
    void uncount_member(PersonId person, const std::vector<RoleId>& roles, bool active) const {
        for (const RoleId& role : roles) {
            RoleUse& use = state.role_use[role];
            if (use.latest == person) use.latest = {};
        }
        if (active) uncount_roles(roles, &RoleUse::active);
        uncount_roles(roles, &RoleUse::members);
    }
    void count_roles_anew() const {
        state.role_use.clear();
        for (const auto& [person, member] : state.members) {
            count_member(person, member.roles, member.status == MemberStatus::active);
        }
        for (const auto& [id, invitation] : state.invitations) {
            count_roles(invitation.roles, &RoleUse::invited);
        }
    }

    void add_roles_of_blueprint(std::map<RoleId, Role>& roles) const {
        for (const OrganizationRole& rules : state.blueprint->roles) {
            roles[rules.id] = Role{.name = rules.name,
                                   .custom = false,
                                   .permissions = rules.gives.permissions,
                                   .effective = state.blueprint->closure(rules.gives)};
        }
    }

    void change_what_was_offered(const BlueprintChanged& event) const {
        std::vector<std::pair<InvitationId, Held>> changed;
        for (const auto& [id, invitation] : state.invitations) {
            const Held before{invitation.offered_roles, invitation.offered_workspaces, {}};
            Held after = before;
            evolve(after, event);
            if (after != before) changed.emplace_back(id, std::move(after));
        }
        for (auto& [id, offered] : changed) {
            open(id).offered_roles = std::move(offered.roles);
            open(id).offered_workspaces = std::move(offered.workspaces);
        }
    }

    /// What the organisation made of roles that both rules have stays, as far as the new ones let
    /// it: a name, permissions, a deletion.
    void keep_own_changes(const Blueprint& before, const std::map<RoleId, Role>& roles_before,
                          std::map<RoleId, Role>& roles) const {
        for (const OrganizationRole& rules : state.blueprint->roles) {
            const OrganizationRole* was = before.role(rules.id);
            if (was == nullptr) continue;
            const Role* changed = find_in(roles_before, rules.id);
            if (changed == nullptr) {
                if (rules.deletable) roles.erase(rules.id);
                continue;
            }
            Role& now = roles[rules.id];
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
        const Member* member = state.member(person);
        ENSURE(member != nullptr);
        OpenInvitation& invitation = open(*id);
        uncount_roles(invitation.roles, &RoleUse::invited);
        count_roles(member->roles, &RoleUse::invited);
        invitation.roles = member->roles;
        invitation.workspaces = member->workspaces;
    }

    Member& known(PersonId person) const {
        Member* member = state.members.edit(person);
        ENSURE(member != nullptr);
        return *member;
    }

    template <class Change>
    void change_role(const RoleId& id, const Change& change) const {
        auto& roles = state.roles.edit();
        const auto found = roles.find(id);
        ENSURE(found != roles.end());
        change(found->second);
    }

    OpenInvitation& open(InvitationId id) const {
        OpenInvitation* invitation = state.invitations.edit(id);
        ENSURE(invitation != nullptr);
        return *invitation;
    }

    Held& held_by(PersonId person) const {
        if (Member* member = state.members.edit(person)) return *member;
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
            forget_mails_until(a_day_ago);
        }
        ++state.mails.sent;
        const MailsTo* before = find_in(state.mailed, to);
        const bool had_one = before != nullptr && before->latest > a_day_ago;
        MailsTo& mails = state.mailed[to];
        mails.latest = at;
        std::erase_if(mails.again, [&](Instant time) { return time <= a_day_ago; });
        if (!is_sent_again && !had_one) return;
        if (mails.again.size() == most_resends_known) mails.again.erase(mails.again.begin());
        mails.again.push_back(at);
    }

    void forget_mails_until(Instant time) const {
        const auto is_old = [&](const MailsTo& mails) { return mails.latest <= time; };
        for (const PersonId person : state.mailed.keys_where(is_old)) state.mailed.erase(person);
    }

    void close(InvitationId id, InvitationEnd end) const {
        const OpenInvitation* invitation = state.invitation(id);
        ENSURE(invitation != nullptr);
        if (invitation->licence) --state.seats[*invitation->licence].reserved;
        uncount_roles(invitation->roles, &RoleUse::invited);
        state.ended_invitations[id] = {end, invitation->person};
        state.due.erase({invitation->expires_at, id});
        state.invited.erase(invitation->person);
        if (invitation->replaces) state.replaced.erase(*invitation->replaces);
        state.invitations.erase(id);
    }
};

}  // namespace

Member begun_by(const MemberJoined& event, Instant at, Version version) {
    Member member{held_by(event)};
    member.joined_at = at;
    member.joined_by = version;
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
    return find_in(*roles, role_id);
}

bool Organization::is_protected(const RoleId& role_id) const {
    const OrganizationRole* rules = blueprint->role(role_id);
    return rules != nullptr && rules->is_protected;
}

bool Organization::is_protected(const std::vector<RoleId>& held) const {
    return std::ranges::any_of(held,
                               [this](const RoleId& role_id) { return is_protected(role_id); });
}

RoleUse Organization::use_of(const RoleId& role_id) const {
    const RoleUse* use = find_in(role_use, role_id);
    return use == nullptr ? RoleUse{} : *use;
}

bool Organization::has_protected_holder() const {
    return std::ranges::any_of(role_use, [this](const auto& entry) {
        return entry.second.active > 0 && is_protected(entry.first);
    });
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
