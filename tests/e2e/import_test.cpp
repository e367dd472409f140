// The import by the public command line: resuming, stopping at a bad line, the example that ships.
#include "api/http/routes/import.h"
#include "tests/checkout.h"
#include "tests/program/program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace muster::testing {
namespace {

struct Folder : ::testing::Test {
    TemporaryFolder folder;
    std::filesystem::path store = folder.path() / "data";
    std::filesystem::path file = folder.path() / "history.jsonl";

    void SetUp() override { std::filesystem::create_directories(store); }

    Finished import(const std::string& lines) const {
        std::ofstream{file, std::ios::trunc} << lines;
        return run_muster({"import", file, "--data", store});
    }
    long commits() const {
        const Finished log = run_muster({"log", "--data", store});
        return std::count(log.output.begin(), log.output.end(), '\n');
    }
    std::string members() const { return run_muster({"members", "club", "--data", store}).output; }
};

using Import = Folder;

const std::string founding =
    R"({"at":"2020-01-01T00:00:00Z","command":"FoundOrganization","organization":"club",)"
    R"("name":"Club","blueprint":"open-source","founder":{"address":"ann@example.org",)"
    R"("name":"Ann"}})"
    "\n";
const std::string bo_registers =
    R"({"at":"2020-02-01T00:00:00Z","command":"RegisterPerson","address":"bo@example.org",)"
    R"("name":"Bo"})"
    "\n";
const std::string bo_joins =
    R"({"at":"2020-02-01T00:00:00Z","command":"InviteMember","organization":"club",)"
    R"("address":"bo@example.org","role":"member"})"
    "\n";
const std::string unknown_role =
    R"({"at":"2020-03-01T00:00:00Z","command":"ChangeRole","organization":"club",)"
    R"("address":"bo@example.org","role":"emperor"})"
    "\n";
const std::string good_role =
    R"({"at":"2020-03-01T00:00:00Z","command":"ChangeRole","organization":"club",)"
    R"("address":"bo@example.org","role":"admin"})"
    "\n";
const std::string finished =
    R"({"at":"2020-03-01T00:00:00Z","command":"FinishImport","organization":"club"})"
    "\n";

TEST_F(Import, HelpSaysWhatALineMayHold) {
    const Finished help = run_muster({"import", "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_TRUE(help.output.contains(http::import_help())) << help.output;
}

TEST_F(Import, DoublesNothingWhenItIsRunAgain) {
    const std::string lines = founding + bo_registers + bo_joins + finished;
    ASSERT_EQ(import(lines).code, 0);
    const long once = commits();
    EXPECT_EQ(once, 4);
    ASSERT_EQ(import(lines).code, 0);
    EXPECT_EQ(commits(), once);
}

TEST_F(Import, StopsAtTheFirstBadLineAndGoesOnWhenItIsMended) {
    const Finished stopped = import(founding + bo_registers + bo_joins + unknown_role + finished);
    EXPECT_EQ(stopped.code, 1);
    EXPECT_NE(stopped.errors.find("line 4: role_not_found"), std::string::npos) << stopped.errors;
    EXPECT_EQ(commits(), 3) << "what went before stays, the bad line leaves nothing";
    const Finished mended = import(founding + bo_registers + bo_joins + good_role + finished);
    EXPECT_EQ(mended.code, 0) << mended.errors;
    EXPECT_EQ(commits(), 5);
}

TEST_F(Import, NamesTheFieldOfALineItCannotRead) {
    const Finished stopped =
        import(founding + R"({"at":"yesterday","command":"InviteMember",)" +
               R"("organization":"club","address":"bo","rolle":"member"})" + "\n");
    EXPECT_EQ(stopped.code, 1);
    for (const char* part :
         {"line 2", "at: must be an RFC 3339 time", "address: ", "rolle: is not"}) {
        EXPECT_NE(stopped.errors.find(part), std::string::npos) << part << ": " << stopped.errors;
    }
    EXPECT_EQ(commits(), 1);
}

TEST_F(Import, RefusesTimesThatGoBackOrLieAhead) {
    const std::string early =
        R"({"at":"2019-12-31T00:00:00Z","command":"CreateWorkspace","organization":"club",)"
        R"("workspace":"w","name":"W"})"
        "\n";
    EXPECT_NE(import(founding + early).errors.find("import_out_of_order"), std::string::npos);
    const std::string future =
        R"({"at":"2999-01-01T00:00:00Z","command":"CreateWorkspace","organization":"club",)"
        R"("workspace":"w","name":"W"})"
        "\n";
    EXPECT_NE(import(founding + future).errors.find("import_out_of_order"), std::string::npos);
}

TEST_F(Import, WritesHistoryOnlyIntoWhatItFoundedAndHasNotFinished) {
    ASSERT_EQ(import(founding + finished).code, 0);
    const Finished late = import(founding + finished + bo_registers + bo_joins);
    EXPECT_NE(late.errors.find("line 4: not_importing"), std::string::npos) << late.errors;
}

TEST_F(Import, TakesNoOrdinaryCommandUntilItIsFinished) {
    ASSERT_EQ(import(founding).code, 0);
    const Program server{store};
    Client client = server.client();
    const std::string organization =
        "/v1/organizations/" + to_string(http::id_of_label("organization", "club"));
    EXPECT_EQ(client.post(organization + "/workspaces", {{"name", "W"}}).code(),
              "import_in_progress");
}

TEST_F(Import, OfTheExampleThatShipsGivesTheListsItPromises) {
    const auto example = test::checkout() / "tools" / "examples" / "history.jsonl";
    const Finished imported = run_muster({"import", example, "--data", store});
    ASSERT_EQ(imported.code, 0) << imported.errors;
    const Finished early =
        run_muster({"members", "lantern", "--as-of", "2024-03-31T23:59:59Z", "--data", store});
    EXPECT_NE(early.output.find("Mira Okafor"), std::string::npos) << early.output;
    EXPECT_EQ(early.output.find("Jonas Brandt"), std::string::npos) << early.output;
    const Finished now = run_muster({"members", "lantern", "--data", store});
    EXPECT_NE(now.output.find("Jonas Brandt"), std::string::npos) << now.output;
}

TEST_F(Import, IsShownAsMuchOfItAsIsAskedFor) {
    const auto example = test::checkout() / "tools" / "examples" / "history.jsonl";
    ASSERT_EQ(run_muster({"import", example, "--data", store}).code, 0);
    const auto shown = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"members", "lantern", "--data", store, "--json"});
        const Finished list = run_muster(options);
        EXPECT_EQ(list.code, 0) << list.errors;
        return list.output;
    };
    EXPECT_NE(shown({"--role", "admin"}).find("Yuki"), std::string::npos);
    EXPECT_EQ(shown({"--role", "admin"}).find("Jonas"), std::string::npos);
    EXPECT_NE(shown({"--search", "jonas@"}).find("Jonas"), std::string::npos);
    EXPECT_EQ(shown({"--search", "jonas@"}).find("Yuki"), std::string::npos);
    const std::string backwards = shown({"--sort", "-name"});
    EXPECT_LT(backwards.find("Yuki"), backwards.find("Jonas"));
    // A plus that says east of Greenwich, not a space.
    EXPECT_EQ(shown({"--as-of", "2024-04-01T01:59:59+02:00"}).find("Jonas"), std::string::npos);
    const Finished wrong = run_muster({"members", "lantern", "--status", "gone", "--data", store});
    EXPECT_NE(wrong.code, 0);
    EXPECT_NE(wrong.errors.find("status"), std::string::npos) << wrong.errors;
}

