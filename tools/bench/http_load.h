// A load of requests over many keep-alive connections to any HTTP/1.1 server on this machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace muster::bench {

struct Request {
    std::string method = "GET";
    std::string target;
    std::string body = {};
};

struct Server {
    std::uint16_t port = 0;
    std::string key = {};  ///< of the API; empty for none
};

struct Answered {
    double per_second = 0;
    std::vector<double> micros;  ///< of each request
};

// For so long. `next` is called from many threads. Every answer must be below 400.

/// Each connection sends the next request when it has its answer; micros count from then.
Answered load(const Server& server, std::size_t connections, double seconds,
              const std::function<Request()>& next);
/// Requests are due at a steady rate, answered or not. Micros count from when each was due, so that
/// one that waited for a free connection has waited.
Answered load_steadily(const Server& server, std::size_t connections, double seconds,
                       double per_second, const std::function<Request()>& next);

/// One request on a connection of its own; its answer's body.
std::string ask(const Server& server, const Request& request);

}  // namespace muster::bench
