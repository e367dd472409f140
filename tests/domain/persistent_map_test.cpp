// The map of an organisation beside std::map, with keys that share many digits and such that share
// none; copies that stay what they were; and what a change costs where there are many entries.
#include "domain/persistent_map.h"

#include "domain/organization.h"
#include "tests/domain/given.h"
#include "tests/random_runs.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <map>

namespace muster::domain_tests {
namespace {

using Map = PersistentMap<PersonId, std::string>;
using Model = std::map<PersonId, std::string>;

/// Ids of few values in few places, so that they meet and part at any digit.
PersonId any_id() {
    PersonId id;
    const auto bytes = *rc::gen::inRange<std::size_t>(1, 4);
    for (std::size_t n = 0; n < bytes; ++n) {
        const auto place = *rc::gen::element<std::size_t>(0, 1, 7, 14, 15);
        id.value.data[place] = *rc::gen::element<std::uint8_t>(0, 1, 0x10, 0x11, 0xff);
    }
    return id;
}

void expect_same(const Map& map, const Model& model) {
    RC_ASSERT(map.size() == model.size());
    auto entry = map.begin();
    for (const auto& [id, text] : model) {
        RC_ASSERT(entry != map.end());
        RC_ASSERT(entry->first == id);
        RC_ASSERT(entry->second == text);
        RC_ASSERT(map.at(id) == text);
        ++entry;
    }
    RC_ASSERT(entry == map.end());
}

void change_both(Map& map, Model& model) {
    const PersonId id = any_id();
    RC_ASSERT(map.contains(id) == model.contains(id));
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            map[id] = model[id] = *rc::gen::arbitrary<std::string>();
            break;
        case 1:
            RC_ASSERT(map.erase(id) == (model.erase(id) == 1));
            break;
        default:
            if (std::string* text = map.edit(id)) {
                *text += "x";
                model.at(id) += "x";
            }
    }
}

RC_GTEST_PROP(PersistentMap, IsAMapWhoseCopiesStayAsTheyWere, ()) {
    std::vector<std::pair<Map, Model>> versions(1);
    const auto changes = *rc::gen::inRange<std::size_t>(0, 60);
    for (std::size_t n = 0; n < changes; ++n) {
        versions.push_back(versions[*rc::gen::inRange<std::size_t>(0, versions.size())]);
        change_both(versions.back().first, versions.back().second);
    }
    for (const auto& [map, model] : versions) {
        expect_same(map, model);
        const auto& [other, other_model] = versions[versions.size() / 2];
        RC_ASSERT((map == other) == (model == other_model));
    }
}

PersonId spread(std::uint64_t n) {
    PersonId id;
    n *= 0x9e3779b97f4a7c15U;
    for (std::size_t byte = 0; byte < 8; ++byte) {
        id.value.data[byte] = static_cast<std::uint8_t>(n >> 8 * byte);
    }
    return id;
}

TEST(PersistentMap, AChangeCopiesTheWayToIt) {
    Map map;
    for (std::uint64_t n = 0; n < 100'000; ++n) map[spread(n)] = "member";
    const Map before = map;
    EXPECT_EQ(map.nodes_beside(before), 0);
    *map.edit(spread(7)) = "administrator";
    map[spread(200'000)] = "guest";
    map.erase(spread(9));
    EXPECT_GT(map.nodes_beside(before), 2);
    EXPECT_LT(map.nodes_beside(before), 30);
    EXPECT_EQ(before.at(spread(7)), "member");
    EXPECT_TRUE(before.contains(spread(9)));

    Map built_anew;
    for (const auto& [id, text] : before) built_anew[id] = text;
    EXPECT_GT(built_anew.nodes_beside(before), 100'000) << "control: nothing is shared";
    EXPECT_TRUE(built_anew == before);
}

TEST(PersistentMap, WhatOneMapAloneHoldsIsChangedInPlace) {
    Map map;
    for (std::uint64_t n = 0; n < 100; ++n) map[spread(n)] = "member";
    const std::string* before = &map.at(spread(5));
    *map.edit(spread(5)) = "guest";
    EXPECT_EQ(&map.at(spread(5)), before);
    const Map copy = map;
    *map.edit(spread(5)) = "owner";
    EXPECT_NE(&map.at(spread(5)), before);
    EXPECT_EQ(copy.at(spread(5)), "guest");
}

TEST(PersistentMap, OrdersWhatIsDueByTime) {
    PersistentMap<Due, std::monostate> due;
    const std::vector<Due> in_order{
        {Instant{INT64_MIN}, invitation(3)}, {Instant{-1}, invitation(9)},
        {Instant{0}, invitation(2)},         {Instant{0}, invitation(3)},
        {Instant{1}, invitation(1)},         {Instant{INT64_MAX}, {}}};
    for (const std::size_t n : {3, 0, 5, 1, 4, 2}) due[in_order[n]] = {};
    std::vector<Due> found;
    for (const auto& [each, nothing] : due) found.push_back(each);
    EXPECT_EQ(found, in_order);
}

std::size_t nodes_beside(const Organization& one, const Organization& other) {
    return one.members.nodes_beside(other.members) +
           one.invitations.nodes_beside(other.invitations) +
           one.invited.nodes_beside(other.invited) + one.due.nodes_beside(other.due) +
           one.ended_invitations.nodes_beside(other.ended_invitations) +
           one.mailed.nodes_beside(other.mailed) + one.workspaces.nodes_beside(other.workspaces) +
           one.replaced.nodes_beside(other.replaced);
}

TEST(PersistentOrganization, ACommandTouchesWhatItIsAbout) {
    const std::uint64_t members = test::is_long_run() ? 1'000'000 : 20'000;
    Organization organization = given(founded(conance_like())).state();
    const auto happens = [&](const Event& event) { evolve(organization, event, day(1)); };
    for (std::uint64_t n = 0; n < members; ++n) {
        MemberJoined event = joined(2, roles("user"));
        event.person = spread(n);
        happens(event);
    }
    happens(WorkspaceCreated{workspace(1), "Lab"});
    const Organization before = organization;
    MemberRolesChanged promoted;
    promoted.person = spread(1);
    promoted.roles = roles("administrator");
    happens(promoted);
    happens(MemberRemoved{.person = spread(2)});
    happens(WorkspaceDeleted{workspace(1)});
    EXPECT_GT(nodes_beside(organization, before), 1);
    EXPECT_LT(nodes_beside(organization, before), 40);
    EXPECT_EQ(before.member(spread(1))->roles, roles("user"));

    Organization all_changed = before;
    for (const auto& [person, member] : before.members) {
        all_changed.members.edit(person)->status = MemberStatus::suspended;
    }
    EXPECT_GT(nodes_beside(all_changed, before), members) << "control";
}

}  // namespace
}  // namespace muster::domain_tests
