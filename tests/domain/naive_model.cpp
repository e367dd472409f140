// The lists of facts, and the rules they are read by.
#include "tests/domain/naive_model.h"

#include "tests/domain/given.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

bool within(const Rights& inner, const Rights& outer) {
    if (outer.contains("*")) return true;
    return std::ranges::includes(outer, inner);
}

}  // namespace

NaiveModel::NaiveModel(NaiveProduct product) : product_{std::move(product)} {
    limits_ = product_.plans.at("free");
    for (const auto& [role, rights] : product_.roles) role_names_.emplace_back(role, role);
    NaiveMember founder{person(1), product_.founder_role, {}, ""};
    picks_licence(founder);
    members_.push_back(founder);
    accounts_ = {person(2), person(3), person(4)};
    verified_ = {person(2), person(3)};
}

bool NaiveModel::accepts(const Command& command, const Actor& actor, Instant now) {
    if (const auto* c = std::get_if<RegisterPerson>(&command)) return registers(*c, actor);
    if (const auto* c = std::get_if<AcceptInvitation>(&command)) return joins(*c, actor, now);
    if (const auto* c = std::get_if<DeclineInvitation>(&command)) {
        NaiveInvitation* found = nullptr;
        if (!answers(c->invitation, c->send_number, c->signed_in, actor, now, found)) return false;
        found->open = false;
        return true;
    }
    if (std::holds_alternative<SettleDue>(command)) return settles(actor, now);
    if (std::holds_alternative<EndOrganization>(command)) return ends(actor);
    if (ended_ || !knows(actor)) return false;
    if (const auto* c = std::get_if<RecordSignIn>(&command)) return signs_in(*c, actor);
    if (const auto* c = std::get_if<InviteMember>(&command)) return invites(*c, actor, now);
    if (const auto* c = std::get_if<ResendInvitation>(&command)) return resends(*c, actor, now);
    if (const auto* c = std::get_if<CancelInvitation>(&command)) return cancels(*c, actor);
    if (const auto* c = std::get_if<ChangeRole>(&command)) return changes_role(*c, actor);
    if (const auto* c = std::get_if<RemoveMember>(&command)) return removes(*c, actor);
    if (const auto* c = std::get_if<CreateRole>(&command)) return creates_role(*c, actor);
    if (const auto* c = std::get_if<CreateWorkspace>(&command)) return creates_workspace(*c, actor);
    if (const auto* c = std::get_if<DeleteWorkspace>(&command)) return deletes_workspace(*c, actor);
    if (const auto* c = std::get_if<AssignWorkspaceRole>(&command)) return assigns(*c, actor);
    if (const auto* c = std::get_if<WithdrawWorkspaceRole>(&command)) return withdraws(*c, actor);
    if (const auto* c = std::get_if<ChangePlan>(&command)) return changes_plan(*c, actor);
    return false;
}

std::vector<NaiveMember> NaiveModel::members() const {
    auto sorted = members_;
    std::ranges::sort(sorted, {}, &NaiveMember::person);
    return sorted;
}

std::vector<NaiveMember> NaiveModel::invited(Instant now) const {
    std::vector<NaiveMember> found;
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open && now < sent.expires_at) found.push_back(sent.offered);
    }
    std::ranges::sort(found, {}, &NaiveMember::person);
    return found;
}

// Inviting and answering.

bool NaiveModel::invites(const InviteMember& command, const Actor& actor, Instant now) {
    if (!has_right(actor, "invite_member")) return false;
    const NaiveModel before = *this;
    bool all = true;
    bool any = false;
    std::set<PersonId> named;
    for (const InvitationRow& row : command.rows) {
        const bool stands = named.insert(row.person).second && invites_one(row, actor, now);
        all = all && stands;
        any = any || stands;
    }
    const bool accepted = command.mode == RowMode::atomic ? all && any : any;
    if (!accepted) *this = before;
    return accepted;
}

bool NaiveModel::invites_one(const InvitationRow& row, const Actor& actor, Instant now) {
    NaiveMember offered{row.person, product_.newcomer_role, {}, ""};
    if (product_.newcomer_role.empty()) {
        if (row.roles.size() != 1) return false;
        offered.role = row.roles.front().value;
        if (!product_.roles.contains(offered.role)) return false;
    } else if (!row.roles.empty()) {
        return false;
    }
    for (const WorkspacePlace& place : row.workspaces) {
        if (!place_exists(place)) return false;
        if (offered.places.contains(place.workspace)) return false;
        offered.places[place.workspace] = place.role.value;
    }
    const auto most = product_.most_workspaces;
    if (most != 0 && offered.places.size() > most) return false;
    if (!may_offer(actor, offered)) return false;
    if (member(row.person) != nullptr || open_invitation_of(row.person) != nullptr) return false;
    if (invitation(row.invitation) != nullptr) return false;
    if (!picks_licence(offered)) return false;
    if (product_.at_once && verified_.contains(row.person)) {
        members_.push_back(offered);
        return true;
    }
    const Instant expires_at = now + std::chrono::hours{24 * 7};
    invitations_.push_back({row.invitation, offered, actor, 1, expires_at, true, false});
    return true;
}

