// The steps that routes share.
#include "api/http/exchange/exchange.h"

#include "api/http/exchange/limits.h"
#include "api/http/exchange/past.h"
#include "api/http/read/known.h"
#include "api/http/read/query.h"
#include "api/http/server/work_pool.h"
#include "api/http/show/problems.h"
#include "api/text/valid_text.h"
#include "domain/offers.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace muster::http {
namespace {

constexpr unsigned forbidden_status = 403;
constexpr unsigned not_found_status = 404;

/// The versions that tags name; those of something else name none.
std::vector<Version> versions_named(const EntityTags& tags) {
    std::vector<Version> versions;
    for (const std::string& tag : tags.tags) {
        if (const auto value = whole_number(tag.substr(0, tag.find('-')))) {
            versions.push_back(Version{*value});
        }
    }
    return versions;
}

/// Whether the caller has what would be answered already.
bool already_has(const Request& request, const Headers& headers, const Response& response) {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (!reads || response.status != 200 || !headers.if_none_match) return false;
    const std::string_view etag = response.header("ETag");
    return etag.size() >= 2 && headers.if_none_match->name(etag.substr(1, etag.size() - 2));
}

/// There was a yes, where only a no was to be written.
bool was_skipped(const Answer& answer) {
    return !answer && answer.error().kind == FailureKind::skipped;
}

/// Whether the answer tells of more than the receipt has.
bool looks_further(const Receipt& receipt, bool dry_run) {
    if (receipt.outcome.rejection == Rejection::confirmation_missing) return true;
    return dry_run && (std::holds_alternative<RemoveMember>(receipt.command) ||
                       std::holds_alternative<SuspendMember>(receipt.command));
}

}  // namespace

Digest request_key(const KeyStore& keys, const Caller& caller, OrganizationId organization,
                   std::string_view idempotency_key) {
    // The scope ends with the free text, and everything before it has a fixed form. The operator's
    // is a nil id, which no person has.
    return keys.request_mac(to_string(caller.key.id) +
                            to_string(caller.actor->person().value_or(PersonId{})) +
                            to_string(organization) + std::string{idempotency_key});
}

bool Caller::reaches(OrganizationId organization) const {
    return key.platform_operator || std::ranges::count(key.organizations, organization) > 0;
}

bool Caller::reaches_account(PersonId person) const {
    const bool own = actor && actor->is(person);
    return key.platform_operator && (own || is_operator());
}

std::string etag_of(const Organization& organization) {
    return "\"" + std::to_string(number(organization.version)) + "\"";
}

std::string etag_of(const Organization& organization, std::string_view body) {
    constexpr std::size_t print_characters = 16;
    const Digest digest = sha256(body);
    const std::string print = base64(std::string{digest.begin(), digest.end()});
    return "\"" + std::to_string(number(organization.version)) + "-" +
           print.substr(0, print_characters) + "\"";
}

Exchange::Exchange(Shared& shared, Request request, Reply reply)
    : shared_{shared},
      request_{std::move(request)},
      reply_{std::move(reply)},
      personal_{shared.engine.keys()} {
    ++*shared_.exchanges;
}

Exchange::~Exchange() {
    const auto exchanges = shared_.exchanges;  // what is shared may go with the last one
    --*exchanges;
    exchanges->notify_all();
}

void Exchange::take_body(std::string body, Reply reply) {
    request_.body = std::move(body);
    reply_ = std::move(reply);
}

/// Does this for the request; what libraries throw is answered 500.
void Exchange::guarded(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& error) {
        spdlog::error("{} {}: {}", request_.method, request_.target, error.what());
        refuse(500, "internal_error", "Something is wrong here.");
    }
}

void Exchange::answer_by(RouteHandler handler) {
    handler_ = handler;
    first_caller_ = caller;
    guarded([this] { handler_(*this); });
}

