// Listening, accepting and stopping. Each listener accepts on a strand of its own; the threads all
// run one event loop. Public members may be called from any thread but the server's own.
#include "api/http/server/server.h"

#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstring>
#include <thread>

#include "api/http/server/session.h"
#include "api/text/ascii.h"
#include "domain/ensure.h"

namespace muster::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;
using Acceptor = asio::basic_socket_acceptor<Protocol>;

namespace {

// How many connections over the limit are told so properly at a time. More, and those for which
// there is no descriptor, get the same words at once and are closed.
constexpr std::size_t refused_connections_max = 64;
// After a failed accept, mostly for want of file descriptors, which are not back at once.
constexpr std::chrono::milliseconds accept_pause{50};

/// Says that there is no room on a socket that nobody will read from, and never waits.
void say_that_all_is_full(int socket) {
    const Response full =
        problem(503, "too_many_connections", "There are too many connections. Try again.");
    const std::string answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: " + full.content_type +
        "\r\nContent-Length: " + std::to_string(full.body.size()) +
        "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n" + full.body;
    // What has come already is taken, since closing over it would take the answer away.
    std::array<char, 4096> sink{};
    constexpr int most_reads = 16;
    for (int i = 0; i < most_reads; ++i) {
        if (::recv(socket, sink.data(), sink.size(), MSG_DONTWAIT) <= 0) break;
    }
    static_cast<void>(::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    ::shutdown(socket, SHUT_WR);
}

/// A descriptor kept for the connection that comes when no other is left.
class SpareDescriptor {
 public:
    SpareDescriptor() : descriptor_(make()) {}
    ~SpareDescriptor() { give_up(); }
    SpareDescriptor(const SpareDescriptor&) = delete;
    SpareDescriptor& operator=(const SpareDescriptor&) = delete;

    /// Takes one waiting connection of a listener and turns it away; false when there was none.
    bool turn_one_away(int listener) {
        const std::scoped_lock lock(mutex_);
        give_up();
        const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket >= 0) {
            say_that_all_is_full(socket);
            ::close(socket);
        }
        descriptor_ = make();
        return socket >= 0;
    }

 private:
    static int make() { return ::eventfd(0, EFD_CLOEXEC); }
    void give_up() {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = -1;
    }

    std::mutex mutex_;
    int descriptor_;
};

asio::ip::tcp::endpoint as_tcp(const Protocol::endpoint& generic) {
    asio::ip::tcp::endpoint endpoint;
    std::memcpy(endpoint.data(), generic.data(), std::min(generic.size(), endpoint.capacity()));
    return endpoint;
}

bool is_tcp(const Protocol::endpoint& endpoint) {
    const int family = endpoint.protocol().family();
    return family == AF_INET || family == AF_INET6;
}

std::unexpected<std::string> cannot_listen(const std::string& where, std::string reason) {
    if (!reason.empty()) reason[0] = ascii_lower(reason[0]);
    return std::unexpected("cannot listen on " + where + ": " + reason);
}

/// The file of a server that is gone is removed; that of a running one is not touched.
std::expected<void, std::string> remove_stale_socket(asio::io_context& loop,
                                                     const std::filesystem::path& path) {
    std::error_code failed;
    const auto status = std::filesystem::symlink_status(path, failed);
    if (status.type() == std::filesystem::file_type::not_found) return {};
    if (status.type() != std::filesystem::file_type::socket) {
        return cannot_listen(path.string(), "a file that is no socket is in the way");
    }
    asio::local::stream_protocol::socket probe(loop);
    error_code refused;
    probe.open(asio::local::stream_protocol(), refused);
    // A server with a full queue would let a blocking connect wait.
    if (!refused) probe.non_blocking(true, refused);
    if (!refused) probe.connect(path.string(), refused);
    if (refused != asio::error::connection_refused) {
        return cannot_listen(path.string(), "another server seems to listen there");
    }
    std::filesystem::remove(path, failed);
    if (failed) return cannot_listen(path.string(), failed.message());
    return {};
}

class BeastServer final : public Server {
 public:
    BeastServer(const ServerOptions& options, Entrance entrance)
        : site_{.options = options, .entrance = std::move(entrance), .sessions = {}},
          loop_(std::make_unique<asio::io_context>(
              static_cast<int>(std::max<std::size_t>(options.threads, 1)))) {}
    ~BeastServer() override { stop(std::chrono::milliseconds(0)); }
    BeastServer(const BeastServer&) = delete;
    BeastServer& operator=(const BeastServer&) = delete;

    std::expected<void, std::string> listen_on_tcp();
    std::expected<void, std::string> listen_on_unix_socket();
    void run();

    std::uint16_t port() const override { return port_; }
    void stop(std::chrono::milliseconds grace) override;

 private:
    error_code listen(const Protocol::endpoint& endpoint);
    asio::awaitable<void> accept(std::shared_ptr<Acceptor> acceptor);
    asio::awaitable<void> pause();
    void admit(Session::Socket socket, const Protocol::endpoint& peer);
    void remove_unix_socket();

