// The HTTP server and the API behind it, from many connections at once, to the end.
#include "api/http/api.h"
#include "api/operator_key.h"
#include "eventstore/form/blueprint_json.h"
#include "tests/api/http_client.h"
#include "tests/concurrency/threads.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

namespace muster::concurrency {
namespace {

using namespace std::chrono_literals;

class ConcurrentServer : public ::testing::Test {
 protected:
    test::TemporaryFolder folder;
    std::unique_ptr<Engine> engine = *open_engine({.data = folder.path() / "data"});
    http::Api api{*engine};
    const std::string secret = operator_key(*engine, folder.path() / "data")->secret;
    std::unique_ptr<http::Server> server =
        *http::start_server({.threads = 3}, [this](http::Request head, http::Admit admit) {
            api.enter(std::move(head), std::move(admit));
        });

    std::string request(const std::string& line, const std::string& body = {}) const {
        return line + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + secret +
               "\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    static std::string registering(const std::string& name) {
        return R"({"address":")" + name + R"(@example.org","name":")" + name + R"("})";
    }
};

TEST_F(ConcurrentServer, ServesManyClientsAtOnce) {
    constexpr int clients = 4;
    Threads threads{clients};
    for (int number = 0; number < clients; ++number) {
        threads.start([&, number] {
            http::RawClient client{server->port()};
            for (int i = 0; i < 20; ++i) {
                const auto name = "p" + std::to_string(number) + "-" + std::to_string(i);
                client.send(request("POST /v1/people", registering(name)));
                const auto registered = client.read_answer();
                ASSERT_EQ(registered.status, 201U) << registered.body;
                for (const char* page : {"GET /v1/log", "GET /readyz", "GET /metrics"}) {
                    client.send(request(page));
                    ASSERT_LT(client.read_answer().status, 500U) << page;
                }
            }
        });
    }
    threads.join();
    EXPECT_EQ(number(engine->log().head()), 80U);
}

TEST_F(ConcurrentServer, StopsUnderLoad) {
    constexpr int clients = 3;
    std::atomic<int> served = 0;
    Threads threads{clients + 1};
    for (int number = 0; number < clients; ++number) {
        threads.start([&, number] {
            http::RawClient client{server->port()};
            for (int i = 0; client.connected(); ++i) {
                const auto name = "p" + std::to_string(number) + "-" + std::to_string(i);
                client.send(request("POST /v1/people", registering(name)));
                if (client.read_answer().status == 0) return;
                ++served;
            }
        });
    }
    threads.start([&] {
        EXPECT_TRUE(test::in_time([&] { return served >= 10; }));
        server->stop(5s);
    });
    threads.join();
    EXPECT_GE(engine->log().head(), Position{10});
}

}  // namespace
}  // namespace muster::concurrency
