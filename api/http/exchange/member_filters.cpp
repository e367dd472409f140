// Reading and checking filters of member lists.
#include "api/http/exchange/member_filters.h"

#include "api/http/read/known.h"
#include "api/text/timestamps.h"
#include "projections/text.h"

#include <algorithm>

namespace muster::http {
namespace {

std::optional<MemberSort> sort_named(std::string_view name) {
    if (name == "name") return MemberSort::name;
    if (name == "address") return MemberSort::address;
    if (name == "since") return MemberSort::since;
    if (name == "last_access") return MemberSort::last_access;
    if (name == "role") return MemberSort::role;
    if (name == "status") return MemberSort::status;
    return std::nullopt;
}

void read_sort(std::string_view text, MemberQuery& query, std::vector<FieldError>& errors) {
    if (text.empty()) return;
    query.descending = text.starts_with('-');
    if (query.descending) text.remove_prefix(1);
    if (const auto by = sort_named(text)) {
        query.sort = *by;
    } else {
        errors.push_back({"sort",
                          "must be name, address, role, status, since or last_access, perhaps "
                          "after -"});
    }
}

void read_two_factor(std::string_view text, MemberQuery& query, std::vector<FieldError>& errors) {
    if (text.empty()) return;
    query.two_factor = text == "true";
    if (text != "true" && text != "false") {
        errors.push_back({"two_factor", "must be true or false"});
    }
}

/// A date alone is its beginning, in UTC.
void read_last_access(std::string text, MemberQuery& query, std::vector<FieldError>& errors) {
    if (text.empty()) return;
    constexpr std::size_t characters_of_a_date = 10;
    if (text.size() == characters_of_a_date) text += "T00:00:00Z";
    query.last_access_before = read_rfc3339(text);
    if (!query.last_access_before) {
        errors.push_back({"last_access_before", "must be an RFC 3339 time or date"});
    }
}

/// What nobody of a status can have; an open invitation shows nothing of an account.
void check_against_status(const MemberQuery& query, std::vector<FieldError>& errors) {
    const bool is_pending = query.status == RowStatus::pending;
    const bool is_former = query.status == RowStatus::former;
    if (query.two_factor && (is_pending || is_former)) {
        errors.push_back({"two_factor", "is known of active and suspended members alone"});
    }
    if (query.last_access_before && is_pending) {
        errors.push_back({"last_access_before", "open invitations have no last access"});
    }
    if (query.licence && is_former) {
        errors.push_back({"licence", "former members have none; leave it out"});
    }
}

}  // namespace

MemberQuery read_member_query(const Exchange& exchange, OrganizationId organization,
                              std::vector<FieldError>& errors) {
    MemberQuery query;
    query.organization = organization;
    query.q = exchange.query_text("q");
    constexpr std::size_t most_words = 16;
    if (const auto words = words_of(query.q); words && words->size() > most_words) {
        errors.push_back({"q", "must be at most " + std::to_string(most_words) + " words"});
    }
    if (const auto text = exchange.query_text("status"); !text.empty()) {
        query.status = row_status_named(text);
        if (!query.status) {
            errors.push_back({"status", "must be active, suspended, pending or former"});
        }
    }
    if (const auto text = exchange.query_text("role"); !text.empty()) query.role = RoleId{text};
    if (const auto text = exchange.query_text("licence"); !text.empty()) {
        query.licence = LicenceClassId{text};
    }
    read_two_factor(exchange.query_text("two_factor"), query, errors);
    read_last_access(exchange.query_text("last_access_before"), query, errors);
    check_against_status(query, errors);
    if (const auto text = exchange.query_text("count"); !text.empty()) {
        query.exact_total = text == "exact";
        if (!query.exact_total) errors.push_back({"count", "must be exact"});
    }
    query.workspace = read_workspace_filter(exchange, errors);
    read_sort(exchange.query_text("sort"), query, errors);
    return query;
}

void check_member_query(const MemberQuery& query, const Organization& organization,
                        std::vector<FieldError>& errors) {
    const auto& licences = organization.blueprint->licence_classes;
    if (query.licence && !std::ranges::count(licences, *query.licence, &LicenceClass::id)) {
        errors.push_back({"licence", no_such_licence(organization)});
    }
    if (!query.workspace) return;
    if (query.status == RowStatus::former) {
        errors.push_back({"workspace", "former members are in none; leave it out"});
    } else if (!organization.workspaces.contains(*query.workspace)) {
        errors.push_back({"workspace", no_such_workspace(organization)});
    }
}

std::optional<WorkspaceId> read_workspace_filter(const Exchange& exchange,
                                                 std::vector<FieldError>& errors) {
    const std::string text = exchange.query_text("workspace");
    if (text.empty()) return std::nullopt;
    const auto workspace = parse_id<WorkspaceId>(text);
    if (!workspace) errors.push_back({"workspace", "must be an id (a UUID)"});
    return workspace;
}

}  // namespace muster::http
