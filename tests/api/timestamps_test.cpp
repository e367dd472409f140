// Times from text: what is read can be written and read again.
#include "api/text/timestamps.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

namespace muster {
namespace {

TEST(Timestamps, AreReadAtTheirOffset) {
    const Instant noon = *read_rfc3339("2026-03-01T12:00:00Z");
    EXPECT_EQ(noon.micros, 1'772'366'400'000'000);
    EXPECT_EQ(read_rfc3339("2026-03-01T14:30:00+02:30"), noon);
    EXPECT_EQ(read_rfc3339("2026-03-01t07:00:00-05:00"), noon);
    EXPECT_EQ(read_rfc3339("2026-03-01T12:00:00.000001z"), noon + Duration{1});
}

TEST(Timestamps, AreNoneWhereTheFormIsNotKept) {
    for (const char* text :
         {"", "2026-03-01", "2026-03-01T12:00:00", "2026-02-30T12:00:00Z", "2026-03-01T24:00:00Z",
          "2026-03-01T12:60:00Z", "2026-03-01T12:00:60Z", "2026-03-01T12:00:00.Z",
          "2026-03-01T12:00:00.0000001Z", "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00Z ",
          "-001-03-01T12:00:00Z", "10000-03-01T12:00:00Z"}) {
        EXPECT_FALSE(read_rfc3339(text)) << text;
    }
}

TEST(Timestamps, AreNoneOutsideTheYearsThatHaveFourDigits) {
    for (const char* text :
         {"0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00Z", "0000-12-31T23:59:59Z",
          "0000-12-31T23:59:59-23:59", "0001-01-01T00:00:00+00:01", "0001-01-01T23:58:59+23:59",
          "9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:00-00:01"}) {
        EXPECT_FALSE(read_rfc3339(text)) << text;
    }
    for (const char* text : {"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"}) {
        const auto at = read_rfc3339(text);
        ASSERT_TRUE(at) << text;
        EXPECT_EQ(rfc3339(*at), text);
    }
    EXPECT_EQ(rfc3339(*read_rfc3339("0001-01-01T23:59:00+23:59")), "0001-01-01T00:00:00Z");
    EXPECT_EQ(rfc3339(*read_rfc3339("9999-12-31T00:00:59-23:59")), "9999-12-31T23:59:59Z");
}

TEST(Timestamps, AreReadAgainAsTheyAreWritten) {
    const std::int64_t first = read_rfc3339("0001-01-01T00:00:00Z")->micros;
    const std::int64_t last = read_rfc3339("9999-12-31T23:59:59.999999Z")->micros;
    EXPECT_NE(read_rfc3339(rfc3339(Instant{last + 1})), Instant{last + 1}) << "the control";
    EXPECT_NE(read_rfc3339(rfc3339(Instant{first - 1})), Instant{first - 1}) << "the control";
    EXPECT_TRUE(rc::check([&] {
        const Instant at{*rc::gen::inRange(first, last)};
        RC_ASSERT(read_rfc3339(rfc3339(at)) == at);
    }));
}

}  // namespace
}  // namespace muster
