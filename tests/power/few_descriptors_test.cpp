// A process that may open too few files: it says so, or it works; it loses nothing either way.
#include "tests/eventstore/temporary_folder.h"
#include "tests/eventstore/this_program.h"
#include "tests/power/engine_checks.h"
#include "tests/power/unsynced_disk.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>

namespace muster::test {
namespace {

constexpr std::uint64_t few_descriptors_seed = 3;
constexpr std::uint64_t steps_a_process = 32;

struct Folders {
    std::filesystem::path test;

    std::filesystem::path data() const { return test / "data"; }
    std::filesystem::path plan() const { return test / "plan"; }
    std::filesystem::path witness() const { return test / "witness"; }
};

/// UBSan looks at each type of object once, through a pipe, and takes it for damaged when it gets
/// none. So everything is done once before descriptors are few.
void show_ubsan_everything(const std::filesystem::path& data) {
    const auto engine = open_engine({.data = data});
    ENSURE(engine.has_value());
    for (std::uint64_t number = 0; number < 16; ++number) {
        ENSURE(run(**engine, {few_descriptors_seed + 1, number}).has_value());
    }
    ENSURE(!open_engine({.data = data}).has_value());
}

/// Runs in a process of its own; the plan says how many descriptors it gets and its first step.
TEST(PoorProcess, DISABLED_WorksWithFewDescriptors) {
    const Folders folders{folder_from_parent()};
    rlim_t descriptors = 0;
    std::uint64_t first = 0;
    std::ifstream{folders.plan()} >> descriptors >> first;
    const WitnessFile witness{folders.witness()};
    show_ubsan_everything(folders.test / "shown" / std::to_string(first));
    const rlimit limit{descriptors, descriptors};
    ENSURE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    const auto engine = open_engine({.data = folders.data()});
    if (!engine) {
        witness.refused(engine.error().detail);
        return;
    }
    witness.opened();
    for (std::uint64_t number = first; number < first + steps_a_process; ++number) {
        witness.asked(number);
        const Answer answer = run(**engine, {few_descriptors_seed, number});
        if (answer) witness.answered(number, *answer);
        if (!answer) witness.refused(answer.error().detail);
    }
}

TEST(FewDescriptors, AreRefusedInPlainWordsAndLoseNothing) {
    const TemporaryFolder folder;
    const Folders folders{folder.path()};
    Witness witness;
    std::uint64_t first = 0;
    int refused = 0;
    int worked = 0;
    for (const int descriptors : {256, 12, 20, 28, 36, 48, 64, 96}) {
        std::ofstream{folders.plan()} << descriptors << ' ' << first;
        first += steps_a_process;
        ThisProgram process{"PoorProcess.*", folder.path()};
        ASSERT_EQ(process.exit_status(), 0) << descriptors;
        take_in(witness, folders.witness());
        if (!witness.refusal.empty()) {
            ++refused;
            EXPECT_TRUE(witness.refusal.contains("Too many open files")) << witness.refusal;
        } else {
            ++worked;
        }
        EngineOptions options{.data = folders.data()};
        options.disk = &unsynced_disk();
        const auto engine = open_engine(options);
        ASSERT_TRUE(engine.has_value()) << engine.error().detail;
        EXPECT_EQ(findings_of(**engine, few_descriptors_seed, witness, folders.data() / "outbox"),
                  std::vector<std::string>{})
            << descriptors;
    }
    EXPECT_GT(refused, 0);
    EXPECT_GT(worked, 1);
}

}  // namespace
}  // namespace muster::test
