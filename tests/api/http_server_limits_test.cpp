// What the HTTP server does when somebody is slow, too many, gone, or when it stops.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/http/server/server.h"
#include "api/http/server/session.h"
#include "tests/api/http_client.h"
#include "tests/api/http_handlers.h"
#include "tests/waiting.h"

namespace muster::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Sends one byte whenever 20 ms passed without an answer; returns how many the server let it send.
std::size_t drip(RawClient& client, std::string_view bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !client.readable(20ms)) client.send(bytes.substr(sent++, 1));
    return sent;
}

TEST(HttpServerDeadlines, AHeadThatDripsInIsCutAtTheAbsoluteDeadline) {
    Echo echo;
    ServerOptions options;
    options.header_deadline = 200ms;
    const auto server = start(echo.handler(), options);
    RawClient client(server->port());
    const auto begin = Clock::now();
    const std::string head = get("/", "A: " + std::string(2'000, 'a') + "\r\n");
    EXPECT_LT(drip(client, head), head.size());
    EXPECT_GE(Clock::now() - begin, 200ms);
    const Answer answer = client.read_answer();
    EXPECT_EQ(answer.status, 408U);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_EQ(client.read_until_close(), "");
    EXPECT_TRUE(echo.targets().empty());
}

TEST(HttpServerDeadlines, ControlTheSameDripIsServedWithinALongDeadline) {
    Echo echo;
    const auto server = start(echo.handler());
    RawClient client(server->port());
    const std::string head = get("/dripped");
    EXPECT_EQ(drip(client, head), head.size());
    EXPECT_EQ(client.read_answer().body, "GET /dripped ");
}

TEST(HttpServerDeadlines, ABodyThatDripsInIsCutAtTheAbsoluteDeadline) {
    Echo echo;
    ServerOptions options;
    options.body_deadline = 200ms;
    const auto server = start(echo.handler(), options);
    const std::string head = "POST /a HTTP/1.1\r\nHost: h\r\n";
    for (const std::string& framing :
         {std::string("Content-Length: 2000\r\n\r\n"),
          "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(1, 'a')}) {
        RawClient client(server->port());
        client.send(head + framing);
        EXPECT_LT(drip(client, std::string(1'500, 'a')), 1'500U);
        EXPECT_EQ(client.read_answer().status, 408U);
        EXPECT_EQ(client.read_until_close(), "");
    }
    EXPECT_TRUE(echo.targets().empty());
}

TEST(HttpServerDeadlines, AnIdleConnectionIsClosedWithoutAWord) {
    Echo echo;
    ServerOptions options;
    options.idle_deadline = 100ms;
    const auto server = start(echo.handler(), options);
    RawClient silent(server->port());
    EXPECT_EQ(silent.read_until_close(), "");
    RawClient client(server->port());
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().status, 200U);
    EXPECT_EQ(client.read_until_close(), "");
}

TEST(HttpServerDeadlines, AnEarlierDeadlineHoldsAfterALaterOne) {
    Echo echo;
    ServerOptions options;
    options.idle_deadline = 60s;
    options.handler_deadline = 60s;
    options.header_deadline = 100ms;
    const auto server = start(echo.handler(), options);
    RawClient client(server->port());
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().status, 200U);
    client.send("GET");
    EXPECT_EQ(client.read_answer().status, 408U);
}

TEST(HttpServerDeadlines, AReplyThatNeverComesIs503AndALateOneIsIgnored) {
    Waiting waiting;
    ServerOptions options;
    options.handler_deadline = 100ms;
    const auto server = start(waiting.handler(), options);
    RawClient client(server->port());
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().status, 503U);
    Reply late = waiting.next();
    client.send(get("/b"));
    Reply in_time = waiting.next();
    late(text("late"));
    in_time(text("in time"));
    EXPECT_EQ(client.read_answer().body, "in time");
}

TEST(HttpServerDeadlines, AClientThatDoesNotReadLosesItsConnection) {
    ServerOptions options;
    options.write_deadline = 100ms;
    options.connections = 1;
    const auto server = start(
        [](Request request, Reply reply) {
            reply(text(request.target == "/large" ? std::string(64U << 20U, 'x') : "small"));
        },
        options);
    RawClient deaf(server->port());
    deaf.send(get("/large"));
    // The one place is free again only when the server has given up the deaf client.
    unsigned status = 503;
    for (const auto deadline = Clock::now() + 20s; status == 503 && Clock::now() < deadline;) {
        RawClient client(server->port());
        client.send(get("/small"));
        status = client.read_answer().status;
    }
    EXPECT_EQ(status, 200U);
}

TEST(HttpServerLimits, AConnectionTooManyIsToldSoAndClosed) {
    Echo echo;
    ServerOptions options;
    options.connections = 1;
    const auto server = start(echo.handler(), options);
    RawClient first(server->port());
    first.send(get("/a"));
    EXPECT_EQ(first.read_answer().status, 200U);
    RawClient second(server->port());
    second.send(get("/b"));
    EXPECT_EQ(second.read_answer().status, 503U);
    EXPECT_EQ(second.read_until_close(), "");
    first.send(get("/c"));
    EXPECT_EQ(first.read_answer().body, "GET /c ");
}

/// Takes every file descriptor of the process while it lives.
class NoDescriptors {
 public:
    NoDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int copy = ::dup(0); copy >= 0; copy = ::dup(0)) copies_.push_back(copy);
    }
    ~NoDescriptors() {
        for (const int copy : copies_) ::close(copy);
        ::setrlimit(RLIMIT_NOFILE, &before_);
    }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
    rlimit before_{};
    std::vector<int> copies_;
};

