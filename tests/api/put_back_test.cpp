// Older copies of log/, keys/ and views/ put back, each alone and each pair: what any of the others
// has seen of the log must be there, or the start is refused and says what is missing.
#include "api/accept_log.h"
#include "tests/api/small_engine.h"

#include <gmock/gmock.h>

namespace muster {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

using Folders = std::vector<std::string>;

class PutBackTest : public ::testing::Test, public test::SmallEngine {
 protected:
    void SetUp() override {
        open();
        acme = found();
        engine.reset();
        copy_all(data(), older());
        open();
        for (const char* name : {"bo", "cy", "di"}) {
            ASSERT_TRUE(execute(inviting(acme, name)).has_value());
        }
        identity = engine->log().id();
        engine.reset();
        copy_all(data(), folder.path() / "newest");
    }

    fs::path data() const { return options.data; }
    fs::path older() const { return folder.path() / "older"; }
    static void copy_all(const fs::path& from, const fs::path& to) {
        fs::remove_all(to);
        fs::copy(from, to, fs::copy_options::recursive);
    }
    /// The newest folders, but for these, which are older.
    void put_back(const Folders& folders) {
        engine.reset();
        copy_all(folder.path() / "newest", data());
        for (const std::string& name : folders) copy_all(older() / name, data() / name);
    }
    /// Why the folder is refused; empty when it opens, and is then `engine`.
    std::string refusal() {
        engine.reset();
        auto made = open_engine(options);
        if (!made) return std::string{name_of(made.error().kind)} + ": " + made.error().detail;
        engine = std::move(*made);
        return {};
    }
    std::string accepted(std::optional<Position> give_up_after) {
        engine.reset();
        const auto done = accept_log(data(), give_up_after);
        return done ? "" : std::string{name_of(done.error().kind)} + ": " + done.error().detail;
    }

