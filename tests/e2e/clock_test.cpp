// The real binary under a clock that the test sets while it runs (libfaketime). Only the wall clock
// is false; the machine's steady clocks stay true.
#include "tests/program/scene.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace muster::testing {
namespace {

using namespace std::chrono_literals;

constexpr const char* false_clock = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// Sets variables of the environment that programs started here get, until it goes away.
class Environment {
 public:
    explicit Environment(std::vector<std::pair<std::string, std::string>> variables)
        : variables_{std::move(variables)} {
        for (const auto& [name, value] : variables_) ::setenv(name.c_str(), value.c_str(), 1);
    }
    ~Environment() {
        for (const auto& [name, value] : variables_) ::unsetenv(name.c_str());
    }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

 private:
    const std::vector<std::pair<std::string, std::string>> variables_;
};

class ClockTest : public ::testing::Test {
 protected:
    TemporaryFolder folder;
    const std::filesystem::path data = folder.path() / "data";
    const std::filesystem::path time_file = folder.path() / "time";
    std::unique_ptr<Program> server;
    std::string organization;

    void SetUp() override {
        if (!std::filesystem::exists(false_clock)) {
            GTEST_SKIP() << "the package faketime is not installed";
        }
        set_clock("+0");
        start();
        const Reply reply = client().post(
            "/v1/organizations", {{"name", "Acme"},
                                  {"blueprint", "open-source"},
                                  {"founder", {{"address", "ada@example.org"}, {"name", "Ada"}}}});
        ASSERT_EQ(reply.status, 201) << reply.body;
        organization = "/v1/organizations/" + reply.text("organization");
        ASSERT_EQ(invite("bo").status, 201);
    }

    void start(const std::vector<std::string>& options = {}) {
        server.reset();
        const Environment environment{{{"LD_PRELOAD", false_clock},
                                       {"FAKETIME_TIMESTAMP_FILE", time_file.string()},
                                       {"FAKETIME_NO_CACHE", "1"},
                                       {"DONT_FAKE_MONOTONIC", "1"},
                                       {"ASAN_OPTIONS", "verify_asan_link_order=0"}}};
        server = std::make_unique<Program>(data, options);
    }
    /// How far the wall clock is from the true one: "+1d", "-1h".
    void set_clock(const std::string& offset) {
        // Never a moment in which the file is empty or half written.
        std::ofstream{time_file.string() + ".new"} << offset << "\n";
        std::filesystem::rename(time_file.string() + ".new", time_file);
    }
    Client client() const { return server->client(); }
    Reply invite(const std::string& name) const {
        return client().post(organization + "/invitations",
                             {{"address", name + "@example.org"}, {"role", "member"}});
    }
    std::vector<std::string> recorded_times() const {
        std::vector<std::string> times;
        std::istringstream lines{client().get("/v1/log/commits").body};
        for (std::string line; std::getline(lines, line);) {
            times.emplace_back(boost::json::parse(line).at("recorded_at").as_string());
        }
        return times;
    }
    std::size_t open_invitations() const {
        return client().get(organization + "/invitations").json().at("members").as_array().size();
    }
};

TEST_F(ClockTest, SetBackUnderUseItNeverTakesWhatIsRecordedBack) {
    set_clock("-1h");
    EXPECT_EQ(invite("cy").status, 201);
    set_clock("-2d");
    EXPECT_EQ(invite("di").status, 201);
    set_clock("+0");
    EXPECT_EQ(invite("ed").status, 201) << "the correction is no step forward";
    const std::vector<std::string> times = recorded_times();
    EXPECT_GE(times.size(), 5U);
    EXPECT_TRUE(std::ranges::is_sorted(times));
}

TEST_F(ClockTest, SetFarForwardItStopsWritingUntilAnOperatorConfirms) {
    const std::size_t before = recorded_times().size();
    set_clock("+30d");
    const Reply refused = invite("cy");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.code(), "log_unavailable");
    EXPECT_TRUE(refused.text("detail").contains("muster clock confirm")) << refused.body;
    EXPECT_EQ(client().get("/readyz").status, 503);
    // The engine looks for what is due twice a second.
    EXPECT_FALSE(test::in_time([&] { return open_invitations() != 1; }, 1'500ms));
    EXPECT_EQ(recorded_times().size(), before);

    const Finished confirmed = run_muster({"clock", "confirm", "--data", data.string()});
    EXPECT_EQ(confirmed.code, 0) << confirmed.output << confirmed.errors;
    EXPECT_EQ(invite("cy").status, 201);
    EXPECT_EQ(client().get("/readyz").status, 200);
    EXPECT_EQ(open_invitations(), 1U) << "the one of bo has expired, as the operator says so";
}

TEST_F(ClockTest, BehindTheNewestCommitAtTheStartItStopsWritingUntilAnOperatorConfirms) {
    server->stop();
    set_clock("-2d");
    start();
    const Reply not_ready = client().get("/readyz");
    EXPECT_EQ(not_ready.status, 503);
    EXPECT_TRUE(not_ready.text("problem").contains("muster clock confirm")) << not_ready.body;
    EXPECT_EQ(invite("cy").status, 503);
    EXPECT_EQ(open_invitations(), 1U) << "reads go on";

    const Finished confirmed = run_muster({"clock", "confirm", "--data", data.string()});
    EXPECT_EQ(confirmed.code, 0) << confirmed.output << confirmed.errors;
    EXPECT_EQ(client().get("/readyz").status, 200);
    EXPECT_EQ(invite("cy").status, 201);
    EXPECT_TRUE(std::ranges::is_sorted(recorded_times()));
}

/// The control: to a server that starts under the wrong clock it is no step.
TEST_F(ClockTest, WithoutTheGuardTheSameClockEndsEveryInvitation) {
    server->stop();
    set_clock("+30d");
    start();
    EXPECT_TRUE(test::in_time([&] { return open_invitations() == 0; }));
}

}  // namespace
}  // namespace muster::testing
