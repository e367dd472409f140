// Reading a head byte by byte, and refusing what two readers could understand differently.
#include "api/http/server/gate.h"

#include "api/text/ascii.h"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace muster::http {

namespace {

constexpr std::size_t header_fields_max = 100;
constexpr std::size_t method_bytes_max = 32;
constexpr std::size_t chunk_size_digits_max = 16;
constexpr std::string_view line_end = "\r\n";

std::unexpected<NotTaken> bad_request(std::string_view code, std::string_view detail) {
    return std::unexpected(NotTaken{400, code, detail});
}

// The character classes are spelled out, because those of <cctype> depend on the locale.
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_alphanumeric(char c) {
    return is_digit(c) || is_upper(c) || is_lower(c);
}
bool is_token_character(char c) {
    return is_alphanumeric(c) || (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").contains(c));
}
bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
bool is_value_character(char c) {
    return c == '\t' || !is_ascii_control(c);
}
bool is_target_character(char c) {
    return is_visible_ascii(c) && c != '#';
}
bool is_host_character(char c) {
    return is_alphanumeric(c) || (c != '\0' && std::string_view("-._~%!$&'()*+;=:[]").contains(c));
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_character);
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), ascii_lower);
    return lower;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// The elements of a comma-separated list, trimmed and in lower case.
std::vector<std::string> list_elements(std::string_view value) {
    std::vector<std::string> elements;
    for (bool more = true; more;) {
        const std::size_t comma = value.find(',');
        elements.push_back(lower_case(trimmed(value.substr(0, comma))));
        more = comma != std::string_view::npos;
        if (more) value.remove_prefix(comma + 1);
    }
    return elements;
}

/// The values of one header, in order.
std::vector<std::string_view> values_of(const Head& head, std::string_view name) {
    std::vector<std::string_view> values;
    for (const auto& [field, value] : head.headers) {
        if (field == name) values.push_back(value);
    }
    return values;
}

std::expected<void, NotTaken> read_method(std::string_view method, Head& head) {
    if (!is_token(method)) return bad_request("bad_request_line", "The method is not a token.");
    if (method.size() > method_bytes_max || std::ranges::any_of(method, is_lower) ||
        method == "CONNECT" || method == "TRACE") {
        return std::unexpected(
            NotTaken{501, "method_not_implemented", "This server does not know the method."});
    }
    head.method = method;
    return {};
}

std::expected<void, NotTaken> read_request_line(std::string_view line, const GateLimits& limits,
                                                Head& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) {
        return bad_request("bad_request_line", "The request line needs two single spaces.");
    }
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return bad_request("bad_version", "The version must be HTTP/1.1 or HTTP/1.0.");
    }
    head.http_1_1 = version == "HTTP/1.1";
    if (auto method = read_method(line.substr(0, first), head); !method) return method;
    if (target.size() > limits.target_bytes) {
        return std::unexpected(NotTaken{414, "target_too_long", "The target is too long."});
    }
    if (!target.starts_with('/') || !std::ranges::all_of(target, is_target_character)) {
        return bad_request("bad_target", "The target must be a path that starts with '/'.");
    }
    head.target = target;
    return {};
}

std::expected<void, NotTaken> read_header_line(std::string_view line, Head& head) {
    if (head.headers.size() == header_fields_max) {
        return std::unexpected(NotTaken{431, "too_many_headers", "There are too many headers."});
    }
    if (is_blank(line.front())) {
        return bad_request("folded_header", "A header must not go on in a second line.");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return bad_request("bad_header", "A header needs a name, a colon at once and a value.");
    }
    const std::string_view value = trimmed(line.substr(colon + 1));
    if (!std::ranges::all_of(value, is_value_character)) {
        return bad_request("bad_header", "A header value holds a control byte.");
    }
    head.headers.emplace_back(lower_case(line.substr(0, colon)), value);
    return {};
}