void Exchange::go_on_at_length(std::move_only_function<void()> work) {
    at_length_ = true;
    if (shared_.at_length.start(caller.key.id, std::move(work))) return;
    Response response = problem(429, "too_much_at_length",
                                "Too many long requests, of this key or of all, are under way; "
                                "try again.");
    response.set("Retry-After", "1");
    reply(std::move(response));
}

/// A long answer is written where nobody else's waits for it.
void Exchange::take_answer(Answer result, unsigned status, bool dry_run) {
    constexpr std::size_t written_at_once = 64;
    const std::size_t told = result ? result->outcome.rows.size() + result->events.size() : 0;
    const bool is_long = told > written_at_once || (result && looks_further(*result, dry_run));
    auto write = [self = shared_from_this(), result = std::move(result), status, dry_run] {
        self->guarded([&] { self->answer(result, status, dry_run); });
    };
    if (!is_long) return write();
    shared_.soon.start({}, std::move(write));
}

/// The answer to the trial was yes: the route does the same once more, and now for good.
void Exchange::run_again() {
    auto again = [self = shared_from_this()] {
        self->personal_.make_rows();
        self->caller = self->first_caller_;
        self->answer_by(self->handler_);
    };
    if (at_length_) return go_on_at_length(std::move(again));
    shared_.soon.start({}, std::move(again));
}

bool Exchange::takes_headers() {
    auto read = read_headers(request_);
    if (read) {
        headers = std::move(*read);
        return true;
    }
    reply(problem_of(read.error()));
    return false;
}

std::string Exchange::query_text(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string{} : found->second;
}

std::optional<std::uint64_t> Exchange::query_number(std::string_view name,
                                                    std::uint64_t otherwise) {
    const std::string text = query_text(name);
    if (text.empty()) return otherwise;
    if (const auto value = whole_number(text)) return value;
    reply(problem_of({{std::string{name}, "must be a whole number"}}));
    return std::nullopt;
}

std::optional<std::size_t> Exchange::query_limit(std::size_t otherwise, std::size_t most) {
    const std::string text = query_text("limit");
    if (text.empty()) return otherwise;
    const auto value = whole_number(text);
    if (value && *value >= 1 && *value <= most) return *value;
    reply(problem_of({{"limit", "must be a whole number from 1 to " + std::to_string(most)}}));
    return std::nullopt;
}

void Exchange::reply(Response response) {
    if (!reply_) return;
    const bool has_position = std::ranges::any_of(
        response.headers, [](const auto& header) { return header.first == "Muster-Position"; });
    if (!has_position) {
        response.set("Muster-Position", std::to_string(number(engine().views().state().applied)));
    }
    // Whatever bytes a log holds, what leaves is text: JSON that is not UTF-8 is none.
    response.body = valid_utf8(std::move(response.body));
    if (already_has(request_, headers, response)) {
        response.status = 304;
        response.body.clear();
    }
    std::exchange(reply_, Reply{})(std::move(response));
}

void Exchange::reply_json(unsigned status, std::string body) {
    reply({.status = status, .headers = {}, .body = std::move(body)});
}

void Exchange::reply_of(const Organization& organization, std::string body) {
    Response response;
    response.body = std::move(body);
    response.set("ETag", etag_of(organization));
    reply(std::move(response));
}

void Exchange::reply_now_of(const Organization& organization, std::string body) {
    Response response;
    response.set("ETag", etag_of(organization, body));
    response.body = std::move(body);
    reply(std::move(response));
}

void Exchange::not_found() {
    refuse(404, "not_found", "There is nothing at this address.");
}

void Exchange::refuse(unsigned status, std::string_view code, std::string_view detail) {
    reply(problem(status, code, detail));
}

void Exchange::refuse(Rejection rejection) {
    refuse(status_of(rejection), name_of(rejection), sentence_of(rejection));
}

