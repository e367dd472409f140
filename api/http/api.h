// The HTTP API of one engine: authenticates a request, finds its route and lets it answer.
// Independent of the server, so that the command line speaks to an engine of its own through the
// same door.
#pragma once

#include "api/engine.h"
#include "api/http/server/server.h"
#include "api/rate_limiter.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// Why mails cannot be written; empty while they can. Any thread.
using MailProblem = std::function<std::string()>;

class Api {
 public:
    explicit Api(
        Engine& engine, MailProblem mail_problem = [] { return std::string{}; },
        const RateLimits& limits = {});
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    /// Says to a request whose body was not read yet what can be said without it, in one order: key
    /// known, route, organisation within the key's reach, actor may do this at all. Any thread.
    void enter(Request head, Admit admit);
    /// The same with the body at hand: answers through `reply`, once, from any thread. Any thread.
    void handle(Request request, Reply reply);

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace muster::http
