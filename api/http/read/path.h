// What the target of a request is made of, once decoded: text, and ids that have a form. What is
// malformed is named and never repeated.
#pragma once

#include "api/http/read/body.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// Why the decoded segments of a path are no text.
std::optional<FieldError> error_in_path(const std::vector<std::string>& segments);

/// What is wrong with the ids that a route's {names} stand for.
std::vector<FieldError> errors_in_ids(
    const std::map<std::string, std::string, std::less<>>& names);

/// Why a parameter of the query is no text.
std::optional<FieldError> error_in_parameter(std::string_view name, std::string_view value);

}  // namespace muster::http