bool NaiveModel::may_offer(const Actor& actor, const NaiveMember& offered) {
    if (!has_right(actor, "invite_member")) return false;
    if (product_.newcomer_role.empty()) {
        if (!reaches(actor, "invite", offered.role)) return false;
        if (!may_give(actor, offered.person, product_.roles.at(offered.role))) return false;
    }
    for (const auto& [workspace, role] : offered.places) {
        if (!has_right(actor, "assign_workspace", &workspace)) return false;
        if (!may_give(actor, offered.person, rights_in(role), &workspace)) return false;
    }
    return true;
}

bool NaiveModel::answers(const InvitationId& id, std::uint32_t send_number, bool signed_in,
                         const Actor& actor, Instant now, NaiveInvitation*& found) {
    found = invitation(id);
    if (ended_ || found == nullptr || !found->open || now >= found->expires_at) return false;
    if (!actor.is(found->offered.person) || send_number != found->send_number) return false;
    if (!accounts_.contains(actor.person)) return true;
    return signed_in && verified_.contains(actor.person);
}

bool NaiveModel::joins(const AcceptInvitation& command, const Actor& actor, Instant now) {
    NaiveInvitation* found = nullptr;
    if (!answers(command.invitation, command.send_number, command.signed_in, actor, now, found)) {
        return false;
    }
    if (product_.inviter_checked_again && !may_offer(found->inviter, found->offered)) return false;
    if (!accounts_.contains(actor.person) && command.account_name.empty()) return false;
    accounts_.insert(actor.person);
    verified_.insert(actor.person);
    found->open = false;
    members_.push_back(found->offered);
    return true;
}

bool NaiveModel::resends(const ResendInvitation& command, const Actor& actor, Instant now) {
    NaiveInvitation* found = invitation(command.invitation);
    if (!has_right(actor, "invite_member") || found == nullptr || !found->open) return false;
    if (!reaches(actor, "invite", found->offered.role) || now >= found->expires_at) return false;
    ++found->send_number;
    found->expires_at = now + std::chrono::hours{24 * 7};
    return true;
}

bool NaiveModel::cancels(const CancelInvitation& command, const Actor& actor) {
    NaiveInvitation* found = invitation(command.invitation);
    if (!has_right(actor, "invite_member") || found == nullptr) return false;
    // Cancelling what was cancelled is fine, cancelling what ended otherwise is not.
    if (!found->open) return found->cancelled;
    if (!reaches(actor, "invite", found->offered.role)) return false;
    found->open = false;
    found->cancelled = true;
    return true;
}

bool NaiveModel::settles(const Actor& actor, Instant now) {
    for (NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.expires_at <= now) sent.open = false;
    }
    return actor.is_system();
}

// Members.

bool NaiveModel::changes_role(const ChangeRole& command, const Actor& actor) {
    if (!has_right(actor, "change_role") || command.roles.size() != 1) return false;
    NaiveMember* target = member(command.person);
    const NaiveInvitation* pending = open_invitation_of(command.person);
    if (target == nullptr && pending == nullptr) return false;
    const std::string before = target != nullptr ? target->role : pending->offered.role;
    const std::string after = command.roles.front().value;
    if (!product_.roles.contains(after)) return false;
    if (!reaches(actor, "assign", before) || !reaches(actor, "assign", after)) return false;
    const bool demotes = !within(product_.roles.at(before), product_.roles.at(after));
    if (demotes && !actor.is(command.person)) {
        if (!has_right(actor, "remove_member") || !reaches(actor, "remove", before)) return false;
    }
    if (before == after) return true;
    if (!may_give(actor, command.person, product_.roles.at(after))) return false;
    if (target == nullptr) return false;
    if (before == product_.founder_role && holders() == 1) return false;
    NaiveMember changed = *target;
    changed.role = after;
    if (!picks_licence(changed)) return false;
    *target = changed;
    return true;
}

bool NaiveModel::removes(const RemoveMember& command, const Actor& actor) {
    const NaiveMember* target = member(command.person);
    if (target == nullptr) return false;
    if (actor.is(command.person)) {
        if (!product_.removes_oneself) return false;
    } else if (!has_right(actor, "remove_member") || !reaches(actor, "remove", target->role)) {
        return false;
    }
    if (target->role == product_.founder_role && holders() == 1) return false;
    std::erase_if(members_, [&](const NaiveMember& m) { return m.person == command.person; });
    return true;
}

