// Holds the worked example of eventstore/FORMAT.md true: its bytes, and every value that it says
// they have, are taken from the document and computed anew.
#include "eventstore/form/codec.h"
#include "eventstore/log/log_rows.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/merkle.h"
#include "tests/checkout.h"
#include "tests/eventstore/hex.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace muster {
namespace {

/// The lines of the document between ```NAME and ```.
std::vector<std::string> block(const std::string& name) {
    std::ifstream document{test::checkout() / "eventstore" / "FORMAT.md"};
    std::vector<std::string> lines;
    bool inside = false;
    for (std::string line; std::getline(document, line);) {
        if (line == "```" && inside) return lines;
        if (inside) lines.push_back(line);
        if (line == "```" + name) inside = true;
    }
    ADD_FAILURE() << "FORMAT.md has no block " << name;
    return {};
}

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
        bytes += static_cast<char>(std::stoi(std::string{text.substr(at, 2)}, nullptr, 16));
    }
    return bytes;
}

/// "0028  1c 00 00 00    what it is": each line begins where the one before it ended.
std::string example_bytes() {
    constexpr std::size_t bytes_at = 6;
    constexpr std::size_t bytes_width = 48;
    std::string bytes;
    for (const std::string& line : block("bytes")) {
        EXPECT_EQ(std::stoul(line.substr(0, 4), nullptr, 16), bytes.size()) << line;
        std::istringstream column{line.substr(bytes_at, bytes_width)};
        for (std::string byte; column >> byte;) bytes += from_hex(byte);
    }
    return bytes;
}

/// The value in a line "name    value" of the block "values".
std::string value(const std::string& name) {
    for (const std::string& line : block("values")) {
        if (line.starts_with(name + "  ")) return line.substr(line.rfind(' ') + 1);
    }
    ADD_FAILURE() << "FORMAT.md has no value " << name;
    return {};
}

Commit example() {
    const auto commit = decode(example_bytes());
    EXPECT_TRUE(commit.has_value()) << commit.error().detail;
    return commit.value_or(Commit{});
}

TEST(FormatDocument, ShowsACommitAsItIsWritten) {
    const std::string bytes = example_bytes();
    const Commit commit = example();
    EXPECT_EQ(encode(commit), bytes);

    const auto* command = std::get_if<RegisterPerson>(&commit.command);
    ASSERT_NE(command, nullptr);
    Commit told{
        .position = Position{1},
        .recorded_at = Instant{1'700'000'000'000'000},
        .effective_at = Instant{1'700'000'000'000'000},
        .streams = {{StreamId::of(command->person), Version{1}}},
        .context = {.actor = Actor::the_operator(), .command_id = commit.context.command_id},
        .command = *command,
        .events = {{StreamId::of(command->person),
                    PersonRegistered{
                        .person = command->person, .name = command->name, .verified = true}}},
        .key_seq = 2};
    EXPECT_EQ(commit, told);
}

TEST(FormatDocument, ShowsHowANameIsSealed) {
    const auto command = std::get<RegisterPerson>(example().command);
    const auto key = SecretKey::from(from_hex(value("data key")));
    ASSERT_TRUE(key.has_value());
    const std::string associated = from_hex(value("associated"));
    EXPECT_EQ(unseal_bytes(*key, associated, command.name.bytes), "Ada");
    EXPECT_EQ(test::hex_of(associated).substr(32, 32), [&] {
        std::string id;
        append_id(id, command.person.value);
        return test::hex_of(id);
    }());
}

TEST(FormatDocument, ShowsTheLeafAndTheRoot) {
    const std::string bytes = example_bytes();
    const std::string entry = tree_entry(Position{1}, bytes);
    const Digest leaf = leaf_hash(entry);
    TreeEdge tree;
    tree.append({{leaf}});
    EXPECT_EQ(value("commit"), test::hex_of(sha256(bytes)));
    EXPECT_EQ(value("entry"), test::hex_of(entry));
    EXPECT_EQ(value("leaf"), test::hex_of(leaf));
    EXPECT_EQ(value("root"), test::hex_of(tree.head().root));
}

TEST(FormatDocument, ShowsTheRowsBesideTheCommit) {
    const Commit commit = example();
    const auto stream = log_rows::stream_rows(commit).at(0);
    const TreeNode first{.level = 0, .index = 0};
    const std::string head = log_rows::bytes_of(log_rows::Head{.position = commit.position,
                                                               .recorded_at = commit.recorded_at,
                                                               .key_seq = commit.key_seq,
                                                               .streams = 1,
                                                               .requests = 0,
                                                               .memberships = 0});
    std::string head_words;
    for (std::size_t at = 0; at < head.size(); at += 8) {
        head_words += (at == 0 ? "" : " ") + test::hex_of(head.substr(at, 8));
    }
    const std::vector<std::string> rows{
        "streams   " + test::hex_of(stream.key) + " -> " + test::hex_of(stream.value),
        "tree      " + test::hex_of(log_rows::key_of(first)) + " -> " + value("leaf"),
        "head      " + head_words};
    EXPECT_EQ(block("rows"), rows);
    EXPECT_TRUE(log_rows::request_rows(commit).empty());
    EXPECT_TRUE(log_rows::membership_rows(commit).empty());
}

TEST(FormatDocument, ControlAChangedByteChangesTheRoot) {
    std::string bytes = example_bytes();
    bytes.at(0x48) ^= 1;  // the position
    EXPECT_NE(value("leaf"), test::hex_of(leaf_hash(tree_entry(Position{1}, bytes))));
    EXPECT_NE(decode(bytes).value_or(Commit{}), example());
}

}  // namespace
}  // namespace muster
