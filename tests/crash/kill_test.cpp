// kill -9 of the real server under load: everything that was answered 2xx is there, nothing is half
// there, and a retry gives the first answer.
#include "api/http/import.h"
#include "tests/program/scene.h"

#include <atomic>
#include <fstream>
#include <mutex>
#include <random>
#include <thread>

namespace muster::testing {
namespace {

/// One request of the load, as its client remembers it.
struct Asked {
    std::string key;
    std::string name;
    std::string answer;  ///< empty while unanswered
};

Headers with_key(const Asked& asked) {
    return {"Idempotency-Key: " + asked.key};
}

/// What a restarted server has of the requests: a line for each that it lost, changed or doubled.
std::vector<std::string> missing_of(Client& client, const std::string& path,
                                    std::vector<Asked>& requests) {
    std::vector<std::string> findings;
    std::map<std::string, int> shown;
    const boost::json::value list = client.get(path + "/workspaces").json();
    for (const auto& workspace : list.at("workspaces").as_array()) {
        ++shown[std::string{workspace.at("name").as_string()}];
    }
    for (Asked& asked : requests) {
        if (!asked.answer.empty() && shown[asked.name] != 1) {
            findings.push_back(asked.name + " was acknowledged and is there " +
                               std::to_string(shown[asked.name]) + " times");
        }
        const Reply retry =
            client.post(path + "/workspaces", {{"name", asked.name}}, with_key(asked));
        if (!retry.ok()) findings.push_back(asked.name + ": the retry got " + retry.body);
        if (!asked.answer.empty() && retry.body != asked.answer) {
            findings.push_back(asked.name + ": the retry got another answer");
        }
        asked.answer = retry.body;
    }
    return findings;
}

class Load {
 public:
    Load(const Program& server, std::string path, int round)
        : server_{server}, path_{std::move(path)}, round_{round} {
        constexpr int clients = 8;
        for (int i = 0; i < clients; ++i) threads_.emplace_back([this, i] { run(i); });
    }
    /// Ends it, with the server dead already.
    std::vector<Asked> stop() {
        stopped_ = true;
        for (std::thread& thread : threads_) thread.join();
        return std::move(requests_);
    }
    int answered() const { return answered_; }

 private:
    void run(int client_number) {
        Client client = server_.client();
        for (int i = 0; !stopped_; ++i) {
            const std::string name = std::to_string(round_) + "-" + std::to_string(client_number) +
                                     "-" + std::to_string(i);
            Asked asked{"key-" + name, "team " + name, {}};
            const Reply reply =
                client.post(path_ + "/workspaces", {{"name", asked.name}}, with_key(asked));
            if (reply.ok()) {
                asked.answer = reply.body;
                ++answered_;
            }
            const std::lock_guard lock{mutex_};
            requests_.push_back(std::move(asked));
            if (!reply.ok()) return;
        }
    }

    const Program& server_;
    const std::string path_;
    const int round_;
    std::atomic<bool> stopped_ = false;
    std::atomic<int> answered_ = 0;
    std::mutex mutex_;
    std::vector<Asked> requests_;
    std::vector<std::thread> threads_;
};

using Kill = Scene;

TEST_F(Kill, LosesNothingThatWasAcknowledgedAndHalvesNothing) {
    const int kills = is_long_run() ? 500 : 50;
    std::mt19937 random{20'261'121};
    std::uniform_int_distribution<int> acknowledgements{1, 60};
    int acknowledged = 0;
    Founded acme = found("open-source");
    for (int round = 0; round < kills; ++round) {
        if (round % 10 == 9) acme = found("open-source", "ada" + std::to_string(round));
        const int enough = acknowledgements(random);
        Load load{*server, acme.path, round};
        ASSERT_TRUE(test::in_time([&] { return load.answered() >= enough; }));
        server->kill();
        std::vector<Asked> requests = load.stop();
        server = std::make_unique<Program>(data);
        Client client = the_operator();
        EXPECT_EQ(missing_of(client, acme.path, requests), std::vector<std::string>{});
        for (const Asked& asked : requests) acknowledged += asked.answer.empty() ? 0 : 1;
    }
    EXPECT_GE(acknowledged, kills);
    const Finished verified = run_muster({"verify", "--data", data});
    EXPECT_EQ(verified.code, 0) << verified.output;

    // The control: an acknowledgement that never was is found missing by the same check.
    Client client = the_operator();
    std::vector<Asked> invented{{"key-invented", "team invented", "{\"position\":1}"}};
    EXPECT_FALSE(missing_of(client, acme.path, invented).empty());
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
    constexpr int enough = 40;
    Load load{*server, acme.path, 0};
    ASSERT_TRUE(test::in_time([&] { return load.answered() >= enough; }));
    EXPECT_EQ(server->stop(), 0);
    std::vector<Asked> requests = load.stop();
    server = std::make_unique<Program>(data);
    Client client = the_operator();
    EXPECT_EQ(missing_of(client, acme.path, requests), std::vector<std::string>{});
}

}  // namespace
}  // namespace muster::testing
