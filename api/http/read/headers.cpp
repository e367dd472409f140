// Single headers and lists of entity tags.
#include "api/http/read/headers.h"

#include "api/text/ascii.h"
#include "api/text/valid_text.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::string_view header_space = " \t";

std::string_view header_value(std::string_view text) {
    const auto first = text.find_first_not_of(header_space);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(header_space) - first + 1);
}

bool is_visible_header_text(std::string_view text) {
    return std::ranges::all_of(text, is_visible_ascii);
}

bool is_bare_number(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A tag that begins `list`, which is then what follows it; nothing when there is none.
std::optional<std::string> take_tag(std::string_view& list) {
    if (list.starts_with("W/")) list.remove_prefix(2);
    if (!list.starts_with('"')) {
        const std::string_view bare = list.substr(0, list.find_first_of(", \t"));
        if (bare.empty() || !is_bare_number(bare)) return std::nullopt;
        list.remove_prefix(bare.size());
        return std::string{bare};
    }
    const auto end = list.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string tag{list.substr(1, end - 1)};
    list.remove_prefix(end + 1);
    const bool is_plain =
        std::ranges::none_of(tag, [](char c) { return c == ' ' || is_ascii_control(c); });
    return is_plain ? std::optional{std::move(tag)} : std::nullopt;
}

/// Reads one request's headers, noting what is wrong with them.
struct HeaderReading {
    const Request& request;
    std::vector<FieldError> errors;

    std::vector<std::string_view> values(std::string_view lower_case_name) const {
        std::vector<std::string_view> found;
        for (const auto& [name, value] : request.headers) {
            if (name == lower_case_name) found.push_back(header_value(value));
        }
        return found;
    }
    void wrong(std::string_view name, std::string message) {
        errors.push_back({std::string{name}, std::move(message)});
    }

    std::optional<std::string> single(std::string_view name, std::string_view lower_case_name) {
        const auto found = values(lower_case_name);
        if (found.empty()) return std::nullopt;
        if (found.size() > 1) {
            wrong(name, "must be sent once; it was sent " + std::to_string(found.size()) +
                            " times");
        } else if (found.front().empty()) {
            wrong(name, "must not be empty; leave the header out");
        } else {
            return std::string{found.front()};
        }
        return std::nullopt;
    }

    std::optional<EntityTags> tags(std::string_view name, std::string_view lower_case_name) {
        const auto lines = values(lower_case_name);
        if (lines.empty()) return std::nullopt;
        const bool has_empty =
            std::ranges::any_of(lines, [](std::string_view line) { return line.empty(); });
        auto read = has_empty ? std::nullopt : read_entity_tags(list(lower_case_name));
        if (!read) wrong(name, "must be *, or one or more ETags such as \"7\", and not empty");
        return read;
    }

    std::string list(std::string_view lower_case_name) const {
        std::string joined;
        for (const std::string_view value : values(lower_case_name)) {
            if (!joined.empty()) joined += ", ";
            joined += value;
        }
        return joined;
    }

    void read_actor(Headers& headers) {
        const auto text = single("Muster-Actor", "muster-actor");
        if (!text) return;
        headers.actor = parse_id<PersonId>(*text);
        if (!headers.actor || headers.actor->is_nil()) {
            wrong("Muster-Actor", "must be one person's id (a UUID, not the nil one)");
        }
    }

    void read_idempotency_key(Headers& headers) {
        headers.idempotency_key = single("Idempotency-Key", "idempotency-key");
        constexpr std::size_t longest_key = 255;
        const auto& key = headers.idempotency_key;
        if (key && (key->size() > longest_key || !is_visible_header_text(*key))) {
            wrong("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
        }
    }
};

}  // namespace

bool EntityTags::name(std::string_view tag) const {
    return any || std::ranges::count(tags, tag) > 0;
}

std::optional<EntityTags> read_entity_tags(std::string_view list) {
    list = header_value(list);
    if (list == "*") return EntityTags{.any = true, .tags = {}};
    EntityTags read;
    while (!list.empty()) {
        if (list.front() == ',') {  // a list may have empty elements (RFC 9110, 5.6.1)
            list = header_value(list.substr(1));
            continue;
        }
        auto tag = take_tag(list);
        if (!tag) return std::nullopt;
        read.tags.push_back(std::move(*tag));
        list = header_value(list);
        if (!list.empty() && list.front() != ',') return std::nullopt;
    }
    if (read.tags.empty()) return std::nullopt;
    return read;
}

std::expected<Headers, std::vector<FieldError>> read_headers(const Request& request) {
    HeaderReading reading{request, {}};
    Headers headers;
    headers.authorization = reading.single("Authorization", "authorization");
    reading.read_actor(headers);
    reading.read_idempotency_key(headers);
    headers.if_match_text = reading.list("if-match");
    headers.if_match = reading.tags("If-Match", "if-match");
    headers.if_none_match = reading.tags("If-None-Match", "if-none-match");
    constexpr std::size_t longest_user_agent = 512;
    headers.user_agent = valid_utf8(reading.list("user-agent"), longest_user_agent);
    if (!reading.errors.empty()) return std::unexpected(std::move(reading.errors));
    return headers;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view begin = authorization.substr(0, scheme.size());
    if (!std::ranges::equal(begin, scheme, {}, ascii_lower)) return std::nullopt;
    return header_value(authorization.substr(scheme.size()));
}

}  // namespace muster::http