std::expected<void, NotTaken> check_host(const Head& head) {
    const auto hosts = values_of(head, "host");
    if (hosts.empty() && !head.http_1_1) return {};
    if (hosts.size() != 1) {
        return bad_request("bad_host", "A request needs exactly one Host header.");
    }
    if (hosts[0].empty() || !std::ranges::all_of(hosts[0], is_host_character)) {
        return bad_request("bad_host", "The Host header is not a host.");
    }
    return {};
}

std::expected<void, NotTaken> read_transfer_encoding(const std::vector<std::string_view>& encodings,
                                                     Head& head) {
    if (!head.http_1_1) {
        return bad_request("bad_transfer_encoding", "HTTP/1.0 has no Transfer-Encoding.");
    }
    const auto codings = list_elements(encodings[0]);
    if (encodings.size() > 1 || codings.back() != "chunked" ||
        std::ranges::count(codings, "chunked") > 1) {
        return bad_request("bad_transfer_encoding", "Transfer-Encoding must be chunked, once.");
    }
    if (codings.size() > 1) {
        return std::unexpected(NotTaken{501, "transfer_encoding_not_implemented",
                                        "Transfer-Encoding can only be chunked alone."});
    }
    head.framing = Framing::chunked;
    return {};
}

std::expected<void, NotTaken> read_content_length(const std::vector<std::string_view>& lengths,
                                                  const GateLimits& limits, Head& head) {
    const std::string_view digits = lengths[0];
    if (lengths.size() > 1 || digits.empty() || !std::ranges::all_of(digits, is_digit)) {
        return bad_request("bad_content_length", "Content-Length must be one number.");
    }
    std::size_t bytes = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), bytes);
    if (parsed.ec != std::errc() || bytes > limits.body_bytes) {
        return std::unexpected(body_too_large);
    }
    head.framing = bytes == 0 ? Framing::none : Framing::content_length;
    head.body_bytes = bytes;
    return {};
}

std::expected<void, NotTaken> read_framing(const GateLimits& limits, Head& head) {
    const auto encodings = values_of(head, "transfer-encoding");
    const auto lengths = values_of(head, "content-length");
    if (!encodings.empty() && !lengths.empty()) {
        return bad_request("two_lengths",
                           "Content-Length and Transfer-Encoding must not come together.");
    }
    if (!encodings.empty()) return read_transfer_encoding(encodings, head);
    if (!lengths.empty()) return read_content_length(lengths, limits, head);
    // In HTTP/1.0 such a body might last until the client closes, which nobody can tell from a cut.
    const bool needs_body = head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
    if (!head.http_1_1 && needs_body) {
        return std::unexpected(
            NotTaken{411, "length_required", "This method needs a Content-Length in HTTP/1.0."});
    }
    return {};
}

void read_connection(Head& head) {
    bool close = false;
    bool keep = false;
    for (const std::string_view value : values_of(head, "connection")) {
        for (const std::string& option : list_elements(value)) {
            close = close || option == "close";
            keep = keep || option == "keep-alive";
        }
    }
    head.keep_alive = !close && (head.http_1_1 || keep);
}

std::expected<void, NotTaken> read_expectation(Head& head) {
    const auto expectations = values_of(head, "expect");
    // An HTTP/1.0 client cannot read an interim answer, so its expectation is ignored.
    if (expectations.empty() || !head.http_1_1) return {};
    if (expectations.size() > 1 || lower_case(expectations[0]) != "100-continue") {
        return std::unexpected(
            NotTaken{417, "expectation_failed", "The only expectation met here is 100-continue."});
    }
    head.expects_continue = head.framing != Framing::none;
    return {};
}

std::optional<std::size_t> hexadecimal_digit(char c) {
    if (is_digit(c)) return static_cast<std::size_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::size_t>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<std::size_t>(c - 'A') + 10;
    return std::nullopt;
}

}  // namespace

