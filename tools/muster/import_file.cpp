// muster import: sends a history in pieces, shows how far it is and how fast, and stops where the
// server stopped.
#include "tools/muster/commands.h"

#include <boost/json.hpp>

#include <chrono>
#include <fstream>
#include <iostream>

namespace muster::tool {
namespace {

namespace json = boost::json;

/// As many lines as go into one request.
std::string next_piece(std::ifstream& in, std::size_t& lines) {
    constexpr std::size_t most_lines = 1'000;
    constexpr std::size_t enough_bytes = 256 * 1024;
    std::string piece;
    std::string line;
    lines = 0;
    while (lines < most_lines && piece.size() < enough_bytes && std::getline(in, line)) {
        piece += line + "\n";
        ++lines;
    }
    return piece;
}

}  // namespace

int import_file(const DoorOptions& options, const std::string& file) {
    auto door = open_door(options);
    if (!door) {
        std::cerr << "muster: " << door.error() << "\n";
        return 1;
    }
    std::ifstream in{file};
    const auto begun = std::chrono::steady_clock::now();
    std::size_t done = 0;
    std::size_t lines = 0;
    const auto rate = [&] {
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
        return static_cast<std::uint64_t>(static_cast<double>(done) / taken.count());
    };
    for (std::string piece = next_piece(in, lines); lines > 0; piece = next_piece(in, lines)) {
        const auto response =
            (*door)->ask("POST", "/v1/import?first_line=" + std::to_string(done + 1), piece);
        if (!response) {
            std::cerr << "\nmuster: " << response.error() << " after line " << done
                      << "; run the same command again to go on\n";
            return 1;
        }
        if (response->status != 200) {
            boost::system::error_code error;
            const json::value body = json::parse(response->body, error);
            const auto* detail =
                !error && body.is_object() ? body.get_object().if_contains("detail") : nullptr;
            std::cerr << "\nmuster: " << file << ": "
                      << (detail != nullptr ? std::string{detail->as_string()} : response->body)
                      << "\nThe lines before it are imported.\n";
            return 1;
        }
        done += lines;
        std::cerr << "\rimported " << done << " lines, " << rate() << " a second" << std::flush;
    }
    std::cerr << "\n";
    std::cout << "imported " << done << " lines of " << file << "\n";
    return 0;
}

}  // namespace muster::tool
