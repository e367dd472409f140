// The gate before every request: pure functions over the raw bytes, so that what decides where a
// request ends can be tested without a socket. It is also the only reader of request heads: two
// readers that disagree are how requests get smuggled. It is strict where RFC 9112 lets a server be
// lenient, because Muster may stand behind a proxy that is lenient in another way.
// Everything here is a value or belongs to one session; no locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster::http {

/// Why a request is not taken, as a problem+json answer says it. The texts are literals.
struct NotTaken {
    unsigned status;
    std::string_view code;
    std::string_view detail;

    bool operator==(const NotTaken&) const = default;
};

constexpr NotTaken body_too_large{413, "body_too_large", "The body is too large."};

struct GateLimits {
    std::size_t header_bytes;
    std::size_t target_bytes;
    std::size_t body_bytes;
};

enum class Framing {
    none,            ///< no body
    content_length,  ///< Head::body_bytes follow
    chunked,         ///< ChunkedBody reads it
};

/// A request head that passed.
struct Head {
    std::string method;
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, in order
    Framing framing = Framing::none;
    std::size_t body_bytes = 0;  ///< of Framing::content_length
    bool http_1_1 = true;        ///< otherwise 1.0
    bool keep_alive = true;
    bool expects_continue = false;
};

/// Finds the end of a head while its bytes arrive, looking at each byte once.
class HeadScan {
 public:
    /// `bytes` is all that arrived since the head's first byte. Returns the head's length with its
    /// empty line, nothing when more is needed, or why the head cannot become good any more.
    std::expected<std::optional<std::size_t>, NotTaken> find_end(std::string_view bytes,
                                                                 const GateLimits& limits);

 private:
    std::size_t scanned_ = 0;
    std::size_t line_start_ = 0;
};

/// Reads a whole head, including its empty line.
std::expected<Head, NotTaken> read_head(std::string_view block, const GateLimits& limits);

/// Decodes a chunked body. Takes no chunk extensions and no trailers.
class ChunkedBody {
 public:
    explicit ChunkedBody(std::size_t body_bytes) : room_(body_bytes) {}

    /// Appends what `bytes` hold of the body; returns how many of them belong to it.
    std::expected<std::size_t, NotTaken> feed(std::string_view bytes, std::string& body);
    bool complete() const { return step_ == Step::complete; }

 private:
    enum class Step { size, size_lf, data, data_cr, data_lf, last_cr, last_lf, complete };

    std::optional<NotTaken> take_size(char byte);
    std::optional<NotTaken> take_framing(char byte);

    Step step_ = Step::size;
    std::size_t room_;      ///< what the body may still grow by
    std::size_t left_ = 0;  ///< of this chunk
    std::size_t digits_ = 0;
};

}  // namespace muster::http