TEST_F(Import, IsShownInColumnsThatLineUpOrAsJson) {
    const std::string address = "a.very.long.address.of.somebody.in.particular@example.org";
    const std::string joins =
        R"({"at":"2020-02-01T00:00:00Z","command":"RegisterPerson","address":")" + address +
        R"(","name":"李雷"})" + "\n" +
        R"({"at":"2020-02-01T00:00:00Z","command":"InviteMember","organization":"club",)" +
        R"("address":")" + address + R"(","role":"member"})" + "\n";
    ASSERT_EQ(import(founding + joins + finished).code, 0);
    std::istringstream table{members()};
    std::string heading;
    std::getline(table, heading);
    const auto roles = heading.find("ROLES");
    ASSERT_NE(roles, std::string::npos) << heading;
    for (std::string line; std::getline(table, line);) {
        // Two characters of three bytes and two columns each.
        const std::size_t more = line.contains("李雷") ? 2 : 0;
        EXPECT_EQ(line.substr(roles + more - 2, 2), "  ") << line;
        EXPECT_NE(line.at(roles + more), ' ') << line;
    }
    for (const auto* command : {"members", "audit"}) {
        const Finished shown = run_muster({command, "club", "--json", "--data", store});
        std::istringstream lines{shown.output};
        std::string line;
        ASSERT_TRUE(std::getline(lines, line)) << shown.errors;
        EXPECT_EQ(line.front(), '{') << line;
        EXPECT_EQ(line.back(), '}') << line;
    }
    const Finished audit = run_muster({"audit", "club", "--data", store});
    EXPECT_NE(audit.output.find("FoundOrganization"), std::string::npos) << audit.output;
}

TEST_F(Import, GoesThroughARunningServerToo) {
    const Program server{store};
    ASSERT_EQ(import(founding + bo_registers + bo_joins + finished).code, 0);
    EXPECT_NE(members().find("Bo"), std::string::npos);
}

}  // namespace
}  // namespace muster::testing
