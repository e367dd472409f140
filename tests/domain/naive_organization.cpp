// The lists of facts, and looking things up in them.
#include "tests/domain/naive_organization.h"

#include <algorithm>

namespace muster::domain_tests {

bool is_within(const Rights& inner, const Rights& outer) {
    return outer.contains("*") || std::ranges::includes(outer, inner);
}

std::optional<NaiveOrganization> NaiveOrganization::founded(const FoundOrganization& command) {
    if (command.name.empty()) return std::nullopt;
    NaiveOrganization made;
    made.blueprint_ = command.blueprint;
    made.product_ = read_product(*command.blueprint);
    made.roles_ = made.product_.roles;
    made.plan_ = made.product_.first_plan;
    made.limits_ = made.product_.plans.at(made.plan_);
    made.name_ = command.name;
    NaiveMember founder{command.founder, {made.product_.founder_role}, {}, "", false};
    if (!made.picks_licence(founder)) return std::nullopt;
    made.members_.push_back(founder);
    return made;
}

bool NaiveOrganization::takes_commands_of(const Actor& actor) {
    if (ended_) return false;
    if (!actor.person()) return true;
    const NaiveMember* acting = member_acting(actor);
    return acting != nullptr && !acting->suspended;
}

std::vector<NaiveMember> NaiveOrganization::members() const {
    auto sorted = members_;
    std::ranges::sort(sorted, {}, &NaiveMember::person);
    return sorted;
}

std::vector<NaiveInvitation> NaiveOrganization::open_invitations(Instant now) const {
    std::vector<NaiveInvitation> found;
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open && now < sent.expires_at) found.push_back(sent);
    }
    std::ranges::sort(found, {}, [](const NaiveInvitation& sent) { return sent.offered.person; });
    return found;
}

NaiveMember* NaiveOrganization::member(PersonId person) {
    for (NaiveMember& m : members_) {
        if (m.person == person) return &m;
    }
    return nullptr;
}

NaiveMember* NaiveOrganization::member_acting(const Actor& actor) {
    return actor.person() ? member(*actor.person()) : nullptr;
}

NaiveInvitation* NaiveOrganization::open_invitation_of(PersonId person) {
    for (NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.offered.person == person) return &sent;
    }
    return nullptr;
}

NaiveInvitation* NaiveOrganization::invitation(InvitationId id) {
    for (NaiveInvitation& sent : invitations_) {
        if (sent.id == id) return &sent;
    }
    return nullptr;
}

NaiveMember* NaiveOrganization::somebody(PersonId person) {
    if (NaiveMember* found = member(person)) return found;
    NaiveInvitation* sent = open_invitation_of(person);
    return sent != nullptr ? &sent->offered : nullptr;
}

Rights NaiveOrganization::rights_of_roles(const std::set<std::string>& roles) const {
    Rights united;
    for (const std::string& role : roles) {
        const auto found = roles_.find(role);
        if (found != roles_.end()) united.merge(product_.rights_of(found->second.gives));
    }
    return united;
}

Rights NaiveOrganization::rights_of(const NaiveMember& holder,
                                    const WorkspaceId* within_workspace) const {
    if (holder.suspended) return {};
    Rights rights = rights_of_roles(holder.roles);
    if (within_workspace != nullptr && holder.places.contains(*within_workspace)) {
        rights.merge(rights_in(holder.places.at(*within_workspace)));
    }
    return rights;
}

bool NaiveOrganization::has_right(const Actor& actor, const std::string& operation,
                                  const WorkspaceId* within_workspace) {
    if (actor.is_operator()) return true;
    const NaiveMember* acting = member_acting(actor);
    if (acting == nullptr) return false;
    const std::string& right = product_.needs.at(operation);
    const Rights held = rights_of(*acting, within_workspace);
    if (!is_within({right}, held)) return false;
    if (held.contains("*") || !product_.within_workspaces.contains(right)) return true;
    // It reaches only where its holder is, unless something that reaches everywhere brings it.
    const bool asked_nowhere = within_workspace == nullptr;
    if (asked_nowhere && product_.without_workspace_too.contains(right)) return true;
    if (!asked_nowhere && acting->places.contains(*within_workspace)) return true;
    return std::ranges::any_of(held, [&](const std::string& wider) {
        return !product_.within_workspaces.contains(wider) &&
               product_.brings.at(wider).contains(right);
    });
}

