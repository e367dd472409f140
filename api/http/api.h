// The HTTP API of one engine: authenticates a request, finds its route and lets it answer.
// Independent of the server, so that the command line speaks to an engine of its own through the
// same door.
#pragma once

#include "api/engine.h"
#include "api/http/server.h"

#include <functional>
#include <memory>
#include <string>

namespace muster::http {

/// Why mails cannot be written; empty while they can. Any thread.
using MailProblem = std::function<std::string()>;

class Api {
 public:
    explicit Api(Engine& engine, MailProblem mail_problem = [] { return std::string{}; });
    ~Api();
    Api(const Api&) = delete;
    Api& operator=(const Api&) = delete;

    /// Answers through `reply`, once, from any thread. Any thread.
    void handle(Request request, Reply reply);

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace muster::http
