// kill -9 of the real server under load, while it opens, and while it writes its notes: everything
// that was answered 2xx is there, nothing is half there, a retry gives the first answer, and the
// log extends the checkpoint that it had published.
#include "eventstore/proof/checkpoint.h"
#include "tests/checkout.h"
#include "tests/crash/load.h"
#include "tests/program/scene.h"
#include "tests/random_runs.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

#include <fstream>
#include <random>
#include <sstream>

extern char** environ;

namespace muster::testing {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

std::vector<std::string> none() {
    return {};
}

/// A moment for a kill that nothing but the time decides.
void let_pass(milliseconds time) {
    test::in_time([] { return false; }, time);
}

/// Starts a server and kills it after a while, wherever it is by then.
void start_and_kill(const std::filesystem::path& data, milliseconds after) {
    std::string binary = test::muster_binary();
    std::string words[] = {"serve", "--data", data.string(), "--port", "0"};
    std::vector<char*> arguments{binary.data()};
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, (data.string() + ".log").c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    pid_t process = 0;
    ASSERT_EQ(posix_spawn(&process, binary.c_str(), &actions, nullptr, arguments.data(), environ),
              0);
    posix_spawn_file_actions_destroy(&actions);
    let_pass(after);
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
}

/// The highest position that was acknowledged.
std::uint64_t newest_in(const std::vector<Asked>& requests) {
    std::uint64_t newest = 0;
    for (const Asked& asked : requests) {
        if (asked.answer.empty()) continue;
        const auto position = boost::json::parse(asked.answer).at("position");
        newest = std::max(newest, position.to_number<std::uint64_t>());
    }
    return newest;
}

/// The size that a checkpoint claims: its second line.
std::uint64_t size_of(const std::string& checkpoint) {
    std::istringstream lines{checkpoint};
    std::string origin;
    std::uint64_t size = 0;
    std::getline(lines, origin);
    lines >> size;
    return size;
}

class Kill : public Scene {
 protected:
    std::mt19937_64 random{test::seed_of_the_day()};
    std::vector<Asked> invited;  ///< acknowledged invitations of all rounds

