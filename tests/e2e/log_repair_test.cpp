// A log that cannot be opened, and what its operator does about it: accept it without its mark, or
// salvage what is whole.
#include "tests/program/scene.h"

namespace muster::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class LogRepair : public Scene {
 protected:
    Founded acme = found("open-source");

    LogRepair() {
        for (int i = 0; i < 20; ++i) workspace(acme, "team " + std::to_string(i));
    }

    fs::path newest_wal() const {
        fs::path newest;
        for (const auto& entry : fs::directory_iterator{data / "log" / "store"}) {
            if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
        }
        return newest;
    }
    /// Waits until what is there is signed for, and so marked: what is newer may be lost unseen.
    void wait_for_the_notes() const {
        Client client = the_operator();
        const std::string head = client.get("/v1/log").text("head");
        EXPECT_TRUE(test::in_time([&] {
            return client.get("/v1/log/checkpoint").body.contains("\n" + head + "\n");
        }));
    }
    std::size_t workspaces() const {
        Client client = the_operator();
        return client.get(acme.path + "/workspaces").json().at("workspaces").as_array().size();
    }
};

TEST_F(LogRepair, AcceptsAWholeLogThatLostItsMark) {
    const Finished busy = run_muster({"log", "accept", "--data", data});
    EXPECT_EQ(busy.code, 1);
    EXPECT_THAT(busy.errors, HasSubstr("stop the server first"));

    server->stop();
    fs::remove(data / "log" / "mark");
    const Finished refused = run_muster({"log", "--data", data});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("muster log accept"));

    const Finished accepted = run_muster({"log", "accept", "--data", data});
    EXPECT_EQ(accepted.code, 0) << accepted.errors;
    server = std::make_unique<Program>(data);
    EXPECT_EQ(workspaces(), 20U);
}

TEST_F(LogRepair, AnOlderLogIsAcceptedOnlyWithThePositionAfterWhichItIsGivenUp) {
    server->stop();
    const fs::path older = folder.path() / "older";
    fs::copy(data / "log", older, fs::copy_options::recursive);
    server = std::make_unique<Program>(data);
    const std::string head = the_operator().get("/v1/log").text("head");
    workspace(acme, "a new one");
    server->stop();
    fs::remove_all(data / "log");
    fs::rename(older, data / "log");

    const Finished refused = run_muster({"serve", "--port", "0", "--data", data});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("are missing"));
    EXPECT_THAT(refused.errors, HasSubstr("muster log accept --give-up-after " + head));
    EXPECT_EQ(run_muster({"log", "accept", "--data", data}).code, 1);
    const Finished accepted =
        run_muster({"log", "accept", "--give-up-after", head, "--data", data});
    EXPECT_EQ(accepted.code, 0) << accepted.errors;

    server = std::make_unique<Program>(data);
    EXPECT_EQ(workspaces(), 20U);
    workspace(acme, "another one");
    const Finished verified = run_muster({"verify", "--data", data});
    EXPECT_EQ(verified.code, 0) << verified.output;
}

TEST_F(LogRepair, SalvagesWhatIsWholeIntoANewFolder) {
    wait_for_the_notes();
    server->kill();
    fs::resize_file(newest_wal(), fs::file_size(newest_wal()) / 2);
    const Finished refused = run_muster({"log", "--data", data});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.errors, HasSubstr("muster log salvage"));
    const Finished not_accepted = run_muster({"log", "accept", "--data", data});
    EXPECT_EQ(not_accepted.code, 1) << "a log that lacks commits is never accepted";

    const auto new_data = folder.path() / "salvaged";
    const Finished salvaged = run_muster({"log", "salvage", new_data, "--data", data});
    ASSERT_EQ(salvaged.code, 0) << salvaged.errors;
    EXPECT_THAT(salvaged.output, HasSubstr("lost for certain  commits"));
    EXPECT_THAT(salvaged.output, HasSubstr(text_of(new_data / "log" / "salvage-report")));
    const Finished twice = run_muster({"log", "salvage", new_data, "--data", data});
    EXPECT_EQ(twice.code, 1) << "nothing is written over";

    server = std::make_unique<Program>(new_data);
    EXPECT_GT(workspaces(), 0U);
    EXPECT_LT(workspaces(), 20U) << "the control: something was lost";
    const Finished verified = run_muster({"verify", "--data", new_data});
    EXPECT_EQ(verified.code, 0) << verified.output;
    Client client = the_operator();
    const Reply reply = client.post(acme.path + "/workspaces", {{"name", "a new one"}});
    EXPECT_EQ(reply.status, 201) << reply.body;
}

}  // namespace
}  // namespace muster::testing
