// A client that sends raw bytes, right or wrong, and reads answers with a deadline, for the tests
// of the HTTP server. Each one belongs to one thread.
#pragma once

#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace muster::http {

struct Answer {
    unsigned status = 0;                         ///< 0: none came
    std::map<std::string, std::string> headers;  ///< names in lower case
    std::string body;
};

class RawClient {
 public:
    using Clock = std::chrono::steady_clock;

    /// Not connected yet.
    explicit RawClient(int family) : socket_(::socket(family, SOCK_STREAM, 0)) {}
    explicit RawClient(std::uint16_t port) : RawClient(AF_INET) { connect(port); }
    explicit RawClient(const std::filesystem::path& path) : RawClient(AF_UNIX) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof(address.sun_path) - 1);
        connected_ =
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    }
    RawClient(RawClient&& other) noexcept
        : socket_(std::exchange(other.socket_, -1)),
          connected_(other.connected_),
          received_(std::move(other.received_)) {}
    RawClient& operator=(RawClient&&) = delete;
    ~RawClient() {
        if (socket_ >= 0) ::close(socket_);
    }

    void connect(std::uint16_t port) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int on = 1;
        ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        connected_ =
            ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    }

    bool connected() const { return connected_; }
    int descriptor() const { return socket_; }

    /// Sends what the server still takes; it may close while we send.
    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }
    void finish_sending() { ::shutdown(socket_, SHUT_WR); }

    /// Whether bytes or the end of the connection are there within the time.
    bool readable(std::chrono::milliseconds at_most) {
        pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, static_cast<int>(at_most.count())) > 0;
    }

    /// All that comes until the server closes; ends with "(still open)" when it does not.
    std::string read_until_close() {
        const auto deadline = Clock::now() + patience;
        while (receive(deadline)) {
        }
        std::string all = std::move(received_);
        received_.clear();
        if (Clock::now() >= deadline) all += "(still open)";
        return all;
    }

    /// The next answer; of an answer to HEAD only the header comes.
    Answer read_answer(bool head_only = false) {
        const auto deadline = Clock::now() + patience;
        std::size_t end = std::string::npos;
        while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
            if (!receive(deadline)) return {};
        }
        Answer answer = parse_header(received_.substr(0, end + 2));
        received_.erase(0, end + 4);
        const auto length = answer.headers.find("content-length");
        if (head_only || length == answer.headers.end()) return answer;
        const std::size_t bytes = std::strtoull(length->second.c_str(), nullptr, 10);
        while (received_.size() < bytes) {
            if (!receive(deadline)) return {};
        }
        answer.body = received_.substr(0, bytes);
        received_.erase(0, bytes);
        return answer;
    }

 private:
    static constexpr std::chrono::seconds patience{20};

    static Answer parse_header(std::string_view lines) {
        Answer answer;
        answer.status = static_cast<unsigned>(
            std::strtoul(std::string(lines.substr(9, 3)).c_str(), nullptr, 10));
        lines.remove_prefix(lines.find("\r\n") + 2);
        while (!lines.empty()) {
            const std::size_t end = lines.find("\r\n");
            const std::size_t colon = lines.find(": ");
            std::string name(lines.substr(0, colon));
            for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            answer.headers[name] = lines.substr(colon + 2, end - colon - 2);
            lines.remove_prefix(end + 2);
        }
        return answer;
    }

    /// False at the end of the connection and at the deadline.
    bool receive(Clock::time_point deadline) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0 || !readable(left)) return false;
        char bytes[16 * 1024];
        const ssize_t count = ::recv(socket_, bytes, sizeof(bytes), 0);
        if (count <= 0) return false;
        received_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }

    int socket_;
    bool connected_ = false;
    std::string received_;
};

}  // namespace muster::http
