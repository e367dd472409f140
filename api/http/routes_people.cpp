// Accounts: the host tells who registered and who signed in.
#include "api/address.h"
#include "api/http/people_in_bodies.h"
#include "api/http/problems.h"
#include "api/http/routes.h"

namespace muster::http {

void register_person(Exchange& exchange) {
    // Asked first, so that a caller who may not register leaves no trace in keys/.
    if (!exchange.require_operator()) return;
    Body body = Body::parse(exchange.request().body);
    const std::string name = body.text("name");
    const bool verified = body.boolean("verified", false);
    std::optional<Failure> failure;
    const std::string text = body.raw_text("address");
    const auto address = read_address(text);
    if (!text.empty() && !address) body.wrong("address", address.error());
    if (!exchange.accepts(body)) return;
    const auto person = exchange.person_for(address->normal);
    if (!person) return;
    auto sealed_name = exchange.seal({{}, *person, PersonalField::name}, name);
    if (!sealed_name) return;
    auto sealed_address = exchange.seal({{}, *person, PersonalField::address}, address->given);
    if (!sealed_address) return;
    exchange.run(RegisterPerson{.person = *person,
                                .name = std::move(*sealed_name),
                                .address = std::move(*sealed_address),
                                .verified = verified},
                 201);
}

void find_person(Exchange& exchange) {
    if (!exchange.require_operator()) return;
    const auto address = read_address(exchange.query_text("address"));
    if (!address) return exchange.reply(problem_of({{"address", address.error()}}));
    const auto person = exchange.engine().keys().find_person(address->normal);
    if (!person) return exchange.fail(person.error());
    if (!*person) return exchange.refuse(Rejection::person_not_found);
    const auto row = exchange.engine().views().person(**person);
    if (!row) return exchange.fail(row.error());
    // Somebody who was only invited has an id and no account.
    exchange.reply_json(200,
                        *row ? person_json(**row) : object_json({{"person", to_string(**person)}}));
}

void show_person(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    const auto& actor = exchange.caller.actor;
    if (!exchange.caller.is_operator() && !(actor && actor->is(*person))) {
        return exchange.refuse(Rejection::person_not_found);
    }
    const auto row = exchange.engine().views().person(*person);
    if (!row) return exchange.fail(row.error());
    if (!*row) return exchange.refuse(Rejection::person_not_found);
    exchange.reply_json(200, person_json(**row));
}

void record_sign_in(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    Body body = Body::parse(exchange.request().body, true);
    RecordSignIn command{.person = *person,
                         .organization = body.optional_id<OrganizationId>("organization")};
    if (!exchange.accepts(body)) return;
    // A key of an organisation tells of accesses to it, not of the account.
    if (!command.organization && !exchange.caller.key.platform_operator) {
        return exchange.refuse(Rejection::operator_only);
    }
    exchange.run(std::move(command), 201);
}

}  // namespace muster::http
