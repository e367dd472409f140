// What the writer and the views keep in memory: bounded in bytes, the least recently used goes
// first, and nothing that is decided depends on it.
#include "api/writing/stream_cache.h"

#include "tests/api/small_engine.h"

namespace muster {
namespace {

/// An organisation of so many members with names of so many bytes.
LoadedStream stream_of(std::uint8_t number, std::uint8_t members, std::size_t name_bytes) {
    auto organization = std::make_shared<Organization>();
    organization->id.value.data[0] = number;
    for (std::uint8_t i = 0; i < members; ++i) {
        PersonId person;
        person.value.data[0] = i;
        person.value.data[1] = 1;
        organization->members[person].roles = {{"user"}};
        organization->members[person].name = {std::string(name_bytes, 'n')};
    }
    const StreamId id = StreamId::of(organization->id);
    return {.id = id, .organization = std::move(organization), .person = std::nullopt};
}

TEST(Footprint, FollowsWhatAnOrganisationHolds) {
    const std::size_t empty = footprint_of(*stream_of(1, 0, 0).organization);
    const std::size_t small = footprint_of(*stream_of(1, 100, 0).organization);
    const std::size_t large = footprint_of(*stream_of(1, 100, 4'000).organization);
    EXPECT_GT(small, empty + 100 * sizeof(Member));
    EXPECT_GT(large, small + 100 * 4'000U);
    EXPECT_LT(large, small + 100 * 4'100U);
}

TEST(Footprint, GrowsWithEventsAndIsMeasuredAnewInTime) {
    Organization organization = *stream_of(1, 1, 0).organization;
    Footprint footprint{organization};
    for (std::uint8_t i = 0; i < 200; ++i) {
        MemberJoined joined{.roles = {{"user"}}, .name = {std::string(1'000, 'n')}};
        joined.person.value.data[0] = i;
        joined.person.value.data[1] = 2;
        organization.members[joined.person].roles = joined.roles;
        organization.members[joined.person].name = joined.name;
        const StreamEvent event{StreamId::of(organization.id), joined};
        footprint.grow({&event, 1}, organization);
    }
    EXPECT_GT(footprint.bytes(), footprint_of(organization) / 2);
    EXPECT_LT(footprint.bytes(), footprint_of(organization) * 2);
}

TEST(StreamCache, DropsTheLeastRecentlyUsedAloneAndOnlyAsManyAsItMust) {
    const std::size_t one = footprint_of(*stream_of(1, 10, 100).organization);
    StreamCache cache{10 * one};
    for (std::uint8_t number = 1; number <= 9; ++number) cache.put(stream_of(number, 10, 100));
    cache.all_is_written();
    for (std::uint8_t number = 1; number <= 9; ++number) {
        EXPECT_TRUE(cache.has(stream_of(number, 0, 0).id)) << int{number};
    }
    // The first is used again, so that the second is the one to go.
    EXPECT_NE(cache.organization(OrganizationId{stream_of(1, 0, 0).id.id}), nullptr);
    cache.put(stream_of(10, 10, 100));
    cache.all_is_written();
    EXPECT_TRUE(cache.has(stream_of(1, 0, 0).id));
    EXPECT_FALSE(cache.has(stream_of(2, 0, 0).id));
    EXPECT_TRUE(cache.has(stream_of(3, 0, 0).id));
    EXPECT_LE(cache.bytes(), 10 * one);
    cache.forget_all();
    EXPECT_EQ(cache.bytes(), 0U);
}

TEST(StreamCache, KeepsWhatIsNotWrittenYetHoweverMuchItIs) {
    StreamCache cache{1};
    for (std::uint8_t number = 1; number <= 9; ++number) cache.put(stream_of(number, 10, 100));
    EXPECT_TRUE(cache.has(stream_of(1, 0, 0).id));
    cache.all_is_written();
    EXPECT_FALSE(cache.has(stream_of(1, 0, 0).id));
    EXPECT_TRUE(cache.has(stream_of(9, 0, 0).id));
}

TEST(StreamCache, AnEngineWithHardlyAnyComesToTheSame) {
    test::SmallEngine parts;
    parts.options.writer_cache_bytes = 1;
    parts.options.views_cache_bytes = 1;
    parts.open();
    std::vector<OrganizationId> organizations;
    for (int i = 0; i < 3; ++i) organizations.push_back(parts.found());
    for (int round = 0; round < 3; ++round) {
        for (const OrganizationId id : organizations) {
            const auto invited = parts.execute(parts.inviting(id, "p" + std::to_string(round)));
            ASSERT_TRUE(invited && invited->accepted());
            EXPECT_TRUE(parts.has_row(id, "p" + std::to_string(round)));
        }
    }
    EXPECT_EQ(parts.findings(), std::vector<std::string>{});
}

}  // namespace
}  // namespace muster
