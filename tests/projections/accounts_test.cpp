// What the views know of an account, and what its memberships show of it.
#include "tests/projections/cast.h"

namespace muster::projections_tests {
namespace {

const OrganizationId cabinet = organization(3);

class Accounts : public ::testing::Test, public ViewsFixture {
 protected:
    Accounts() {
        for (const OrganizationId in : {atelier, bureau, cabinet}) happens(in, {founded(in)});
    }
    void ann_joins(OrganizationId in) { happens(in, {joined(in, ann, "Ann Joined", "a@e.org")}); }
    void ann_registers(bool verified = true) {
        PersonRegistered event = registered(ann, "Ann Account", "ann@example.org");
        event.verified = verified;
        happens(ann, event);
    }
    std::optional<PersonRow> account() {
        settle();
        return views->person(ann).value();
    }
};

TEST_F(Accounts, ProfileAndSecondFactorReachEveryMembershipButNoInvitation) {
    ann_registers();
    ann_joins(atelier);
    ann_joins(bureau);
    happens(bureau, {MemberSuspended{ann}});
    happens(cabinet, {issued(cabinet, invitation(1), ann, history.now + 24h, "Ann", "a@e.org")});
    const auto invited = row(cabinet, ann);
    happens(ann, profile(ann, "Ann Profile", "ann.png"));
    happens(ann, TwoFactorChanged{ann, true});
    for (const OrganizationId in : {atelier, bureau}) {
        EXPECT_EQ(row(in, ann)->name, "Ann Profile");
        EXPECT_EQ(row(in, ann)->avatar, "ann.png");
        EXPECT_TRUE(row(in, ann)->two_factor);
        EXPECT_EQ(names({.organization = in, .q = "profile"}).size(), 1U);
    }
    EXPECT_EQ(row(bureau, ann)->status, RowStatus::suspended);
    EXPECT_EQ(row(cabinet, ann), invited);
    EXPECT_EQ(invited->avatar, "");

    happens(cabinet, {InvitationAccepted{invitation(1), ann}, joined(cabinet, ann, "Ann", "")});
    EXPECT_EQ(row(cabinet, ann)->name, "Ann Profile");
    EXPECT_EQ(row(cabinet, ann)->avatar, "ann.png");
    EXPECT_TRUE(row(cabinet, ann)->two_factor);

    happens(ann, profile(ann, "Ann Profile", ""));
    happens(ann, TwoFactorChanged{ann, false});
    for (const OrganizationId in : {atelier, bureau, cabinet}) {
        EXPECT_EQ(row(in, ann)->avatar, "");
        EXPECT_FALSE(row(in, ann)->two_factor);
    }
    EXPECT_TRUE(views->compare_with_replay({})->empty());
}

TEST_F(Accounts, BecomingVerifiedLosesNothing) {
    ann_registers(false);
    const Instant registered_at = history.now;
    happens(ann, profile(ann, "Ann Profile", "ann.png"));
    happens(ann, TwoFactorChanged{ann, true});
    EXPECT_FALSE(account()->verified);
    ann_registers();
    EXPECT_EQ(account(), (PersonRow{.person = ann,
                                    .name = "Ann Account",
                                    .address = "ann@example.org",
                                    .avatar = "ann.png",
                                    .verified = true,
                                    .two_factor = true,
                                    .registered_at = registered_at,
                                    .last_sign_in = {},
                                    .changed = {log.head(), history.now}}));
}

/// The list of then, which is folded from the organisation's own stream, knows of no more.
TEST_F(Accounts, WhoCopiesARoleElsewhereHasDoneNothingHereYet) {
    ann_registers();
    history.record({.command = InviteMember{atelier},
                    .events = {of(atelier, joined(atelier, ann, "Ann Invited", "a@e.org"))}});
    const auto is_unasked = [&] {
        const auto then = organization_then(log, nullptr, atelier, {log.head(), {}}).value();
        return then.unasked.contains(ann);
    };
    history.record({.command = CopyRole{atelier, as_admin, {}},
                    .events = {of(bureau, RoleCreated{RoleId{"copied"}, "Copied", {}})},
                    .actor = Actor::of(ann)});
    EXPECT_EQ(row(atelier, ann)->name, "Ann Invited");
    EXPECT_TRUE(row(atelier, ann)->as_given);
    EXPECT_TRUE(is_unasked());
    history.record({.command = CreateWorkspace{.organization = atelier},
                    .events = {of(atelier, WorkspaceCreated{workspace(1), "Desk"})},
                    .actor = Actor::of(ann)});
    EXPECT_EQ(row(atelier, ann)->name, "Ann Account") << "the control";
    EXPECT_FALSE(is_unasked());
}

TEST_F(Accounts, WithoutAnAccountThereIsNothingToShow) {
    ann_joins(atelier);
    happens(ann, TwoFactorChanged{ann, true});
    happens(ann, profile(ann, "Ann Profile", "ann.png"));
    EXPECT_EQ(account(), std::nullopt);
    EXPECT_FALSE(row(atelier, ann)->two_factor);
    EXPECT_EQ(row(atelier, ann)->name, "Ann Joined");
}

TEST_F(Accounts, WhatWasErasedIsEmpty) {
    ann_registers();
    happens(ann, profile(ann, "Ann Profile", "ann.png"));
    ann_joins(atelier);
    EXPECT_EQ(row(atelier, ann)->avatar, "ann.png");
    keys.erase(ann);
    ASSERT_TRUE(views->rebuild({}));
    EXPECT_EQ(account()->name, "");
    EXPECT_EQ(account()->avatar, "");
    EXPECT_EQ(row(atelier, ann)->avatar, "");
}

TEST_F(Accounts, APersonIsFoldedUpToAnyPositionAndAnyTime) {
    ann_registers(false);
    const Position registered = log.head();
    const Instant registered_at = history.now;
    happens(ann, TwoFactorChanged{ann, true});
    const Position guarded = log.head();
    const Instant guarded_at = history.now;
    happens(ann, TwoFactorChanged{ann, false});
    // An import tells later what had happened before.
    history.record({.command = RegisterPerson{.person = ann},
                    .events = {of(ann, this->registered(ann, "Ann", ""))},
                    .imported = true,
                    .effective_at = registered_at});

    const auto folded = [&](std::optional<Position> position, std::optional<Instant> at) {
        return person_then(log, ann, {position.value_or(log.head()), at}).value();
    };
    EXPECT_FALSE(folded(Position{0}, {}).registered);
    EXPECT_FALSE(folded(registered, {}).two_factor);
    EXPECT_TRUE(folded(guarded, {}).two_factor);
    EXPECT_FALSE(folded(guarded, {}).verified);
    EXPECT_FALSE(folded({}, registered_at - 1us).registered);
    EXPECT_FALSE(folded({}, registered_at).two_factor);
    EXPECT_TRUE(folded({}, guarded_at).two_factor);
    EXPECT_TRUE(folded({}, guarded_at).verified);
    EXPECT_EQ(folded({}, {}), (Person{.id = ann,
                                      .version = Version{4},
                                      .registered = true,
                                      .verified = true,
                                      .two_factor = false}));
}

}  // namespace
}  // namespace muster::projections_tests
