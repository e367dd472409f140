// The HTTP/1.1 server: the only place that knows Beast. It turns bytes into a Request within limits
// and a Response into bytes, and knows nothing of what they mean.
//
// One gate stands before every request: exactly one Host, `Transfer-Encoding`
// only as `chunked` alone and on HTTP/1.1, one Content-Length and not both, no trailers, no chunk
// extensions, no line folding, limits and absolute deadlines on everything. What fails it is
// answered (400, 408, 411, 413, 414, 431, 501) with problem+json and the connection is closed.
//
// A request enters in two steps: the entrance sees its head and answers at once or lets it in, and
// only what was let in is read and handed over. Both are called on one of the server's threads and
// answer once, from any thread. Connections beyond the limit are answered 503 and closed, also when
// no descriptor is left.
#pragma once

#include <boost/uuid/uuid.hpp>

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace muster::http {

struct Request {
    std::string method;                                        ///< upper case
    std::string target;                                        ///< origin form, as sent
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, in order;
                                                               ///< read by http/headers.h alone
    std::string body;
    std::string peer;           ///< the client's address, or "unix"
    bool local_socket = false;  ///< came over the unix socket in the data folder

};

struct Response {
    unsigned status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  ///< besides Content-Type and -Length
    std::string content_type = "application/json";
    std::string body;

    /// The one function that sets a header: replaces; refuses (drops) names and values with CR, LF
    /// or NUL.
    void set(std::string name, std::string value);
    /// One that was set, or empty.
    std::string_view header(std::string_view name) const;
};

using Reply = std::move_only_function<void(Response)>;

/// What was let in: how long its body may be, who takes it, and whose it is.
struct Admission {
    std::size_t body_bytes = 0;
    std::move_only_function<void(std::string body, Reply reply)> take;
    /// All of one owner may hold half of what all may hold, those of the nil one (nobody known) an
    /// eighth.
    std::optional<boost::uuids::uuid> owner = std::nullopt;
};
/// Either the answer, for which the body is not read, or the way in.
using HeadVerdict = std::variant<Response, Admission>;
using Admit = std::move_only_function<void(HeadVerdict)>;
/// Gets a request without its body.
using Entrance = std::function<void(Request head, Admit admit)>;

struct ServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;             ///< 0: one that is free
    std::filesystem::path unix_socket;  ///< empty: none; made 0600, a stale one is replaced
    std::size_t threads = 2;
    std::size_t connections = 4096;
    std::size_t header_bytes = 16 * 1024;
    std::size_t target_bytes = 4 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    /// Of requests that are not answered yet, of all connections together; beyond it 503.
    std::size_t unfinished_bytes = 256 * 1024 * 1024;
    std::chrono::milliseconds header_deadline{
        10'000};  ///< from the first byte; also the idle limit's end
    std::chrono::milliseconds body_deadline{30'000};
    std::chrono::milliseconds handler_deadline{30'000};  ///< then 503
    std::chrono::milliseconds write_deadline{30'000};
    std::chrono::milliseconds idle_deadline{60'000};
};

class Server {
 public:
    virtual ~Server() = default;  ///< stops at once when stop() was not called
    virtual std::uint16_t port() const = 0;
    /// Accepts nothing new, lets requests under way finish for at most `grace`, closes the rest.
    virtual void stop(std::chrono::milliseconds grace) = 0;
};

/// Listens and starts its threads; the error is one sentence for the operator.
std::expected<std::unique_ptr<Server>, std::string> start_server(const ServerOptions& options,
                                                                 Entrance entrance);

/// A problem+json body (RFC 9457).
Response problem(unsigned status, std::string_view code, std::string_view detail);

}  // namespace muster::http
