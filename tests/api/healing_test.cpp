// A full disk that is freed again: writing stops, reading goes on, and both heal by themselves.
#include "tests/api/full_disk.h"
#include "tests/api/small_engine.h"
#include "tests/waiting.h"

namespace muster {
namespace {

using test::in_time;

class HealingTest : public ::testing::Test, public test::SmallEngine {
 protected:
    std::shared_ptr<test::Fullness> disk_state = std::make_shared<test::Fullness>();
    Disk disk{std::make_shared<test::FullDisk>(disk_state)};
    OrganizationId acme;

    void SetUp() override {
        options.disk = &disk;
        open();
        acme = found();
    }
    void TearDown() override {
        disk_state->full = false;
        engine.reset();
    }
    void fill(const std::string& below) {
        disk_state->below = below;
        disk_state->full = true;
    }
    bool person_can_be_made() { return !person("somebody").is_nil(); }
    bool writes() { return engine->state().writing; }
    bool views_work() { return engine->state().views.failure.empty(); }
    /// What was answered before and after is there once, and everything fits together.
    void expect_all_is_well(const std::vector<std::string>& members) {
        for (const std::string& name : members) EXPECT_TRUE(has_row(acme, name)) << name;
        EXPECT_EQ(findings(), std::vector<std::string>{});
        open();
        for (const std::string& name : members) EXPECT_TRUE(has_row(acme, name)) << name;
        EXPECT_EQ(findings(), std::vector<std::string>{});
    }
};

TEST_F(HealingTest, AFullDiskUnderTheLogStopsWritingUntilItIsFreed) {
    ASSERT_TRUE(execute(inviting(acme, "bo"))->accepted());
    const InviteMember command = inviting(acme, "cy");
    fill("/log/");
    const Answer lost = execute(command, {.request = request(1)});
    ASSERT_FALSE(lost.has_value()) << "the control: the disk is full";
    EXPECT_EQ(lost.error().kind, FailureKind::outcome_unknown);
    EXPECT_TRUE(in_time([&] { return !writes(); }));
    const Answer refused = execute(inviting(acme, "di"));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind, FailureKind::log_unavailable);
    EXPECT_TRUE(has_row(acme, "bo")) << "reads go on";

    disk_state->full = false;
    EXPECT_TRUE(in_time([&] { return writes(); }));
    const Answer retry = execute(command, {.request = request(1)});
    ASSERT_TRUE(retry.has_value());
    EXPECT_EQ(number(retry->position), head()) << "once";
    EXPECT_TRUE(execute(inviting(acme, "di"))->accepted());
    expect_all_is_well({"bo", "cy", "di"});
}

TEST_F(HealingTest, WhileTheDiskIsFullNothingIsWrittenHoweverLong) {
    fill("");
    ASSERT_FALSE(execute(inviting(acme, "bo")).has_value());
    const std::uint64_t before = head();
    pass(std::chrono::minutes{1});
    EXPECT_TRUE(looks_again());
    EXPECT_FALSE(writes());
    EXPECT_EQ(head(), before);
    EXPECT_FALSE(*disk.has(options.data / "probe"));
    pass(std::chrono::minutes{1});
    disk_state->full = false;
    EXPECT_TRUE(in_time([&] { return writes() && person_can_be_made(); }));
    EXPECT_TRUE(execute(inviting(acme, "cy"))->accepted());
    EXPECT_TRUE(in_time([&] { return views_work(); }));
    expect_all_is_well({"cy"});
}

TEST_F(HealingTest, AFullDiskUnderTheKeysHealsThoughNobodyWrites) {
    fill("/keys/");
    const auto bo = engine->keys().person_for("bo@example.org");
    ASSERT_TRUE(bo.has_value()) << "it is not written yet";
    EXPECT_TRUE(in_time([&] { return !writes(); })) << "it is noticed without a command";
    EXPECT_FALSE(engine->keys().person_for("cy@example.org").has_value());
    disk_state->full = false;
    EXPECT_TRUE(in_time([&] { return writes(); }));
    EXPECT_EQ(*engine->keys().person_for("bo@example.org"), *bo) << "who has the id can go on";
    EXPECT_TRUE(execute(inviting(acme, "bo"))->accepted());
    expect_all_is_well({"bo"});
}

TEST_F(HealingTest, AFullDiskUnderTheViewsStopsThemAloneAndTheyCatchUp) {
    fill("/views/");
    const Answer answer = execute(inviting(acme, "bo"));
    ASSERT_TRUE(answer.has_value()) << "what counts is the log";
    EXPECT_TRUE(in_time([&] { return !views_work(); }));
    EXPECT_TRUE(writes());
    EXPECT_TRUE(has_row(acme, "ada")) << "what is there can be read";
    disk_state->full = false;
    EXPECT_TRUE(in_time([&] { return views_work() && has_row(acme, "bo"); }));
    EXPECT_TRUE(execute(inviting(acme, "cy"))->accepted());
    expect_all_is_well({"bo", "cy"});
}

TEST_F(HealingTest, WhoReadsMeanwhileIsToldOrGetsWhatIsThere) {
    ASSERT_TRUE(execute(inviting(acme, "bo"))->accepted());
    std::atomic<bool> over = false;
    std::atomic<int> wrong = 0;
    const PersonId bo = person("bo");
    std::thread reader{[&] {
        while (!over) {
            const auto row = engine->views().member(acme, bo);
            if (row && !*row) ++wrong;
        }
    }};
    fill("/views/");
    ASSERT_TRUE(execute(inviting(acme, "cy")).has_value());
    EXPECT_TRUE(in_time([&] { return !views_work(); }));
    disk_state->full = false;
    EXPECT_TRUE(in_time([&] { return views_work() && has_row(acme, "cy"); }));
    over = true;
    reader.join();
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace muster
