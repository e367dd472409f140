// The little of HTTP/1.1 that a load needs: a connection, and the next answer on it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::bench {

/// -1 when nobody listens.
int connect_to(std::uint16_t port);
bool send_all(int socket, std::string_view text);

struct RawAnswer {
    int status = 0;  ///< 0 when the connection ended
    std::string body;
};
/// Reads one answer with a Content-Length. `buffer` holds what came too early.
RawAnswer read_answer(int socket, std::string& buffer);

}  // namespace muster::bench