    OrganizationId acme;
    boost::uuids::uuid identity{};
};

TEST_F(PutBackTest, EachFolderAndEachPairIsJudgedByTheOthers) {
    const std::string missing = "positions 2 to 4 are missing";
    const std::map<Folders, std::pair<std::string, std::string>> outcomes{
        {{"log"}, {"log_behind: the log ends at position 1, recorded at ", "keys/ has seen"}},
        {{"keys"}, {"corrupted: keys/ is behind log/", ""}},
        {{"views"}, {"", ""}},
        {{"log", "keys"}, {"log_behind: ", "views/ has seen position 4, recorded at "}},
        {{"log", "views"}, {"log_behind: ", "keys/ has seen position 4"}},
        {{"keys", "views"}, {"corrupted: keys/ is behind log/", ""}},
    };
    for (const auto& [folders, words] : outcomes) {
        put_back(folders);
        const std::string said = refusal();
        const std::string what = testing::PrintToString(folders);
        if (words.first.empty()) {
            EXPECT_EQ(said, "") << what;
            EXPECT_EQ(head(), 4U) << what;
            EXPECT_EQ(findings(), std::vector<std::string>{}) << what;
            continue;
        }
        EXPECT_TRUE(said.starts_with(words.first)) << what << said;
        EXPECT_THAT(said, HasSubstr(words.second)) << what;
        if (!said.starts_with("log_behind")) continue;
        EXPECT_THAT(said, HasSubstr(missing)) << what;
        EXPECT_THAT(said, HasSubstr("muster log accept --give-up-after 1")) << what;
    }
}

TEST_F(PutBackTest, ControlAllOfThemTogetherAreOneOlderFolder) {
    put_back({"log", "keys", "views"});
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(head(), 1U);
}

TEST_F(PutBackTest, ControlWithoutTheNoteAndTheViewsNobodyKnows) {
    put_back({"log"});
    fs::remove(data() / "keys" / "log-mark");
    fs::remove_all(data() / "views");
    EXPECT_EQ(refusal(), "") << "what is missing is no evidence";
    EXPECT_EQ(head(), 1U);
}

TEST_F(PutBackTest, ALogThatIsGoneIsMissedAndNoneIsBegunInItsPlace) {
    for (const bool with_views : {true, false}) {
        put_back({});
        fs::remove_all(data() / "log");
        if (!with_views) fs::remove_all(data() / "views");
        EXPECT_THAT(refusal(), AllOf(HasSubstr("log_behind: there is no log/"),
                                     HasSubstr("keys/ has seen position 4")));
        EXPECT_FALSE(fs::exists(data() / "log"));
        copy_all(folder.path() / "newest" / "log", data() / "log");
        EXPECT_EQ(refusal(), "") << "it was put back";
        EXPECT_EQ(head(), 4U);
    }
}

TEST_F(PutBackTest, ControlWithoutTheNoteAnotherLogIsBegun) {
    put_back({});
    fs::remove_all(data() / "log");
    fs::remove_all(data() / "views");
    fs::remove(data() / "keys" / "log-mark");
    fs::remove(data() / "keys" / "signing-key");
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(head(), 0U);
}

TEST_F(PutBackTest, DeletedViewsAreNoLossAndNoExcuse) {
    put_back({});
    fs::remove_all(data() / "views");
    EXPECT_EQ(refusal(), "");
    EXPECT_EQ(findings(), std::vector<std::string>{});
    put_back({"log"});
    fs::remove_all(data() / "views");
    EXPECT_TRUE(refusal().starts_with("log_behind")) << "keys/ knows still";
}

TEST_F(PutBackTest, AnotherHistoryInItsPlaceIsRefusedHoweverLongItIs) {
    put_back({"log", "keys", "views"});
    ASSERT_EQ(refusal(), "");
    for (const char* name : {"ed", "flo", "gil", "hal"}) {
        ASSERT_TRUE(execute(inviting(acme, name)).has_value());
    }
    engine.reset();
    copy_all(folder.path() / "newest" / "views", data() / "views");
    EXPECT_THAT(refusal(), HasSubstr("position 4 of the log is another one than views/ has seen"));
    put_back({});
    copy_all(older() / "log", data() / "log");
    fs::remove(data() / "keys" / "log-mark");
    fs::remove_all(data() / "views");
    ASSERT_EQ(refusal(), "");
    for (const char* name : {"ed", "flo", "gil", "hal"}) {
        ASSERT_TRUE(execute(inviting(acme, name)).has_value());
    }
    engine.reset();
    fs::copy_file(folder.path() / "newest" / "keys" / "log-mark", data() / "keys" / "log-mark",
                  fs::copy_options::overwrite_existing);
    EXPECT_THAT(refusal(), HasSubstr("position 4 of the log is another one than keys/ has seen"));
}

TEST_F(PutBackTest, AcceptingNeedsThePositionThatIsGivenUpAndMakesAnotherLogOfIt) {
    for (const Folders& folders : std::vector<Folders>{{"log"}, {"log", "keys"}}) {
        put_back(folders);
        EXPECT_THAT(accepted({}), HasSubstr("positions 2 to 4 are missing"));
        EXPECT_THAT(accepted(Position{3}), HasSubstr("--give-up-after 1"));
        EXPECT_TRUE(refusal().starts_with("log_behind")) << "nothing was accepted yet";
        EXPECT_EQ(accepted(Position{1}), "");
        ASSERT_EQ(refusal(), "");
        EXPECT_EQ(head(), 1U);
        EXPECT_NE(engine->log().id(), identity) << "the old one had other commits there";
        ASSERT_TRUE(execute(inviting(acme, "ed")).has_value());
        EXPECT_EQ(findings(), std::vector<std::string>{}) << "the views were built anew";
        EXPECT_EQ(refusal(), "") << "and it goes on";
        EXPECT_EQ(head(), 2U);
    }
}

TEST_F(PutBackTest, AcceptingALogThatLacksNothingKeepsItsIdentity) {
    put_back({});
    fs::remove(data() / "log" / "mark");
    EXPECT_EQ(accepted({}), "");
    ASSERT_EQ(refusal(), "");
    EXPECT_EQ(engine->log().id(), identity);
    EXPECT_EQ(accepted(Position{4}), "") << "nothing to give up";
    ASSERT_EQ(refusal(), "");
    EXPECT_EQ(engine->log().id(), identity);
}

TEST_F(PutBackTest, ADamagedNoteIsMadeAnew) {
    put_back({});
    fs::resize_file(data() / "keys" / "log-mark", 100);
    EXPECT_EQ(refusal(), "");
    engine.reset();
    copy_all(older() / "log", data() / "log");
    fs::remove_all(data() / "views");
    EXPECT_THAT(refusal(), HasSubstr("keys/ has seen position 4")) << "the new one knows";
}

/// A kill leaves the note up to its interval behind, and never ahead.
TEST_F(PutBackTest, WhatWasCopiedWhileItRanOpens) {
    open();
    for (int i = 0; i < 20; ++i) {
        ASSERT_TRUE(execute(inviting(acme, "p" + std::to_string(i))).has_value());
        if (i % 5 != 0) continue;
        copy_all(data(), folder.path() / "copy");
        EngineOptions of_copy = options;
        of_copy.data = folder.path() / "copy";
        const auto copy = open_engine(of_copy);
        EXPECT_TRUE(copy.has_value()) << copy.error().detail;
    }
}

}  // namespace
}  // namespace muster
