// The headers that a request is heeded by, each read once and in one place. A header that is one
// value is refused when it is empty or sent twice: which of two a proxy or a reader after it would
// take nobody can know, and an empty one was meant to say something.
#pragma once

#include "api/http/read/body.h"
#include "api/http/server/server.h"
#include "domain/ids.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// What If-Match or If-None-Match name (RFC 9110, 13.1): anything, or tags as they were sent
/// between their quotes, weak ones without their W/.
struct EntityTags {
    bool any = false;
    std::vector<std::string> tags;

    bool name(std::string_view tag) const;
    bool operator==(const EntityTags&) const = default;
};

/// A list over one or several lines. Nothing when it is malformed. A number alone is taken without
/// its quotes, as people type it.
std::optional<EntityTags> read_entity_tags(std::string_view list);

struct Headers {
    std::optional<std::string> authorization;
    std::optional<PersonId> actor;               ///< Muster-Actor
    std::optional<std::string> idempotency_key;  ///< 1 to 255 visible ASCII characters
    std::optional<EntityTags> if_match;
    std::optional<EntityTags> if_none_match;
    std::string if_match_text;  ///< as it was sent, or empty
    /// Decides nothing, so whatever was sent is taken; valid UTF-8 of bounded length.
    std::string user_agent;
};

/// Reads them, or names all that are not as they must be.
std::expected<Headers, std::vector<FieldError>> read_headers(const Request& request);

/// What `Bearer` (in any case) is followed by; nothing when the scheme is another.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace muster::http