bool NaiveModel::creates_role(const CreateRole& command, const Actor& actor) {
    if (!has_right(actor, "manage_roles") || product_.most_custom_roles == 0) return false;
    Rights rights;
    for (const PermissionId& right : command.permissions) rights.insert(right.value);
    if (!may_give(actor, PersonId{}, rights)) return false;
    for (const auto& [id, name] : role_names_) {
        if (id == command.role.value || name == command.name) return false;
    }
    if (command.name.empty() || custom_roles_ >= product_.most_custom_roles) return false;
    ++custom_roles_;
    role_names_.emplace_back(command.role.value, command.name);
    product_.roles[command.role.value] = rights;
    product_.licences[command.role.value] = product_.custom_fits;
    return true;
}

// Workspaces.

bool NaiveModel::place_exists(const WorkspacePlace& place) const {
    if (!product_.workspaces) return false;
    const bool known = std::ranges::any_of(
        workspaces_, [&](const auto& entry) { return entry.first == place.workspace; });
    if (!known) return false;
    if (product_.workspace_roles.empty()) return place.role.value.empty();
    return product_.workspace_roles.contains(place.role.value);
}

bool NaiveModel::creates_workspace(const CreateWorkspace& command, const Actor& actor) {
    if (!has_right(actor, "create_workspace") || !product_.workspaces) return false;
    for (const auto& [id, name] : workspaces_) {
        if (id == command.workspace || name == command.name) return false;
    }
    if (command.name.empty()) return false;
    workspaces_.emplace_back(command.workspace, command.name);
    return true;
}

bool NaiveModel::deletes_workspace(const DeleteWorkspace& command, const Actor& actor) {
    if (!has_right(actor, "delete_workspace", &command.workspace)) return false;
    const auto gone = std::erase_if(
        workspaces_, [&](const auto& entry) { return entry.first == command.workspace; });
    if (gone == 0) return false;
    std::vector<NaiveMember*> left;
    for (NaiveMember& m : members_) {
        if (m.places.erase(command.workspace) > 0) left.push_back(&m);
    }
    std::ranges::sort(left, {}, [](const NaiveMember* m) { return m->person; });
    std::vector<NaiveInvitation*> offers;
    for (NaiveInvitation& sent : invitations_) {
        if (sent.offered.places.erase(command.workspace) > 0 && sent.open) offers.push_back(&sent);
    }
    std::ranges::sort(offers, {}, [](const NaiveInvitation* sent) { return sent->id; });
    for (NaiveInvitation* sent : offers) left.push_back(&sent->offered);
    for (NaiveMember* m : left) picks_licence(*m);
    return true;
}

bool NaiveModel::assigns(const AssignWorkspaceRole& command, const Actor& actor) {
    const WorkspaceId& workspace = command.place.workspace;
    if (!has_right(actor, "assign_workspace", &workspace)) return false;
    NaiveMember* target = member(command.person);
    NaiveInvitation* pending = open_invitation_of(command.person);
    const bool is_pending = target == nullptr && pending != nullptr;
    if (is_pending) target = &pending->offered;
    if (target == nullptr || !place_exists(command.place)) return false;
    if (!reaches(actor, "places", target->role)) return false;
    const std::string role = command.place.role.value;
    if (!may_give(actor, command.person, rights_in(role), &workspace)) return false;
    const auto now = target->places.find(workspace);
    if (now != target->places.end() && now->second == role) return true;
    if (is_pending && !product_.places_while_pending) return false;
    NaiveMember changed = *target;
    changed.places[workspace] = role;
    if (!picks_licence(changed)) return false;
    *target = changed;
    return true;
}

bool NaiveModel::withdraws(const WithdrawWorkspaceRole& command, const Actor& actor) {
    if (!has_right(actor, "assign_workspace", &command.workspace)) return false;
    NaiveMember* target = member(command.person);
    NaiveInvitation* pending = open_invitation_of(command.person);
    const bool is_pending = target == nullptr && pending != nullptr;
    if (is_pending) target = &pending->offered;
    const bool known = std::ranges::any_of(
        workspaces_, [&](const auto& entry) { return entry.first == command.workspace; });
    if (target == nullptr || !known || !reaches(actor, "places", target->role)) return false;
    if (!target->places.contains(command.workspace)) return true;
    if (is_pending && !product_.places_while_pending) return false;
    target->places.erase(command.workspace);
    return picks_licence(*target);
}

// The organisation and accounts.

bool NaiveModel::changes_plan(const ChangePlan& command, const Actor& actor) {
    if (!actor.is_operator() || !product_.plans.contains(command.plan.value)) return false;
    limits_ = product_.plans.at(command.plan.value);
    for (const auto& [licence, limit] : command.limits) limits_[licence.value] = limit;
    return true;
}

