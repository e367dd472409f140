// The member list and what is done to members.
#include "api/http/past.h"
#include "api/http/people_in_bodies.h"
#include "api/http/problems.h"
#include "api/http/query.h"
#include "api/http/routes.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t usual_page = 50;
constexpr std::size_t longest_page = 1'000;

std::optional<MemberSort> sort_named(std::string_view name) {
    if (name.empty() || name == "name") return MemberSort::name;
    if (name == "address") return MemberSort::address;
    if (name == "since") return MemberSort::since;
    if (name == "last_access") return MemberSort::last_access;
    return std::nullopt;
}

/// The filters of the list; notes what is wrong with them.
MemberQuery read_query(const Exchange& exchange, std::vector<FieldError>& errors) {
    MemberQuery query;
    query.q = exchange.query_text("q");
    if (const auto text = exchange.query_text("status"); !text.empty()) {
        query.status = row_status_named(text);
        if (!query.status) errors.push_back({"status", "must be active, suspended or pending"});
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

void answer_page(Exchange& exchange, const std::vector<MemberRow>& rows,
                 const std::string& next_cursor, std::optional<Version> version) {
    Response response;
    response.body = members_json(rows, next_cursor);
    if (version) response.set("ETag", "\"" + std::to_string(number(*version)) + "\"");
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
    const auto passes = [&](const MemberRow& row) {
        const auto holds = [&](const RoleId& role) {
            return std::ranges::count(row.roles, role) > 0;
        };
        return (!query.status || row.status == *query.status) &&
               (!query.role || holds(*query.role)) &&
               (!query.workspace || row.workspaces.contains(*query.workspace));
    };
    std::vector<MemberRow> rows;
    std::string next_cursor;
    bool begun = query.cursor.empty();
    for (const MemberRow& row : past.rows) {
        const std::string key{row.person.value.begin(), row.person.value.end()};
        if (begun && passes(row)) {
            if (rows.size() == query.limit) {
                const auto& last = rows.back().person.value;
                next_cursor = base64url(std::string{last.begin(), last.end()});
                break;
            }
            rows.push_back(row);
        }
        begun = begun || key == query.cursor;
    }
    answer_page(exchange, rows, next_cursor, past.organization->version);
}

}  // namespace

void list_members(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::read_members);
    if (!organization) return;
    std::vector<FieldError> errors;
    MemberQuery query = read_query(exchange, errors);
    const bool past = !exchange.query_text("as_of").empty();
    if (past && (!query.q.empty() || query.sort != MemberSort::name || query.descending)) {
        errors.push_back({"as_of", "lists by name, without q or sort"});
    }
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    const auto limit = exchange.query_limit(usual_page, longest_page);
    if (!limit) return;
    query.organization = *id;
    query.limit = *limit;
    if (past) {
        const auto found = exchange.as_of(*id);
        if (found) answer_past(exchange, *found, query);
        return;
    }
    const auto page = exchange.engine().views().members(query);
    if (!page && page.error().kind == FailureKind::not_found) {
        return exchange.reply(problem_of({{"cursor", "is not one of this list"}}));
    }
    if (!page) return exchange.fail(page.error());
    answer_page(exchange, page->rows, page->next_cursor.empty() ? "" : base64url(page->next_cursor),
                organization->version);
}

void show_member(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto person = exchange.path_id<PersonId>("member");
    if (!person) return;
    const bool own = exchange.caller.actor && exchange.caller.actor->is(*person);
    const auto organization =
        exchange.readable(*id, own ? std::nullopt : std::optional{Operation::read_members});
    if (!organization) return;
    std::optional<MemberRow> row;
    if (exchange.query_text("as_of").empty()) {
        const auto found = exchange.engine().views().member(*id, *person);
        if (!found) return exchange.fail(found.error());
        row = *found;
    } else {
        const auto past = exchange.as_of(*id);
        if (!past) return;
        const auto found = std::ranges::find(past->rows, *person, &MemberRow::person);
        if (found != past->rows.end()) row = *found;
    }
    if (!row) return exchange.refuse(Rejection::member_not_found);
    Response response;
    response.body = member_json(*row);
    response.set("ETag", "\"" + std::to_string(number(organization->version)) + "\"");
    exchange.reply(std::move(response));
}

void change_role(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto person = exchange.path_id<PersonId>("member");
    if (!person) return;
    Body body = Body::parse(exchange.request().body);
    ChangeRole command{.organization = *id, .person = *person, .roles = read_roles(body)};
    const std::string reason = body.optional_text("reason", free_text_characters);
    if (!exchange.accepts(body)) return;
    exchange.run(std::move(command), 200, reason);
}

void remove_member(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto person = exchange.path_id<PersonId>("member");
    if (!person) return;
    Body body = Body::parse(exchange.request().body, true);
    const std::string reason = body.optional_text("reason", free_text_characters);
    if (!exchange.accepts(body)) return;
    exchange.run(RemoveMember{*id, *person}, 200, reason);
}

}  // namespace muster::http
