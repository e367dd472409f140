// Inviting, and answering an invitation by the link of its mail.
#include "api/http/exchange/cursor.h"
#include "api/http/exchange/offers_told.h"
#include "api/http/exchange/people_in_bodies.h"
#include "api/http/routes/routes.h"
#include "api/http/show/problems.h"
#include "eventstore/machine/crypto.h"

namespace muster::http {
namespace {

/// What a link leads to; nothing when an answer was given. A link that this server did not make,
/// and one whose invitation is over, are told apart only by whoever has the link.
struct Linked {
    InvitationLink link;
    std::shared_ptr<const Organization> organization;
    const OpenInvitation* open = nullptr;  ///< null: no longer open
    PersonId person;
};

std::optional<Linked> linked(Exchange& exchange) {
    const auto link = exchange.engine().read_link(exchange.path.find("token")->second);
    if (!link) {
        exchange.refuse(Rejection::invitation_not_found);
        return std::nullopt;
    }
    const auto found = exchange.engine().organizations().find(link->organization);
    if (!found) {
        exchange.fail(found.error());
        return std::nullopt;
    }
    if (const auto& organization = found->organization) {
        if (const OpenInvitation* open = organization->invitation(link->invitation)) {
            return Linked{*link, organization, open, open->person};
        }
        const auto ended = organization->ended_invitations.find(link->invitation);
        if (ended != organization->ended_invitations.end()) {
            return Linked{*link, organization, nullptr, ended->second.person};
        }
    }
    exchange.refuse(Rejection::invitation_not_found);
    return std::nullopt;
}

/// A link alone speaks for the invited person; with Muster-Actor the host vouches for somebody.
bool is_signed_in(Exchange& exchange, PersonId invited) {
    const auto& actor = exchange.caller.actor;
    if (actor && actor->person()) return true;
    exchange.caller.actor = Actor::of(invited);
    return false;
}

/// The rows of `people`, or the one that the body itself is. Where rows stand alone, so does one
/// whose address is none.
Field<std::vector<ReadRow>> read_rows(Exchange& exchange, Body& body) {
    const ByIds by_ids = exchange.caller.key.platform_operator ? ByIds::yes : ByIds::no;
    const auto unreadable = body.text_if_any("mode") == "each" ? UnreadableAddress::is_a_verdict
                                                               : UnreadableAddress::is_wrong;
    std::vector<Field<ReadRow>> rows;
    if (body.has("people")) {
        for (Body& part : body.objects("people")) {
            rows.push_back(read_row(part, by_ids, unreadable, read_workspace_id));
        }
    } else {
        rows.push_back(read_row(body, by_ids, unreadable, read_workspace_id));
    }
    return all(std::move(rows));
}

void invite(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    Body body = Body::parse(exchange.request().body);
    const auto mode = body.word("mode", {"atomic", "each"}, "atomic");
    const auto message = body.optional_text("message", free_text_characters);
    const auto rows = read_rows(exchange, body);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;

    auto sealed_message = exchange.seal({*id, {}, PersonalField::message}, message.in(*accepted));
    if (!sealed_message) return;
    InviteMember command{.organization = *id,
                         .rows = {},
                         .mode = mode.in(*accepted) == "each" ? RowMode::each : RowMode::atomic,
                         .message = std::move(*sealed_message)};
    for (const ReadRow& row : rows.in(*accepted)) {
        auto sealed = seal_row(exchange.engine(), exchange.personal(), row, {random_uuid()}, *id);
        if (!sealed) return exchange.fail(sealed.error());
        command.rows.push_back(std::move(*sealed));
    }
    exchange.run(std::move(command), 201);
}

void list_invitations(Exchange& exchange) {
    const auto id = exchange.path_id<OrganizationId>("org");
    if (!id) return;
    const auto organization = exchange.readable(*id, Operation::read_members);
    if (!organization) return;
    constexpr std::size_t usual = 50;
    constexpr std::size_t most = 1'000;
    const auto limit = exchange.query_limit(usual, most);
    if (!limit) return;
    const auto place = cursor_place(exchange, "invitations");
    if (!place) return exchange.reply(problem_of({place.error()}));
    auto page = exchange.engine().views().members({.organization = *id,
                                                   .status = RowStatus::pending,
                                                   .sort = MemberSort::since,
                                                   .limit = *limit,
                                                   .cursor = *place});
    if (!page) return exchange.fail(page.error());
    const auto told = tell_of_offers_now(exchange.engine().views(), *organization, page->rows);
    if (!told) return exchange.fail(told.error());
    const std::string next = cursor_to(exchange, "invitations", page->next_cursor);
    exchange.reply_json(
        200, members_json(*organization, *page, next, exchange.row_operations(organization)));
}

void resend_invitation(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, InvitationId>("org", "invitation");
    if (!ids) return;
    const auto [organization, invitation] = *ids;
    Body body = Body::parse(exchange.request().body, true);
    if (!exchange.accepts(body)) return;
    exchange.run(ResendInvitation{organization, invitation});
}

void cancel_invitation(Exchange& exchange) {
    const auto ids = exchange.path_ids<OrganizationId, InvitationId>("org", "invitation");
    if (!ids) return;
    const auto [organization, invitation] = *ids;
    exchange.run_for_a_reason(CancelInvitation{organization, invitation});
}

void show_invitation(Exchange& exchange) {
    const auto found = linked(exchange);
    if (!found) return;
    auto row = exchange.engine().views().pending(found->link.organization, found->link.invitation);
    if (!row) return exchange.fail(row.error());
    if (found->open == nullptr || !*row) {
        const auto ended = found->organization->ended_invitations.find(found->link.invitation);
        if (ended == found->organization->ended_invitations.end()) {
            return exchange.refuse(Rejection::invitation_not_found);
        }
        switch (ended->second.end) {
            case InvitationEnd::accepted:
                return exchange.refuse(Rejection::invitation_accepted);
            case InvitationEnd::declined:
                return exchange.refuse(Rejection::invitation_declined);
            case InvitationEnd::cancelled:
                return exchange.refuse(Rejection::invitation_cancelled);
            case InvitationEnd::expired:
                return exchange.refuse(Rejection::invitation_expired);
        }
    }
    if (found->link.send_number < found->open->send_number) {
        return exchange.refuse(Rejection::invitation_superseded);
    }
    const auto account = exchange.engine().views().person(found->person);
    if (!account) return exchange.fail(account.error());
    tell_of_offers(*found->organization, std::span{&**row, 1});
    exchange.reply_json(200, invitation_json(*found->organization, **row, account->has_value(),
                                             exchange.engine().now()));
}

void accept_invitation(Exchange& exchange) {
    Body body = Body::parse(exchange.request().body, true);
    const auto told_name = body.optional_text("name");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    const std::string& name = told_name.in(*accepted);
    const auto found = linked(exchange);
    if (!found) return;
    AcceptInvitation command{.organization = found->link.organization,
                             .invitation = found->link.invitation,
                             .send_number = found->link.send_number,
                             .signed_in = is_signed_in(exchange, found->person),
                             .account_name = {},
                             .account_address = {}};
    if (found->open != nullptr) {
        // Who has no account gets one: the name as told now or as invited, at the invited address.
        std::optional<Failure> unreadable;
        const auto invited = [&, unseal = exchange.unseal(unreadable)](PersonalField field,
                                                                       const Sealed& sealed) {
            return unseal({command.organization, found->person, field}, sealed);
        };
        const std::string known_name =
            name.empty() ? invited(PersonalField::name, found->open->name) : name;
        const std::string address = invited(PersonalField::address, found->open->address);
        if (unreadable) return exchange.fail(*unreadable);
        auto sealed_name = exchange.seal({{}, found->person, PersonalField::name}, known_name);
        if (!sealed_name) return;
        auto sealed_address = exchange.seal({{}, found->person, PersonalField::address}, address);
        if (!sealed_address) return;
        command.account_name = std::move(*sealed_name);
        command.account_address = std::move(*sealed_address);
    }
    exchange.run(std::move(command));
}

void decline_invitation(Exchange& exchange) {
    Body body = Body::parse(exchange.request().body, true);
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    const auto found = linked(exchange);
    if (!found) return;
    exchange.run(DeclineInvitation{.organization = found->link.organization,
                                   .invitation = found->link.invitation,
                                   .send_number = found->link.send_number,
                                   .signed_in = is_signed_in(exchange, found->person)},
                 200, reason.in(*accepted));
}

}  // namespace

std::vector<Route> invitation_routes() {
    return {
        Route::read("/v1/organizations/{org}/invitations", list_invitations, {"limit", "cursor"}),
        Route::command("POST", "/v1/organizations/{org}/invitations", invite,
                       needs<InviteMember>(Operation::invite_member)),
        Route::command("POST", "/v1/organizations/{org}/invitations/{invitation}/resend",
                       resend_invitation, needs<ResendInvitation>(Operation::invite_member)),
        Route::command("POST", "/v1/organizations/{org}/invitations/{invitation}/cancel",
                       cancel_invitation, needs<CancelInvitation>(Operation::invite_member)),
        {.method = "GET",
         .pattern = "/v1/invitations/{token}",
         .handler = show_invitation,
         .door = Door::link},
        Route::command_by_link("/v1/invitations/{token}/accept", accept_invitation),
        Route::command_by_link("/v1/invitations/{token}/decline", decline_invitation),
    };
}

}  // namespace muster::http