    int between(int least, int most) {
        return std::uniform_int_distribution<int>{least, most}(random);
    }
    /// Lets a load run until a moment that the round draws, and kills the server.
    Remembered kill_under_load(const Founded& organization, int round) {
        Load load{*server, organization.path, round};
        // It goes on after the kill, beside the views that it is to replace.
        if (round % 4 == 1) {
            EXPECT_EQ(the_operator().post("/v1/operations/rebuild-views").status, 202);
        }
        if (round % 10 == 3) {
            EXPECT_TRUE(test::in_time([&] { return load.answered() > 0; }));
            wait_for_a_checkpoint_being_written();
        } else if (round % 3 == 2) {
            let_pass(milliseconds{between(0, 250)});
        } else {
            const int enough = between(1, 30);
            EXPECT_TRUE(test::in_time([&] { return load.answered() >= enough; }));
        }
        server->kill();
        return load.stop();
    }
    /// The file that becomes the checkpoint is there for an instant only; a round may miss it.
    void wait_for_a_checkpoint_being_written() const {
        const auto unfinished = data / "log" / "checkpoint.new";
        const auto deadline = std::chrono::steady_clock::now() + milliseconds{1'500};
        while (!std::filesystem::exists(unfinished)) {
            if (std::chrono::steady_clock::now() > deadline) return;
        }
    }
    /// Starts again, some rounds after a start that was killed as well.
    void start_again(int round) {
        if (round % 8 == 1) {
            if (round % 16 == 1) std::filesystem::remove_all(data / "views");
            start_and_kill(data, milliseconds{between(0, 400)});
        }
        server = std::make_unique<Program>(data);
    }
    /// What a round's load left must be there; remembers its invitations.
    void expect_all(const Founded& organization, Remembered remembered) {
        Client client = the_operator();
        EXPECT_EQ(missing_of(client, organization.path, remembered.requests), none());
        EXPECT_EQ(doubts_of(client, remembered.checkpoint), none());
        for (const Asked& asked : remembered.requests) {
            if (!asked.invitation.empty()) invited.push_back(asked);
        }
    }
    /// What the log's own key would have signed, had its history been another.
    std::string checkpoint_of_another_history() const {
        const auto text = text_of(data / "log" / "verifier-key");
        const auto origin = text.substr(0, text.find('+'));
        const auto signer =
            load_signer(Disk::of_this_machine(), data / "keys" / "signing-key", origin);
        EXPECT_TRUE(signer.has_value());
        const Checkpoint invented{origin, {.size = 3, .root = {1}}, {}};
        return sign_note(muster::text_of(invented), *signer);
    }
    /// Every acknowledged invitation has its mail in the end, and no mail is half there.
    void expect_every_mail() const {
        for (const Asked& asked : invited) {
            const auto file = data / "outbox" / (asked.invitation + ".1.eml");
            ASSERT_TRUE(test::in_time([&] { return std::filesystem::exists(file); }))
                << asked.shown;
        }
        for (const auto& entry : std::filesystem::directory_iterator{data / "outbox"}) {
            if (entry.path().extension() != ".eml") continue;
            EXPECT_FALSE(token_in(unfolded(text_of(entry.path()))).empty()) << entry.path();
        }
    }
};

TEST_F(Kill, LosesNothingThatWasAcknowledgedAndHalvesNothing) {
    test::Rounds kills{{.least = 30, .share = 60s, .long_run = 2'000}};
    Founded acme = found("open-source");
    Remembered last;
    for (int round = 0; !HasFailure() && kills.next(); ++round) {
        if (round % 10 == 9) acme = found("open-source", "ada" + std::to_string(round));
        Remembered remembered = kill_under_load(acme, round);
        if (!remembered.checkpoint.empty()) last = remembered;
        start_again(round);
        expect_all(acme, std::move(remembered));
    }
    expect_every_mail();
    EXPECT_GE(invited.size(), 10U) << "there was hardly any load";
    const Finished verified = run_muster({"verify", "--data", data});
    EXPECT_EQ(verified.code, 0) << verified.output;

    // The controls: an acknowledgement that never was, and a checkpoint of another log.
    Client client = the_operator();
    std::vector<Asked> invented{{"key-invented", acme.path + "/workspaces",
                                 R"({"name":"team invented"})", "team invented",
                                 R"({"position":1})", ""}};
    EXPECT_NE(missing_of(client, acme.path, invented), none());
    ASSERT_FALSE(last.checkpoint.empty()) << "no round had fetched a checkpoint";
    EXPECT_NE(doubts_of(client, checkpoint_of_another_history()), none());
}

TEST_F(Kill, OfAnImportDoublesNothingWhenItIsRunAgain) {
    const auto file = folder.path() / "history.jsonl";
    constexpr int teams = 4'000;
    std::string lines =
        R"({"at":"2020-01-01T00:00:00Z","command":"FoundOrganization","organization":"club",)"
        R"("name":"Club","blueprint":"open-source","founder":{"address":"ann@example.org"}})"
        "\n";
    for (int i = 0; i < teams; ++i) {
        const std::string name = "team " + std::to_string(i);
        lines +=
            R"({"at":"2020-01-02T00:00:00Z","command":"CreateWorkspace","organization":"club",)"
            R"("workspace":")" +
            name + R"(","name":")" + name + "\"}\n";
    }
    std::ofstream{file} << lines;
    const auto head = [&] {
        Client client = the_operator();
        const std::string text = client.get("/v1/log").text("head");
        return text.empty() ? 0L : std::stol(text);
    };
    std::thread importing{[&] { run_muster({"import", file, "--data", data}); }};
    EXPECT_TRUE(test::in_time([&] { return head() > teams / 8; }));
    server->kill();
    importing.join();

    const Finished again = run_muster({"import", file, "--data", data});
    EXPECT_EQ(again.code, 0) << again.errors;
    const Finished log = run_muster({"log", "--data", data});
    EXPECT_EQ(std::count(log.output.begin(), log.output.end(), '\n'), teams + 1);
}

TEST_F(Kill, SigtermUnderLoadDrainsAndLosesNothing) {
    const Founded acme = found("open-source");
    const int rounds = test::is_long_run() ? 50 : 5;
    for (int round = 0; round < rounds; ++round) {
        const int enough = between(1, 60);
        Load load{*server, acme.path, round};
        ASSERT_TRUE(test::in_time([&] { return load.answered() >= enough; }));
        EXPECT_EQ(server->stop(), 0) << text_of(data.string() + ".log");
        Remembered remembered = load.stop();
        remembered.checkpoint = text_of(data / "log" / "checkpoint");
        EXPECT_GE(size_of(remembered.checkpoint), newest_in(remembered.requests))
            << "the last checkpoint is signed when everything was drained";
        server = std::make_unique<Program>(data);
        expect_all(acme, std::move(remembered));
    }
}

}  // namespace
}  // namespace muster::testing
