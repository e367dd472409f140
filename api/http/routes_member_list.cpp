// Looking at members: pages of the list and of one role's holders, the list as CSV, one row.
#include "api/http/csv.h"
#include "api/http/past.h"
#include "api/http/problems.h"
#include "api/http/query.h"
#include "api/http/routes.h"

#include <algorithm>
#include <set>

namespace muster::http {
namespace {

std::optional<MemberSort> sort_named(std::string_view name) {
    if (name.empty() || name == "name") return MemberSort::name;
    if (name == "address") return MemberSort::address;
    if (name == "since") return MemberSort::since;
    if (name == "last_access") return MemberSort::last_access;
    return std::nullopt;
}

/// The filters of the list; notes what is wrong with them.
MemberQuery read_query(const Exchange& exchange, OrganizationId organization,
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
    if (const auto text = exchange.query_text("workspace"); !text.empty()) {
        query.workspace = parse_id<WorkspaceId>(text);
        if (!query.workspace) errors.push_back({"workspace", "must be an id (a UUID)"});
    }
    std::string sort = exchange.query_text("sort");
    if (sort.starts_with('-')) {
        query.descending = true;
        sort.erase(0, 1);
    }
    if (const auto by = sort_named(sort)) {
        query.sort = *by;
    } else {
        errors.push_back({"sort", "must be name, address, since or last_access, perhaps after -"});
    }
    if (const auto text = exchange.query_text("cursor"); !text.empty()) {
        const auto cursor = from_base64url(text);
        if (!cursor) errors.push_back({"cursor", "is not one of this list"});
        query.cursor = cursor.value_or("");
    }
    return query;
}

/// What a list of the past does not do.
void check_past_query(const MemberQuery& query, std::vector<FieldError>& errors) {
    if (!query.q.empty() || query.sort != MemberSort::name || query.descending) {
        errors.push_back({"as_of", "lists by name, without q or sort"});
    }
    if (query.status == RowStatus::former) {
        errors.push_back({"status", "former members are listed as of now; leave as_of out"});
    }
}

void answer_page(Exchange& exchange, const Organization& organization, const std::string& body,
                 const std::string& next_cursor) {
    Response response;
    response.body = body;
    response.set("ETag", etag_of(organization, body));
    if (!next_cursor.empty()) {
        std::string target = exchange.request().target;
        target = target.substr(0, target.find('?')) + "?";
        for (const auto& [name, value] : exchange.query) {
            if (name != "cursor") target += name + "=" + percent_encoded(value) + "&";
        }
        response.set("Link", "<" + target + "cursor=" + next_cursor + ">; rel=\"next\"");
    }
    exchange.reply(std::move(response));
}

/// The rows of a past list that pass the filters, from the cursor on.
void answer_past(Exchange& exchange, const PastOrganization& past, const MemberQuery& query) {
    std::vector<MemberRow> rows;
    std::string next_cursor;
    bool begun = query.cursor.empty();
    for (const MemberRow& row : past.rows) {
        const std::string key{row.person.value.begin(), row.person.value.end()};
        if (begun && passes_filters(row, query)) {
            if (rows.size() == query.limit) {
                const auto& last = rows.back().person.value;
                next_cursor = base64url(std::string{last.begin(), last.end()});
                break;
            }
            rows.push_back(row);
        }
        begun = begun || key == query.cursor;
    }
    answer_page(exchange, *past.organization, members_json(rows, next_cursor, {}), next_cursor);
}

void answer_now(Exchange& exchange, const std::shared_ptr<const Organization>& organization,
                const MemberQuery& query) {
    const auto page = exchange.engine().views().members(query);
    if (!page && page.error().kind == FailureKind::not_found) {
        return exchange.reply(problem_of({{"cursor", "is not one of this list"}}));
    }
    if (!page) return exchange.fail(page.error());
    const std::string next = page->next_cursor.empty() ? "" : base64url(page->next_cursor);
    const auto operations = exchange.row_operations(organization);
    answer_page(exchange, *organization, members_json(page->rows, next, operations), next);
}

/// A page of everybody, or of those who hold the role that the path names.
void answer_list(Exchange& exchange, const std::optional<RoleId>& role) {
    constexpr std::size_t usual_page = 50;
    constexpr std::size_t longest_page = 1'000;
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    auto organization = exchange.readable(*id, Operation::read_members);
    if (!organization) return;
    std::vector<FieldError> errors;
    MemberQuery query = read_query(exchange, *id, errors);
    const bool past = !exchange.query_text("as_of").empty();
    if (past) check_past_query(query, errors);
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    const auto limit = exchange.query_limit(usual_page, longest_page);
    if (!limit) return;
    query.limit = *limit;
    if (role) query.role = role;

    std::shared_ptr<const PastOrganization> then;
    if (past) {
        then = exchange.as_of(*id);
        if (!then) return;
        organization = then->organization;
    }
    if (role && organization->role(*role) == nullptr) {
        return exchange.refuse(Rejection::role_not_found);
    }
    past ? answer_past(exchange, *then, query) : answer_now(exchange, organization, query);
}

/// Everybody who passes the filters. A long list is read in several pages while it may change: then
/// a row whose place in it moved is written where it was met first.
std::expected<std::string, Failure> csv_of(Exchange& exchange,
                                           const std::shared_ptr<const Organization>& organization,
                                           MemberQuery query) {
    constexpr std::size_t page_rows = 10'000;
    query.limit = page_rows;
    const auto operations = exchange.row_operations(organization);
    std::string csv = members_csv_header(*organization->blueprint);
    std::set<PersonId> written;
    do {
        const auto page = exchange.engine().views().members(query);
        if (!page) return std::unexpected(page.error());
        for (const MemberRow& row : page->rows) {
            const bool is_new = written.insert(row.person).second;
            if (is_new) csv += members_csv_line(*organization, row, operations);
        }
        query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    return csv;
}

/// The row as it is now; that of a former member who is nothing else since.
std::expected<std::optional<MemberRow>, Failure> row_now(const Views& views, OrganizationId id,
                                                         PersonId person) {
    auto row = views.member(id, person);
    if (!row || *row) return row;
    return views.former(id, person);
}

}  // namespace

void list_members(Exchange& exchange) {
    answer_list(exchange, std::nullopt);
}

void list_role_members(Exchange& exchange) {
    answer_list(exchange, RoleId{exchange.path.find("role")->second});
}

void export_members(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::export_members);
    if (!organization) return;
    std::vector<FieldError> errors;
    const MemberQuery query = read_query(exchange, *id, errors);
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    auto csv = csv_of(exchange, organization, query);
    if (!csv) return exchange.fail(csv.error());
    Response response;
    response.content_type = "text/csv; charset=utf-8; header=present";
    response.set("Content-Disposition", "attachment; filename=\"members.csv\"");
    response.body = std::move(*csv);
    exchange.reply(std::move(response));
}

void show_member(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [id, person] = *ids;
    const bool own = exchange.caller.actor && exchange.caller.actor->is(person);
    const auto organization =
        exchange.readable(id, own ? std::nullopt : std::optional{Operation::read_members});
    if (!organization) return;
    if (exchange.query_text("as_of").empty()) {
        const auto row = row_now(exchange.engine().views(), id, person);
        if (!row) return exchange.fail(row.error());
        if (!*row) return exchange.refuse(Rejection::member_not_found);
        const auto operations = exchange.row_operations(organization);
        return exchange.reply_now_of(*organization, member_json(**row, operations));
    }
    const auto past = exchange.as_of(id);
    if (!past) return;
    const auto row = std::ranges::find(past->rows, person, &MemberRow::person);
    if (row == past->rows.end()) return exchange.refuse(Rejection::member_not_found);
    exchange.reply_now_of(*past->organization, member_json(*row, {}));
}

}  // namespace muster::http
