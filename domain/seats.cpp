// Choosing a licence.
#include "domain/seats.h"

#include <algorithm>

namespace muster {
namespace {

/// For each role that needs a licence, the classes that fit it.
std::vector<const std::vector<LicenceClassId>*> needs_of(const Organization& organization,
                                                         const std::vector<RoleId>& roles,
                                                         const Places& workspaces) {
    const Blueprint& blueprint = *organization.blueprint;
    std::vector<const std::vector<LicenceClassId>*> needs;
    const auto add = [&needs](const std::vector<LicenceClassId>& fitting) {
        if (!fitting.empty()) needs.push_back(&fitting);
    };
    for (const RoleId& id : roles) {
        const OrganizationRole* role = blueprint.role(id);
        add(role != nullptr ? role->licences : blueprint.custom_roles.licences);
    }
    for (const auto& [workspace, id] : workspaces) {
        if (const WorkspaceRole* role = blueprint.workspace_role(id)) add(role->licences);
    }
    return needs;
}

bool is_free(const Organization& organization, const LicenceClassId& licence_class) {
    const auto limit = organization.limits.find(licence_class);
    if (limit == organization.limits.end()) return true;
    const auto use = organization.seats.find(licence_class);
    const std::uint64_t taken = use == organization.seats.end() ? 0 : use->second.taken();
    return taken < limit->second;
}

}  // namespace

std::expected<std::optional<LicenceClassId>, Rejection> licence_for(
    const Organization& organization, const std::vector<RoleId>& roles, const Places& workspaces,
    const std::optional<LicenceClassId>& current, const std::optional<LicenceClassId>& wanted) {
    const auto needs = needs_of(organization, roles, workspaces);
    if (needs.empty()) return std::nullopt;
    const auto can_be_had = [&](const LicenceClassId& candidate) {
        const bool fits_all = std::ranges::all_of(needs, [&](const auto* fitting) {
            return std::ranges::count(*fitting, candidate) > 0;
        });
        return fits_all && (current == candidate || is_free(organization, candidate));
    };
    if (wanted && can_be_had(*wanted)) return *wanted;
    for (const LicenceClassId& candidate : *needs.front()) {
        if (can_be_had(candidate)) return candidate;
    }
    return std::unexpected(Rejection::seat_limit_reached);
}

std::expected<std::optional<LicenceChanged>, Rejection> licence_change(
    const Organization& organization, PersonId person, const std::vector<RoleId>& roles,
    const Places& workspaces, const std::optional<LicenceClassId>& kept) {
    const Blueprint& blueprint = *organization.blueprint;
    const Member* member = organization.member(person);
    const OpenInvitation* invitation = organization.invitation_of(person);
    const Held* held = organization.held_by(person);
    ENSURE(held != nullptr);
    const bool paused = member != nullptr && member->status == MemberStatus::suspended &&
                        blueprint.members.suspension_frees_licence;
    const bool waits = invitation != nullptr && (invitation->replaces.has_value() ||
                                                 !blueprint.joining.invitation_reserves_licence);
    if (paused || waits) return std::nullopt;
    const auto& current = held->licence;
    const auto licence = licence_for(organization, roles, workspaces, current, kept);
    if (!licence) return std::unexpected(licence.error());
    if (*licence == current) return std::nullopt;
    const bool is_another = *licence && kept && **licence != *kept;
    return LicenceChanged{person, *licence, is_another ? kept : std::nullopt};
}

}  // namespace muster