TEST(HttpServerLimits, WithoutADescriptorTheNextIsToldSoAtOnceAndLaterOnesAreServed) {
    Echo echo;
    const auto server = start(echo.handler());
    // What another thread of this process closes late is a descriptor; who gets it keeps it.
    RawClient lucky(AF_INET);
    RawClient silent(AF_INET);
    RawClient client(AF_INET);
    RawClient later(AF_INET);
    {
        const NoDescriptors none;
        lucky.connect(server->port());
        const bool was_lucky = lucky.read_answer().status != 503U;
        for (RawClient* each : {&silent, &client}) {
            each->connect(server->port());
            ASSERT_TRUE(each->connected());
        }
        EXPECT_EQ(silent.read_answer().status, 503U) << was_lucky;
        EXPECT_EQ(silent.read_until_close(), "");
        EXPECT_EQ(client.read_answer().status, 503U);
    }
    later.connect(server->port());
    later.send(get("/a"));
    EXPECT_EQ(later.read_answer().body, "GET /a ");
}

TEST(HttpServerLimits, FarBeyondTheLimitTheyAreStillTold) {
    Echo echo;
    ServerOptions options;
    options.connections = 1;
    const auto server = start(echo.handler(), options);
    std::vector<RawClient> clients;
    for (int i = 0; i < 80; ++i) clients.emplace_back(server->port());
    clients.front().send(get("/a"));
    EXPECT_EQ(clients.front().read_answer().status, 200U);
    for (std::size_t i = 1; i < clients.size(); ++i) {
        EXPECT_EQ(clients[i].read_answer().status, 503U) << i;
    }
}

TEST(MemoryBudget, NobodyTakesAllOfIt) {
    MemoryBudget budget{800};
    const boost::uuids::uuid nobody_known{};
    const boost::uuids::uuid one{{1}};
    EXPECT_TRUE(budget.take(100, nobody_known));
    EXPECT_FALSE(budget.take(1, nobody_known)) << "an eighth";
    EXPECT_TRUE(budget.take(400, one));
    EXPECT_FALSE(budget.take(1, one)) << "a half";
    EXPECT_TRUE(budget.take(300, boost::uuids::uuid{{2}}));
    EXPECT_FALSE(budget.take(1, boost::uuids::uuid{{3}})) << "that was all";
    budget.give_back(100, nobody_known);
    EXPECT_TRUE(budget.take(100, nobody_known));
}

TEST(MemoryBudget, ControlWithoutAnOwnerOneTakesAll) {
    MemoryBudget budget{800};
    EXPECT_TRUE(budget.take(800, std::nullopt));
}