std::expected<std::optional<std::size_t>, NotTaken> HeadScan::find_end(std::string_view bytes,
                                                                       const GateLimits& limits) {
    const std::string_view allowed = bytes.substr(0, limits.header_bytes);
    while (true) {
        const std::size_t newline = allowed.find('\n', scanned_);
        if (newline == std::string_view::npos) break;
        if (newline == line_start_ || bytes[newline - 1] != '\r') {
            return bad_request("bare_line_feed", "Lines of a request head end with CR LF.");
        }
        if (newline == line_start_ + 1) return newline + 1;
        scanned_ = line_start_ = newline + 1;
    }
    scanned_ = allowed.size();
    if (bytes.size() < limits.header_bytes) return std::nullopt;
    if (line_start_ == 0) {
        return std::unexpected(NotTaken{414, "target_too_long", "The request line is too long."});
    }
    return std::unexpected(NotTaken{431, "headers_too_large", "The request head is too large."});
}

std::expected<Head, NotTaken> read_head(std::string_view block, const GateLimits& limits) {
    if (!block.ends_with("\r\n\r\n")) {
        return bad_request("bad_request_line", "The request head is empty.");
    }
    block.remove_suffix(line_end.size());
    Head head;
    for (bool first = true; !block.empty(); first = false) {
        const std::size_t end = block.find(line_end);
        const std::string_view line = block.substr(0, end);
        block.remove_prefix(end + line_end.size());
        if (line.find_first_of(line_end) != std::string_view::npos) {
            return bad_request("bare_line_end", "CR and LF may only stand together.");
        }
        if (line.empty()) return bad_request("bad_request_line", "The request line is empty.");
        auto read = first ? read_request_line(line, limits, head) : read_header_line(line, head);
        if (!read) return std::unexpected(read.error());
    }
    if (auto host = check_host(head); !host) return std::unexpected(host.error());
    if (auto framing = read_framing(limits, head); !framing) {
        return std::unexpected(framing.error());
    }
    if (auto expectation = read_expectation(head); !expectation) {
        return std::unexpected(expectation.error());
    }
    read_connection(head);
    return head;
}

std::optional<NotTaken> ChunkedBody::take_size(char byte) {
    if (byte == '\r' && digits_ > 0) {
        step_ = Step::size_lf;
        return std::nullopt;
    }
    const auto digit = hexadecimal_digit(byte);
    if (!digit || digits_ == chunk_size_digits_max) {
        return NotTaken{400, "bad_chunk",
                        "A chunk starts with its size in hexadecimal and has no extensions."};
    }
    ++digits_;
    // The check comes with every digit, so the number stays far from an overflow.
    left_ = left_ * 16 + *digit;
    if (left_ > room_) return body_too_large;
    return std::nullopt;
}

std::optional<NotTaken> ChunkedBody::take_framing(char byte) {
    switch (step_) {
        case Step::size:
            return take_size(byte);
        case Step::size_lf:
            if (byte != '\n') break;
            room_ -= left_;
            step_ = left_ == 0 ? Step::last_cr : Step::data;
            return std::nullopt;
        case Step::data_cr:
            if (byte != '\r') break;
            step_ = Step::data_lf;
            return std::nullopt;
        case Step::data_lf:
            if (byte != '\n') break;
            step_ = Step::size;
            digits_ = 0;
            return std::nullopt;
        case Step::last_cr:
            if (byte != '\r') return NotTaken{400, "trailers", "Trailers are not taken."};
            step_ = Step::last_lf;
            return std::nullopt;
        case Step::last_lf:
            if (byte != '\n') break;
            step_ = Step::complete;
            return std::nullopt;
        case Step::data:
        case Step::complete:
            break;
    }
    return NotTaken{400, "bad_chunk", "A chunk does not end with CR LF."};
}

std::expected<std::size_t, NotTaken> ChunkedBody::feed(std::string_view bytes, std::string& body) {
    std::size_t used = 0;
    while (used < bytes.size() && !complete()) {
        if (step_ != Step::data) {
            if (const auto refusal = take_framing(bytes[used])) return std::unexpected(*refusal);
            ++used;
            continue;
        }
        const std::size_t take = std::min(left_, bytes.size() - used);
        body.append(bytes.substr(used, take));
        used += take;
        left_ -= take;
        if (left_ == 0) step_ = Step::data_cr;
    }
    return used;
}

}  // namespace muster::http
