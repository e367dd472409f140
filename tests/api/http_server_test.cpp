// The HTTP server over real sockets: what it answers, in which order, and when it closes.
#include "api/http/server/server.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "tests/api/http_client.h"
#include "tests/api/http_handlers.h"

namespace muster::http {
namespace {

using namespace std::chrono_literals;

std::size_t answers_in(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find("HTTP/1.1 ", at)) != std::string_view::npos; ++at) {
        ++count;
    }
    return count;
}

struct BadRequest {
    std::string_view name;
    std::string bytes;
    unsigned status;
    /// How many requests before it are answered.
    std::size_t handled = 0;
};

const std::string hidden = get("/hidden");
const std::string chunked_head =
    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string post_with(std::string_view lines, std::string_view body) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" + std::string(lines) + "\r\n\r\n" + std::string(body);
}

const std::vector<BadRequest> bad_requests{
    {"xchunked", post_with("Transfer-Encoding: xchunked", hidden), 400},
    {"identity", post_with("Transfer-Encoding: identity", hidden), 400},
    {"gzip", post_with("Transfer-Encoding: gzip, chunked", hidden), 501},
    {"both lengths",
     post_with("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + hidden), 400},
    {"two Hosts", get("/a", "Host: h\r\n") + hidden, 400},
    {"no Host", "GET /a HTTP/1.1\r\n\r\n" + hidden, 400},
    {"length list", post_with("Content-Length: 3, 3", "abc" + hidden), 400},
    {"length twice", post_with("Content-Length: 3\r\nContent-Length: 3", "abc" + hidden), 400},
    {"folded", get("/a", "A: b\r\n c\r\n") + hidden, 400},
    {"space before colon", post_with("Content-Length : 3", "abc" + hidden), 400},
    {"bare LF", get("/a", "A: b\nC: d\r\n") + hidden, 400},
    {"chunked on 1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
     400},
    {"POST without length on 1.0", "POST /a HTTP/1.0\r\n\r\n" + hidden, 411},
    {"trailers", chunked_head + "3\r\nabc\r\n0\r\nHost: i\r\n\r\n" + hidden, 400},
    {"chunk extension", chunked_head + "3;a=b\r\nabc\r\n0\r\n\r\n" + hidden, 400},
    {"endless chunk extension", chunked_head + "3;" + std::string(100'000, 'a'), 400},
    {"large declared body", post_with("Content-Length: 1001", std::string(1001, 'a')), 413},
    {"large chunked body", chunked_head + "3e9\r\n" + std::string(1001, 'a'), 413},
    {"large body in small chunks",
     chunked_head +
         [] {
             std::string chunks;
             for (int i = 0; i < 1001; ++i) chunks += "1\r\na\r\n";
             return chunks;
         }(),
     413},
    {"long target", get("/" + std::string(5'000, 'a')) + hidden, 414},
    {"endless target", "GET /" + std::string(50'000, 'a'), 414},
    {"large head", get("/a", "A: " + std::string(20'000, 'a') + "\r\n") + hidden, 431},
    {"CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n" + hidden, 501},
    {"TRACE", "TRACE /a HTTP/1.1\r\nHost: h\r\n\r\n" + hidden, 501},
    {"other expectation", post_with("Content-Length: 3\r\nExpect: x", "abc" + hidden), 417},
    {"bad request after a good one", get("/a") + "GET /b HTTP/1.1\r\n\r\n" + hidden, 400, 1},
};

TEST(HttpServer, RefusesEachBadRequestAndClosesWithoutASecondAnswer) {
    for (const BadRequest& bad : bad_requests) {
        Echo echo;
        ServerOptions options;
        options.body_bytes = 1000;
        const auto server = start(echo.handler(), options);
        RawClient client(server->port());
        client.send(bad.bytes);
        for (std::size_t i = 0; i < bad.handled; ++i) EXPECT_EQ(client.read_answer().status, 200U);
        const Answer answer = client.read_answer();
        EXPECT_EQ(answer.status, bad.status) << bad.name;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << bad.name;
        EXPECT_EQ(answer.headers.at("connection"), "close") << bad.name;
        EXPECT_EQ(client.read_until_close(), "") << bad.name;
        EXPECT_EQ(echo.targets().size(), bad.handled) << bad.name;
    }
}

TEST(HttpServer, ControlAGoodBodyIsFollowedByTheNextRequest) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    client.send(post_with("Content-Length: 3", "abc") + chunked_head + "3\r\nabc\r\n0\r\n\r\n" +
                get("/hidden", "Connection: close\r\n"));
    EXPECT_EQ(answers_in(client.read_until_close()), 3U);
    EXPECT_EQ(echo.targets(), (std::vector<std::string>{"/a", "/a", "/hidden"}));
}

TEST(HttpServer, SaysInTheProblemWhatIsWrong) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    client.send("GET /a HTTP/1.1\r\n\r\n");
    EXPECT_EQ(client.read_answer().body,
              R"({"type":"about:blank","title":"Bad Request","status":400,"code":"bad_host",)"
              R"("detail":"A request needs exactly one Host header."})");
}

TEST(HttpServer, AnswersWithTheHeadersOfEveryAnswer) {
    const auto server = start([](Request, Reply reply) {
        Response response = text("{}");
        response.set("ETag", "\"7\"");
        reply(std::move(response));
    });
    RawClient client(server->port());
    client.send(get("/"));
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.headers,
              (std::map<std::string, std::string>{{"cache-control", "no-store"},
                                                  {"content-length", "2"},
                                                  {"content-type", "application/json"},
                                                  {"etag", "\"7\""},
                                                  {"x-content-type-options", "nosniff"}}));
}

TEST(HttpServer, AnswersPipelinedRequestsInOrderWhoeverAnswersThem) {
    std::vector<std::jthread> threads;
    const auto server = start([&](Request request, Reply reply) {
        if (request.target.back() % 2 == 0) return reply(text(request.target));
        threads.emplace_back(
            [target = request.target, reply = std::move(reply)]() mutable { reply(text(target)); });
    });
    RawClient client(server->port());
    std::string requests;
    for (int i = 0; i < 50; ++i) requests += get("/" + std::to_string(i));
    client.send(requests);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(client.read_answer().body, "/" + std::to_string(i));
}

TEST(HttpServer, ReadsRequestsThatComeByteByByte) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    const std::string chunks = chunked_head + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    for (const char& byte : post("/p", "hello") + chunks + get("/g")) {
        client.send(std::string_view(&byte, 1));
    }
    EXPECT_EQ(client.read_answer().body, "POST /p hello");
    EXPECT_EQ(client.read_answer().body, "POST /a abcde");
    EXPECT_EQ(client.read_answer().body, "GET /g ");
}

TEST(HttpServer, TakesABodyUpToItsLimit) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    const std::string body(1024 * 1024, 'x');
    client.send(post("/p", body));
    EXPECT_EQ(client.read_answer().body, "POST /p " + body);
    client.send(chunked_head + "100000\r\n" + body + "\r\n0\r\n\r\n");
    EXPECT_EQ(client.read_answer().body, "POST /a " + body);
}

TEST(HttpServer, AnswersHeadWithoutTheBody) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b"));
    const Answer head = client.read_answer(true);
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.headers.at("content-length"), "8");
    EXPECT_EQ(client.read_answer().body, "GET /b ");
}

TEST(HttpServer, SendsNoBodyWith204And304) {
    const auto server = start([](Request request, Reply reply) {
        Response response = text("not to be seen");
        response.status = request.target == "/204" ? 204 : 304;
        reply(std::move(response));
    });
    RawClient client(server->port());
    client.send(get("/204") + get("/304", "Connection: close\r\n"));
    const std::string answers = client.read_until_close();
    EXPECT_EQ(answers_in(answers), 2U);
    EXPECT_FALSE(answers.contains("not to be seen"));
    EXPECT_FALSE(answers.contains("Content-Length"));
    EXPECT_TRUE(answers.ends_with("\r\n\r\n"));
}

TEST(HttpServer, SaysContinueBeforeItReadsAnExpectedBody) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    client.send(post_with("Content-Length: 3\r\nExpect: 100-continue", ""));
    EXPECT_EQ(client.read_answer().status, 100U);
    client.send("abc");
    EXPECT_EQ(client.read_answer().body, "POST /a abc");
    client.send(post_with("Content-Length: 2000000\r\nExpect: 100-continue", ""));
    EXPECT_EQ(client.read_answer().status, 413U);
}

TEST(HttpServer, KeepsHttp10AliveOnlyWhenAsked) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(client.read_answer().headers.at("connection"), "keep-alive");
    client.send("GET /b HTTP/1.0\r\n\r\n" + hidden);
    EXPECT_EQ(client.read_answer().headers.at("connection"), "close");
    EXPECT_EQ(client.read_until_close(), "");
    EXPECT_EQ(echo.targets(), (std::vector<std::string>{"/a", "/b"}));
}

TEST(HttpServer, AnswersAClientThatHasFinishedSending) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    client.send(get("/a"));
    client.finish_sending();
    EXPECT_EQ(client.read_answer().body, "GET /a ");
    EXPECT_EQ(client.read_until_close(), "");
}

TEST(HttpServer, HandsOverTheRequestAsItWasSent) {
    std::promise<Request> seen;
    const auto server = start([&](Request request, Reply reply) {
        seen.set_value(std::move(request));
        reply({});
    });
    RawClient client(server->port());
    client.send("PURGE /a?b HTTP/1.1\r\nHOST: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 1\r\n\r\nz");
    const Request request = seen.get_future().get();
    EXPECT_EQ(request.method, "PURGE");
    EXPECT_EQ(request.target, "/a?b");
    const std::vector<std::pair<std::string, std::string>> headers{
        {"host", "h"}, {"x-a", "1"}, {"x-a", "2"}, {"content-length", "1"}};
    EXPECT_EQ(request.headers, headers);
    EXPECT_EQ(request.body, "z");
    EXPECT_EQ(request.peer, "127.0.0.1");
    EXPECT_FALSE(request.local_socket);
}

TEST(HttpServer, LetsNoHeaderBreakOutOfItsLine) {
    const auto server = start([](Request, Reply reply) {
        Response response;
        response.set("X-Good", "old");
        response.set("x-good", "new");
        response.set("X-Bad", "a\r\nX-Injected: 1");
        response.set("X-Bad\r\nX-Injected", "1");
        response.set("X-Nul", std::string("a\0b", 3));
        EXPECT_EQ(response.headers.size(), 1U);
        response.headers.emplace_back("X-Around", "a\r\nX-Injected: 1");
        response.headers.emplace_back("Content-Length", "999");
        response.headers.emplace_back("Transfer-Encoding", "chunked");
        response.content_type = "a\r\nX-Injected: 1";
        reply(std::move(response));
    });
    RawClient client(server->port());
    client.send(get("/", "Connection: close\r\n"));
    const std::string answer = client.read_until_close();
    EXPECT_TRUE(answer.contains("x-good: new\r\n")) << answer;
    EXPECT_FALSE(answer.contains("X-Injected")) << answer;
    EXPECT_FALSE(answer.contains("old")) << answer;
    EXPECT_TRUE(answer.contains("Content-Length: 0\r\n")) << answer;
    EXPECT_FALSE(answer.contains("Transfer-Encoding")) << answer;
}

TEST(HttpServer, Serves64ConnectionsAtOnce) {
    Echo echo;
    const auto server = start(echo.handler());
    std::vector<RawClient> clients;
    for (int i = 0; i < 64; ++i) clients.emplace_back(server->port());
    for (int round = 0; round < 20; ++round) {
        for (RawClient& client : clients) client.send(post("/p", std::to_string(round)));
        for (RawClient& client : clients) {
            ASSERT_EQ(client.read_answer().body, "POST /p " + std::to_string(round));
        }
    }
    EXPECT_EQ(echo.targets().size(), 64U * 20U);
}

TEST(HttpServer, Answers500WhenTheHandlerDropsTheReplyOrThrows) {
    const auto server = start([](Request request, Reply reply) {
        if (request.target == "/throw") throw std::runtime_error("told so by the test");
        if (request.target == "/twice") {
            reply(text("first"));
            reply(text("second"));
        }
    });
    RawClient client(server->port());
    client.send(get("/drop") + get("/throw") + get("/twice"));
    EXPECT_EQ(client.read_answer().status, 500U);
    EXPECT_EQ(client.read_answer().status, 500U);
    EXPECT_EQ(client.read_answer().body, "first");
}

TEST(HttpServer, AnswersAnyMutatedRequestOrClosesAndGoesOn) {
    Echo echo;
    ServerOptions options;
    options.header_deadline = 2s;
    const auto server = start(echo.handler(), options);
    EXPECT_TRUE(rc::check([&] {
        std::string bytes = *rc::gen::element(
            post("/p", "hello") + hidden, chunked_head + "3\r\nabc\r\n0\r\n\r\n" + hidden,
            get("/a", "Expect: 100-continue\r\nConnection: keep-alive\r\n") + hidden);
        const auto changes = *rc::gen::inRange(1, 6);
        for (int i = 0; i < changes; ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
            const char byte = *rc::gen::oneOf(rc::gen::arbitrary<char>(),
                                              rc::gen::elementOf(std::string(" \t\r\n:;0f")));
            switch (*rc::gen::inRange(0, 3)) {
                case 0:
                    bytes[at] = byte;
                    break;
                case 1:
                    bytes.insert(at, 1, byte);
                    break;
                default:
                    bytes.erase(at, 1);
                    break;
            }
        }
        RawClient client(server->port());
        client.send(bytes);
        client.finish_sending();
        const std::string answers = client.read_until_close();
        RC_ASSERT(answers.empty() || answers.starts_with("HTTP/1.1 "));
        RC_ASSERT(!answers.ends_with("(still open)"));
        RC_ASSERT(!answers.contains("HTTP/1.1 500"));
        RawClient next(server->port());
        next.send(get("/next"));
        RC_ASSERT(next.read_answer().body == "GET /next ");
    }));
}

}  // namespace
}  // namespace muster::http
