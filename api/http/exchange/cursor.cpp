// base64url of the place and, before it, 16 bytes of the keyed hash.
#include "api/http/exchange/cursor.h"

#include "api/http/read/query.h"
#include "eventstore/machine/bytes.h"

namespace muster::http {
namespace {

constexpr std::size_t mark_bytes = 16;

/// An id in its one form, since it may be spelled in capitals; other texts as they are.
std::string one_spelling(std::string_view text) {
    const auto id = parse_uuid(text);
    return id ? to_string(*id) : percent_encoded(text);
}

/// No two lists give the same text, since names and values are percent-encoded.
std::string description_of(const Exchange& exchange, std::string_view list) {
    std::string text = "cursor " + std::string{list};
    for (const auto& [name, value] : exchange.path) text += "/" + one_spelling(value);
    for (const auto& [name, value] : exchange.query) {
        if (name == "cursor" || name == "limit" || name == "min_position") continue;
        // What is searched for is no id, whatever it looks like.
        text += "&" + percent_encoded(name) + "=";
        text += name == "q" ? percent_encoded(value) : one_spelling(value);
    }
    return text;
}

std::string mark_of(Exchange& exchange, std::string_view list, std::string_view place) {
    const Digest digest = exchange.engine().keys().request_mac(description_of(exchange, list) +
                                                               "\n" + std::string{place});
    return {digest.begin(), digest.begin() + mark_bytes};
}

}  // namespace

std::string cursor_to(Exchange& exchange, std::string_view list, std::string_view place) {
    if (place.empty()) return {};
    return base64(mark_of(exchange, list, place) + std::string{place});
}

void link_to_next(const Exchange& exchange, const std::string& cursor, Response& response) {
    if (cursor.empty()) return;
    std::string target = exchange.request().target;
    target = target.substr(0, target.find('?')) + "?";
    for (const auto& [name, value] : exchange.query) {
        if (name != "cursor") target += name + "=" + percent_encoded(value) + "&";
    }
    response.set("Link", "<" + target + "cursor=" + cursor + ">; rel=\"next\"");
}

std::expected<std::string, FieldError> cursor_place(Exchange& exchange, std::string_view list) {
    const std::string text = exchange.query_text("cursor");
    if (text.empty()) return std::string{};
    const auto bytes = from_base64(text);
    if (bytes && bytes->size() > mark_bytes) {
        std::string place = bytes->substr(mark_bytes);
        if (bytes->starts_with(mark_of(exchange, list, place))) return place;
    }
    return std::unexpected(
        FieldError{"cursor",
                   "is not one of this list: a cursor goes on with the very list, filters and "
                   "order that gave it; leave it out to begin anew"});
}

}  // namespace muster::http
