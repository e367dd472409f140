// Looking at members: pages of the list and of one role's holders, the list as CSV, one row.
#include "api/http/exchange/cursor.h"
#include "api/http/exchange/member_filters.h"
#include "api/http/exchange/offers_told.h"
#include "api/http/exchange/past.h"
#include "api/http/read/known.h"
#include "api/http/routes/routes.h"
#include "api/http/show/csv.h"
#include "api/http/show/problems.h"
#include "projections/bytes.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t position_bytes = 8;

void answer_page(Exchange& exchange, const Organization& organization, const std::string& body,
                 const std::string& next_cursor, Position position) {
    Response response;
    response.body = body;
    response.set("Muster-Position", std::to_string(number(position)));
    response.set("ETag", etag_of(organization, body));
    link_to_next(exchange, next_cursor, response);
    exchange.reply(std::move(response));
}

/// Which list a page is of, and where it goes on.
struct Listed {
    std::string_view name;  ///< for its cursors
    std::string place;      ///< in the query's cursor; empty for the first page
};

/// Whether the organisation has the role that the path or the query names, or ever had it: whatever
/// moment the list is of, it may be empty then and no mistake. Else an answer says which there are.
bool names_a_role_there_was(Exchange& exchange, const MemberQuery& query,
                            const Organization& organization) {
    if (!query.role || organization.role(*query.role) != nullptr) return true;
    const auto had = exchange.engine().views().has_had_role(organization.id, *query.role);
    if (!had) {
        exchange.fail(had.error());
        return false;
    }
    if (*had) return true;
    if (exchange.path.contains("role")) {
        exchange.refuse_role(organization);
    } else {
        exchange.reply(problem_of({{"role", no_such_role(organization)}}));
    }
    return false;
}

/// Whether what else the query names is there; else an answer says what is.
bool names_what_is_there(Exchange& exchange, const MemberQuery& query,
                         const Organization& organization) {
    std::vector<FieldError> errors;
    check_member_query(query, organization, errors);
    if (!errors.empty()) exchange.reply(problem_of(errors));
    return errors.empty();
}

/// The page of the moment that the first page was pinned to: cursors begin with its position.
void answer_then(Exchange& exchange, const Listed& list, MemberQuery query) {
    std::optional<Position> pinned_to;
    if (list.place.size() > position_bytes) {
        pinned_to = ByteReader{list.place}.position();
        query.cursor = list.place.substr(position_bytes);
    }
    const auto past = exchange.as_of(query.organization, pinned_to);
    if (!past || !names_what_is_there(exchange, query, past->organization())) return;
    auto page = exchange.shared().past.page(*past, query);
    if (!page) return exchange.fail(page.error());
    if (!needs_of(query).accesses) {
        const auto added = add_accesses(exchange.engine().views(), *past, page->rows);
        if (!added) return exchange.fail(added.error());
    }
    const Organization& organization = past->organization();
    tell_of_offers(organization, page->rows);
    std::string place;
    if (!page->next_cursor.empty()) {
        append_position(place, page->position);
        place += page->next_cursor;
    }
    const std::string next = cursor_to(exchange, list.name, place);
    answer_page(exchange, organization, members_json(organization, *page, next, {}), next,
                page->position);
}

void answer_now(Exchange& exchange, const Listed& list, MemberQuery query,
                const std::shared_ptr<const Organization>& organization) {
    if (!names_what_is_there(exchange, query, *organization)) return;
    query.cursor = list.place;
    auto page = exchange.engine().views().members(query);
    if (!page) return exchange.fail(page.error());
    const std::string next = cursor_to(exchange, list.name, page->next_cursor);
    const auto told = tell_of_offers_now(exchange.engine().views(), *organization, page->rows);
    if (!told) return exchange.fail(told.error());
    const auto operations = exchange.row_operations(organization);
    answer_page(exchange, *organization, members_json(*organization, *page, next, operations), next,
                page->position);
}

