// Ids: the text form, and that nothing else is read as one.
#include "domain/ids.h"

#include "tests/domain/given.h"

namespace muster::domain_tests {
namespace {

TEST(Ids, HaveTheCanonicalForm) {
    EXPECT_EQ(to_string(person(1)), "00000000-0000-0000-0000-000000000001");
    EXPECT_EQ(to_string(person(0x0123456789abcdef)), "00000000-0000-0000-0123-456789abcdef");
}

TEST(Ids, AreReadInEitherCase) {
    EXPECT_EQ(parse_id<PersonId>("00000000-0000-0000-0123-456789abcdef"),
              person(0x0123456789abcdef));
    EXPECT_EQ(parse_id<PersonId>("00000000-0000-0000-0123-456789ABCDEF"),
              person(0x0123456789abcdef));
}

TEST(Ids, RoundTrip) {
    EXPECT_TRUE(rc::check([](const std::array<std::uint8_t, 16>& bytes) {
        PersonId id;
        std::copy(bytes.begin(), bytes.end(), id.value.begin());
        RC_ASSERT(parse_uuid(to_string(id)) == id.value);
    }));
}

TEST(Ids, AreNeverNilWhenTheyAreRead) {
    const std::string nil = to_string(PersonId{});
    EXPECT_TRUE(parse_uuid(nil).has_value());
    EXPECT_EQ(parse_id<PersonId>(nil), std::nullopt);
    EXPECT_EQ(parse_id<OrganizationId>(nil), std::nullopt);
}

TEST(Ids, AreReadFromNothingElse) {
    const std::string good = "00000000-0000-0000-0123-456789abcdef";
    ASSERT_TRUE(parse_uuid(good).has_value());
    for (const std::string& bad :
         {std::string{}, std::string{"0"}, good + "0", good.substr(1), "{" + good + "}",
          std::string{"00000000000000000123456789abcdef"}, std::string(36, '-'),
          std::string(36, '0')}) {
        EXPECT_EQ(parse_uuid(bad), std::nullopt) << bad;
    }
    for (std::size_t place = 0; place < good.size(); ++place) {
        for (const char wrong : {'g', ' ', '\0', 'G', ':', '/', '@', '`'}) {
            std::string bad = good;
            bad[place] = wrong;
            EXPECT_EQ(parse_uuid(bad), std::nullopt) << bad;
        }
    }
}

TEST(Ids, AreOrderedAndHashedByTheirValue) {
    EXPECT_LT(person(1), person(2));
    EXPECT_LT(person(255), person(256));
    EXPECT_EQ(std::hash<PersonId>{}(person(7)), std::hash<PersonId>{}(person(7)));
    EXPECT_TRUE(PersonId{}.is_nil());
    EXPECT_FALSE(person(1).is_nil());
}

TEST(Positions, CountFromZero) {
    EXPECT_EQ(number(next(Position{})), 1u);
    EXPECT_EQ(number(next(Version{41})), 42u);
}

}  // namespace
}  // namespace muster::domain_tests
