// Who is charged for a request, and what becomes of those who are turned away.
#include "api/http/exchange/limits.h"

#include "api/http/exchange/exchange.h"
#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"

#include <arpa/inet.h>
#include <spdlog/spdlog.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>

namespace muster::http {
namespace {

constexpr std::chrono::milliseconds between_looks{500};
constexpr unsigned too_many_requests = 429;

std::string id_bytes_of(const boost::uuids::uuid& id) {
    return {id.begin(), id.end()};
}

/// One person as one key speaks for them; who names nobody is one, too.
std::string actor_subject(const Caller& caller) {
    const auto person = caller.actor ? caller.actor->person() : std::nullopt;
    return id_bytes_of(caller.key.id) + id_bytes_of(person.value_or(PersonId{}).value);
}

/// An IPv6 client has a whole /64 of addresses to come from.
std::string network_of(const std::string& peer) {
    in6_addr address{};
    const bool is_v6 = ::inet_pton(AF_INET6, peer.c_str(), &address) == 1;
    if (!is_v6 || IN6_IS_ADDR_V4MAPPED(&address)) return peer;
    constexpr std::size_t network_bytes = 8;
    std::string network(network_bytes, '\0');
    std::memcpy(network.data(), &address, network_bytes);
    return network;
}

std::optional<InvitationLink> link_of(Exchange& exchange) {
    const auto token = exchange.path.find("token");
    if (token == exchange.path.end()) return std::nullopt;
    return exchange.engine().read_link(token->second);
}

std::optional<OrganizationId> organization_asked_for(const Exchange& exchange) {
    const auto text = exchange.path.find("org");
    if (text == exchange.path.end()) return std::nullopt;
    const auto id = parse_id<OrganizationId>(text->second);
    return id && exchange.caller.reaches(*id) ? id : std::nullopt;
}

/// Of one link: who has an earlier one of the same invitation does not use up the newest's.
std::string link_subject(const InvitationLink& link) {
    return id_bytes_of(link.invitation.value) + std::to_string(link.send_number);
}

/// A refused command of whoever the key names. The operator is trusted.
std::vector<Charge> refusal_charges(const Caller& caller, bool takes) {
    if (!caller.is_known() || caller.is_operator()) return {};
    return {{Budget::actor_refusals, actor_subject(caller), takes}};
}
/// The same of somebody nobody knows: of them a key can name as many as it likes.
std::vector<Charge> stranger_charges(const Caller& caller, bool takes) {
    if (!caller.is_known() || caller.is_operator()) return {};
    return {{Budget::key_refusals, id_bytes_of(caller.key.id), takes}};
}

std::vector<Charge> charges_of(const Exchange& exchange, const std::optional<InvitationLink>& link,
                               bool changes) {
    const Caller& caller = exchange.caller;
    const Request& request = exchange.request();
    std::vector<Charge> charges;
    if (caller.is_known()) {
        charges.push_back({Budget::key_requests, id_bytes_of(caller.key.id)});
    } else if (exchange.path.contains("token") && !link && !request.local_socket) {
        charges.push_back({Budget::peer_requests, network_of(request.peer)});
    }
    if (link) charges.push_back({Budget::link_requests, link_subject(*link)});
    if (!changes) return charges;
    if (link) charges.push_back({Budget::link_answers, link_subject(*link)});
    if (caller.is_known() && !caller.is_operator()) {
        charges.push_back({Budget::actor_commands, actor_subject(caller)});
    }
    std::ranges::move(refusal_charges(caller, false), std::back_inserter(charges));
    return charges;
}

/// A request whose first answer is in the log: to repeat it writes nothing.
bool is_repetition(Exchange& exchange, const std::optional<InvitationLink>& link) {
    const auto& idempotency_key = exchange.headers.idempotency_key;
    if (!idempotency_key || !exchange.caller.actor) return false;
    const OrganizationId organization =
        link ? link->organization : organization_asked_for(exchange).value_or(OrganizationId{});
    const auto found = exchange.engine().log().find_request(
        request_key(exchange.engine().keys(), exchange.caller, organization, *idempotency_key));
    return found && *found;
}

std::string_view sentence_about(Budget budget) {
    switch (budget) {
        case Budget::key_requests:
            return "This API key is used for too many requests a minute.";
        case Budget::key_refusals:
            return "Too many commands of people unknown here were refused within a minute.";
        case Budget::actor_commands:
            return "Too many commands a minute for one person.";
        case Budget::actor_refusals:
            return "Too many commands for this person were refused within a minute.";
        case Budget::link_requests:
            return "This link is used too often a minute.";
        case Budget::link_answers:
            return "This invitation is answered too often a minute.";
        case Budget::peer_requests:
            return "Too many requests a minute from one address by links that are none.";
    }
    ENSURE(false);
}

Response response_to(const Exceeded& exceeded) {
    const std::string seconds = std::to_string(exceeded.retry_after.count());
    const std::string detail = std::string{sentence_about(exceeded.budget)} + " Try again in " +
                               seconds + (seconds == "1" ? " second." : " seconds.");
    Response response = problem(too_many_requests, "too_many_requests", detail);
    response.body = boost::json::serialize(boost::json::object{{"type", "about:blank"},
                                                               {"title", "Too Many Requests"},
                                                               {"status", too_many_requests},
                                                               {"code", "too_many_requests"},
                                                               {"limit", name_of(exceeded.budget)},
                                                               {"detail", detail}});
    response.set("Retry-After", seconds);
    return response;
}

AttemptLimit limit_behind(Budget budget) {
    switch (budget) {
        case Budget::key_requests:
        case Budget::key_refusals:
            return AttemptLimit::api_key;
        case Budget::actor_commands:
        case Budget::actor_refusals:
            return AttemptLimit::actor;
        case Budget::link_requests:
        case Budget::link_answers:
            return AttemptLimit::link;
        case Budget::peer_requests:
            return AttemptLimit::address;
    }
    ENSURE(false);
}

/// Whom a link's invitation invites; nobody when there is none such.
std::optional<PersonId> invited_by(const Organization& organization, InvitationId invitation) {
    if (const OpenInvitation* open = organization.invitation(invitation)) return open->person;
    const auto ended = organization.ended_invitations.find(invitation);
    if (ended == organization.ended_invitations.end()) return std::nullopt;
    return ended->second.person;
}

/// What the log is to say; nothing about links to what it does not have.
std::optional<RecordSuppressedAttempts> command_for(Engine& engine, const Suppressed& attempts) {
    RecordSuppressedAttempts command{.organization = attempts.organization,
                                     .limit = limit_behind(attempts.budget),
                                     .actor = attempts.actor,
                                     .count = attempts.count,
                                     .from = attempts.from,
                                     .to = attempts.to};
    std::shared_ptr<const Organization> organization;
    if (attempts.organization) {
        const auto found = engine.organizations().find(*attempts.organization);
        if (found) organization = found->organization;
    }
    if (!organization) command.organization = std::nullopt;
    if (command.limit != AttemptLimit::link) return command;
    const auto invited =
        organization ? invited_by(*organization, attempts.link.invitation) : std::nullopt;
    if (!invited) return std::nullopt;
    command.actor = Actor::of(*invited);
    return command;
}

}  // namespace

Limits::Limits(Engine& engine, const RateLimits& rates) : engine_{engine}, limiter_{rates} {
    recorder_ = Workers::with_threads().start("muster-limits", [this] {
        if (unrecorded_ > 0) record(limiter_.to_record(engine_.now()));
        return between_looks;
    });
}

Limits::~Limits() {
    recorder_.reset();
    record(limiter_.rest());
}

bool Limits::admits(Exchange& exchange, bool changes) {
    const auto link = link_of(exchange);
    const Instant now = engine_.now();
    auto exceeded = limiter_.admit(charges_of(exchange, link, changes), now);
    if (!exceeded && changes) {
        exceeded = limiter_.admit(stranger_charges(exchange.caller, false), now);
        if (exceeded && knows_actor(exchange)) return true;
    }
    if (!exceeded || is_repetition(exchange, link)) return true;
    turn_away(exchange, *exceeded, link, now);
    return false;
}

void Limits::turn_away(Exchange& exchange, const Exceeded& exceeded,
                       const std::optional<InvitationLink>& link, Instant now) {
    Suppressed attempt{.organization = organization_asked_for(exchange), .to = now};
    if (exchange.caller.actor) attempt.actor = *exchange.caller.actor;
    if (link) {
        attempt.organization = link->organization;
        attempt.link = *link;
    }
    Exceeded counted = exceeded;
    // One record for all addresses: a record each would let whoever has many fill the log.
    if (exceeded.budget == Budget::peer_requests) counted.subject.clear();
    ++unrecorded_;
    limiter_.turned_away(counted, std::move(attempt));
    exchange.reply(response_to(exceeded));
}

void Limits::refused(const Exchange& exchange) {
    const Instant now = engine_.now();
    limiter_.spend(refusal_charges(exchange.caller, true), now);
    if (!knows_actor(exchange)) limiter_.spend(stranger_charges(exchange.caller, true), now);
}

/// Whether the actor is a member where the path leads, or has an account where it leads nowhere.
bool Limits::knows_actor(const Exchange& exchange) const {
    const auto& actor = exchange.caller.actor;
    if (!actor || !actor->person()) return true;
    const auto asked_for = organization_asked_for(exchange);
    if (!asked_for) {
        const auto account = engine_.views().person(*actor->person());
        return account && *account;
    }
    const auto found = engine_.organizations().find(*asked_for);
    return found && found->organization && found->organization->member(*actor) != nullptr;
}

void Limits::record(const std::vector<Suppressed>& suppressed) {
    for (const Suppressed& attempts : suppressed) {
        unrecorded_ -= attempts.count;
        spdlog::warn("{} attempts were turned away: {}", attempts.count, name_of(attempts.budget));
        auto command = command_for(engine_, attempts);
        if (!command) continue;
        Context context{.actor = Actor::the_system(),
                        .command_id = {random_uuid()},
                        .origin = {},
                        .reason = {},
                        .imported = false};
        ExecuteOptions options;
        options.wait_for_views = false;
        engine_.submit(std::move(*command), std::move(context), std::move(options), [](Answer) {});
    }
}

}  // namespace muster::http
