// Bytes that were once written are read for ever: the golden file holds commits as the first
// release writes them. Running with MUSTER_WRITE_GOLDEN=1 writes the file anew, which is right only
// before a format is released.
#include "eventstore/form/codec.h"
#include "tests/checkout.h"
#include "tests/eventstore/golden_commits.h"
#include "tests/eventstore/hex.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

namespace muster {
namespace {

const std::string golden_path = test::checkout() / "tests/eventstore/golden/commit_format_1.hex";

std::string bytes_of(std::string_view hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes += static_cast<char>(std::stoi(std::string{hex.substr(at, 2)}, nullptr, 16));
    }
    return bytes;
}

std::vector<std::string> golden_lines() {
    std::ifstream file{golden_path};
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

TEST(CodecGolden, CoversEveryCommandAndEveryEvent) {
    std::set<std::size_t> commands;
    std::set<std::size_t> events;
    for (const Commit& commit : golden::commits()) {
        commands.insert(commit.command.index());
        for (const StreamEvent& event : commit.events) events.insert(event.event.index());
    }
    EXPECT_EQ(commands.size(), std::variant_size_v<Command>);
    EXPECT_EQ(events.size(), std::variant_size_v<Event>);
    EXPECT_EQ(golden::commands({}).size(), golden::events({}).size());
}

TEST(CodecGolden, TheEncoderStillWritesTheSameBytes) {
    const auto commits = golden::commits();
    if (std::getenv("MUSTER_WRITE_GOLDEN") != nullptr) {
        std::ofstream file{golden_path};
        for (const Commit& commit : commits) file << test::hex_of(encode(commit)) << '\n';
    }
    const auto lines = golden_lines();
    ASSERT_EQ(lines.size(), commits.size());
    for (std::size_t at = 0; at < lines.size(); ++at) {
        EXPECT_EQ(test::hex_of(encode(commits[at])), lines[at]) << name_of(commits[at].command);
    }
}

TEST(CodecGolden, TheDecoderStillReadsTheSameCommits) {
    const auto commits = golden::commits();
    const auto lines = golden_lines();
    ASSERT_EQ(lines.size(), commits.size());
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const auto decoded = decode(bytes_of(lines[at]));
        ASSERT_TRUE(decoded) << decoded.error().detail;
        EXPECT_TRUE(*decoded == commits[at]) << name_of(commits[at].command);
    }
}

}  // namespace
}  // namespace muster
