// A thread and a socket that blocks for each connection.
#include "tools/bench/http_load.h"

#include "domain/ensure.h"
#include "tools/bench/figures.h"
#include "tools/bench/raw_http.h"

#include <unistd.h>

#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace muster::bench {
namespace {

std::string text_of(const Server& server, const Request& request) {
    std::string text = request.method + " " + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!server.key.empty()) text += "Authorization: Bearer " + server.key + "\r\n";
    return text + "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" +
           request.body;
}

class Connection {
 public:
    explicit Connection(const Server& server) : server_{server}, socket_{connect_to(server.port)} {
        ENSURE(socket_ >= 0);
    }
    ~Connection() { ::close(socket_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    RawAnswer ask(const Request& request) {
        ENSURE(send_all(socket_, text_of(server_, request)));
        RawAnswer answer = read_answer(socket_, buffer_);
        if (answer.status == 0 || answer.status >= 400) {
            std::fprintf(stderr, "%s %s: %d %s\n", request.method.c_str(), request.target.c_str(),
                         answer.status, answer.body.c_str());
            ENSURE(answer.status != 0 && answer.status < 400);
        }
        return answer;
    }

 private:
    const Server& server_;
    const int socket_;
    std::string buffer_;
};

/// Waits until the next request is to be sent and says from when its time counts; nothing at the
/// end.
using NextTime = std::function<std::optional<Clock::time_point>()>;

Answered load_when(const Server& server, std::size_t how_many, const NextTime& next_time,
                   const std::function<Request()>& next) {
    Answered all;
    std::mutex mutex;
    const auto begun = Clock::now();
    const auto run = [&] {
        Connection connection{server};
        std::vector<double> micros;
        while (true) {
            const auto due = next_time();
            if (!due) break;
            const Request request = next();
            connection.ask(request);
            micros.push_back(seconds_since(*due) * 1e6);
        }
        const std::lock_guard lock{mutex};
        all.micros.insert(all.micros.end(), micros.begin(), micros.end());
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < how_many; ++i) threads.emplace_back(run);
    threads.clear();
    all.per_second = static_cast<double>(all.micros.size()) / seconds_since(begun);
    return all;
}

}  // namespace

Answered load(const Server& server, std::size_t connections, double seconds,
              const std::function<Request()>& next) {
    const auto begun = Clock::now();
    const auto at_once = [&]() -> std::optional<Clock::time_point> {
        if (seconds_since(begun) >= seconds) return std::nullopt;
        return Clock::now();
    };
    return load_when(server, connections, at_once, next);
}

Answered load_steadily(const Server& server, std::size_t connections, double seconds,
                       double per_second, const std::function<Request()>& next) {
    const auto begun = Clock::now();
    const std::chrono::duration<double> between{1 / per_second};
    std::atomic<std::uint64_t> sent = 0;
    const auto in_time = [&]() -> std::optional<Clock::time_point> {
        const auto after = between * static_cast<double>(sent++);
        if (after.count() >= seconds) return std::nullopt;
        const auto due = begun + std::chrono::duration_cast<Clock::duration>(after);
        std::this_thread::sleep_until(due);
        return due;
    };
    return load_when(server, connections, in_time, next);
}

std::string ask(const Server& server, const Request& request) {
    return Connection{server}.ask(request).body;
}

}  // namespace muster::bench
