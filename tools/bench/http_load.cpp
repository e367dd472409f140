// A thread and a socket that blocks for each connection.
#include "tools/bench/http_load.h"

#include "domain/ensure.h"
#include "tools/bench/figures.h"
#include "tools/bench/raw_http.h"

#include <unistd.h>

#include <mutex>
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

}  // namespace

Answered load(const Server& server, std::size_t connections, double seconds,
              const std::function<Request()>& next) {
    Answered all;
    std::mutex mutex;
    const auto begun = Clock::now();
    const auto run = [&] {
        Connection connection{server};
        std::vector<double> micros;
        while (seconds_since(begun) < seconds) {
            const Request request = next();
            const auto sent = Clock::now();
            connection.ask(request);
            micros.push_back(seconds_since(sent) * 1e6);
        }
        const std::lock_guard lock{mutex};
        all.micros.insert(all.micros.end(), micros.begin(), micros.end());
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < connections; ++i) threads.emplace_back(run);
    threads.clear();
    all.per_second = static_cast<double>(all.micros.size()) / seconds_since(begun);
    return all;
}

std::string ask(const Server& server, const Request& request) {
    return Connection{server}.ask(request).body;
}

}  // namespace muster::bench
