// The little of HTTP/1.1 that a load needs: a connection, and the next answer on it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::bench {

/// -1 when nobody listens.
int connect_to(std::uint16_t port);
bool send_all(int socket, std::string_view text);
/// Reads one answer with a Content-Length; its status, or 0 when the connection ends. `buffer`
/// holds what came too early.
int read_answer(int socket, std::string& buffer);

}  // namespace muster::bench
