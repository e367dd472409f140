// Reading and checking filters of member lists.
#include "api/http/exchange/member_filters.h"

#include "api/http/read/known.h"

namespace muster::http {
namespace {

std::optional<MemberSort> sort_named(std::string_view name) {
    if (name == "name") return MemberSort::name;
    if (name == "address") return MemberSort::address;
    if (name == "since") return MemberSort::since;
    if (name == "last_access") return MemberSort::last_access;
    return std::nullopt;
}

void read_sort(std::string_view text, MemberQuery& query, std::vector<FieldError>& errors) {
    if (text.empty()) return;
    query.descending = text.starts_with('-');
    if (query.descending) text.remove_prefix(1);
    if (const auto by = sort_named(text)) {
        query.sort = *by;
    } else {
        errors.push_back({"sort", "must be name, address, since or last_access, perhaps after -"});
    }
}

}  // namespace

MemberQuery read_member_query(const Exchange& exchange, OrganizationId organization,
                              std::vector<FieldError>& errors) {
    MemberQuery query;
    query.organization = organization;
    query.q = exchange.query_text("q");
    if (const auto text = exchange.query_text("status"); !text.empty()) {
        query.status = row_status_named(text);
        if (!query.status) {
            errors.push_back({"status", "must be active, suspended, pending or former"});
        }
    }
    if (const auto text = exchange.query_text("role"); !text.empty()) query.role = RoleId{text};
    query.workspace = read_workspace_filter(exchange, errors);
    read_sort(exchange.query_text("sort"), query, errors);
    return query;
}

void check_member_query(const MemberQuery& query, const Organization& organization,
                        std::vector<FieldError>& errors) {
    const bool former = query.status == RowStatus::former;
    if (query.role && !former && organization.role(*query.role) == nullptr) {
        errors.push_back({"role", no_such_role(organization)});
    }
    if (!query.workspace) return;
    if (former) {
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
