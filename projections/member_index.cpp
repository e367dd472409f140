// Index keys of member rows.
#include "projections/member_index.h"

#include "domain/ensure.h"
#include "projections/bytes.h"
#include "projections/text.h"

#include <algorithm>

namespace muster {
namespace {

enum class Filter : std::uint8_t {
    everybody = 1,
    status = 2,
    role = 3,
    workspace = 4,
    token = 5,
    without_two_factor = 6
};

constexpr std::size_t person_size = 16;

std::string prefix_of(const Roster& roster, Filter filter) {
    std::string prefix;
    append_id(prefix, roster.organization);
    append_byte(prefix, roster.former ? 1 : 0);
    append_byte(prefix, static_cast<std::uint8_t>(filter));
    return prefix;
}

std::string with_sort(std::string prefix, MemberSort sort) {
    append_byte(prefix, static_cast<std::uint8_t>(sort));
    return prefix;
}

}  // namespace

std::string prefix_of_everybody(const Roster& roster, MemberSort sort) {
    return with_sort(prefix_of(roster, Filter::everybody), sort);
}

std::string prefix_of_status(const Roster& roster, RowStatus status, MemberSort sort) {
    std::string prefix = prefix_of(roster, Filter::status);
    append_byte(prefix, static_cast<std::uint8_t>(status));
    return with_sort(std::move(prefix), sort);
}

std::string prefix_of_role(const Roster& roster, const RoleId& role, MemberSort sort) {
    std::string prefix = prefix_of(roster, Filter::role);
    append_ordered_text(prefix, role.value);
    return with_sort(std::move(prefix), sort);
}

std::string prefix_of_workspace(const Roster& roster, WorkspaceId workspace, MemberSort sort) {
    std::string prefix = prefix_of(roster, Filter::workspace);
    append_id(prefix, workspace);
    return with_sort(std::move(prefix), sort);
}

std::string prefix_of_those_without_two_factor(const Roster& roster, MemberSort sort) {
    return with_sort(prefix_of(roster, Filter::without_two_factor), sort);
}

std::string prefix_of_tokens(const Roster& roster, std::string_view beginning) {
    std::string prefix = prefix_of(roster, Filter::token);
    append_ordered_beginning(prefix, beginning);
    return prefix;
}

std::string sort_suffix(const MemberRow& row, MemberSort sort) {
    std::string suffix;
    switch (sort) {
        case MemberSort::name:
            append_ordered_text(suffix, folded(row.name));
            break;
        case MemberSort::address:
            append_ordered_text(suffix, folded(row.address));
            break;
        case MemberSort::since:
            append_instant(suffix, row.since);
            break;
        case MemberSort::last_access:
            // Whoever never came stands before everybody who did.
            append_byte(suffix, row.last_access ? 1 : 0);
            append_instant(suffix, row.last_access.value_or(Instant{}));
            break;
    }
    append_id(suffix, row.person);
    return suffix;
}

PersonId person_of_key(std::string_view key) {
    ENSURE(key.size() >= person_size);
    return ByteReader{key.substr(key.size() - person_size)}.id<PersonId>();
}

std::vector<std::string> index_keys_of(OrganizationId organization, const MemberRow& row) {
    const Roster roster{organization, row.status == RowStatus::former};
    std::vector<std::string> keys;
    for (const MemberSort sort :
         {MemberSort::name, MemberSort::address, MemberSort::since, MemberSort::last_access}) {
        const std::string suffix = sort_suffix(row, sort);
        keys.push_back(prefix_of_everybody(roster, sort) + suffix);
        keys.push_back(prefix_of_status(roster, row.status, sort) + suffix);
        for (const RoleId& role : row.roles) {
            keys.push_back(prefix_of_role(roster, role, sort) + suffix);
        }
        for (const auto& [workspace, role] : row.workspaces) {
            keys.push_back(prefix_of_workspace(roster, workspace, sort) + suffix);
        }
        if (lacks_two_factor(row)) {
            keys.push_back(prefix_of_those_without_two_factor(roster, sort) + suffix);
        }
    }
    for (const std::string& token : tokens_of(row.name, row.address)) {
        std::string key = prefix_of(roster, Filter::token);
        append_ordered_text(key, token);
        append_id(key, row.person);
        keys.push_back(std::move(key));
    }
    std::ranges::sort(keys);
    return keys;
}

}  // namespace muster
