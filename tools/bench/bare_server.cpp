// A bare Beast server: it reads a request and answers 200 with a small fixed body, or with as many
// bytes as a target like /4096 asks for, and checks nothing. It is the floor of the benchmarks:
// what any server on Beast costs before Muster's work. Not for the open: it has neither limits nor
// deadlines.
#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

std::string body_for(std::string_view target) {
    std::size_t bytes = 0;
    std::from_chars(target.data() + 1, target.data() + target.size(), bytes);
    return bytes > 0 ? std::string(bytes, 'b') : "{\"ok\":true}";
}

asio::awaitable<void> serve(asio::ip::tcp::socket socket) {
    boost::beast::flat_buffer buffer;
    bool keep_alive = true;
    while (keep_alive) {
        error_code failed;
        http::request<http::string_body> request;
        co_await http::async_read(socket, buffer, request,
                                  asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
        keep_alive = request.keep_alive();
        http::response<http::string_body> response(http::status::ok, request.version());
        response.set(http::field::content_type, "application/json");
        response.keep_alive(keep_alive);
        response.body() = body_for(request.target());
        response.prepare_payload();
        co_await http::async_write(socket, response,
                                   asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return;
    }
}

asio::awaitable<void> accept(asio::io_context& loop, asio::ip::tcp::acceptor& acceptor) {
    while (true) {
        const asio::any_io_executor strand = asio::make_strand(loop);
        asio::ip::tcp::socket socket(strand);
        error_code failed;
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, failed));
        if (failed) continue;
        socket.set_option(asio::ip::tcp::no_delay(true), failed);
        asio::co_spawn(strand, serve(std::move(socket)), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    int threads = 2;
    CLI::App app("The bare Beast server that benchmarks are compared with");
    app.add_option("--port", port, "Port on 127.0.0.1; 0 takes one that is free");
    app.add_option("--threads", threads, "Threads that run the event loop")
        ->check(CLI::Range(1, 64));
    CLI11_PARSE(app, argc, argv);

    try {
        asio::io_context loop(threads);
        asio::ip::tcp::acceptor acceptor(loop, {asio::ip::address_v4::loopback(), port});
        std::printf("listening on 127.0.0.1:%u\n", unsigned{acceptor.local_endpoint().port()});
        std::fflush(stdout);
        asio::co_spawn(loop, accept(loop, acceptor), asio::detached);
        std::vector<std::jthread> workers;
        for (int i = 1; i < threads; ++i) workers.emplace_back([&] { loop.run(); });
        loop.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "the bare server ended: %s\n", error.what());
        return 1;
    }
    return 0;
}