/// A page of everybody, or of those who hold the role that the path names.
void answer_list(Exchange& exchange, std::string_view name, const std::optional<RoleId>& role) {
    constexpr std::size_t usual_page = 50;
    constexpr std::size_t longest_page = 1'000;
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::read_members);
    if (!organization) return;
    std::vector<FieldError> errors;
    MemberQuery query = read_member_query(exchange, *id, errors);
    const auto place = cursor_place(exchange, name);
    if (!place) errors.push_back(place.error());
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    const auto limit = exchange.query_limit(usual_page, longest_page);
    if (!limit) return;
    query.limit = *limit;
    if (role) query.role = role;
    if (!names_a_role_there_was(exchange, query, *organization)) return;
    const Listed list{name, *place};
    if (exchange.query_text("as_of").empty()) {
        answer_now(exchange, list, std::move(query), organization);
    } else {
        answer_then(exchange, list, std::move(query));
    }
}

/// The row as it is now; that of a former member who is nothing else since.
std::expected<std::optional<MemberRow>, Failure> row_now(const Views& views, OrganizationId id,
                                                         PersonId person) {
    auto row = views.member(id, person);
    if (!row || *row) return row;
    return views.former(id, person);
}

void list_members(Exchange& exchange) {
    answer_list(exchange, "members", std::nullopt);
}

void list_role_members(Exchange& exchange) {
    answer_list(exchange, "role members", RoleId{exchange.path_text("role")});
}

void export_members(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::export_members);
    if (!organization) return;
    std::vector<FieldError> errors;
    const MemberQuery query = read_member_query(exchange, *id, errors);
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    if (!names_a_role_there_was(exchange, query, *organization) ||
        !names_what_is_there(exchange, query, *organization)) {
        return;
    }
    const auto operations = exchange.row_operations(organization);
    Response response;
    response.content_type = "text/csv; charset=utf-8; header=present";
    response.set("Content-Disposition", "attachment; filename=\"members.csv\"");
    response.body = members_csv_header(*organization->blueprint);
    const auto read = exchange.engine().views().each_member(query, [&](const MemberRow& row) {
        response.body += members_csv_line(*organization, row, operations);
    });
    if (!read) return exchange.fail(read.error());
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
        auto row = row_now(exchange.engine().views(), id, person);
        if (!row) return exchange.fail(row.error());
        if (!*row) return exchange.refuse(Rejection::member_not_found);
        const auto told =
            tell_of_offers_now(exchange.engine().views(), *organization, std::span{&**row, 1});
        if (!told) return exchange.fail(told.error());
        const auto operations = exchange.row_operations(organization);
        return exchange.reply_now_of(*organization, member_json(*organization, **row, operations));
    }
    const auto past = exchange.as_of(id);
    if (!past) return;
    const bool former = !was_listed(*past->then, person, false);
    if (former && !was_listed(*past->then, person, true)) {
        return exchange.refuse(Rejection::member_not_found);
    }
    auto rows = rows_of(exchange.engine(), *past, std::span{&person, 1}, former);
    if (!rows) return exchange.fail(rows.error());
    const auto added = add_accesses(exchange.engine().views(), *past, *rows);
    if (!added) return exchange.fail(added.error());
    tell_of_offers(past->organization(), *rows);
    exchange.reply_now_of(past->organization(),
                          member_json(past->organization(), rows->front(), {}));
}

}  // namespace

std::vector<Route> member_list_routes() {
    return {
        Route::read("/v1/organizations/{org}/members", list_members,
                    {"q", "status", "role", "workspace", "licence", "two_factor",
                     "last_access_before", "sort", "count", "limit", "cursor", "as_of"}),
        Route::read("/v1/organizations/{org}/roles/{role}/members", list_role_members,
                    {"q", "status", "workspace", "licence", "two_factor", "last_access_before",
                     "sort", "count", "limit", "cursor", "as_of"}),
        Route::long_read("/v1/organizations/{org}/members.csv", export_members,
                         {"q", "status", "role", "workspace", "licence", "two_factor",
                          "last_access_before", "sort"}),
        Route::read("/v1/organizations/{org}/members/{member}", show_member, {"as_of"}),
    };
}

}  // namespace muster::http
