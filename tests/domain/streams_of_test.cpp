// Which streams a decision needs: told of some commands, and held against what decisions look at.
#include "domain/streams_of.h"

#include "tests/domain/given.h"
#include "tests/domain/rules_to_live_by.h"
#include "tests/domain/simulation.h"

#include <algorithm>
#include <set>

namespace muster::domain_tests {
namespace {

std::vector<StreamId> streams_for(const Command& command) {
    return streams_of(
        command, {.actor = Actor::of(person(9)), .command_id = {}, .origin = {}, .reason = {}});
}
std::vector<StreamId> streams(std::vector<OrganizationId> organizations,
                              std::vector<PersonId> people) {
    std::vector<StreamId> all;
    for (const OrganizationId id : organizations) all.push_back(StreamId::of(id));
    for (const PersonId id : people) all.push_back(StreamId::of(id));
    return all;
}

TEST(StreamsOf, AreThoseOfTheOrganisationsNamedAndOfTheAccountsLookedAt) {
    EXPECT_EQ(streams_for(change_role(2, roles("member"))), streams({organization(1)}, {}));
    EXPECT_EQ(streams_for(invite({row(1, 2, roles("member")), InvitationRow{}})),
              streams({organization(1)}, {person(2)}));
    EXPECT_EQ(streams_for(accept(1)), streams({organization(1)}, {person(9)}));
    const CopyRole copy{organization(1), {"desk"}, {{organization(2), {"desk"}}}};
    EXPECT_EQ(streams_for(copy), streams({organization(1), organization(2)}, {}));
    EXPECT_EQ(streams_for(ChangeTwoFactor{person(2), true}), streams({}, {person(2)}));
    EXPECT_EQ(streams_for(RecordSignIn{person(2), organization(1)}),
              streams({organization(1)}, {person(2)}));
    EXPECT_EQ(streams_for(RecordSignIn{person(2), std::nullopt}), streams({}, {person(2)}));
    RecordSuppressedAttempts suppressed{.actor = Actor::of(person(2))};
    EXPECT_EQ(streams_for(suppressed), streams({}, {}));
    suppressed.organization = organization(1);
    EXPECT_EQ(streams_for(suppressed), streams({organization(1)}, {}));
}

/// Tells what a decision looks at beside the streams that are there for it.
class WatchedWorld final : public World {
 public:
    WatchedWorld(const World& world, std::vector<StreamId> there, std::set<StreamId>& missing)
        : world_{world}, there_{std::move(there)}, missing_{missing} {}

    const Organization* organization(OrganizationId id) const override {
        look_at(StreamId::of(id));
        return world_.organization(id);
    }
    const Person* person(PersonId id) const override {
        look_at(StreamId::of(id));
        return world_.person(id);
    }
    /// What waits for who registers is there too.
    std::vector<OrganizationId> organizations_of(PersonId id) const override {
        const auto found = world_.organizations_of(id);
        for (const OrganizationId organization : found) {
            there_.push_back(StreamId::of(organization));
        }
        return found;
    }
    NameLook look_of(std::string_view name) const override { return world_.look_of(name); }

 private:
    void look_at(StreamId stream) const {
        if (std::ranges::find(there_, stream) == there_.end()) missing_.insert(stream);
    }

    const World& world_;
    mutable std::vector<StreamId> there_;
    std::set<StreamId>& missing_;
};

/// The commands of random lives whose decisions looked at a stream that was not there for them.
std::set<std::string_view> surprised(bool with_accounts) {
    std::set<std::string_view> found;
    const Decider watched = [&](const World& world, const Command& command, const Context& context,
                                Instant now) {
        std::vector<StreamId> there = streams_of(command, context);
        if (!with_accounts) {
            std::erase_if(there, [](StreamId id) { return id.kind == StreamKind::person; });
        }
        std::set<StreamId> missing;
        auto verdict = decide(WatchedWorld{world, there, missing}, command, context, now);
        if (!missing.empty()) found.insert(name_of(command));
        return verdict;
    };
    rc::Random random{1};
    Watcher nobody;
    for (std::uint64_t life = 0; life < 200; ++life) {
        const auto moves = any_moves()(random.split(), rc::kNominalSize).value();
        const auto& shapes = all_shapes();
        const SharedBlueprint rules = shapes[life % shapes.size()];
        Simulation{rules, rules, watched}.play(moves, nobody);
    }
    return found;
}

TEST(StreamsOf, NoDecisionLooksAtOthers) {
    EXPECT_EQ(surprised(true), std::set<std::string_view>{});
}

/// The control: the same lives tell when something is forgotten.
TEST(StreamsOf, LivesTellOfAForgottenOne) {
    const auto found = surprised(false);
    for (const char* command : {"InviteMember", "AcceptInvitation", "ReplaceAddress",
                                "RegisterPerson", "RecordSignIn", "ChangeTwoFactor"}) {
        EXPECT_TRUE(found.contains(command)) << command;
    }
}

}  // namespace
}  // namespace muster::domain_tests
