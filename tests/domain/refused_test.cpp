// What is kept of a command that was refused: all of an ordinary one, little of a stranger's long
// one, and in any case enough for it to be refused again.
#include "domain/refused.h"
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace muster::domain_tests {
namespace {

const Refusal not_known_here{Rejection::organization_not_found, {}};

std::string letters(std::size_t bytes) {
    return std::string(bytes, 'x');
}

TEST(RefusedCommands, AnOrdinaryOneStaysAsItIs) {
    const InviteMember ordinary{organization(1),
                                {{invitation(1),
                                  person(2),
                                  roles("member", "user"),
                                  {{workspace(1), RoleId{"editor"}}},
                                  sealed(letters(60)),
                                  sealed(letters(70)),
                                  sealed(letters(40))}},
                                RowMode::atomic,
                                sealed(letters(100))};
    Command command = ordinary;
    Context context{.reason = sealed(letters(50))};
    const Context before = context;
    shorten_refused(command, context, not_known_here);
    EXPECT_TRUE(command == Command{ordinary});
    EXPECT_EQ(context, before);
}

TEST(RefusedCommands, CutTextsAreNobodysAndStayUtf8) {
    std::string umlauts;
    while (umlauts.size() < 1'000'000) umlauts += "ä";
    Command command = AssignRole{organization(1), person(2), RoleId{umlauts}};
    Context context{.reason = sealed(letters(1'000'000))};
    shorten_refused(command, context, not_known_here);
    const std::string& kept = std::get<AssignRole>(command).role.value;
    EXPECT_LE(kept.size(), 64U);
    EXPECT_TRUE(kept.ends_with("ä…")) << kept;
    EXPECT_EQ(kept.size() % 2, 1U) << "cut within a character: " << kept;
    EXPECT_TRUE(context.reason.empty());
    EXPECT_EQ(std::get<AssignRole>(command).person, person(2));
}

TEST(RefusedCommands, KeepLittleOfARoleToComeInstead) {
    const RoleId endless{letters(1'000'000)};
    Command command = DeleteRole{organization(1), RoleId{"member"}, endless};
    Context context;
    shorten_refused(command, context, {Rejection::role_in_use, {}});
    EXPECT_EQ(std::get<DeleteRole>(command).role, RoleId{"member"});
    EXPECT_LE(std::get<DeleteRole>(command).replacement->value.size(), 64U);
}

TEST(RefusedCommands, AreRefusedAgainForTheSameReason) {
    const Scenario scenario = given(founded(respond_like()), invited(1, 3, roles("member")));
    std::vector<InvitationRow> rows;
    for (std::uint64_t number = 2; number < 40; ++number) {
        rows.push_back(row(number, number + 1, roles("member")));
    }
    std::ranges::reverse(rows);  // the one who is invited already comes last
    const std::string long_name = letters(1'000'000);
    const std::vector<std::pair<PersonId, Command>> refused{
        {person(1), invite(rows)},
        {person(9), invite(rows)},
        {person(1), AssignRole{organization(1), person(1), RoleId{long_name}}},
        {person(1), ChangeBlueprint{organization(1), SharedBlueprint{conance_like()}, {}, {}, {}}},
        {person(9), ChangeBlueprint{organization(1), SharedBlueprint{conance_like()}, {}, {}, {}}},
        {person(1), FoundOrganization{organization(1), long_name, SharedBlueprint{respond_like()},
                                      person(1), sealed("name"), sealed("address")}},
        {person(2), FoundOrganization{organization(2), long_name, SharedBlueprint{respond_like()},
                                      person(1), sealed("name"), sealed("address")}},
    };
    for (const auto& [who, command] : refused) {
        const Context context{.actor = Actor::of(who)};
        const auto verdict = decide(scenario.world(), command, context, first_day);
        ASSERT_FALSE(verdict) << name_of(command);
        Command kept = command;
        Context its_context = context;
        shorten_refused(kept, its_context, verdict.error());
        scenario.by(who).when(kept).then_rejected(verdict.error().rejection);
        const auto again = decide(scenario.world(), kept, its_context, first_day);
        EXPECT_EQ(again.error().rows, verdict.error().rows) << name_of(command);
    }
}

}  // namespace
}  // namespace muster::domain_tests