void Exchange::refuse_role(const Organization& organization) {
    constexpr Rejection rejection = Rejection::role_not_found;
    refuse(not_found_status, name_of(rejection), "The path " + no_such_role(organization) + ".");
}

/// A role that the path names is not found; one that the body names is a bad argument.
unsigned Exchange::status_of(Rejection rejection) const {
    const bool of_path = rejection == Rejection::role_not_found && path.contains("role");
    return of_path ? not_found_status : http::status_of(rejection);
}

void Exchange::fail(const Failure& failure) {
    reply(problem_of(failure));
}

std::optional<Accepted> Exchange::accepts(Body& body) {
    const auto finished = body.finish();
    if (finished) return *finished;
    reply(problem_of(finished.error()));
    return std::nullopt;
}

std::shared_ptr<const Organization> Exchange::readable(OrganizationId id,
                                                       std::optional<Operation> operation) {
    const auto found = engine().organizations().find(id);
    if (!found) {
        fail(found.error());
        return nullptr;
    }
    // What they may see is asked of now, however long the request waited.
    const std::shared_ptr<const Organization>& organization = found->organization;
    const bool is_person = caller.actor && caller.actor->person();
    const Member* reader =
        is_person && organization ? organization->member(*caller.actor) : nullptr;
    if (organization == nullptr || !caller.reaches(id) || (is_person && reader == nullptr)) {
        refuse(Rejection::organization_not_found);
        return nullptr;
    }
    if (reader != nullptr && reader->status == MemberStatus::suspended) {
        refuse(Rejection::caller_suspended);
        return nullptr;
    }
    if (operation && caller.actor && !may(*organization, *caller.actor, *operation)) {
        refuse(Rejection::not_allowed);
        return nullptr;
    }
    if (seen_ && seen_->first == id) return seen_->second;
    return organization;
}

std::shared_ptr<const Organization> Exchange::readable_then(OrganizationId id,
                                                            std::optional<Operation> operation) {
    auto organization = readable(id, operation);
    if (!organization || query_text("as_of").empty()) return organization;
    const auto past = as_of(id);
    return past ? past->then->organization : nullptr;
}

RowOperations Exchange::row_operations(std::shared_ptr<const Organization> organization) const {
    if (!caller.actor) return {};
    return [organization = std::move(organization), actor = *caller.actor](const MemberRow& row) {
        // Whoever left and was invited again has a row of each; this one is of the past.
        const bool former = row.status == RowStatus::former;
        return former ? std::vector<std::string_view>{}
                      : operations_on(*organization, actor, row.person);
    };
}

bool Exchange::require_operator() {
    if (caller.is_operator()) return true;
    refuse(Rejection::operator_only);
    return false;
}

bool Exchange::require_actor() {
    if (caller.actor) return true;
    refuse(forbidden_status, "actor_missing",
           "A key of an organisation names who acts: send Muster-Actor.");
    return false;
}

std::optional<PastOrganization> Exchange::as_of(OrganizationId id,
                                                std::optional<Position> pinned_to) {
    const auto asked = read_as_of(query_text("as_of"));
    const auto wrong = asked ? not_yet(engine(), *asked)
                             : std::optional<std::string>{"must be a position or an RFC 3339 time"};
    if (wrong) {
        reply(problem_of({{"as_of", *wrong}}));
        return std::nullopt;
    }
    if (const auto all = engine().views().have_all(); !all) {
        fail(all.error());
        return std::nullopt;
    }
    const Position applied = engine().views().state().applied;
    const Moment moment{asked->position.value_or(pinned_to.value_or(applied)), asked->at};
    if (moment.position > applied) {
        refuse(503, "position_not_reached", "The views have not reached as_of yet; try again.");
        return std::nullopt;
    }
    auto then = shared_.past.organization(id, moment);
    if (!then) {
        fail(then.error());
        return std::nullopt;
    }
    if (*then) return PastOrganization{moment, std::move(*then)};
    refuse(Rejection::organization_not_found);
    return std::nullopt;
}

