// The control of this suite under the thread sanitizer: a race, which it must report. And where its
// exceptions are found. Without that sanitizer this file is empty.
#ifdef __SANITIZE_THREAD__

#include "tests/concurrency/threads.h"
#include "tests/eventstore/this_program.h"

#include <gtest/gtest.h>

extern "C" const char* __tsan_default_options() {
    return "exitcode=66:suppressions=" MUSTER_SOURCE_DIR "/tests/concurrency/tsan-suppressions.txt";
}

namespace muster::concurrency {
namespace {

TEST(RaceControl, DISABLED_TwoThreadsWriteTheSameNumber) {
    int number = 0;
    Threads threads{2};
    for (int thread = 0; thread < 2; ++thread) {
        threads.start([&] {
            for (int i = 0; i < 1'000; ++i) ++number;
        });
    }
    threads.join();
    EXPECT_GT(number, 0);
}

TEST(RaceControl, TheSanitizerReportsARace) {
    test::ThisProgram racing{"RaceControl.DISABLED_TwoThreadsWriteTheSameNumber", "/"};
    EXPECT_EQ(racing.exit_status(), 66);
}

}  // namespace
}  // namespace muster::concurrency

#endif
