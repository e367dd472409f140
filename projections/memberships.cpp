// Memberships of one person.
#include "projections/memberships.h"

#include "projections/bytes.h"
#include "projections/member_rows.h"
#include "projections/organization_names.h"

#include <algorithm>

namespace muster {
namespace {

enum class Kind : std::uint8_t { joined = 'o', invited = 'i', count = 'c', sign_ins = 's' };

std::string prefix_of(Kind kind, PersonId person) {
    return kind_key(static_cast<std::uint8_t>(kind), person);
}

std::string key_of(Kind kind, PersonId person, OrganizationId organization) {
    std::string key = prefix_of(kind, person);
    append_id(key, organization);
    return key;
}

std::string count_key(Kind counted, PersonId person) {
    std::string key = prefix_of(Kind::count, person);
    append_byte(key, static_cast<std::uint8_t>(counted));
    return key;
}

std::string sign_ins_key(PersonId person, std::chrono::seconds taken_for_one,
                         OrganizationId organization) {
    std::string key = prefix_of(Kind::sign_ins, person);
    append_number(key, static_cast<std::uint32_t>(taken_for_one.count()));
    append_id(key, organization);
    return key;
}

std::uint64_t count_of(const ViewReader& reader, Kind counted, PersonId person) {
    const auto bytes = reader.get(Part::people, count_key(counted, person));
    return bytes ? ByteReader{*bytes}.number64() : 0;
}

void put_count(Draft& draft, Kind counted, PersonId person, std::uint64_t count) {
    if (count == 0) return draft.erase(Part::people, count_key(counted, person));
    std::string bytes;
    append_number(bytes, count);
    draft.put(Part::people, count_key(counted, person), bytes);
}

/// What of the two a row is; nothing where there is no row.
std::optional<Kind> kind_of(const std::optional<MemberRow>& row) {
    if (!row) return std::nullopt;
    return row->status == RowStatus::pending ? Kind::invited : Kind::joined;
}

/// What a row says of sign-ins to the host. Who was let in by others shows none until they come
/// themselves.
enum class Shows : std::uint8_t { nothing, none_yet, some };

Shows shown_by(const std::optional<MemberRow>& row) {
    if (kind_of(row) != Kind::joined || row->as_given) return Shows::nothing;
    return row->last_access ? Shows::some : Shows::none_yet;
}

/// The row's key among the sign-ins; nothing where it has none.
std::optional<std::string> sign_ins_key(const ViewReader& reader, OrganizationId organization,
                                        PersonId person, Shows shows) {
    if (shows == Shows::nothing) return std::nullopt;
    const std::chrono::seconds taken_for_one = shows == Shows::some
                                                   ? sign_ins_taken_for_one(reader, organization)
                                                   : std::chrono::seconds{0};
    return sign_ins_key(person, taken_for_one, organization);
}

std::vector<OrganizationId> organizations_under(const ViewReader& reader, Kind kind,
                                                PersonId person,
                                                const std::optional<OrganizationId>& after,
                                                std::size_t at_most) {
    const std::string prefix = prefix_of(kind, person);
    std::vector<OrganizationId> organizations;
    ViewIterator at = reader.walk(Part::people);
    for (at.seek(after ? key_of(kind, person, *after) : prefix); at.valid(); at.next()) {
        if (!at.key().starts_with(prefix) || organizations.size() == at_most) break;
        const auto id = ByteReader{at.key().substr(prefix.size())}.id<OrganizationId>();
        if (id != after) organizations.push_back(id);
    }
    return organizations;
}

bool is_of(const ViewReader& reader, const MembershipQuery& query, OrganizationId organization) {
    return reader.has(Part::people, key_of(Kind::joined, query.person, organization)) ||
           (query.with_invitations &&
            reader.has(Part::people, key_of(Kind::invited, query.person, organization)));
}

/// Those after the cursor, and one more than the page has room for at least, if there are so many.
struct AskedFor {
    std::vector<OrganizationId> organizations;
    std::uint64_t total = 0;  ///< of all pages
};

AskedFor wherever_they_are(const ViewReader& reader, const MembershipQuery& query) {
    AskedFor found;
    for (const Kind kind : {Kind::joined, Kind::invited}) {
        if (kind == Kind::invited && !query.with_invitations) continue;
        found.total += count_of(reader, kind, query.person);
        const auto some =
            organizations_under(reader, kind, query.person, query.after, query.limit + 1);
        found.organizations.insert(found.organizations.end(), some.begin(), some.end());
    }
    std::ranges::sort(found.organizations);
    return found;
}

/// At the cost of those that are named.
AskedFor of_those(const ViewReader& reader, const MembershipQuery& query,
                  std::vector<OrganizationId> named) {
    std::ranges::sort(named);
    named.erase(std::ranges::unique(named).begin(), named.end());
    std::erase_if(named, [&](OrganizationId id) { return !is_of(reader, query, id); });
    const std::uint64_t total = named.size();
    std::erase_if(named, [&](OrganizationId id) { return query.after && id <= *query.after; });
    return {std::move(named), total};
}

}  // namespace

Page<Membership> memberships_page(const ViewReader& reader, const MembershipQuery& query) {
    Page<Membership> page;
    page.position = reader.applied();
    const AskedFor asked =
        query.within ? of_those(reader, query, *query.within) : wherever_they_are(reader, query);
    page.total = asked.total;
    for (const OrganizationId id : asked.organizations) {
        if (page.rows.size() == query.limit) {
            append_id(page.next_cursor, page.rows.back().organization);
            break;
        }
        auto row = find_member(reader, id, query.person);
        if (!row) {
            reader.fail(FailureKind::corrupted, "views: a person's index names no row");
            break;
        }
        page.rows.push_back({.organization = id,
                             .name = name_of_organization(reader, id),
                             .role_names = names_of_roles(reader, id, row->roles),
                             .workspaces = named_places(reader, id, row->workspaces),
                             .row = std::move(*row)});
    }
    return page;
}

std::vector<OrganizationId> organizations_of(const ViewReader& reader, PersonId person) {
    const std::string prefix = prefix_of(Kind::joined, person);
    std::vector<OrganizationId> organizations;
    for (const std::string& key : reader.keys_under(Part::people, prefix)) {
        organizations.push_back(
            ByteReader{std::string_view{key}.substr(prefix.size())}.id<OrganizationId>());
    }
    return organizations;
}

std::chrono::seconds sign_ins_taken_for_one(const ViewReader& reader, PersonId person) {
    const std::string prefix = prefix_of(Kind::sign_ins, person);
    const auto nearest = reader.keys_under(Part::people, prefix, 1);
    if (nearest.empty()) return std::chrono::seconds{0};
    return std::chrono::seconds{
        ByteReader{std::string_view{nearest.front()}.substr(prefix.size())}.number32()};
}

void replace_membership(Draft& draft, OrganizationId organization,
                        const std::optional<MemberRow>& before,
                        const std::optional<MemberRow>& after) {
    const PersonId person = before ? before->person : after->person;
    const auto was = kind_of(before);
    const auto is = kind_of(after);
    if (was && was != is) {
        draft.erase(Part::people, key_of(*was, person, organization));
        put_count(draft, *was, person, count_of(draft, *was, person) - 1);
    }
    if (is && was != is) {
        draft.put(Part::people, key_of(*is, person, organization), {});
        put_count(draft, *is, person, count_of(draft, *is, person) + 1);
    }
    const Shows showed = shown_by(before);
    const Shows shows = shown_by(after);
    if (showed == shows) return;
    if (const auto key = sign_ins_key(draft, organization, person, showed)) {
        draft.erase(Part::people, *key);
    }
    if (const auto key = sign_ins_key(draft, organization, person, shows)) {
        draft.put(Part::people, *key, {});
    }
}

void change_taken_for_one(Draft& draft, OrganizationId organization, const MemberRow& row,
                          std::chrono::seconds before, std::chrono::seconds after) {
    if (shown_by(row) != Shows::some) return;
    draft.erase(Part::people, sign_ins_key(row.person, before, organization));
    draft.put(Part::people, sign_ins_key(row.person, after, organization), {});
}

}  // namespace muster
