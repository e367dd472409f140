// A load of one request over many keep-alive connections, to any HTTP/1.1 server: answers a second,
// and the median latency. Measures muster and the bare Beast echo with the same client.
#include "tools/bench/raw_http.h"

#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace muster::bench;
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
        if (!send_all(socket, text)) break;
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
