// Memberships of one person.
#include "projections/memberships.h"

#include "projections/bytes.h"
#include "projections/member_rows.h"
#include "projections/people.h"

#include <algorithm>

namespace muster {
namespace {

/// Those after the cursor, and one more than the page has room for.
std::vector<OrganizationId> organizations_asked_for(const ViewReader& reader,
                                                    const MembershipQuery& query) {
    const std::size_t at_most = query.with_invitations ? query.limit + 1 : SIZE_MAX;
    if (!query.within) return organizations_of(reader, query.person, query.after, at_most);
    std::vector<OrganizationId> organizations = *query.within;
    std::ranges::sort(organizations);
    const auto last = std::ranges::unique(organizations).begin();
    organizations.erase(last, organizations.end());
    std::erase_if(organizations, [&](OrganizationId id) {
        return (query.after && id <= *query.after) || !is_organization_of(reader, query.person, id);
    });
    return organizations;
}

}  // namespace

Page<Membership> memberships_page(const ViewReader& reader, const MembershipQuery& query) {
    Page<Membership> page;
    page.position = reader.applied();
    for (const OrganizationId id : organizations_asked_for(reader, query)) {
        if (page.rows.size() == query.limit) {
            append_id(page.next_cursor, page.rows.back().organization);
            break;
        }
        auto row = find_member(reader, id, query.person);
        if (!row) {
            reader.fail(FailureKind::corrupted, "views: a person's index names no row");
            break;
        }
        if (!query.with_invitations && row->status == RowStatus::pending) continue;
        const auto name = reader.get(Part::members, organization_name_key(id));
        page.rows.push_back({id, name.value_or(std::string{}), std::move(*row)});
    }
    return page;
}

void name_organization(Draft& draft, OrganizationId organization, const std::string& name) {
    if (name.empty()) {
        draft.erase(Part::members, organization_name_key(organization));
    } else {
        draft.put(Part::members, organization_name_key(organization), name);
    }
}

}  // namespace muster
