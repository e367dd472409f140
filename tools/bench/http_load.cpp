// A load of one request over many keep-alive connections, to any HTTP/1.1 server: answers a second,
// and the median latency. Measures muster and the bare Beast echo with the same client.
#include <CLI/CLI.hpp>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::uint16_t port = 8080;
    std::size_t connections = 64;
    double seconds = 5;
    std::string method = "GET";
    std::string target = "/healthz";
    std::string key;
    std::string actor;
    std::string body;
};

/// "{n}" in the body becomes a number of its own for each request.
std::string request_text(const Options& options, std::uint64_t number) {
    std::string body = options.body;
    if (const auto at = body.find("{n}"); at != std::string::npos) {
        body.replace(at, 3, std::to_string(number));
    }
    std::string text = options.method + " " + options.target + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!options.key.empty()) text += "Authorization: Bearer " + options.key + "\r\n";
    if (!options.actor.empty()) text += "Muster-Actor: " + options.actor + "\r\n";
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

int connect_to(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return -1;
    return socket;
}

/// Reads one answer with a Content-Length; its status, or 0 when the connection ends.
int read_answer(int socket, std::string& buffer) {
    std::size_t need = 0;
    while (true) {
        const auto end = buffer.find("\r\n\r\n");
        if (end != std::string::npos && need == 0) {
            const auto at = buffer.find("Content-Length: ");
            if (at == std::string::npos || at > end) return 0;
            need = end + 4 + std::stoul(buffer.substr(at + 16));
        }
        if (need != 0 && buffer.size() >= need) {
            const int status = std::stoi(buffer.substr(9, 3));
            buffer.erase(0, need);
            return status;
        }
        char bytes[16 * 1024];
        const auto got = ::recv(socket, bytes, sizeof(bytes), 0);
        if (got <= 0) return 0;
        buffer.append(bytes, static_cast<std::size_t>(got));
    }
}

struct Results {
    std::mutex mutex;
    std::vector<double> micros;
    std::size_t refused = 0;
};

void run(const Options& options, std::atomic<std::uint64_t>& numbers, Results& results) {
    const int socket = connect_to(options.port);
    std::vector<double> micros;
    std::size_t refused = 0;
    std::string buffer;
    const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
    while (socket >= 0 && Clock::now() < end) {
        const std::string text = request_text(options, numbers++);
        const auto begun = Clock::now();
        if (::send(socket, text.data(), text.size(), MSG_NOSIGNAL) < 0) break;
        const int status = read_answer(socket, buffer);
        if (status == 0) break;
        micros.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
        if (status >= 400) ++refused;
    }
    if (socket >= 0) ::close(socket);
    const std::lock_guard lock{results.mutex};
    results.micros.insert(results.micros.end(), micros.begin(), micros.end());
    results.refused += refused;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Sends one request again and again over many connections"};
    app.add_option("--port", options.port);
    app.add_option("--connections", options.connections);
    app.add_option("--seconds", options.seconds);
    app.add_option("--method", options.method);
    app.add_option("--target", options.target);
    app.add_option("--key", options.key);
    app.add_option("--actor", options.actor);
    app.add_option("--body", options.body);
    CLI11_PARSE(app, argc, argv);

    Results results;
    // Numbers of one run differ from those of another.
    std::atomic<std::uint64_t> numbers =
        static_cast<std::uint64_t>(Clock::now().time_since_epoch().count());
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < options.connections; ++i) {
        threads.emplace_back([&] { run(options, numbers, results); });
    }
    for (std::thread& thread : threads) thread.join();
    if (results.micros.empty()) {
        std::fprintf(stderr, "no answers\n");
        return 1;
    }
    std::ranges::sort(results.micros);
    std::printf("%.0f answers/s, median %.0f us, 99th percentile %.0f us, %zu refused\n",
                static_cast<double>(results.micros.size()) / options.seconds,
                results.micros[results.micros.size() / 2],
                results.micros[results.micros.size() * 99 / 100], results.refused);
    return 0;
}