    // The order matters: sessions die with the loop and report to the site.
    Site site_;
    SpareDescriptor spare_;
    std::unique_ptr<asio::io_context> loop_;
    std::vector<std::shared_ptr<Acceptor>> acceptors_;
    std::vector<std::jthread> threads_;
    std::uint16_t port_ = 0;
    bool owns_unix_socket_ = false;
    std::mutex stopping_;
};

error_code BeastServer::listen(const Protocol::endpoint& endpoint) {
    error_code failed;
    auto acceptor = std::make_shared<Acceptor>(asio::make_strand(*loop_));
    acceptor->open(endpoint.protocol(), failed);
    if (!failed && is_tcp(endpoint)) {
        acceptor->set_option(asio::socket_base::reuse_address(true), failed);
    }
    if (!failed) acceptor->bind(endpoint, failed);
    if (!failed && is_tcp(endpoint)) port_ = as_tcp(acceptor->local_endpoint(failed)).port();
    if (!failed && !is_tcp(endpoint)) {
        owns_unix_socket_ = true;
        // Nobody can connect before listen(), so the file is never open to others.
        std::error_code not_changed;
        std::filesystem::permissions(
            site_.options.unix_socket,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, not_changed);
        failed = not_changed;
    }
    if (!failed) acceptor->listen(asio::socket_base::max_listen_connections, failed);
    if (!failed) acceptors_.push_back(std::move(acceptor));
    return failed;
}

std::expected<void, std::string> BeastServer::listen_on_tcp() {
    const ServerOptions& options = site_.options;
    const bool with_colons = options.address.contains(':');
    const std::string where = (with_colons ? "[" + options.address + "]" : options.address) + ":" +
                              std::to_string(options.port);
    error_code failed;
    const auto address = asio::ip::make_address(options.address, failed);
    if (failed) return cannot_listen(where, "that is not an IP address");
    failed = listen(asio::ip::tcp::endpoint(address, options.port));
    if (failed) return cannot_listen(where, failed.message());
    return {};
}

std::expected<void, std::string> BeastServer::listen_on_unix_socket() {
    const std::filesystem::path& path = site_.options.unix_socket;
    if (path.empty()) return {};
    if (path.native().size() >= sizeof(sockaddr_un::sun_path)) {
        return cannot_listen(path.string(), "the path is too long for a unix socket");
    }
    if (auto removed = remove_stale_socket(*loop_, path); !removed) return removed;
    const error_code failed = listen(asio::local::stream_protocol::endpoint(path.string()));
    if (failed) return cannot_listen(path.string(), failed.message());
    return {};
}

void BeastServer::run() {
    for (const auto& acceptor : acceptors_) {
        asio::co_spawn(acceptor->get_executor(), accept(acceptor), asio::detached);
    }
    const std::size_t threads = std::max<std::size_t>(site_.options.threads, 1);
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { loop_->run(); });
    }
}

asio::awaitable<void> BeastServer::accept(std::shared_ptr<Acceptor> acceptor) {
    while (acceptor->is_open()) {
        const asio::any_io_executor strand = asio::make_strand(*loop_);
        Session::Socket socket(strand);
        Protocol::endpoint peer;
        error_code failed;
        co_await acceptor->async_accept(socket, peer,
                                        asio::redirect_error(asio::use_awaitable, failed));
        if (!acceptor->is_open()) co_return;
        if (failed) {
            // Asio has made the listener non-blocking, so that this waits for nobody.
            const bool turned_away = failed == asio::error::no_descriptors &&
                                     spare_.turn_one_away(acceptor->native_handle());
            if (!turned_away) co_await pause();
            continue;
        }
        try {
            admit(std::move(socket), peer);
        } catch (const std::exception& error) {
            // For want of memory. The listener must outlive it.
            spdlog::error("a connection could not be taken: {}", error.what());
        }
    }
}

asio::awaitable<void> BeastServer::pause() {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, accept_pause);
    error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void BeastServer::admit(Session::Socket socket, const Protocol::endpoint& endpoint) {
    const std::size_t open = site_.sessions.size();
    if (open >= site_.options.connections + refused_connections_max) {
        return say_that_all_is_full(socket.native_handle());
    }
    Peer peer{.name = "unix", .local_socket = true};
    if (is_tcp(endpoint)) {
        peer = {.name = as_tcp(endpoint).address().to_string(), .local_socket = false};
        error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    auto session = std::make_shared<Session>(site_, std::move(socket), std::move(peer));
    if (!site_.sessions.add(session)) return;
    session->start(open >= site_.options.connections);
}

void BeastServer::stop(std::chrono::milliseconds grace) {
    const std::scoped_lock lock(stopping_);
    if (!loop_) return;
    for (const std::jthread& thread : threads_)
        ENSURE(thread.get_id() != std::this_thread::get_id());
    for (const auto& acceptor : acceptors_) {
        asio::post(acceptor->get_executor(), [acceptor] {
            error_code ignored;
            acceptor->close(ignored);
        });
    }
    remove_unix_socket();
    site_.sessions.close();
    site_.sessions.wait_until_empty(grace);
    loop_->stop();
    threads_.clear();
    {
        const std::scoped_lock closing(site_.mailroom->mutex);
        site_.mailroom->open = false;
    }
    acceptors_.clear();
    loop_.reset();
}

void BeastServer::remove_unix_socket() {
    if (!owns_unix_socket_) return;
    std::error_code ignored;
    std::filesystem::remove(site_.options.unix_socket, ignored);
    owns_unix_socket_ = false;
}

}  // namespace

std::expected<std::unique_ptr<Server>, std::string> start_server(const ServerOptions& options,
                                                                 Entrance entrance) {
    try {
        auto server = std::make_unique<BeastServer>(options, std::move(entrance));
        if (auto listening = server->listen_on_tcp(); !listening) {
            return std::unexpected(listening.error());
        }
        if (auto listening = server->listen_on_unix_socket(); !listening) {
            return std::unexpected(listening.error());
        }
        server->run();
        return server;
    } catch (const std::exception& error) {
        return std::unexpected(std::string("cannot start the HTTP server: ") + error.what());
    }
}

}  // namespace muster::http