bool NaiveOrganization::reaches(const Actor& actor, const std::string& action,
                                const std::set<std::string>& targets) {
    if (actor.is_operator()) return true;
    const NaiveMember* acting = member_acting(actor);
    if (acting == nullptr || acting->suspended) return false;
    for (const std::string& target : targets) {
        bool reached = false;
        for (const std::string& role : acting->roles) {
            const auto known = roles_.find(target);
            const bool own = known != roles_.end() && known->second.own;
            const Reached how = product_.reach(action, role, target, own);
            const bool held =
                known != roles_.end() && is_within(rights_of_roles({target}), rights_of(*acting));
            reached = reached || how == Reached::yes || (how == Reached::when_held && held);
        }
        if (!reached) return false;
    }
    return true;
}

bool NaiveOrganization::may_give(const Actor& actor, PersonId to, const Rights& rights,
                                 const WorkspaceId* within_workspace) {
    if (actor.is_operator()) return true;
    const NaiveMember* acting = member_acting(actor);
    if (acting == nullptr) return false;
    Rights givable = rights_of(*acting, within_workspace);
    if (acting->person != to) {
        for (const std::string& role : acting->roles) {
            const auto& listed = roles_.at(role).to_grant;
            givable.merge(product_.rights_of({listed.begin(), listed.end()}));
        }
    }
    return is_within(rights, givable);
}

Rights NaiveOrganization::rights_in(const std::string& workspace_role) const {
    const auto found = product_.workspace_roles.find(workspace_role);
    return found == product_.workspace_roles.end() ? Rights{}
                                                   : product_.rights_of(found->second.gives);
}

bool NaiveOrganization::has_workspace(WorkspaceId workspace) const {
    return std::ranges::any_of(workspaces_,
                               [&](const auto& entry) { return entry.first == workspace; });
}

bool NaiveOrganization::place_exists(const WorkspacePlace& place) const {
    if (!product_.workspaces || !has_workspace(place.workspace)) return false;
    if (product_.workspace_roles.empty()) return place.role.value.empty();
    return product_.workspace_roles.contains(place.role.value);
}

std::set<std::string> NaiveOrganization::kept_roles_held() const {
    std::set<std::string> held;
    for (const NaiveMember& m : members_) {
        for (const std::string& role : m.roles) {
            if (roles_.at(role).kept && !m.suspended) held.insert(role);
        }
    }
    return held;
}

bool NaiveOrganization::keeps_holders_of(const NaiveOrganization& before) const {
    const auto held = kept_roles_held();
    return std::ranges::all_of(before.kept_roles_held(), [&](const std::string& role) {
        const auto now = roles_.find(role);
        return now == roles_.end() || !now->second.kept || held.contains(role);
    });
}

bool NaiveOrganization::may_be_placed(const std::set<std::string>& roles) const {
    return product_.needed_to_be_placed.empty() ||
           is_within({product_.needed_to_be_placed}, rights_of_roles(roles));
}

std::size_t NaiveOrganization::taken(const std::string& licence) const {
    std::size_t count = 0;
    for (const NaiveMember& m : members_) {
        if (m.licence == licence) ++count;
    }
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open && sent.offered.licence == licence) ++count;
    }
    return count;
}

bool NaiveOrganization::picks_licence(NaiveMember& somebody, const std::string& rather) const {
    std::vector<Names> needs;
    for (const std::string& role : somebody.roles) needs.push_back(roles_.at(role).licences);
    for (const auto& [workspace, role] : somebody.places) {
        const auto rules = product_.workspace_roles.find(role);
        if (rules != product_.workspace_roles.end()) needs.push_back(rules->second.licences);
    }
    std::erase(needs, Names{});
    if (needs.empty()) {
        somebody.licence = "";
        return true;
    }
    Names in_order = needs.front();
    if (!rather.empty()) in_order.insert(in_order.begin(), rather);
    for (const std::string& candidate : in_order) {
        const bool fits = std::ranges::all_of(needs, [&](const Names& classes) {
            return std::ranges::count(classes, candidate) > 0;
        });
        const auto limit = limits_.find(candidate);
        const bool left = limit == limits_.end() || taken(candidate) < limit->second;
        if (fits && (left || somebody.licence == candidate)) {
            somebody.licence = candidate;
            return true;
        }
    }
    return false;
}

bool NaiveOrganization::settles_licence(PersonId person, const std::string& rather) {
    if (NaiveMember* found = member(person)) {
        const bool paused = found->suspended && product_.suspension_frees_licence;
        if (paused) return true;
        const std::string used = found->licence;
        if (!picks_licence(*found, rather)) return false;
        if (found->suspended && !used.empty() && found->licence.empty()) had_[person] = used;
        return true;
    }
    NaiveInvitation* sent = open_invitation_of(person);
    if (sent == nullptr) return true;
    const bool waits = !product_.reserves_licence || !sent->takes_place_of.is_nil();
    return waits || picks_licence(sent->offered);
}

}  // namespace muster::domain_tests
