// The drill: back up a server under load, lose it, restore, check against a checkpoint that was
// kept elsewhere, and go on. Over the real binary.
#include "tests/program/scene.h"

#include <atomic>
#include <fstream>
#include <thread>

namespace muster::testing {
namespace {

namespace fs = std::filesystem;

/// Clients that found workspaces until they are stopped.
class Load {
 public:
    Load(const Program& server, std::string path) : server_{server}, path_{std::move(path)} {
        constexpr int clients = 4;
        for (int i = 0; i < clients; ++i) threads_.emplace_back([this, i] { run(i); });
    }
    ~Load() { stop(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    void stop() {
        stopped_ = true;
        for (std::thread& thread : threads_) {
            if (thread.joinable()) thread.join();
        }
    }
    int answered() const { return answered_; }
    bool goes_on_by(int more) const {
        const int before = answered_;
        return test::in_time([&] { return answered_ >= before + more; });
    }

 private:
    void run(int client_number) {
        Client client = server_.client();
        for (int i = 0; !stopped_; ++i) {
            const std::string name =
                "team " + std::to_string(client_number) + "-" + std::to_string(i);
            const Reply reply = client.post(path_ + "/workspaces", {{"name", name}});
            if (!reply.ok()) return;
            ++answered_;
        }
    }

    const Program& server_;
    const std::string path_;
    std::atomic<bool> stopped_ = false;
    std::atomic<int> answered_ = 0;
    std::vector<std::thread> threads_;
};

class BackupDrill : public Scene {
 protected:
    const fs::path backup = folder.path() / "backup";
    const fs::path keys_backup = folder.path() / "keys-backup";
    const fs::path restored = folder.path() / "restored";

    static std::vector<std::string> joined(std::vector<std::string> arguments,
                                           const std::vector<std::string>& more) {
        arguments.insert(arguments.end(), more.begin(), more.end());
        return arguments;
    }
    Finished back_up(const std::vector<std::string>& options = {}) const {
        return run_muster(joined({"backup", backup, "--data", data}, options));
    }
    Finished back_up_all() const {
        const Finished finished = back_up({"--keys", keys_backup});
        EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
        return finished;
    }
    Finished verify(const std::vector<std::string>& options = {}) const {
        return run_muster(joined({"backup", backup, "--verify-only"}, options));
    }
    Finished restore(const std::vector<std::string>& options = {}) const {
        return run_muster(joined({"restore", backup, restored}, options));
    }
    Finished restore_all(const std::vector<std::string>& options = {}) const {
        const Finished finished = restore(joined({"--keys", keys_backup}, options));
        EXPECT_EQ(finished.code, 0) << finished.output << finished.errors;
        return finished;
    }

    /// The number of commits that a backup or a restore says it has.
    static std::uint64_t commits_in(const Finished& finished) {
        const std::string mark = "commits     1 to ";
        const auto at = finished.output.find(mark);
        EXPECT_NE(at, std::string::npos) << finished.output << finished.errors;
        return at == std::string::npos ? 0 : std::stoull(finished.output.substr(at + mark.size()));
    }
    /// The second line of a checkpoint.
    static std::uint64_t commits_of(const std::string& checkpoint) {
        const auto line = checkpoint.find('\n') + 1;
        return line == 0 ? 0 : std::stoull(checkpoint.substr(line));
    }
    static bool says(const Finished& finished, const std::string& text) {
        return (finished.output + finished.errors).find(text) != std::string::npos;
    }

    /// Whether `muster verify` proves that the restored log extends a checkpoint, by the public key
    /// that an auditor kept.
    Finished verify_from(const std::string& checkpoint, const std::string& verifier_key) const {
        const auto file = folder.path() / "kept-checkpoint";
        std::ofstream{file, std::ios::binary | std::ios::trunc} << checkpoint;
        return run_muster({"verify", "--data", restored, "--from-checkpoint", file,
                           "--verifier-key", verifier_key.substr(0, verifier_key.find('\n'))});
    }

    static std::string list(const Program& program, const Founded& organization,
                            const std::string& what) {
        Client client = program.client();
        return client.get(organization.path + what).body;
    }
    static std::string log_of(const Program& program) {
        Client client = program.client();
        return client.get("/v1/log/commits?from=1&limit=1000").body;
    }
};

TEST_F(BackupDrill, UnderLoadRestoresTheSameLogWhichGoesOn) {
    const Founded acme = found("open-source");
    join(acme, "bo", "member");
    std::string kept_elsewhere;
    std::uint64_t position = 0;
    {
        Load load{*server, acme.path};
        for (int round = 0; round < 3; ++round) {
            ASSERT_TRUE(load.goes_on_by(40));
            const auto before = position;
            position = commits_in(back_up_all());
            EXPECT_GT(position, before);
            if (round == 1) kept_elsewhere = text_of(data / "log" / "checkpoint");
        }
        ASSERT_TRUE(load.goes_on_by(20));
    }
    const std::string as_of = "as_of=" + std::to_string(position);
    const auto members_then = list(*server, acme, "/members?" + as_of);
    const auto teams_then = list(*server, acme, "/workspaces?" + as_of);
    EXPECT_NE(members_then.find("bo@example.org"), std::string::npos);
    // The notary signs within a second.
    ASSERT_TRUE(
        test::in_time([&] { return commits_of(text_of(data / "log" / "checkpoint")) > position; }));
    server->kill();
    const std::string newest = text_of(data / "log" / "checkpoint");
    const std::string verifier_key = text_of(data / "log" / "verifier-key");

    const Finished verified = verify({"--keys", keys_backup});
    EXPECT_EQ(verified.code, 0) << verified.output << verified.errors;
    const Finished finished = restore_all();
    EXPECT_EQ(commits_in(finished), position);
    EXPECT_TRUE(says(finished, "go on holding")) << finished.output;
    const Finished proven = verify_from(kept_elsewhere, verifier_key);
    EXPECT_EQ(proven.code, 0) << proven.output << proven.errors;
    // The controls: a checkpoint that was signed after the last backup tells what is lost, and one
    // of another log does not hold.
    EXPECT_NE(verify_from(newest, verifier_key).code, 0);
    const TemporaryFolder elsewhere;
    { const Program other{elsewhere.path() / "data"}; }
    EXPECT_NE(
        verify_from(text_of(elsewhere.path() / "data" / "log" / "checkpoint"), verifier_key).code,
        0);

    Program again{restored};
    EXPECT_EQ(list(again, acme, "/members?" + as_of), members_then);
    EXPECT_EQ(list(again, acme, "/workspaces?" + as_of), teams_then);
    Client client = again.client();
    const Reply written = client.post(acme.path + "/workspaces", {{"name", "after the loss"}});
    EXPECT_EQ(written.status, 201) << written.body;
    const Finished checked = run_muster({"verify", "--data", restored});
    EXPECT_EQ(checked.code, 0) << checked.output << checked.errors;
    // The restored log is backed up to the same folder as before.
    const Finished more = run_muster({"backup", backup, "--data", restored});
    EXPECT_EQ(more.code, 0) << more.errors;
    EXPECT_GT(commits_in(more), position);
}

TEST_F(BackupDrill, RestoresEarlierStatesUnderNewIdentities) {
    const Founded acme = found("open-source");
    join(acme, "bo", "member");
    const auto head = [&] {
        Client client = the_operator();
        return client.get("/v1/log").json().at("head").to_number<std::uint64_t>();
    };
    const auto position = head();
    Client client = the_operator();
    const auto at =
        std::string{client.get("/v1/log/commits?from=" + std::to_string(position) + "&limit=1")
                        .json()
                        .at("recorded_at")
                        .as_string()};
    const auto members_then = list(*server, acme, "/members");
    workspace(acme, "a later team");
    const auto whole_log = log_of(*server);
    const auto verifier = text_of(data / "log" / "verifier-key");
    EXPECT_GT(commits_in(back_up_all()), position);

    for (const std::vector<std::string>& end :
         {std::vector<std::string>{"--to-position", std::to_string(position)},
          std::vector<std::string>{"--to-time", at}}) {
        const Finished finished = restore_all(end);
        EXPECT_EQ(commits_in(finished), position);
        EXPECT_TRUE(says(finished, "NEW identity")) << finished.output;
        const Program earlier{restored};
        EXPECT_TRUE(whole_log.starts_with(log_of(earlier)));
        EXPECT_EQ(list(earlier, acme, "/members"), members_then);
        EXPECT_EQ(list(earlier, acme, "/workspaces").find("a later team"), std::string::npos);
        EXPECT_NE(text_of(restored / "log" / "verifier-key"), verifier);
        fs::remove_all(restored);
    }
    const Finished beyond = restore({"--to-position", "100000"});
    EXPECT_NE(beyond.code, 0);
    EXPECT_TRUE(says(beyond, "1 to " + std::to_string(head()))) << beyond.errors;
    const Finished later = restore({"--to-time", "2999-01-01T00:00:00Z"});
    EXPECT_NE(later.code, 0);
    EXPECT_TRUE(says(later, "position " + std::to_string(head()))) << later.errors;
}

TEST_F(BackupDrill, OfAStoppedServerIsTheSame) {
    found("open-source");
    EXPECT_EQ(server->stop(), 0);
    const Finished made = back_up();
    EXPECT_EQ(made.code, 0) << made.output << made.errors;
    EXPECT_TRUE(says(made, "NOT backed up")) << made.output;
    const auto commits = commits_in(made);
    const Finished again = back_up();
    EXPECT_TRUE(says(again, "0 commits since the last backup")) << again.output;
    EXPECT_EQ(commits_in(verify()), commits);
}

TEST_F(BackupDrill, WithoutKeysIsALogThatNoServerOpens) {
    found("open-source");
    ASSERT_EQ(back_up().code, 0);
    const Finished finished = restore();
    EXPECT_EQ(finished.code, 0) << finished.errors;
    EXPECT_TRUE(says(finished, "personal data cannot be read")) << finished.output;
    const Finished opened = run_muster({"verify", "--data", restored});
    EXPECT_NE(opened.code, 0);
    EXPECT_TRUE(says(opened, "keys")) << opened.output << opened.errors;
}

TEST_F(BackupDrill, RefusesADamagedBackup) {
    const Founded acme = found("open-source");
    for (int i = 0; i < 20; ++i) workspace(acme, "team " + std::to_string(i));
    back_up_all();
    fs::path segment;
    for (const auto& entry : fs::directory_iterator{backup / "log" / "segments"}) {
        segment = entry.path();
    }
    const std::string bytes = text_of(segment);
    std::string flipped = bytes;
    flipped[bytes.size() / 2] = static_cast<char>(flipped[bytes.size() / 2] ^ 1);
    for (const std::string& damaged : {flipped, bytes.substr(0, bytes.size() - 100)}) {
        std::ofstream{segment, std::ios::binary | std::ios::trunc} << damaged;
        const Finished verified = verify();
        EXPECT_NE(verified.code, 0) << verified.output;
        EXPECT_TRUE(says(verified, "commits 1 to")) << verified.errors;
        EXPECT_NE(restore({"--keys", keys_backup}).code, 0);
        EXPECT_FALSE(fs::exists(restored / "log"));
    }
    // The control: whole again, both take it.
    std::ofstream{segment, std::ios::binary | std::ios::trunc} << bytes;
    EXPECT_EQ(verify().code, 0);
    restore_all();
}

TEST_F(BackupDrill, IsRefusedWhereItWouldBeUnsafe) {
    found("open-source");
    Client client = the_operator();
    const Reply from_afar = client.post("/v1/operations/backup", {{"folder", backup.string()}});
    EXPECT_EQ(from_afar.status, 403) << from_afar.body;
    EXPECT_EQ(from_afar.code(), "local_only");
    EXPECT_FALSE(fs::exists(backup));

    const Finished inside = back_up({"--keys", backup / "keys"});
    EXPECT_NE(inside.code, 0);
    EXPECT_TRUE(says(inside, "apart")) << inside.errors;
    EXPECT_FALSE(fs::exists(backup));

    back_up_all();
    const Finished over_data = run_muster({"restore", backup, data, "--keys", keys_backup});
    EXPECT_NE(over_data.code, 0);
    EXPECT_TRUE(says(over_data, "is there already")) << over_data.errors;

    const TemporaryFolder elsewhere;
    const fs::path other_data = elsewhere.path() / "data";
    const Program other{other_data};
    const Finished over_other = run_muster({"backup", backup, "--data", other_data});
    EXPECT_NE(over_other.code, 0);
    EXPECT_TRUE(says(over_other, "name another folder")) << over_other.errors;
}

}  // namespace
}  // namespace muster::testing
