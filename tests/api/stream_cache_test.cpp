// What is kept in memory of organisations and persons: bounded in bytes, the least recently used
// goes first, and nothing that is decided depends on it; and who sees what the writer does when.
#include "api/writing/stream_cache.h"

#include "tests/api/small_engine.h"
#include "tests/eventstore/memory_log.h"

namespace muster {
namespace {

OrganizationId organization(std::uint8_t number) {
    OrganizationId id;
    id.value.data[0] = number;
    return id;
}

/// An organisation of so many members with a role whose id has so many bytes.
Organization filled(std::uint8_t number, std::uint8_t members, std::size_t role_bytes) {
    Organization made;
    made.id = organization(number);
    for (std::uint8_t i = 0; i < members; ++i) {
        PersonId person;
        person.value.data[0] = i;
        person.value.data[1] = 1;
        made.members[person].roles = {{std::string(role_bytes, 'r')}};
    }
    return made;
}

OrganizationState state_of(std::uint8_t number) {
    const auto made = std::make_shared<const Organization>(filled(number, 10, 100));
    return {made, Position{number}, Footprint{*made}};
}

LoadedStream loaded(std::uint8_t number) {
    return {.id = StreamId::of(organization(number)),
            .organization = state_of(number),
            .person = std::nullopt};
}

TEST(Footprint, FollowsWhatAnOrganisationHolds) {
    const std::size_t empty = footprint_of(filled(1, 0, 0));
    const std::size_t small = footprint_of(filled(1, 100, 0));
    const std::size_t large = footprint_of(filled(1, 100, 4'000));
    EXPECT_GT(small, empty + 100 * sizeof(Member));
    EXPECT_GT(large, small + 100 * 4'000U);
    EXPECT_LT(large, small + 100 * 4'100U);
}

TEST(Footprint, GrowsWithEventsAndIsMeasuredAnewInTime) {
    Organization grown = filled(1, 1, 0);
    Footprint footprint{grown};
    for (std::uint8_t i = 0; i < 200; ++i) {
        MemberJoined joined{.roles = {{std::string(1'000, 'r')}}};
        joined.person.value.data[0] = i;
        joined.person.value.data[1] = 2;
        grown.members[joined.person].roles = joined.roles;
        const StreamEvent event{StreamId::of(grown.id), joined};
        footprint.grow({&event, 1}, grown);
    }
    EXPECT_GT(footprint.bytes(), footprint_of(grown) / 2);
    EXPECT_LT(footprint.bytes(), footprint_of(grown) * 2);
}

TEST(Organizations, DropsTheLeastRecentlyUsedAloneAndOnlyAsManyAsItMust) {
    const test::MemoryLog log;
    const std::size_t one = footprint_of(filled(1, 10, 100));
    Organizations organizations{log, 9 * one + one / 2};
    const auto publish = [&](std::uint8_t number) {
        organizations.publish({{organization(number), state_of(number)}}, Position{number});
    };
    for (std::uint8_t number = 1; number <= 9; ++number) publish(number);
    // The second is the one to go, as the first is used again.
    for (std::uint8_t number = 9; number > 0; --number) {
        EXPECT_TRUE(organizations.kept(organization(number))) << int{number};
    }
    EXPECT_TRUE(organizations.kept(organization(9)));
    publish(10);
    EXPECT_FALSE(organizations.kept(organization(8)));
    for (const std::uint8_t number : std::initializer_list<std::uint8_t>{1, 2, 3, 7, 9, 10}) {
        EXPECT_TRUE(organizations.kept(organization(number))) << int{number};
    }
    EXPECT_LE(organizations.bytes(), 9 * one + one / 2);
    organizations.forget_all();
    EXPECT_EQ(organizations.bytes(), 0U);
    EXPECT_FALSE(organizations.kept(organization(1)));
}

TEST(StreamCache, KeepsWhatADecisionNeedsHoweverMuchItIs) {
    const test::MemoryLog log;
    Organizations organizations{log, 1};
    StreamCache cache{organizations, 1};
    for (std::uint8_t number = 1; number <= 9; ++number) cache.put(loaded(number));
    EXPECT_TRUE(cache.has(StreamId::of(organization(1))));
    cache.let_go({StreamId::of(organization(2))});
    EXPECT_FALSE(cache.has(StreamId::of(organization(1))));
    EXPECT_TRUE(cache.has(StreamId::of(organization(2)))) << "somebody waits for it";
}

TEST(StreamCache, WhatIsNotWrittenNobodyElseSees) {
    const test::MemoryLog log;
    Organizations organizations{log, 1 << 20};
    organizations.publish({{organization(1), state_of(1)}}, Position{1});
    StreamCache cache{organizations, 1 << 20};
    const StreamId stream = StreamId::of(organization(1));
    ASSERT_TRUE(cache.has(stream));
    const std::vector<StreamEvent> renamed{{stream, OrganizationRenamed{"Zenith"}}};

    auto outcome = cache.outcome_of(renamed, Instant{7});
    EXPECT_EQ(cache.organization(organization(1))->name, "") << "it may still be refused";
    cache.take(std::move(outcome), renamed);
    EXPECT_EQ(cache.organization(organization(1))->name, "Zenith");
    EXPECT_EQ(organizations.kept(organization(1))->organization->name, "");
    cache.all_is_written(Position{2});
    cache.let_go({});
    EXPECT_EQ(organizations.kept(organization(1))->organization->name, "Zenith");
    EXPECT_EQ(organizations.kept(organization(1))->position, Position{2});
    EXPECT_EQ(organizations.position(), Position{2});

    ASSERT_TRUE(cache.has(stream));
    const std::vector<StreamEvent> lost{{stream, OrganizationRenamed{"Nadir"}}};
    cache.take(cache.outcome_of(lost, Instant{8}), lost);
    cache.forget_all();
    ASSERT_TRUE(cache.has(stream));
    EXPECT_EQ(cache.organization(organization(1))->name, "Zenith");
}

TEST(StreamCache, AnEngineWithHardlyAnyComesToTheSame) {
    test::SmallEngine parts;
    parts.options.organization_cache_bytes = 1;
    parts.options.person_cache_bytes = 1;
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