std::optional<PersonId> Exchange::person_for(const std::string& normal_address) {
    const auto person = personal_.person_for(normal_address);
    if (person) return *person;
    fail(person.error());
    return std::nullopt;
}

std::optional<Sealed> Exchange::seal(const SealScope& scope, std::string_view text) {
    auto sealed = personal_.seal(scope, text);
    if (sealed) return std::move(*sealed);
    fail(sealed.error());
    return std::nullopt;
}

Unseal Exchange::unseal(std::optional<Failure>& failure) {
    return [&keys = engine().keys(), &failure](const SealScope& scope, const Sealed& sealed) {
        auto text = keys.unseal(scope, sealed);
        if (!text && !failure) failure = std::move(text.error());
        return text && *text ? std::move(**text) : std::string{};
    };
}

std::optional<Context> Exchange::context(const Command& command, std::string_view reason) {
    auto sealed_reason = seal(scope_of_reason(command), reason);
    if (!sealed_reason) return std::nullopt;
    const std::string origin = request_.peer + " " + headers.user_agent;
    auto sealed_origin = seal(scope_of_origin(*caller.actor), origin);
    if (!sealed_origin) return std::nullopt;
    return Context{.actor = *caller.actor,
                   .command_id = {random_uuid()},
                   .origin = std::move(*sealed_origin),
                   .reason = std::move(*sealed_reason),
                   .imported = false};
}

/// What If-Match asks of the command's organisation; answers and is false when that cannot be.
bool Exchange::take_condition(const Command& command, ExecuteOptions& options) {
    if (!headers.if_match) return true;
    if (!organization_of(command)) {
        reply(problem_of({{"If-Match", "has no meaning here: what this changes has no ETag"}}));
        return false;
    }
    const bool founds = std::holds_alternative<FoundOrganization>(command);
    if (headers.if_match->any && !founds) return true;
    options.expected_versions = versions_named(*headers.if_match);
    if (!options.expected_versions.empty()) return true;
    fail({FailureKind::version_conflict, "If-Match names nothing that there is"});
    return false;
}

std::optional<ExecuteOptions> Exchange::options(const Command& command) {
    ExecuteOptions options;
    options.dry_run = query_flag("dry_run");
    if (!take_condition(command, options)) return std::nullopt;
    if (!headers.idempotency_key) return options;
    const OrganizationId organization = organization_of(command).value_or(OrganizationId{});
    const std::string path_alone = request_.target.substr(0, request_.target.find('?'));
    const bool founds = std::holds_alternative<FoundOrganization>(command);
    KeyStore& keys = engine().keys();
    const OrganizationId scope = founds ? OrganizationId{} : organization;
    // Who confirms at last does not ask what was refused before.
    const std::string confirmed = query_flag("confirmed") ? "?confirmed=true" : "";
    options.request = RequestRecord{
        .key = request_key(keys, caller, scope, *headers.idempotency_key),
        .fingerprint = keys.request_mac(request_.method + " " + path_alone + confirmed + "\n" +
                                        headers.if_match_text + "\n" + request_.body)};
    return options;
}

void Exchange::run(Command command, unsigned status, std::string_view reason) {
    submit(std::move(command), status, reason, false);
}

void Exchange::run_adding_nothing(Command command) {
    submit(std::move(command), 200, {}, true);
}

