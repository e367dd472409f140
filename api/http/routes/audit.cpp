// The audit trail of an organisation: its filters and its pages.
#include "api/http/exchange/cursor.h"
#include "api/http/read/known.h"
#include "api/http/read/query.h"
#include "api/http/routes/routes.h"
#include "api/http/show/problems.h"
#include "api/text/timestamps.h"
#include "domain/names.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::string_view audit_list = "audit";

std::optional<Actor> read_actor(std::string_view text) {
    if (text == "operator") return Actor::the_operator();
    if (text == "system") return Actor::the_system();
    const auto person = parse_id<PersonId>(text);
    if (!person) return std::nullopt;
    return Actor::of(*person);
}

void read_people(const Exchange& exchange, AuditQuery& query, std::vector<FieldError>& errors) {
    if (const auto text = exchange.query_text("actor"); !text.empty()) {
        query.actor = read_actor(text);
        if (!query.actor) {
            errors.push_back({"actor", "must be operator, system or a person's id (a UUID)"});
        }
    }
    if (const auto text = exchange.query_text("subject"); !text.empty()) {
        query.subject = parse_id<PersonId>(text);
        if (!query.subject) errors.push_back({"subject", "must be a person's id (a UUID)"});
    }
}

void read_kind(const Exchange& exchange, AuditQuery& query, std::vector<FieldError>& errors) {
    query.kind = exchange.query_text("kind");
    const auto& known = names_of_kinds();
    if (query.kind.empty() || std::ranges::binary_search(known, query.kind)) return;
    errors.push_back(
        {"kind", "must be the name of a command or an event: " +
                     listed(std::vector<std::string>{known.begin(), known.end()}, known.size())});
}

void read_outcome(const Exchange& exchange, AuditQuery& query, std::vector<FieldError>& errors) {
    const std::string text = exchange.query_text("outcome");
    if (text.empty()) return;
    if (text == "accepted") query.outcome = AuditOutcome::accepted;
    if (text == "refused") query.outcome = AuditOutcome::refused;
    if (text == "unchanged") query.outcome = AuditOutcome::unchanged;
    if (query.outcome) return;
    errors.push_back({"outcome", "must be accepted, unchanged or refused"});
}

void read_times(Exchange& exchange, AuditQuery& query, std::vector<FieldError>& errors) {
    const auto time = [&](std::string_view name) -> std::optional<Instant> {
        const std::string text = exchange.query_text(name);
        if (text.empty()) return std::nullopt;
        const auto at = read_rfc3339(text);
        if (!at) errors.push_back({std::string{name}, "must be an RFC 3339 time"});
        return at;
    };
    query.from = time("from");
    query.to = time("to");
    if (query.from && query.to && *query.from > *query.to) {
        errors.push_back({"from", "is later than to"});
    }
    const Engine& engine = exchange.engine();
    const Instant now = std::max(engine.now(), engine.log().head_recorded_at());
    if (query.from && *query.from > now) {
        errors.push_back({"from", "is in the future: it is " + rfc3339(now)});
    }
}

/// The filters of the audit trail; notes what is wrong with them.
AuditQuery read_audit_query(Exchange& exchange, OrganizationId organization,
                            std::vector<FieldError>& errors) {
    AuditQuery query;
    query.organization = organization;
    read_people(exchange, query, errors);
    read_kind(exchange, query, errors);
    read_outcome(exchange, query, errors);
    read_times(exchange, query, errors);
    const auto place = cursor_place(exchange, audit_list);
    if (place) {
        query.before = Position{whole_number(*place).value_or(0)};
    } else {
        errors.push_back(place.error());
    }
    return query;
}

/// Whether the organisation's trail has anything by or about the person.
std::expected<bool, Failure> is_in_trail(const Views& views, OrganizationId organization,
                                         PersonId person) {
    for (const AuditQuery& asked :
         {AuditQuery{.organization = organization, .subject = person, .limit = 1},
          AuditQuery{.organization = organization, .actor = Actor::of(person), .limit = 1}}) {
        const auto page = views.audit(asked);
        if (!page) return std::unexpected(page.error());
        if (!page->rows.empty() || !page->next_cursor.empty()) return true;
    }
    return false;
}

/// An empty first page may mean that nobody of that id was ever here.
std::expected<std::vector<FieldError>, Failure> unknown_people(const Views& views,
                                                               const AuditQuery& query) {
    std::vector<FieldError> errors;
    const auto check = [&](std::string_view field,
                           PersonId person) -> std::expected<void, Failure> {
        const auto known = is_in_trail(views, *query.organization, person);
        if (!known) return std::unexpected(known.error());
        if (!*known) {
            errors.push_back({std::string{field}, "names nobody whom this trail knows"});
        }
        return {};
    };
    if (query.subject) {
        if (auto done = check("subject", *query.subject); !done) {
            return std::unexpected(done.error());
        }
    }
    if (const auto person = query.actor ? query.actor->person() : std::nullopt) {
        if (auto done = check("actor", *person); !done) {
            return std::unexpected(done.error());
        }
    }
    return errors;
}

/// Takes out of a commit what it did to other organisations, which is not this one's to read.
void leave_out_others(Commit& commit, OrganizationId organization) {
    std::erase_if(commit.events, [&](const StreamEvent& event) {
        return event.stream.kind == StreamKind::organization &&
               event.stream != StreamId::of(organization);
    });
    const auto elsewhere = [&](const RowVerdict& row) {
        return !row.organization.is_nil() && row.organization != organization;
    };
    if (is_about_another(commit.command, organization)) {
        std::erase_if(commit.outcome.rows, elsewhere);
    }
}

void show_audit(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id || !exchange.readable(*id, Operation::read_audit)) return;
    std::vector<FieldError> errors;
    AuditQuery query = read_audit_query(exchange, *id, errors);
    if (!errors.empty()) return exchange.reply(problem_of(errors));
    constexpr std::size_t usual = 50;
    constexpr std::size_t most = 500;
    const auto limit = exchange.query_limit(usual, most);
    if (!limit) return;
    query.limit = *limit;
    const Views& views = exchange.engine().views();
    auto page = views.audit(query);
    if (!page) return exchange.fail(page.error());
    if (page->rows.empty() && page->next_cursor.empty()) {
        const auto unknown = unknown_people(views, query);
        if (!unknown) return exchange.fail(unknown.error());
        if (!unknown->empty()) return exchange.reply(problem_of(*unknown));
    }
    for (Commit& commit : page->rows) leave_out_others(commit, *id);
    auto names = views.names(*id, people_named_in(page->rows));
    // What happened is told without the names while the view that has them cannot answer.
    if (!names && names.error().kind == FailureKind::view_unavailable) names.emplace();
    if (!names) return exchange.fail(names.error());
    page->next_cursor = cursor_to(exchange, audit_list, page->next_cursor);
    std::optional<Failure> unreadable;
    auto shown = audit_json(*id, *page, exchange.unseal(unreadable), *names);
    if (unreadable) return exchange.fail(*unreadable);
    exchange.reply_json(200, std::move(shown));
}

}  // namespace

std::vector<Route> audit_routes() {
    return {
        Route::read("/v1/organizations/{org}/audit", show_audit,
                    {"actor", "subject", "kind", "outcome", "from", "to", "limit", "cursor"}),
    };
}

}  // namespace muster::http
