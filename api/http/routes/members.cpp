// What is done to members.
#include "api/http/exchange/people_in_bodies.h"
#include "api/http/routes/routes.h"
#include "eventstore/machine/crypto.h"

namespace muster::http {
namespace {

/// What becomes of the open invitations that the member sent.
Field<SentInvitations> read_sent(Body& body) {
    return body.word("invitations", {"stay", "cancel", "take_over"}, "stay")
        .then([](const std::string& word) {
            if (word == "cancel") return SentInvitations::cancel;
            return word == "stay" ? SentInvitations::stay : SentInvitations::take_over;
        });
}

template <class OfMember>
void run_on_member(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    exchange.run_for_a_reason(OfMember{organization, person});
}

/// The same for one that sent invitations, of which the body says what becomes.
template <class OfSender>
void run_on_sender(Exchange& exchange, OfSender command) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    std::tie(command.organization, command.person) = *ids;
    Body body = Body::parse(exchange.request().body, true);
    const auto sent = read_sent(body);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    command.sent = sent.in(*accepted);
    exchange.run(std::move(command), 200, reason.in(*accepted));
}

void change_role(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    Body body = Body::parse(exchange.request().body);
    const auto roles = read_roles(body);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(
        ChangeRole{.organization = organization, .person = person, .roles = roles.in(*accepted)},
        200, reason.in(*accepted));
}

void remove_member(Exchange& exchange) {
    // Who only looks need not have looked before.
    const bool confirmed = exchange.query_flag("confirmed") || exchange.query_flag("dry_run");
    run_on_sender(exchange, RemoveMember{.confirmed = confirmed});
}

void suspend_member(Exchange& exchange) {
    run_on_sender(exchange, SuspendMember{});
}

void reinstate_member(Exchange& exchange) {
    run_on_member<ReinstateMember>(exchange);
}

void replace_address(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    Body body = Body::parse(exchange.request().body);
    const ByIds by_ids = exchange.caller.key.platform_operator ? ByIds::yes : ByIds::no;
    const auto written = read_person(body, by_ids);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    auto successor = resolve(exchange.personal(), written.in(*accepted));
    if (!successor) return exchange.fail(successor.error());
    // The same person under another address keeps their name and what was told of them.
    const auto row = exchange.engine().views().member(organization, person);
    if (!row) return exchange.fail(row.error());
    const bool named = !successor->name.empty() || !successor->address;
    if (*row && !named) successor->name = (*row)->name;
    auto sealed = seal_person(exchange.engine(), exchange.personal(), *successor, organization);
    if (!sealed) return exchange.fail(sealed.error());
    auto details = exchange.seal({organization, successor->person, PersonalField::details},
                                 *row ? (*row)->details : std::string{});
    if (!details) return;
    exchange.run(ReplaceAddress{.organization = organization,
                                .person = person,
                                .invitation = {random_uuid()},
                                .successor = successor->person,
                                .name = std::move(sealed->name),
                                .address = std::move(sealed->address),
                                .details = std::move(*details)},
                 201, reason.in(*accepted));
}

void replace_protected_holder(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, PersonId>("org", "member");
    if (!ids) return;
    const auto [organization, person] = *ids;
    Body body = Body::parse(exchange.request().body);
    const auto successor = body.id<PersonId>("successor");
    const auto roles = read_roles(body);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(ReplaceProtectedHolder{.organization = organization,
                                        .person = person,
                                        .successor = successor.in(*accepted),
                                        .roles = roles.in(*accepted)},
                 200, reason.in(*accepted));
}

}  // namespace

std::vector<Route> member_routes() {
    return {
        Route::command("DELETE", "/v1/organizations/{org}/members/{member}", remove_member,
                       membership<RemoveMember>(), {"confirmed"}),
        Route::command("PUT", "/v1/organizations/{org}/members/{member}/roles", change_role,
                       needs<ChangeRole>(Operation::change_role)),
        Route::command("POST", "/v1/organizations/{org}/members/{member}/suspend", suspend_member,
                       needs<SuspendMember>(Operation::suspend_member)),
        Route::command("POST", "/v1/organizations/{org}/members/{member}/reinstate",
                       reinstate_member, needs<ReinstateMember>(Operation::suspend_member)),
        Route::command("POST", "/v1/organizations/{org}/members/{member}/replace-address",
                       replace_address, needs<ReplaceAddress>(Operation::invite_member)),
        Route::command("POST", "/v1/organizations/{org}/members/{member}/replace-protected-holder",
                       replace_protected_holder, operator_alone<ReplaceProtectedHolder>()),
    };
}

}  // namespace muster::http
