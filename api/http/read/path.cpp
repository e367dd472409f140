// The form of decoded paths and queries.
#include "api/http/read/path.h"

#include "api/text/ascii.h"
#include "api/text/valid_text.h"
#include "domain/key_text.h"

#include <algorithm>

namespace muster::http {
namespace {

bool is_plain_text(std::string_view text) {
    return std::ranges::none_of(text, is_ascii_control) && is_valid_utf8(text);
}

constexpr std::string_view rule_of_text = "must be valid UTF-8 without control characters";

}  // namespace

std::optional<FieldError> error_in_path(const std::vector<std::string>& segments) {
    if (std::ranges::all_of(segments, is_plain_text)) return std::nullopt;
    return FieldError{"the path", std::string{rule_of_text}};
}

std::vector<FieldError> errors_in_ids(
    const std::map<std::string, std::string, std::less<>>& names) {
    std::vector<FieldError> errors;
    for (const auto& [name, text] : names) {
        if (name == "token") continue;  // read by the engine, which made it
        const bool is_key = name == "role" || name == "name" || name == "kind";
        if (is_key && !is_key_text(text)) {
            errors.push_back(
                {name, "in the path must be 1 to 64 characters of a-z, 0-9, '_', '.' and '-'"});
        }
        const auto id = is_key ? std::nullopt : parse_uuid(text);
        if (!is_key && !id) errors.push_back({name, "in the path must be an id (a UUID)"});
        if (id && id->is_nil()) errors.push_back({name, "in the path must not be the nil id"});
    }
    return errors;
}

std::optional<FieldError> error_in_parameter(std::string_view name, std::string_view value) {
    if (!is_plain_text(name)) return FieldError{"the query", std::string{rule_of_text}};
    if (!is_plain_text(value)) return FieldError{std::string{name}, std::string{rule_of_text}};
    return std::nullopt;
}

}  // namespace muster::http