void Exchange::submit(Command command, unsigned status, std::string_view reason,
                      bool adds_nothing) {
    if (!require_actor()) return;
    const auto organization = organization_of(command);
    const bool founds = std::holds_alternative<FoundOrganization>(command);
    if (organization && caller.is_known() && !founds && !caller.reaches(*organization)) {
        return refuse(Rejection::organization_not_found);
    }
    auto made_context = context(command, reason);
    if (!made_context) return;
    auto made_options = options(command);
    if (!made_options) return;
    const bool dry_run = made_options->dry_run;
    const bool again = personal_.left_out() && !dry_run;
    if (again || adds_nothing) made_options->writes = Writes::refusals;
    std::optional<Receipt> nothing_new;
    if (adds_nothing) nothing_new = Receipt{.command = command};
    engine().submit(std::move(command), std::move(*made_context), std::move(*made_options),
                    [self = shared_from_this(), status, dry_run, again,
                     nothing_new = std::move(nothing_new)](Answer result) {
                        if (again && was_skipped(result)) return self->run_again();
                        if (nothing_new && was_skipped(result)) result = *nothing_new;
                        self->take_answer(std::move(result), status, dry_run);
                    });
}

void Exchange::run_to_be_refused(Command command, std::move_only_function<void()> admitted) {
    auto made_context = context(command, {});
    if (!made_context) return;
    auto made_options = options(command);
    if (!made_options) return;
    const bool dry_run = made_options->dry_run;
    made_options->writes = Writes::refusals_of_caller;
    engine().submit(std::move(command), std::move(*made_context), std::move(*made_options),
                    [self = shared_from_this(), dry_run,
                     admitted = std::move(admitted)](Answer result) mutable {
                        if (was_skipped(result)) return admitted();
                        self->take_answer(std::move(result), 200, dry_run);
                    });
}

Answer Exchange::verdict_on(const Command& command) {
    const Context asking{.actor = *caller.actor,
                         .command_id = {random_uuid()},
                         .origin = {},
                         .reason = {},
                         .imported = false};
    return engine().execute(command, asking, {.dry_run = true});
}

void Exchange::run_for_a_reason(Command command) {
    Body body = Body::parse(request_.body, true);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = accepts(body);
    if (accepted) run(std::move(command), 200, reason.in(*accepted));
}

void Exchange::answer(const Answer& result, unsigned status, bool dry_run) {
    if (!result) return fail(result.error());
    Response response;
    if (result->accepted()) {
        response.status = dry_run ? 200 : status;
        const auto sent = dry_run ? sent_offers_of(*result) : std::vector<SentOffer>{};
        response.body = receipt_json(*result, dry_run, sent);
    } else {
        const Rejection rejection = *result->outcome.rejection;
        if (rejection == Rejection::confirmation_missing) return refuse_unconfirmed(*result);
        const unsigned refused = status_of(rejection);
        response = problem(refused, name_of(rejection), sentence_of(rejection));
        response.body = refusal_json(*result, refused);
        if (!dry_run) shared_.limits.refused(*this);
    }
    if (number(result->position) > 0) {
        response.set("Muster-Position", std::to_string(number(result->position)));
    }
    if (number(result->version) > 0) {
        response.set("ETag", "\"" + std::to_string(number(result->version)) + "\"");
    }
    reply(std::move(response));
}

void Exchange::refuse_unconfirmed(const Receipt& refused) {
    Command command = refused.command;
    if (auto* removal = std::get_if<RemoveMember>(&command)) removal->confirmed = true;
    const Answer look = verdict_on(command);
    const Rejection rejection = *refused.outcome.rejection;
    const unsigned status = status_of(rejection);
    Response response = problem(status, name_of(rejection), sentence_of(rejection));
    const bool told = look && look->accepted();
    response.body = told ? unconfirmed_json(refused, status, *look, sent_offers_of(*look))
                         : refusal_json(refused, status);
    if (number(refused.position) > 0) {
        response.set("Muster-Position", std::to_string(number(refused.position)));
    }
    reply(std::move(response));
}

std::vector<SentOffer> Exchange::sent_offers_of(const Receipt& look) {
    const auto id = organization_of(look.command);
    if (!id) return {};
    const auto found = engine().organizations().find(*id);
    if (!found || !found->organization) return {};
    return sent_offers(*found->organization, look, engine().now());
}

}  // namespace muster::http