TEST(BodyPace, IsSlowAfterAMegabyteAndSlowerForNobodyKnown) {
    BodyPace pace;
    const auto now = BodyPace::Clock::now();
    constexpr std::size_t megabyte = 1024 * 1024;
    for (const auto& [owner, a_megabyte] : {std::pair{boost::uuids::uuid{{1}}, 31'250us},
                                            std::pair{boost::uuids::uuid{}, 250'000us}}) {
        EXPECT_EQ(pace.next(owner, megabyte, now), now);
        EXPECT_EQ(pace.next(owner, megabyte, now), now + a_megabyte);
        EXPECT_EQ(pace.next(owner, megabyte, now), now + 2 * a_megabyte);
        EXPECT_LE(pace.next(owner, megabyte, now + 10s), now + 10s) << "it was saved meanwhile";
    }
    const boost::uuids::uuid other{{2}};
    EXPECT_EQ(pace.next(other, megabyte, now), now) << "each has a pace of its own";
}

TEST(BodyPace, ControlOfNoOwnerIsNone) {
    BodyPace pace;
    const auto now = BodyPace::Clock::now();
    for (int i = 0; i < 100; ++i) EXPECT_EQ(pace.next(std::nullopt, 1024 * 1024, now), now);
}

/// Whether two bodies of 200,000 bytes, both under way, are both let in.
void two_large_bodies(std::size_t budget, bool both) {
    Echo echo;
    ServerOptions options;
    options.unfinished_bytes = budget;
    options.threads = 1;  // else both could ask for more at once, and neither get it
    const auto server = start(echo.handler(), options);
    const std::string request = post("/a", std::string(200'000, 'x'));
    const std::string_view most = std::string_view{request}.substr(0, 190'000);
    RawClient one(server->port());
    RawClient two(server->port());
    one.send(most);
    two.send(most);
    if (!both) {
        ASSERT_TRUE(test::in_time([&] { return one.readable(0ms) || two.readable(0ms); }));
        RawClient& refused = one.readable(0ms) ? one : two;
        RawClient& served = &refused == &one ? two : one;
        EXPECT_EQ(refused.read_answer().status, 503U);
        served.send(std::string_view{request}.substr(most.size()));
        EXPECT_EQ(served.read_answer().status, 200U);
    } else {
        for (RawClient* each : {&one, &two}) {
            each->send(std::string_view{request}.substr(most.size()));
            EXPECT_EQ(each->read_answer().status, 200U);
        }
    }
    // What was answered holds nothing any more.
    for (int i = 0; i < 3; ++i) {
        RawClient next(server->port());
        next.send(request);
        EXPECT_EQ(next.read_answer().status, 200U);
    }
}

TEST(HttpServerLimits, BodiesUnderWayShareOneBudget) {
    two_large_bodies(300'000, false);
}

TEST(HttpServerLimits, ControlALargerBudgetTakesThemBoth) {
    two_large_bodies(1'000'000, true);
}

TEST(HttpServerStop, LetsTheRequestUnderWayFinishAndClosesTheIdle) {
    Waiting waiting;
    const auto server = start(waiting.handler());
    const std::uint16_t port = server->port();
    RawClient idle(port);
    idle.send(get("/a"));
    waiting.next()(text("a"));
    EXPECT_EQ(idle.read_answer().body, "a");
    RawClient busy(port);
    busy.send(get("/b"));
    Reply reply = waiting.next();

    std::jthread stopping([&] { server->stop(20s); });
    EXPECT_EQ(idle.read_until_close(), "");
    reply(text("b"));
    const Answer answer = busy.read_answer();
    EXPECT_EQ(answer.body, "b");
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_EQ(busy.read_until_close(), "");
    stopping.join();
    EXPECT_FALSE(RawClient(port).connected());
}

TEST(HttpServerStop, ClosesWhatIsStillUnderWayAfterTheGrace) {
    Waiting waiting;
    std::optional<Reply> reply;
    {
        const auto server = start(waiting.handler());
        RawClient client(server->port());
        client.send(get("/a"));
        reply = waiting.next();
        server->stop(50ms);
        EXPECT_EQ(client.read_until_close(), "");
        server->stop(50ms);
    }
    // The server is gone, and nobody hears this.
    (*reply)(text("late"));
}

TEST(HttpServerStart, SaysInOneSentenceWhyItCannotListen) {
    Echo echo;
    const auto server = start(echo.handler());
    ServerOptions options;
    options.port = server->port();
    const auto second = start_server(options, with_body(echo.handler()));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), "cannot listen on 127.0.0.1:" + std::to_string(server->port()) +
                                  ": address already in use");
    options.address = "nowhere";
    options.port = 80;
    EXPECT_EQ(start_server(options, with_body(echo.handler())).error(),
              "cannot listen on nowhere:80: that is not an IP address");
}

class HttpUnixSocket : public testing::Test {
 protected:
    void SetUp() override {
        std::string name = std::filesystem::temp_directory_path() / "muster-http-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        options_.unix_socket = folder_ / "socket";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
    ServerOptions options_;
};

TEST_F(HttpUnixSocket, ServesItsOwnerAndIsRemovedAtStop) {
    std::promise<Request> seen;
    const auto server = start(
        [&](Request request, Reply reply) {
            seen.set_value(std::move(request));
            reply(text("hello"));
        },
        options_);
    const auto status = std::filesystem::status(options_.unix_socket);
    EXPECT_EQ(status.type(), std::filesystem::file_type::socket);
    EXPECT_EQ(status.permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    RawClient client(options_.unix_socket);
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().body, "hello");
    const Request request = seen.get_future().get();
    EXPECT_EQ(request.peer, "unix");
    EXPECT_TRUE(request.local_socket);
    server->stop(1s);
    EXPECT_FALSE(std::filesystem::exists(options_.unix_socket));
}

TEST_F(HttpUnixSocket, ReplacesTheFileOfAServerThatIsGone) {
    const int gone = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    options_.unix_socket.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(gone, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    ::close(gone);
    Echo echo;
    const auto server = start(echo.handler(), options_);
    RawClient client(options_.unix_socket);
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().body, "GET /a ");
}

TEST_F(HttpUnixSocket, LeavesARunningServerAndOtherFilesAlone) {
    Echo echo;
    const auto server = start(echo.handler(), options_);
    const auto second = start_server(options_, with_body(echo.handler()));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), "cannot listen on " + options_.unix_socket.string() +
                                  ": another server seems to listen there");
    RawClient client(options_.unix_socket);
    client.send(get("/a"));
    EXPECT_EQ(client.read_answer().body, "GET /a ");

    options_.unix_socket = folder_ / "file";
    std::ofstream(options_.unix_socket) << "precious";
    ASSERT_FALSE(start_server(options_, with_body(echo.handler())));
    EXPECT_TRUE(std::filesystem::is_regular_file(options_.unix_socket));
    options_.unix_socket = folder_ / std::string(200, 'a');
    EXPECT_FALSE(start_server(options_, with_body(echo.handler())));
}

}  // namespace
}  // namespace muster::http
