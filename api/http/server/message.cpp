// Requests and responses between Beast and the rest.
#include "api/http/server/message.h"

#include "api/text/ascii.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

namespace muster::http {

namespace {

namespace beast_http = boost::beast::http;

constexpr std::string_view forbidden_in_values("\r\n\0", 3);
constexpr std::string_view forbidden_in_names("\r\n\0 \t:", 6);
// Beast throws for fields of 64 KiB and more; clients and proxies give up long before.
constexpr std::size_t header_bytes_max = 32 * 1024;
// These say where the answer ends. Only the server knows.
constexpr std::array<std::string_view, 5> server_headers{
    "connection", "content-length", "content-type", "keep-alive", "transfer-encoding"};

bool same_name(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, ascii_lower, ascii_lower);
}

bool is_safe_value(std::string_view value) {
    return value.size() <= header_bytes_max &&
           value.find_first_of(forbidden_in_values) == std::string_view::npos;
}

bool is_safe_header(std::string_view name, std::string_view value) {
    return !name.empty() && name.size() <= header_bytes_max &&
           name.find_first_of(forbidden_in_names) == std::string_view::npos && is_safe_value(value);
}

bool is_server_header(std::string_view name) {
    return std::ranges::any_of(server_headers,
                               [&](std::string_view own) { return same_name(own, name); });
}

std::string_view title_of(unsigned status) {
    const auto reason = beast_http::obsolete_reason(beast_http::int_to_status(status));
    return {reason.data(), reason.size()};
}

}  // namespace

std::string_view Response::header(std::string_view name) const {
    const auto found = std::ranges::find_if(
        headers, [&](const auto& field) { return same_name(field.first, name); });
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

void Response::set(std::string name, std::string value) {
    if (!is_safe_header(name, value)) return;
    std::erase_if(headers, [&](const auto& field) { return same_name(field.first, name); });
    headers.emplace_back(std::move(name), std::move(value));
}

Response problem(unsigned status, std::string_view code, std::string_view detail) {
    const boost::json::object document{{"type", "about:blank"},
                                       {"title", title_of(status)},
                                       {"status", status},
                                       {"code", code},
                                       {"detail", detail}};
    Response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = boost::json::serialize(document);
    return response;
}

ResponseMessage to_message(Response response, const Delivery& delivery) {
    ResponseMessage message(beast_http::int_to_status(response.status), 11);
    message.result(response.status);
    // Beast would take any bytes, so what was not put in by Response::set is checked here again.
    for (const auto& [name, value] : response.headers) {
        if (is_safe_header(name, value) && !is_server_header(name)) message.insert(name, value);
    }
    if (message.find(beast_http::field::cache_control) == message.end()) {
        message.set(beast_http::field::cache_control, "no-store");
    }
    message.set("X-Content-Type-Options", "nosniff");
    if (!delivery.keep_alive) {
        message.set(beast_http::field::connection, "close");
    } else if (!delivery.http_1_1) {
        message.set(beast_http::field::connection, "keep-alive");
    }
    if (response.status == 204 || response.status == 304) return message;
    message.set(beast_http::field::content_type, is_safe_value(response.content_type)
                                                     ? response.content_type
                                                     : "application/octet-stream");
    message.body() = std::move(response.body);
    message.content_length(message.body().size());
    return message;
}

}  // namespace muster::http
