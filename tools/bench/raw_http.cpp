// Sockets that block.
#include "tools/bench/raw_http.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::bench {

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

bool send_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

RawAnswer read_answer(int socket, std::string& buffer) {
    constexpr std::string_view end_of_head = "\r\n\r\n";
    constexpr std::string_view length_field = "Content-Length: ";
    std::size_t need = 0;
    while (true) {
        const auto end = buffer.find(end_of_head);
        if (end != std::string::npos && need == 0) {
            const auto at = buffer.find(length_field);
            if (at == std::string::npos || at > end) return {};
            need = end + end_of_head.size() + std::stoul(buffer.substr(at + length_field.size()));
        }
        if (need != 0 && buffer.size() >= need) {
            const std::size_t begin = end + end_of_head.size();
            RawAnswer answer{std::stoi(buffer.substr(9, 3)), buffer.substr(begin, need - begin)};
            buffer.erase(0, need);
            return answer;
        }
        char bytes[16 * 1024];
        const auto got = ::recv(socket, bytes, sizeof(bytes), 0);
        if (got <= 0) return {};
        buffer.append(bytes, static_cast<std::size_t>(got));
    }
}

}  // namespace muster::bench
