// One function a piece of advice; each gives nothing where there is nothing to say.
#include "api/http/show/advice.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t most_named = 10;

using Found = std::expected<std::optional<Advice>, Failure>;

Duration days(std::uint32_t count) {
    return std::chrono::days{count};
}

std::string number_of(std::size_t count, std::string_view one, std::string_view many) {
    return std::to_string(count) + " " + std::string{count == 1 ? one : many};
}

/// Active holders of the protected role that has the fewest. A role of exactly one has no more.
std::optional<std::size_t> least_held(const Organization& organization) {
    std::optional<std::size_t> least;
    for (const auto& [role, use] : organization.role_use) {
        const OrganizationRole* rules = organization.blueprint->role(role);
        if (rules == nullptr || !rules->is_protected || rules->single_holder) continue;
        if (use.active > 0) least = std::min<std::size_t>(least.value_or(use.active), use.active);
    }
    return least;
}

std::optional<Advice> few_protected_holders(const Organization& organization) {
    const std::size_t wanted = organization.blueprint->presentation.advise_protected_holders;
    const auto least = least_held(organization);
    if (!least || *least >= wanted) return std::nullopt;
    const std::size_t holders = *least;
    return Advice{.code = "few_protected_holders",
                  .detail = number_of(holders, "active member holds", "active members hold") +
                            " a protected role; with " + std::to_string(wanted) +
                            " an absence blocks nothing.",
                  .count = holders};
}

Found idle_members(const Organization& organization, const Views& views, Instant now) {
    const std::uint32_t idle_days = organization.blueprint->presentation.advise_idle_days;
    if (idle_days == 0) return std::nullopt;
    const auto page = views.members({.organization = organization.id,
                                     .status = RowStatus::active,
                                     .last_access_before = now - days(idle_days),
                                     .sort = MemberSort::last_access,
                                     .limit = most_named});
    if (!page) return std::unexpected(page.error());
    if (page->rows.empty()) return std::nullopt;
    Advice advice{.code = "idle_members",
                  .detail = "Members have not been here for " +
                            number_of(idle_days, "day", "days") +
                            "; take away the access of those who left."};
    if (page->next_cursor.empty()) advice.count = page->rows.size();
    for (const MemberRow& row : page->rows) advice.people.push_back(row.person);
    return advice;
}

std::optional<Advice> invitations_expiring(const Organization& organization, Instant now) {
    const std::uint32_t ahead = organization.blueprint->presentation.advise_expiring_days;
    if (ahead == 0) return std::nullopt;
    Advice advice{.code = "invitations_expiring",
                  .detail = "Open invitations expire within " + number_of(ahead, "day", "days") +
                            "; send them again to keep them open.",
                  .count = 0};
    for (const auto& [due, nothing] : organization.due) {
        if (due.at > now + days(ahead)) break;
        if (due.at <= now) continue;
        ++*advice.count;
        if (advice.invitations.size() < most_named) advice.invitations.push_back(due.invitation);
    }
    return advice.count == 0 ? std::nullopt : std::optional{std::move(advice)};
}

std::optional<Advice> roles_unused(const Organization& organization) {
    std::vector<RoleId> unused;
    for (const auto& [id, role] : *organization.roles) {
        if (role.custom && !organization.role_use.contains(id)) unused.push_back(id);
    }
    if (unused.empty()) return std::nullopt;
    return Advice{.code = "roles_unused",
                  .detail = "Nobody holds these roles and no open invitation names them.",
                  .count = unused.size(),
                  .roles = unused};
}

std::optional<Advice> wide_roles(const Organization& organization) {
    const Blueprint& blueprint = *organization.blueprint;
    const std::size_t percent = blueprint.presentation.advise_wide_role_percent;
    const std::size_t permissions = blueprint.permissions.size();
    if (percent == 0 || permissions == 0) return std::nullopt;
    // A role that gives everything has bits beyond the catalogue.
    const PermissionSet catalogue = PermissionSet{}.set() >> (permission_limit - permissions);
    Advice advice{.code = "wide_roles",
                  .detail = "These roles give " + std::to_string(percent) +
                            " % of all permissions or more; give each person only what they need."};
    for (const auto& [id, role] : *organization.roles) {
        const std::size_t given = (role.effective & catalogue).count();
        const bool wide = given * 100 >= percent * permissions;
        if (wide && !organization.is_protected({id})) advice.roles.push_back(id);
    }
    if (advice.roles.empty()) return std::nullopt;
    advice.count = advice.roles.size();
    return advice;
}

Found two_factor_missing(const Organization& organization, const Views& views) {
    if (!organization.blueprint->presentation.advise_two_factor) return std::nullopt;
    const auto page = views.members({.organization = organization.id,
                                     .status = RowStatus::active,
                                     .two_factor = false,
                                     .limit = most_named});
    if (!page) return std::unexpected(page.error());
    if (page->rows.empty()) return std::nullopt;
    Advice advice{.code = "two_factor_missing",
                  .detail =
                      "Active members sign in with a password alone; advise them to turn a "
                      "second factor on."};
    if (page->next_cursor.empty()) advice.count = page->rows.size();
    for (const MemberRow& row : page->rows) advice.people.push_back(row.person);
    return advice;
}

}  // namespace

std::expected<std::vector<Advice>, Failure> advice_on(const Organization& organization,
                                                      const Views& views, Instant now) {
    std::vector<Advice> all;
    if (organization.ended) return all;
    for (Found found :
         {Found{few_protected_holders(organization)}, idle_members(organization, views, now),
          Found{invitations_expiring(organization, now)}, Found{roles_unused(organization)},
          Found{wide_roles(organization)}, two_factor_missing(organization, views)}) {
        if (!found) return std::unexpected(found.error());
        if (*found) all.push_back(std::move(**found));
    }
    return all;
}

}  // namespace muster::http
