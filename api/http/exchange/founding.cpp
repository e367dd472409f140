// The order: the key, the founder, the verdict, the key's reach, the organisation.
#include "api/http/exchange/founding.h"

#include "api/http/show/problems.h"

#include <algorithm>

namespace muster::http {
namespace {

// Each request copies the list, and each founding writes it.
constexpr std::size_t most_organizations_of_a_key = 10'000;

/// Somebody who has an account or belongs, or belonged, to an organisation.
std::expected<bool, Failure> is_known_person(Engine& engine, PersonId person) {
    const auto account = engine.views().person(person);
    if (!account) return std::unexpected(account.error());
    if (*account) return true;
    const auto organizations = engine.log().organizations_of(person);
    if (!organizations) return std::unexpected(organizations.error());
    return !organizations->empty();
}

/// Answers and is false for an id, perhaps the actor's, that is nobody's.
bool is_somebody(Exchange& exchange, PersonId founder, const std::optional<PersonId>& acts) {
    const auto known = is_known_person(exchange.engine(), founder);
    if (!known) {
        exchange.fail(known.error());
        return false;
    }
    if (*known) return true;
    const std::string named = acts == founder ? "Muster-Actor" : "founder.person";
    exchange.reply(
        problem_of({{named, "must be somebody who has an account or belongs to an organisation"}}));
    return false;
}

bool extend_reach(Exchange& exchange, OrganizationId organization) {
    const ApiKeyRecord& key = exchange.caller.key;
    if (key.organizations.size() >= most_organizations_of_a_key) {
        exchange.refuse(409, "key_reaches_too_many",
                        "This API key reaches 10000 organisations, which is all that one can.");
        return false;
    }
    const auto extended = exchange.engine().keys().extend_api_key(key.id, organization);
    if (!extended) {
        exchange.fail(extended.error());
    } else if (!*extended) {
        exchange.refuse(401, "unauthorized", "There is no such API key.");
    }
    return extended && *extended;
}

}  // namespace

bool may_found(Exchange& exchange) {
    const ApiKeyRecord& key = exchange.caller.key;
    if (key.platform_operator || key.may_found) return true;
    exchange.refuse(403, "key_may_not_found", "This API key may not found organisations.");
    return false;
}

bool may_name_founder(Exchange& exchange, const WrittenPerson& founder) {
    const Caller& caller = exchange.caller;
    const auto acts = caller.actor ? caller.actor->person() : std::nullopt;
    const auto* id = std::get_if<PersonId>(&founder);
    if (id != nullptr && !is_somebody(exchange, *id, acts)) return false;
    if (caller.key.platform_operator) return true;
    // Where nobody acts, the founder will: who signs up.
    if (!acts) return caller.key.names_actors || exchange.require_actor();
    if (id != nullptr && *id == *acts) return true;
    if (id == nullptr) {
        const std::string& address = std::get<WrittenAddress>(founder).address.normal;
        const auto person = exchange.engine().keys().find_person(address);
        if (!person) {
            exchange.fail(person.error());
            return false;
        }
        if (*person == acts) return true;
    }
    exchange.refuse(403, "founder_is_not_actor",
                    "A key that acts for a person founds in that person's name only.");
    return false;
}

void found(Exchange& exchange, FoundOrganization command) {
    Caller& caller = exchange.caller;
    if (!caller.actor) caller.actor = Actor::of(command.founder);
    const bool sees_all = caller.key.platform_operator;
    if (sees_all || exchange.query_flag("dry_run")) {
        return exchange.run(std::move(command), 201);
    }
    // The key's reach is extended in earnest only, for the organisation that is founded then.
    if (exchange.personal().is_trial()) {
        exchange.personal().leave_out();
        return exchange.run(std::move(command), 201);
    }
    const auto verdict = exchange.verdict_on(command);
    if (!verdict) return exchange.fail(verdict.error());
    // What is refused is on record like any refusal, and leaves the key as it was.
    if (verdict->accepted() && !extend_reach(exchange, command.organization)) return;
    exchange.run(std::move(command), 201);
}

}  // namespace muster::http
