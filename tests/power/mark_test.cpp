// What only the mark can see: a log that was put back as it was some time ago, whole in itself.
#include "tests/eventstore/temporary_folder.h"
#include "tests/power/engine_checks.h"

#include <gtest/gtest.h>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mark_seed = 1;

/// A folder whose log was put back, all but the mark.
class PutBackLog : public ::testing::Test {
 protected:
    TemporaryFolder folder;
    const fs::path data = folder.path() / "data";
    const fs::path copy = folder.path() / "copy";
    Witness witness;

    void SetUp() override {
        work(0, 40);
        fs::copy(data / "log", copy, fs::copy_options::recursive);
        work(40, 60);
        fs::copy_file(data / "log" / "mark", copy / "mark", fs::copy_options::overwrite_existing);
        fs::remove_all(data / "log");
        fs::rename(copy, data / "log");
    }
    void work(std::uint64_t from, std::uint64_t to) {
        const auto engine = open_engine({.data = data});
        ASSERT_TRUE(engine.has_value()) << engine.error().detail;
        for (std::uint64_t number = from; number < to; ++number) {
            const Answer answer = run(**engine, {mark_seed, number});
            ASSERT_TRUE(answer.has_value()) << answer.error().detail;
            witness.steps[number] = Acknowledged{answer->position, digest_of(*answer)};
        }
    }
    /// Like an opening after a loss of power.
    std::vector<std::string> opened_and_checked(bool heed_mark) {
        EngineOptions options{.data = data};
        options.log.heed_mark = heed_mark;
        if (!heed_mark) {
            // Nor what keys/ and views/ remember of it.
            fs::remove(data / "keys" / "log-mark");
            fs::remove_all(data / "views");
        }
        const auto engine = open_engine(options);
        if (!engine) return {"refused: " + engine.error().detail};
        return findings_of(**engine, mark_seed, witness, data / "outbox");
    }
};

TEST_F(PutBackLog, IsRefusedAndToldWhatIsMissing) {
    const auto findings = opened_and_checked(true);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_TRUE(findings.front().starts_with("refused: ")) << findings.front();
    EXPECT_TRUE(findings.front().contains("muster ")) << findings.front();
}

TEST_F(PutBackLog, IsServedWithoutWhatWasAcknowledgedWhenTheMarkIsIgnored) {
    const auto findings = opened_and_checked(false);
    ASSERT_FALSE(findings.empty()) << "the control";
    EXPECT_TRUE(findings.front().contains("was acknowledged")) << findings.front();
}

}  // namespace
}  // namespace muster::test
