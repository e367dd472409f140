// The order in which open invitations end.
#include "projections/invitations_due.h"

#include "projections/bytes.h"

#include <algorithm>

namespace muster {
namespace {

std::string importing_key(OrganizationId organization) {
    std::string key{"importing/"};
    append_id(key, organization);
    return key;
}

}  // namespace

bool is_importing(const ViewReader& reader, OrganizationId organization) {
    return reader.has(Part::meta, importing_key(organization));
}

void set_importing(Draft& draft, OrganizationId organization, bool importing) {
    if (importing) {
        draft.put(Part::meta, importing_key(organization), {});
    } else {
        draft.erase(Part::meta, importing_key(organization));
    }
}

std::optional<std::string> due_key_of(OrganizationId organization, const MemberRow& row) {
    if (!row.invitation || !row.expires_at) return std::nullopt;
    std::string key;
    append_instant(key, *row.expires_at);
    append_id(key, organization);
    append_id(key, *row.invitation);
    return key;
}

void put_due(Draft& draft, const std::string& key) {
    draft.put(Part::due, key, {});
}

void erase_due(Draft& draft, const std::string& key) {
    draft.erase(Part::due, key);
}

std::vector<OrganizationId> organizations_due(const ViewReader& reader, Instant now,
                                              std::size_t at_most) {
    std::vector<OrganizationId> organizations;
    ViewIterator at = reader.walk(Part::due);
    for (at.seek({}); at.valid() && organizations.size() < at_most; at.next()) {
        ByteReader key{at.key()};
        if (key.instant() > now) break;
        const auto organization = key.id<OrganizationId>();
        if (std::ranges::find(organizations, organization) == organizations.end()) {
            organizations.push_back(organization);
        }
    }
    return organizations;
}

}  // namespace muster
