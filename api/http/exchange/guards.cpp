// Asking who the caller is in the organisation, as the views know it.
#include "api/http/exchange/guards.h"

#include "api/http/exchange/founding.h"
#include "domain/somewhere.h"

namespace muster::http {
namespace {

/// Whether a decision would say no for what the caller is, whatever they ask for.
bool is_unwelcome(const Guard& guard, const Organization* organization, const Actor& actor) {
    if (guard.asks == Asks::operator_alone && !actor.is_operator()) return true;
    if (guard.asks != Asks::standing || actor.is_operator()) return false;
    const Member* member = organization == nullptr ? nullptr : organization->member(actor);
    if (member == nullptr || member->status == MemberStatus::suspended) return true;
    return guard.operation && !may_anywhere(*organization, actor, *guard.operation);
}

bool reaches_account_of_path(Exchange& exchange) {
    const auto person = exchange.path_id<PersonId>("person");
    if (!person) return false;
    if (exchange.caller.reaches_account(*person)) return true;
    exchange.refuse(Rejection::person_not_found);
    return false;
}

}  // namespace

std::optional<Command> bare_blueprint_change(Exchange& exchange) {
    ChangeBlueprint command;
    if (!take_from_path(exchange, "org", command.organization)) return std::nullopt;
    const auto found = exchange.engine().organizations().find(command.organization);
    if (!found || !found->organization) return std::nullopt;
    command.blueprint = found->organization->blueprint;
    return command;
}

void let_pass(const Guard& guard, Exchange& exchange, std::move_only_function<void()> let_in) {
    if (guard.asks == Asks::operators && !exchange.require_operator()) return;
    if (guard.asks == Asks::founders && !may_found(exchange)) return;
    const bool is_of_accounts = exchange.path.contains("person");
    if (guard.asks == Asks::operator_alone && is_of_accounts &&
        !exchange.caller.key.platform_operator) {
        return exchange.refuse(Rejection::person_not_found);
    }
    if (guard.asks == Asks::account && !reaches_account_of_path(exchange)) return;
    // The answer to a key of the caller's own belongs to the whole request, its body included.
    const bool is_repeatable = exchange.headers.idempotency_key.has_value();
    if (guard.bare == nullptr || is_repeatable) return let_in();

    std::shared_ptr<const Organization> organization;
    if (exchange.path.contains("org")) {
        const auto id = exchange.path_id<OrganizationId>("org");
        if (!id) return;
        const auto found = exchange.engine().organizations().find(*id);
        if (!found) return let_in();  // the writer decides, or fails likewise
        organization = found->organization;
    }
    if (!is_unwelcome(guard, organization.get(), *exchange.caller.actor)) return let_in();
    auto command = guard.bare(exchange);
    if (!command) return let_in();  // the path is wrong, which the route says
    exchange.run_to_be_refused(std::move(*command), std::move(let_in));
}

}  // namespace muster::http
