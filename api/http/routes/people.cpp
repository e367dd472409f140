// Accounts: the host tells who registered and who signed in.
#include "api/http/exchange/cursor.h"
#include "api/http/exchange/people_in_bodies.h"
#include "api/http/routes/routes.h"
#include "api/http/show/problems.h"
#include "api/text/address.h"
#include "api/text/ascii.h"
#include "projections/bytes.h"

#include <algorithm>

namespace muster::http {
namespace {

/// The address of a picture. No other scheme: whoever shows it may make a link of it.
std::expected<std::string, std::string> read_avatar(std::string_view text) {
    constexpr std::size_t longest = 2'000;
    const bool is_web = text.starts_with("https://") || text.starts_with("http://");
    const bool is_plain = std::ranges::all_of(text, is_visible_ascii);
    if (text.empty() || (is_web && is_plain && text.size() <= longest)) return std::string{text};
    return std::unexpected("must be an http or https address of at most 2000 ASCII characters");
}

void register_person(Exchange& exchange) {
    // Asked first, so that a caller who may not register leaves no trace in keys/.
    if (!exchange.require_operator()) return;
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto verified = body.boolean("verified", false);
    const auto address = body.read("address", read_address);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    const Address& given = address.in(*accepted);
    const auto person = exchange.person_for(given.normal);
    if (!person) return;
    auto sealed_name = exchange.seal({{}, *person, PersonalField::name}, name.in(*accepted));
    if (!sealed_name) return;
    auto sealed_address = exchange.seal({{}, *person, PersonalField::address}, given.given);
    if (!sealed_address) return;
    exchange.run(RegisterPerson{.person = *person,
                                .name = std::move(*sealed_name),
                                .address = std::move(*sealed_address),
                                .verified = verified.in(*accepted)},
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
    // Somebody who was only invited has an id and no account. It may be of a request that came to
    // nothing, and must be theirs after a crash all the same.
    if (!*row) {
        if (auto synced = exchange.engine().keys().sync(); !synced) {
            return exchange.fail(synced.error());
        }
    }
    exchange.reply_json(200,
                        *row ? person_json(**row) : object_json({{"person", to_string(**person)}}));
}

void show_person(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    if (!exchange.caller.reaches_account(*person)) {
        return exchange.refuse(Rejection::person_not_found);
    }
    const auto row = exchange.engine().views().person(*person);
    if (!row) return exchange.fail(row.error());
    if (!*row) return exchange.refuse(Rejection::person_not_found);
    exchange.reply_json(200, person_json(**row));
}

/// Who is suspended reads nothing of the organisation but that they are.
void leave_out_what_is_closed(Page<Membership>& page) {
    for (Membership& membership : page.rows) {
        if (membership.row.status != RowStatus::suspended) continue;
        membership.role_names.clear();
        membership.workspaces.clear();
    }
}

/// Organisations beyond the key's reach are as if the person were in none of them.
void list_memberships(Exchange& exchange) {
    constexpr std::size_t usual_page = 50;
    constexpr std::size_t longest_page = 1'000;
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    const bool own = exchange.caller.actor && exchange.caller.actor->is(*person);
    if (!own && !exchange.caller.is_operator()) {
        return exchange.refuse(Rejection::person_not_found);
    }
    const auto limit = exchange.query_limit(usual_page, longest_page);
    if (!limit) return;
    const auto place = cursor_place(exchange, "memberships");
    if (!place) return exchange.reply(problem_of({place.error()}));
    MembershipQuery query{.person = *person, .limit = *limit};
    if (!place->empty()) query.after = ByteReader{*place}.id<OrganizationId>();
    const ApiKeyRecord& key = exchange.caller.key;
    if (!key.platform_operator) query.within = key.organizations;
    if (own) {
        // Who has not shown that the address is theirs learns nothing of what was sent to it.
        const auto account = exchange.engine().views().person(*person);
        if (!account) return exchange.fail(account.error());
        query.with_invitations = *account && (*account)->verified;
    }
    auto page = exchange.engine().views().memberships(query);
    if (!page) return exchange.fail(page.error());
    if (own) leave_out_what_is_closed(*page);
    const std::string next = cursor_to(exchange, "memberships", page->next_cursor);
    Response response;
    response.body = memberships_json(*page, next);
    response.set("Muster-Position", std::to_string(number(page->position)));
    link_to_next(exchange, next, response);
    exchange.reply(std::move(response));
}

void change_profile(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    if (!exchange.caller.reaches_account(*person)) {
        return exchange.refuse(Rejection::person_not_found);
    }
    Body body = Body::parse(exchange.request().body);
    const auto name = body.text("name");
    const auto avatar = body.has("avatar") ? body.read("avatar", read_avatar) : std::string{};
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    auto sealed_name = exchange.seal({{}, *person, PersonalField::name}, name.in(*accepted));
    if (!sealed_name) return;
    auto sealed_avatar = exchange.seal({{}, *person, PersonalField::avatar}, avatar.in(*accepted));
    if (!sealed_avatar) return;
    exchange.run(ChangeProfile{
        .person = *person, .name = std::move(*sealed_name), .avatar = std::move(*sealed_avatar)});
}

void change_two_factor(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    Body body = Body::parse(exchange.request().body);
    body.need("enabled");
    const auto enabled = body.boolean("enabled", false);
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    exchange.run(ChangeTwoFactor{.person = *person, .enabled = enabled.in(*accepted)});
}

/// Whether an access so near to now is shown already that both are taken for one.
bool is_one_with(const std::optional<Instant>& shown, std::chrono::seconds taken_for_one,
                 Instant now) {
    return taken_for_one.count() > 0 && shown && now - *shown < taken_for_one;
}

bool adds_nothing_to(Engine& engine, OrganizationId id, PersonId person) {
    const auto row = engine.views().member(id, person);
    if (!row || !*row || (*row)->status == RowStatus::pending) return false;
    const auto found = engine.organizations().find(id);
    if (!found || !found->organization) return false;
    const std::chrono::seconds taken_for_one{
        found->organization->blueprint->presentation.sign_in_coalescing_seconds};
    return is_one_with((*row)->last_access, taken_for_one, engine.now());
}

/// It counts for the account and in every organisation of theirs, of which the account tells.
bool adds_nothing_to_host(Engine& engine, PersonId person) {
    const auto account = engine.views().person(person);
    return account && *account &&
           is_one_with((*account)->last_sign_in, (*account)->sign_ins_taken_for_one, engine.now());
}

/// Whether a sign-in says nothing new: where it counts, it is one with what is shown there. When in
/// doubt it does say something.
bool adds_nothing(Engine& engine, const RecordSignIn& sign_in) {
    return sign_in.organization ? adds_nothing_to(engine, *sign_in.organization, sign_in.person)
                                : adds_nothing_to_host(engine, sign_in.person);
}

void record_sign_in(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return;
    Body body = Body::parse(exchange.request().body, true);
    const auto organization = body.optional_id<OrganizationId>("organization");
    const auto accepted = exchange.accepts(body);
    if (!accepted) return;
    // A key of an organisation tells of accesses to it, not of the account.
    if (!organization.in(*accepted) && !exchange.caller.key.platform_operator) {
        return exchange.refuse(Rejection::operator_only);
    }
    const RecordSignIn sign_in{.person = *person, .organization = organization.in(*accepted)};
    // What has a key of the caller's own is written, so that a retry finds it.
    const bool may_be_told_apart = exchange.headers.idempotency_key.has_value();
    const bool is_theirs_to_tell =
        exchange.caller.actor &&
        (!sign_in.organization || exchange.caller.reaches(*sign_in.organization));
    if (!may_be_told_apart && is_theirs_to_tell && adds_nothing(exchange.engine(), sign_in)) {
        return exchange.run_adding_nothing(sign_in);
    }
    exchange.run(sign_in, 201);
}

}  // namespace

std::vector<Route> person_routes() {
    return {
        Route::command("POST", "/v1/people", register_person, for_operators),
        Route::read("/v1/people", find_person, {"address"}),
        Route::read("/v1/people/{person}", show_person),
        Route::read("/v1/people/{person}/memberships", list_memberships, {"limit", "cursor"}),
        Route::command("PUT", "/v1/people/{person}/profile", change_profile, for_account),
        Route::command("PUT", "/v1/people/{person}/two-factor", change_two_factor,
                       operator_alone<ChangeTwoFactor>()),
        {.method = "POST",
         .pattern = "/v1/people/{person}/sign-ins",
         .handler = record_sign_in,
         .effect = Effect::command},
    };
}

}  // namespace muster::http
