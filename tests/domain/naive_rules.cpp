// Moving to other rules, on paper: what they would break is looked for, then everything is moved.
#include "domain/proposed_blueprint.h"
#include "tests/domain/naive_organization.h"
#include "tests/domain/plain_look.h"

#include <algorithm>

namespace muster::domain_tests {
namespace {

std::map<std::string, std::string> names_of(const std::map<RoleId, RoleId>& map) {
    std::map<std::string, std::string> names;
    for (const auto& [from, to] : map) names[from.value] = to.value;
    return names;
}

bool is_place(const NaiveProduct& product, const std::string& role) {
    return product.workspace_roles.empty() ? role.empty() : product.workspace_roles.contains(role);
}

}  // namespace

/// Limits that are not the plan's own were made to measure, and stay.
std::map<std::string, std::uint64_t> NaiveOrganization::limits_under(
    const NaiveProduct& next, const std::string& plan) const {
    auto limits = next.plans.at(plan);
    const auto& usual = product_.plans.at(plan_);
    for (const auto& [licence, limit] : limits_) {
        const bool of_plan = usual.contains(licence) && usual.at(licence) == limit;
        if (!of_plan && next.licence_classes.contains(licence)) limits[licence] = limit;
    }
    return limits;
}

/// The new product's roles as the organisation has changed them, and its own; nothing where the
/// product does not let a change stay.
std::optional<std::map<std::string, NaiveRole>> NaiveOrganization::roles_under(
    const NaiveProduct& next, const ChangeBlueprint& command) const {
    auto roles = next.roles;
    for (const auto& [id, was] : product_.roles) {
        const auto now = roles.find(id);
        if (now == roles.end()) continue;
        const auto held = roles_.find(id);
        if (held == roles_.end()) {
            if (!now->second.deletable) return std::nullopt;
            roles.erase(now);
            continue;
        }
        const bool renamed = held->second.name != was.name;
        const bool edited = rights_of_roles({id}) != product_.rights_of(was.gives);
        if (renamed && !now->second.renameable) return std::nullopt;
        if (edited && !now->second.editable) return std::nullopt;
        if (renamed) now->second.name = held->second.name;
        if (edited) now->second.gives = held->second.gives;
    }
    std::size_t own = 0;
    for (const auto& [id, role] : roles_) {
        if (!role.own || command.roles.contains(RoleId{id})) continue;
        if (next.roles.contains(id)) return std::nullopt;
        roles[id] = role;
        roles[id].licences = next.own_roles_take;
        ++own;
    }
    return own <= next.most_own_roles ? std::optional{roles} : std::nullopt;
}

/// Whether no role that the organisation named has the name of another one of the product's, and no
/// role gives what is not in the catalogue.
bool NaiveOrganization::are_sound(const std::map<std::string, NaiveRole>& roles,
                                  const NaiveProduct& next) {
    for (const auto& [id, role] : roles) {
        for (const auto& [other, brought] : next.roles) {
            const bool named = role.own || role.name != next.roles.at(id).name;
            if (named && other != id && role.name == brought.name) return false;
        }
        for (const std::string& right : role.gives) {
            if (right != "*" && !next.catalogue.contains(right)) return false;
        }
    }
    return true;
}

/// Whether everybody's roles and places are there afterwards, or become others that are.
bool NaiveOrganization::everybody_can_move(const std::map<std::string, NaiveRole>& roles,
                                           const NaiveProduct& next,
                                           const ChangeBlueprint& command) const {
    const auto mapped = names_of(command.roles);
    const auto mapped_places = names_of(command.workspace_roles);
    for (const auto& [from, to] : mapped) {
        if (!roles_.contains(from) || !roles.contains(to)) return false;
    }
    for (const auto& [from, to] : mapped_places) {
        if (!is_place(next, to)) return false;
    }
    const auto can_move = [&](const NaiveMember& somebody) {
        for (const std::string& role : somebody.roles) {
            if (!roles.contains(role) && !mapped.contains(role)) return false;
        }
        for (const auto& [workspace, role] : somebody.places) {
            if (!is_place(next, role) && !mapped_places.contains(role)) return false;
        }
        return true;
    };
    const bool invited_can = std::ranges::all_of(invitations_, [&](const NaiveInvitation& sent) {
        return !sent.open || can_move(sent.offered);
    });
    return invited_can && std::ranges::all_of(members_, can_move);
}

void NaiveOrganization::moves_everybody(const ChangeBlueprint& command) {
    const auto mapped = names_of(command.roles);
    const auto mapped_places = names_of(command.workspace_roles);
    const auto move = [&](NaiveMember& somebody) {
        std::set<std::string> roles;
        for (const std::string& role : somebody.roles) {
            roles.insert(mapped.contains(role) ? mapped.at(role) : role);
        }
        somebody.roles = roles;
        for (auto& [workspace, role] : somebody.places) {
            if (mapped_places.contains(role)) role = mapped_places.at(role);
        }
    };
    for (NaiveMember& m : members_) move(m);
    for (NaiveInvitation& sent : invitations_) {
        move(sent.offered);
        move(sent.as_sent);
    }
}

/// Whether nobody holds more roles than they may, and the role of one is one member's and offered
/// to nobody.
bool NaiveOrganization::holds_to_its_rules() const {
    const auto holds_too_many = [&](const NaiveMember& somebody) {
        return !product_.several_roles && somebody.roles.size() > 1;
    };
    const auto is_wrong = [&](const NaiveInvitation& sent) {
        const bool second_owner = is_owner(sent.offered) && sent.takes_place_of.is_nil();
        return sent.open && (second_owner || holds_too_many(sent.offered));
    };
    const auto owners =
        std::ranges::count_if(members_, [&](const NaiveMember& m) { return is_owner(m); });
    return (owner_role().empty() || owners == 1) && !kept_roles_held().empty() &&
           std::ranges::none_of(members_, holds_too_many) &&
           std::ranges::none_of(invitations_, is_wrong);
}

/// Whether no role that must be kept now has lost the last of those who held it, but to another
/// that must be.
bool NaiveOrganization::keeps_what_was_held(const NaiveOrganization& before,
                                            const ChangeBlueprint& command) const {
    const auto mapped = names_of(command.roles);
    const auto becomes_kept = [&](const std::string& role) {
        return mapped.contains(role) && roles_.at(mapped.at(role)).kept;
    };
    const auto held = kept_roles_held();
    return std::ranges::all_of(before.members_, [&](const NaiveMember& was) {
        return was.suspended || std::ranges::all_of(was.roles, [&](const std::string& role) {
                   const auto now = roles_.find(role);
                   return now == roles_.end() || !now->second.kept || held.contains(role) ||
                          becomes_kept(role);
               });
    });
}

/// Everybody gives their licence back and takes the first that fits them by now; false when
/// somebody finds none.
bool NaiveOrganization::takes_licences_anew() {
    bool all = true;
    std::map<PersonId, std::string> used;
    for (NaiveMember& m : members_) used[m.person] = std::exchange(m.licence, "");
    for (NaiveInvitation& sent : invitations_) sent.offered.licence = "";
    for (const NaiveMember& m : members()) all = settles_licence(m.person) && all;
    for (const NaiveMember& m : members_) {
        const bool lost = !used[m.person].empty() && m.licence != used[m.person];
        if (m.suspended && lost) had_[m.person] = used[m.person];
    }
    std::map<InvitationId, PersonId> invited;
    for (const NaiveInvitation& sent : invitations_) {
        if (sent.open) invited[sent.id] = sent.offered.person;
    }
    for (const auto& [id, person] : invited) all = settles_licence(person) && all;
    return all;
}

bool NaiveOrganization::changes_rules(const ChangeBlueprint& command, const Actor& actor) {
    const bool sound = !command.blueprint->roles.empty() &&
                       errors_of_proposed(*command.blueprint, plain_look_of).empty();
    if (!actor.is_operator() || !sound) return false;
    const std::string plan = command.plan ? command.plan->value : plan_;
    const bool nothing_new = blueprint_ == command.blueprint && command.roles.empty() &&
                             command.workspace_roles.empty() && plan == plan_;
    if (nothing_new) return true;
    const NaiveProduct next = read_product(*command.blueprint);
    if (!next.plans.contains(plan) || (!next.workspaces && !workspaces_.empty())) return false;
    const auto roles = roles_under(next, command);
    if (!roles || !are_sound(*roles, next) || !everybody_can_move(*roles, next, command)) {
        return false;
    }

    const NaiveOrganization before = *this;
    limits_ = limits_under(next, plan);
    plan_ = plan;
    product_ = next;
    blueprint_ = command.blueprint;
    roles_ = *roles;
    moves_everybody(command);
    const bool kept = keeps_what_was_held(before, command);
    if (holds_to_its_rules() && kept && takes_licences_anew()) return true;
    *this = before;
    return false;
}

}  // namespace muster::domain_tests