bool NaiveModel::ends(const Actor& actor) {
    if (ended_) return actor.is_operator();
    if (!knows(actor) || !has_right(actor, "end_organization")) return false;
    ended_ = true;
    members_.clear();
    for (NaiveInvitation& sent : invitations_) sent.open = false;
    return true;
}

bool NaiveModel::registers(const RegisterPerson& command, const Actor& actor) {
    if (!actor.is_operator()) return false;
    const bool nothing_new = accounts_.contains(command.person) &&
                             (verified_.contains(command.person) || !command.verified);
    if (!nothing_new && command.name.empty()) return false;
    accounts_.insert(command.person);
    if (command.verified) verified_.insert(command.person);
    return true;
}

bool NaiveModel::signs_in(const RecordSignIn& command, const Actor& actor) {
    if (!actor.is_operator() && !actor.is(command.person)) return false;
    return member(command.person) != nullptr;
}

// Looking things up.

bool NaiveModel::knows(const Actor& actor) {
    return actor.kind != ActorKind::person || member(actor.person) != nullptr;
}

NaiveMember* NaiveModel::member(PersonId person) {
    for (NaiveMember& m : members_) {
        if (m.person == person) return &m;
    }
    return nullptr;
}

NaiveInvitation* NaiveModel::open_invitation_of(PersonId person) {
    for (NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.offered.person == person) return &sent;
    }
    return nullptr;
}

NaiveInvitation* NaiveModel::invitation(InvitationId id) {
    for (NaiveInvitation& sent : invitations_) {
        if (sent.id == id) return &sent;
    }
    return nullptr;
}

Rights NaiveModel::rights_of(const Actor& actor, const WorkspaceId* within_workspace) {
    if (actor.is_operator()) return {"*"};
    const NaiveMember* acting = member(actor.person);
    if (acting == nullptr) return {};
    Rights rights = product_.roles.at(acting->role);
    if (within_workspace != nullptr && acting->places.contains(*within_workspace)) {
        rights.merge(rights_in(acting->places.at(*within_workspace)));
    }
    return rights;
}

bool NaiveModel::has_right(const Actor& actor, const std::string& right,
                           const WorkspaceId* within_workspace) {
    return within({right}, rights_of(actor, within_workspace));
}

bool NaiveModel::reaches(const Actor& actor, const std::string& action, const std::string& target) {
    if (actor.is_operator()) return true;
    const NaiveMember* acting = member(actor.person);
    if (acting == nullptr) return false;
    switch (product_.reach(action, acting->role, target)) {
        case Reached::no:
            return false;
        case Reached::yes:
            return true;
        case Reached::when_held:
            return within(product_.roles.at(target), product_.roles.at(acting->role));
    }
    return false;
}

bool NaiveModel::may_give(const Actor& actor, PersonId to, const Rights& rights,
                          const WorkspaceId* within_workspace) {
    Rights givable = rights_of(actor, within_workspace);
    const NaiveMember* acting = member(actor.person);
    if (acting != nullptr && !actor.is(to)) {
        givable.merge(Rights{product_.given_to_grant[acting->role]});
    }
    return within(rights, givable);
}

Rights NaiveModel::rights_in(const std::string& workspace_role) const {
    const auto found = product_.workspace_roles.find(workspace_role);
    return found == product_.workspace_roles.end() ? Rights{} : found->second;
}

std::size_t NaiveModel::holders() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        members_, [&](const NaiveMember& m) { return m.role == product_.founder_role; }));
}

std::size_t NaiveModel::taken(const std::string& licence) const {
    std::size_t count = 0;
    for (const NaiveMember& m : members_) {
        if (m.licence == licence) ++count;
    }
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.offered.licence == licence) ++count;
    }
    return count;
}

bool NaiveModel::picks_licence(NaiveMember& somebody) const {
    std::vector<std::vector<std::string>> needs;
    const auto need = [&](const std::string& role) {
        const auto fitting = product_.licences.find(role);
        if (fitting != product_.licences.end()) needs.push_back(fitting->second);
    };
    need(somebody.role);
    for (const auto& [workspace, role] : somebody.places) need(role);
    if (needs.empty()) {
        somebody.licence = "";
        return true;
    }
    for (const std::string& candidate : needs.front()) {
        const bool fits = std::ranges::all_of(
            needs, [&](const auto& classes) { return std::ranges::count(classes, candidate) > 0; });
        const auto limit = limits_.find(candidate);
        const bool left = limit == limits_.end() || taken(candidate) < limit->second;
        if (fits && (left || somebody.licence == candidate)) {
            somebody.licence = candidate;
            return true;
        }
    }
    return false;
}

}  // namespace muster::domain_tests
