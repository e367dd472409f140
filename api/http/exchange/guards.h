// What a caller must be to ask for a route at all, known before the body is read. A member without
// the right is refused here, and that is on record like every refusal: as the command without what
// only the body tells.
#pragma once

#include "api/http/exchange/exchange.h"
#include "eventstore/machine/crypto.h"

#include <functional>
#include <optional>

namespace muster::http {

/// The command as far as the path tells it.
using Bare = std::optional<Command> (*)(Exchange& exchange);

enum class Asks : std::uint8_t {
    nothing,
    operators,  ///< the operator's key and nobody named; not on record
    founders,   ///< a key that may found; not on record
    account,    ///< whoever reaches the account of the path; not on record
    standing,   ///< a member, active, who may do `operation` if there is one
    operator_alone,
};

struct Guard {
    Asks asks = Asks::nothing;
    std::optional<Operation> operation = std::nullopt;
    Bare bare = nullptr;
};

constexpr Guard for_anybody{};
constexpr Guard for_operators{.asks = Asks::operators};
constexpr Guard for_founders{.asks = Asks::founders};
constexpr Guard for_account{.asks = Asks::account};

/// Calls `let_in`, or answers. Both from any thread.
void let_pass(const Guard& guard, Exchange& exchange, std::move_only_function<void()> let_in);

/// The id that the path has under this name; false when what it has there is none. An id that only
/// the body tells is one of this record alone.
template <class AnyId>
bool take_from_path(const Exchange& exchange, std::string_view name, AnyId& id) {
    const auto found = exchange.path.find(name);
    if (found == exchange.path.end()) {
        id = AnyId{random_uuid()};
        return true;
    }
    const auto read = parse_id<AnyId>(found->second);
    if (read) id = *read;
    return read.has_value();
}

template <class OfPath>
std::optional<Command> bare_command(Exchange& exchange) {
    OfPath command{};
    bool read = true;
    if constexpr (requires { command.organization; }) {
        read = take_from_path(exchange, "org", command.organization) && read;
    }
    if constexpr (requires { command.person; }) {
        const bool of_member = exchange.path.contains("member");
        read = take_from_path(exchange, of_member ? "member" : "person", command.person) && read;
    }
    if constexpr (requires { command.successor; }) command.successor = {random_uuid()};
    if constexpr (requires { command.invitation; }) {
        read = take_from_path(exchange, "invitation", command.invitation) && read;
    }
    if constexpr (requires { command.workspace; }) {
        read = take_from_path(exchange, "workspace", command.workspace) && read;
    }
    if constexpr (requires { command.place; }) {
        read = take_from_path(exchange, "workspace", command.place.workspace) && read;
    }
    if constexpr (requires { command.role; }) {
        if (exchange.path.contains("role")) command.role = RoleId{exchange.path_text("role")};
    }
    if (!read) return std::nullopt;
    return command;
}

/// Names the rules that the organisation has already, since those of the body are not known.
std::optional<Command> bare_blueprint_change(Exchange& exchange);
constexpr Guard for_operator_changing_rules{.asks = Asks::operator_alone,
                                            .bare = bare_blueprint_change};

template <class OfPath>
constexpr Guard needs(Operation operation) {
    return {.asks = Asks::standing, .operation = operation, .bare = bare_command<OfPath>};
}
template <class OfPath>
constexpr Guard membership() {
    return {.asks = Asks::standing, .bare = bare_command<OfPath>};
}
template <class OfPath>
constexpr Guard operator_alone() {
    return {.asks = Asks::operator_alone, .bare = bare_command<OfPath>};
}

}  // namespace muster::http
