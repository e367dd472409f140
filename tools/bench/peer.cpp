// Sends prepared requests to any HTTP/1.1 server on this machine over keep-alive connections, and
// prints a line of JSON for each number of them: how many answers a second, how long they took.
//
// The file has a request a line, an object of `method`, `target`, `headers`, `body`, `expect` and
// `never`; they are sent in turn, from the first again after the last, and `{number}` in a body is
// another number each time. An answer that is not 2xx, lacks what is expected or holds what never
// may be there ends the program with code 1, since figures with such answers would not count.
#include "domain/ensure.h"
#include "tools/bench/figures.h"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <mutex>
#include <thread>

namespace muster::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

struct Prepared {
    std::string head;  ///< up to the Content-Length
    std::string body;
    std::string expect;
    std::string never;
};

std::vector<Prepared> read_requests(const std::string& file) {
    std::vector<Prepared> requests;
    std::ifstream lines{file};
    for (std::string line; std::getline(lines, line);) {
        const auto value = boost::json::parse(line);
        const auto text = [&](const char* name) { return std::string{value.at(name).as_string()}; };
        std::string head =
            text("method") + " " + text("target") + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
        for (const auto& header : value.at("headers").as_object()) {
            head += std::string{header.key()} + ": " + std::string{header.value().as_string()};
            head += "\r\n";
        }
        requests.push_back({std::move(head), text("body"), text("expect"), text("never")});
    }
    ENSURE(!requests.empty());
    return requests;
}

std::string text_of(const Prepared& request, std::uint64_t number) {
    constexpr std::string_view place = "{number}";
    std::string body = request.body;
    if (const auto at = body.find(place); at != std::string::npos) {
        body.replace(at, place.size(), std::to_string(number));
    }
    return request.head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

[[noreturn]] void give_up(const Prepared& request, std::string_view why) {
    const std::string first_line = request.head.substr(0, request.head.find('\r'));
    std::fprintf(stderr, "%s\nexpected %s, was answered: %s\n", first_line.c_str(),
                 request.expect.c_str(), std::string{why.substr(0, 500)}.c_str());
    std::_Exit(1);
}

class Connection {
 public:
    explicit Connection(std::uint16_t port) : socket_{context_} {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        socket_.set_option(asio::ip::tcp::no_delay{true});
    }

    void ask(const Prepared& request, const std::string& text) try {
        http::response<http::string_body> answer;
        asio::write(socket_, asio::buffer(text));
        http::read(socket_, buffer_, answer);
        const auto holds = [&](const std::string& part) {
            return answer.body().find(part) != std::string::npos;
        };
        if (answer.result_int() / 100 != 2 || !holds(request.expect) || holds(request.never)) {
            give_up(request, std::to_string(answer.result_int()) + " " + answer.body());
        }
    } catch (const boost::system::system_error& error) {
        give_up(request, error.what());
    }

 private:
    asio::io_context context_;
    asio::ip::tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
};

/// What was not asked yet of the requests, which go round unless they are asked once.
struct Load {
    std::uint16_t port = 0;
    std::vector<Prepared> requests;
    std::atomic<std::uint64_t> next = 0;
};

struct Round {
    std::size_t connections = 0;
    double seconds = 0;
    std::uint64_t end = std::numeric_limits<std::uint64_t>::max();  ///< the number of the last, + 1
};

struct Answered {
    double seconds = 0;
    std::vector<double> micros;  ///< of each
};

Answered run(Load& load, const Round& round) {
    Answered all;
    std::mutex mutex;
    const auto begun = Clock::now();
    const auto run_connection = [&] {
        Connection connection{load.port};
        std::vector<double> micros;
        while (seconds_since(begun) < round.seconds) {
            const std::uint64_t number = load.next++;
            if (number >= round.end) break;
            const Prepared& request = load.requests[number % load.requests.size()];
            const std::string text = text_of(request, number);
            const auto sent = Clock::now();
            connection.ask(request, text);
            micros.push_back(seconds_since(sent) * 1e6);
        }
        const std::lock_guard lock{mutex};
        all.micros.insert(all.micros.end(), micros.begin(), micros.end());
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < round.connections; ++i) threads.emplace_back(run_connection);
    threads.clear();
    all.seconds = seconds_since(begun);
    return all;
}

void print(const Round& round, Answered answered) {
    const auto answers = static_cast<double>(answered.micros.size());
    const boost::json::object line{{"connections", round.connections},
                                   {"answers", answered.micros.size()},
                                   {"per_second", answers / answered.seconds},
                                   {"p50_ms", percentile(answered.micros, 0.5) / 1e3},
                                   {"p99_ms", percentile(answered.micros, 0.99) / 1e3}};
    std::printf("%s\n", boost::json::serialize(line).c_str());
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
    using namespace muster::bench;
    CLI::App app{"Sends prepared requests and measures the answers"};
    Load load;
    std::string file;
    std::vector<std::size_t> connections{32, 1};
    double seconds = 5;
    double warm_up_seconds = 2;
    bool once = false;
    app.add_option("--port", load.port, "Of the server")->required();
    app.add_option("--requests", file, "A file of requests")->required();
    app.add_option("--connections", connections, "Measured one after the other");
    app.add_option("--seconds", seconds, "For each number of connections");
    app.add_option("--warm-up", warm_up_seconds, "Before, with as many connections as the first");
    app.add_flag("--once", once, "Ask each request once, an equal share for each round");
    CLI11_PARSE(app, argc, argv);
    load.requests = read_requests(file);

    std::vector<Round> rounds{{.connections = connections.front(), .seconds = warm_up_seconds}};
    for (const std::size_t number : connections) {
        rounds.push_back({.connections = number, .seconds = seconds});
    }
    const std::uint64_t share = load.requests.size() / rounds.size();
    for (std::size_t i = 0; i < rounds.size(); ++i) {
        if (once) {
            load.next = i * share;
            rounds[i].end = load.next + share;
        }
        Answered answered = run(load, rounds[i]);
        if (i > 0) print(rounds[i], std::move(answered));
    }
    return 0;
}
