// What a blueprint must hold beyond `errors_of` before an organisation begins to run by it. Those
// that are stored were not all held to this, and go on working. Pure; any thread.
#pragma once

#include "domain/blueprint.h"
#include "domain/name_look.h"

#include <array>
#include <string_view>
#include <vector>

namespace muster {

/// The texts of a mail that a blueprint may word.
constexpr std::array<std::string_view, 2> mail_texts{"subject", "body"};

/// What a text of the mail may name, in braces.
constexpr std::array<std::string_view, 10> mail_placeholders{
    "organization", "inviter", "name",       "role", "workspaces",
    "details",      "link",    "expires_at", "life", "message"};

/// Everything that is wrong with a blueprint somebody proposes: `errors_of`, roles whose names the
/// eye takes for one, and mails that would lack their link or show a placeholder.
std::vector<BlueprintError> errors_of_proposed(const Blueprint& blueprint, const LookOf& look_of);

}  // namespace muster
