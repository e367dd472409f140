// The engine beside the naive model.
#include "tests/domain/watcher_parts.h"
#include "tests/domain/watchers.h"

namespace muster::domain_tests {
namespace {

NaiveMember as_naive(PersonId person, const std::vector<RoleId>& roles, const Places& places,
                     const std::optional<LicenceClassId>& licence, bool suspended) {
    NaiveMember naive{person, {}, {}, licence ? licence->value : "", suspended};
    for (const RoleId& role : roles) naive.roles.insert(role.value);
    for (const auto& [workspace, role] : places) naive.places[workspace] = role.value;
    return naive;
}

Violation differing_members(const NaiveOrganization& naive, const Organization& state) {
    std::vector<NaiveMember> members;
    for (const auto& [person, member] : state.members) {
        members.push_back(as_naive(person, member.roles, member.workspaces, member.licence,
                                   member.status == MemberStatus::suspended));
    }
    return members == naive.members() ? std::nullopt : Violation{"the members differ"};
}

Violation differing_invitations(const NaiveOrganization& naive, const Organization& state,
                                Instant now) {
    const auto sent = naive.open_invitations(now);
    auto next = sent.begin();
    for (const auto& [person, id] : state.invited) {
        const OpenInvitation& open = state.invitations.at(id);
        if (now >= open.expires_at) continue;
        const bool same =
            next != sent.end() && next->id == id && next->send_number == open.send_number &&
            next->expires_at == open.expires_at &&
            next->takes_place_of == open.replaces.value_or(PersonId{}) &&
            next->offered == as_naive(person, open.roles, open.workspaces, open.licence, false);
        if (!same) return "the invited differ";
        ++next;
    }
    return next == sent.end() ? std::nullopt : Violation{"the invited differ"};
}

Violation differing_roles(const NaiveOrganization& naive, const Organization& state) {
    if (naive.roles().size() != state.roles->size()) return "the roles differ";
    for (const auto& [id, role] : *state.roles) {
        const auto found = naive.roles().find(id.value);
        if (found == naive.roles().end()) return "the roles differ";
        if (found->second.name != role.name) return "the names of roles differ";
        Rights rights;
        for (std::size_t bit = 0; bit < state.blueprint->permissions.size(); ++bit) {
            if (role.effective.test(bit)) {
                rights.insert(state.blueprint->permissions[bit].id.value);
            }
        }
        if (role.effective.all()) rights = {"*"};
        if (rights != naive.product().rights_of(found->second.gives)) {
            return "the rights of roles differ";
        }
    }
    return std::nullopt;
}

}  // namespace

Violation TheNaiveModelAgrees::decided(const Simulation&, const Step& step) {
    const bool accepted = model_.accepts(step.command, step.context, step.now);
    if (accepted == step.accepted()) return std::nullopt;
    if (accepted) {
        const std::string why{name_of(step.result.error().rejection)};
        return wrong("refused against the rules: " + why, step);
    }
    return wrong("accepted against the rules", step);
}

Violation TheNaiveModelAgrees::folded(const Simulation& simulation, const Step& step) {
    auto changed = step.touched();
    if (const auto own = organization_of(step.command)) changed.insert(*own);
    for (const OrganizationId id : changed) {
        const Organization& state = *simulation.organization(id);
        const NaiveOrganization& naive = model_.organization(id);
        auto violation = differing_members(naive, state);
        if (!violation) violation = differing_invitations(naive, state, step.now);
        if (!violation) violation = differing_roles(naive, state);
        if (violation) return wrong(*violation, step);
    }
    return std::nullopt;
}

}  // namespace muster::domain_tests
