// Commands and events field by field, as whoever shows them gets them.
#include "eventstore/form/described.h"
#include "tests/eventstore/golden_commits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace muster {
namespace {

using described::Member;
using described::Object;
using testing::ElementsAre;

std::vector<std::string> names_in(const Object& object) {
    std::vector<std::string> names;
    for (const Member& member : object.members) names.emplace_back(member.name);
    return names;
}

template <class Held>
const Held& held_in(const Object& object, std::string_view name) {
    const auto found = std::ranges::find(object.members, name, &Member::name);
    return std::get<Held>(found->value.held);
}

TEST(Described, EveryCommandAndEventStandsUnderItsOwnName) {
    for (const Commit& commit : golden::commits()) {
        EXPECT_EQ(described::describe(commit.command).name, name_of(commit.command));
        for (const StreamEvent& event : commit.events) {
            EXPECT_EQ(described::describe(event.event).name, name_of(event.event));
        }
    }
}

TEST(Described, AFieldHasItsStoredNameAndItsValue) {
    const Event joined = MemberJoined{.person = golden::person,
                                      .invitation = golden::invitation,
                                      .roles = {golden::role},
                                      .workspaces = {golden::place},
                                      .licence = std::nullopt,
                                      .name = golden::name,
                                      .address = golden::address,
                                      .details = {}};
    const Object shown = described::describe(joined);
    EXPECT_THAT(names_in(shown), ElementsAre("person", "invitation", "roles", "workspaces",
                                             "licence", "name", "address", "details"));
    EXPECT_EQ(held_in<boost::uuids::uuid>(shown, "person"), golden::person.value);
    EXPECT_EQ(held_in<boost::uuids::uuid>(shown, "invitation"), golden::invitation.value);
    EXPECT_EQ(*held_in<const Sealed*>(shown, "name"), golden::name);
    EXPECT_TRUE(held_in<const Sealed*>(shown, "details")->empty());
    (void)held_in<std::monostate>(shown, "licence");
    const auto& roles = held_in<described::List>(shown, "roles");
    EXPECT_EQ(std::get<std::string_view>(roles.at(0).held), "admin");
    const auto& places = held_in<described::List>(shown, "workspaces");
    const auto& place = std::get<Object>(places.at(0).held);
    EXPECT_EQ(place.name, "WorkspacePlace");
    EXPECT_EQ(held_in<std::string_view>(place, "role"), "editor");
}

TEST(Described, WhatNeedNotBeThereSaysSo) {
    const Event changed = LicenceChanged{golden::person, golden::licence};
    const Object shown = described::describe(changed);
    EXPECT_FALSE(shown.members.at(0).is_optional);
    EXPECT_TRUE(shown.members.at(1).is_optional);
    EXPECT_TRUE(shown.members.at(2).is_optional);
}

TEST(Described, WordsAreThoseOfTheSchemaAndMapsGoByTheirKeys) {
    const Command invites = InviteMember{.organization = {}, .rows = {}, .mode = RowMode::each};
    EXPECT_EQ(held_in<std::string_view>(described::describe(invites), "mode"), "each");
    const Command stays = SuspendMember{golden::organization, golden::person};
    (void)held_in<std::monostate>(described::describe(stays), "sent");
    const Command takes =
        SuspendMember{golden::organization, golden::person, SentInvitations::take_over};
    EXPECT_EQ(held_in<std::string_view>(described::describe(takes), "sent"), "take_over");
    const Event limited = PlanChanged{PlanId{"free"}, golden::limits};
    const Object shown = described::describe(limited);
    const auto& limits = held_in<Object>(shown, "limits");
    EXPECT_THAT(names_in(limits), ElementsAre("basic", "full"));
    EXPECT_EQ(held_in<std::uint64_t>(limits, "full"), 70'000U);
}

}  // namespace
}  // namespace muster
