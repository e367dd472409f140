// Handlers, servers and requests for the tests of the HTTP server.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/server/server.h"

namespace muster::http {

using Handler = std::function<void(Request, Reply)>;

/// Lets everybody in and hands over the whole request.
inline Entrance with_body(Handler handler, std::size_t body_bytes = ServerOptions{}.body_bytes) {
    return [handler = std::move(handler), body_bytes](Request head, Admit admit) {
        admit(Admission{
            .body_bytes = body_bytes,
            .take = [handler, head = std::move(head)](std::string body, Reply reply) mutable {
                head.body = std::move(body);
                handler(std::move(head), std::move(reply));
            }});
    };
}

/// Answers with what it was asked, and remembers the targets.
class Echo {
 public:
    Handler handler() {
        return [this](Request request, Reply reply) {
            {
                const std::scoped_lock lock(mutex_);
                targets_.push_back(request.target);
            }
            Response response;
            response.content_type = "text/plain";
            response.body = request.method + " " + request.target + " " + request.body;
            reply(std::move(response));
        };
    }
    std::vector<std::string> targets() {
        const std::scoped_lock lock(mutex_);
        return targets_;
    }

 private:
    std::mutex mutex_;
    std::vector<std::string> targets_;
};

/// Keeps the replies for the test to give or to drop.
class Waiting {
 public:
    Handler handler() {
        return [this](Request, Reply reply) {
            const std::scoped_lock lock(mutex_);
            replies_.push_back(std::move(reply));
            arrived_.notify_all();
        };
    }
    Reply next() {
        std::unique_lock lock(mutex_);
        const bool came =
            arrived_.wait_for(lock, std::chrono::seconds(20), [&] { return !replies_.empty(); });
        if (!came) return [](Response) {};
        Reply reply = std::move(replies_.front());
        replies_.erase(replies_.begin());
        return reply;
    }

 private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<Reply> replies_;
};

inline std::unique_ptr<Server> start(Handler handler, const ServerOptions& options = {}) {
    auto server = start_server(options, with_body(std::move(handler)));
    EXPECT_TRUE(server) << server.error();
    return std::move(*server);
}

inline std::string get(std::string_view target, std::string_view lines = "") {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body) {
    return "POST " + std::string(target) +
           " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
           std::string(body);
}

inline Response text(std::string body) {
    Response response;
    response.body = std::move(body);
    return response;
}

}  // namespace muster::http
