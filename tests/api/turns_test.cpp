// The whole engine on one thread: its workers take turns in any order, and it comes out the same as
// with a thread each. A worker that waited for another would wait for ever here.
#include "tests/api/small_engine.h"

#include <list>
#include <random>
#include <set>
#include <thread>

namespace muster {
namespace {

/// Workers that the test gives their turns.
class Turns final : public Workers {
 public:
    explicit Turns(unsigned seed) : random_{seed} {}

    std::unique_ptr<Worker> start(const std::string& name, WorkStep step) override {
        const auto at = steps_.insert(steps_.end(), {name, std::move(step)});
        names_.insert(name);
        return std::make_unique<Turn>(*this, at);
    }
    /// Lets one of them do a step.
    void take_one() {
        ASSERT_FALSE(steps_.empty());
        const auto which = random_() % steps_.size();
        std::next(steps_.begin(), static_cast<std::ptrdiff_t>(which))->second();
    }
    const std::set<std::string>& names() const { return names_; }
    bool all_gone() const { return steps_.empty(); }

 private:
    using Steps = std::list<std::pair<std::string, WorkStep>>;

    class Turn final : public Worker {
     public:
        Turn(Turns& turns, Steps::iterator at) : turns_{turns}, at_{at} {}
        ~Turn() override { turns_.steps_.erase(at_); }
        void wake() override {}

     private:
        Turns& turns_;
        Steps::iterator at_;
    };

    std::mt19937 random_;
    Steps steps_;
    std::set<std::string> names_;
};

class TurnsTest : public ::testing::TestWithParam<unsigned>, public test::SmallEngine {
 protected:
    Turns turns{GetParam()};
    std::size_t answers = 0;
    std::size_t accepted = 0;

    void SetUp() override {
        options.workers = &turns;
        open();
    }
    void TearDown() override {
        engine.reset();
        EXPECT_TRUE(turns.all_gone());
    }
    void submit(Command command) {
        engine->submit(std::move(command), by_operator(), {}, [this](const Answer& answer) {
            ++answers;
            accepted += answer && answer->accepted() ? 1 : 0;
        });
    }
    void take_turns_until_answered(std::size_t wanted) {
        for (int turn = 0; answers < wanted; ++turn) {
            ASSERT_LT(turn, 100'000) << "somebody waits for a turn that nobody takes";
            turns.take_one();
        }
    }
};

TEST_P(TurnsTest, EveryCommandIsAnsweredAndSeen) {
    const FoundOrganization founding_acme = founding();
    const OrganizationId acme = founding_acme.organization;
    submit(founding_acme);
    for (int i = 0; i < 20; ++i) submit(inviting(acme, "p" + std::to_string(i)));
    take_turns_until_answered(21);
    EXPECT_EQ(accepted, 21U);
    EXPECT_TRUE(has_row(acme, "p19"));
    EXPECT_EQ(findings(), std::vector<std::string>{});

    open();
    answers = 0;
    submit(inviting(acme, "late"));
    take_turns_until_answered(1);
    EXPECT_TRUE(has_row(acme, "late"));
    EXPECT_EQ(turns.names().count("muster-writer"), 1U);
}

TEST_P(TurnsTest, ClosingFinishesWhatWasSubmittedWithoutAnyTurn) {
    const FoundOrganization founding_acme = founding();
    submit(founding_acme);
    for (int i = 0; i < 20; ++i) {
        submit(inviting(founding_acme.organization, "p" + std::to_string(i)));
    }
    engine.reset();
    EXPECT_EQ(answers, 21U);
    open();
    EXPECT_EQ(head(), 21U);
    EXPECT_TRUE(has_row(founding_acme.organization, "p19")) << "opening catches up";
}

TEST_P(TurnsTest, WhatIsDueIsSettledAndViewsAreBuiltAnew) {
    const FoundOrganization founding_acme = founding();
    const OrganizationId acme = founding_acme.organization;
    submit(founding_acme);
    submit(inviting(acme, "bo"));
    take_turns_until_answered(2);
    pass(std::chrono::days{8});
    for (int turn = 0; has_row(acme, "bo"); ++turn) {
        ASSERT_LT(turn, 100'000);
        turns.take_one();
    }
    EXPECT_EQ(head(), 3U);
    EXPECT_TRUE(engine->views().rebuild({}).has_value());
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Seeds, TurnsTest, ::testing::Range(1U, 4U));

}  // namespace
}  // namespace muster
