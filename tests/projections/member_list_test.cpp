// What each event does to the rows, one commit at a time.
#include "tests/projections/cast.h"

namespace muster::projections_tests {
namespace {

class MemberList : public ::testing::Test, public ViewsFixture {
 protected:
    MemberList() {
        found(atelier);
        found(bureau);
    }
    void found(OrganizationId id) {
        history.record({.command = founding(id, founder),
                        .events = {of(id, founded(id)),
                                   of(id, joined(id, founder, "Founder", "founder@example.org"))}});
    }
    void register_ann(std::string_view name = "Ann Account") {
        history.record({.command = RegisterPerson{.person = ann},
                        .events = {of(ann, registered(ann, name, "ann@example.org"))}});
    }
    void sign_in(PersonId who, std::optional<OrganizationId> where, Instant at) {
        history.record({.command = RecordSignIn{who, where},
                        .events = {of(who, PersonSignedIn{who, where})},
                        .effective_at = at});
    }
    InvitationIssued invites_ann(OrganizationId in = atelier) {
        return issued(in, her_invitation, ann, history.now + 24h, "Ann", "Ann@Example.org");
    }
    MemberJoined ann_joins(OrganizationId in = atelier) {
        return joined(in, ann, "Ann Joined", "ann@joined.example");
    }
};

TEST_F(MemberList, AnInvitationIsAPendingRow) {
    InvitationIssued event = invites_ann();
    event.roles = {as_member, as_admin};
    event.workspaces = {{workspace(1), {}}};
    event.licence = LicenceClassId{"full"};
    happens(atelier, {WorkspaceCreated{workspace(1), "Studio"}, event});
    const auto found = row(atelier, ann);
    ASSERT_TRUE(found);
    MemberRow expected{Held{.roles = {as_admin, as_member},
                            .workspaces = {{workspace(1), RoleId{}}},
                            .licence = LicenceClassId{"full"}}};
    expected.person = ann;
    expected.status = RowStatus::pending;
    expected.name = "Ann";
    expected.address = "Ann@Example.org";
    expected.since = history.now;
    expected.invitation = her_invitation;
    expected.expires_at = event.expires_at;
    expected.send_number = 1;
    EXPECT_EQ(*found, expected);
    EXPECT_EQ(views->pending(atelier, her_invitation).value(), expected);
    EXPECT_EQ(views->pending(bureau, her_invitation).value(), std::nullopt);
    EXPECT_EQ(row(bureau, ann), std::nullopt);
}

TEST_F(MemberList, ResendingChangesTheSendNumberAndTheEndOfTheInvitation) {
    happens(atelier, {invites_ann()});
    const auto before = row(atelier, ann);
    const Instant later = history.now + 100h;
    happens(atelier, {InvitationResent{her_invitation, ann, 2, later}});
    auto expected = before;
    expected->send_number = 2;
    expected->expires_at = later;
    EXPECT_EQ(row(atelier, ann), expected);
}

TEST_F(MemberList, EveryEndOfAnInvitationTakesItsRowAway) {
    for (const Event& end : {Event{InvitationCancelled{her_invitation, ann}},
                             Event{InvitationDeclined{her_invitation, ann}},
                             Event{InvitationExpired{her_invitation, ann}}}) {
        happens(atelier, {invites_ann()});
        ASSERT_TRUE(row(atelier, ann));
        happens(atelier, {end});
        EXPECT_EQ(row(atelier, ann), std::nullopt) << name_of(end);
        EXPECT_EQ(views->pending(atelier, her_invitation).value(), std::nullopt);
        EXPECT_EQ(rows({.organization = atelier}).size(), 1U);
    }
}

TEST_F(MemberList, JoiningMakesThePendingRowAnActiveOne) {
    happens(atelier, {invites_ann()});
    MemberJoined event = ann_joins();
    event.invitation = her_invitation;
    event.workspaces = {{workspace(1), {}}};
    happens(atelier, {WorkspaceCreated{workspace(1), "Studio"},
                      InvitationAccepted{her_invitation, ann}, event});
    const auto found = row(atelier, ann);
    ASSERT_TRUE(found);
    MemberRow expected{Held{.roles = {as_member}, .workspaces = {{workspace(1), RoleId{}}}}};
    expected.person = ann;
    expected.status = RowStatus::active;
    expected.name = "Ann Joined";
    expected.address = "ann@joined.example";
    expected.since = history.now;
    expected.joined_by = log.read(log.head(), 1).value().front().streams.front().version;
    EXPECT_EQ(*found, expected);
    EXPECT_EQ(views->pending(atelier, her_invitation).value(), std::nullopt);
    EXPECT_TRUE(rows({.organization = atelier, .status = RowStatus::pending}).empty());
}

TEST_F(MemberList, WithoutANameOfTheirOwnMembersKeepTheOneOfTheInvitation) {
    happens(atelier, {invites_ann()});
    happens(atelier, {InvitationAccepted{her_invitation, ann}, joined(atelier, ann, "", "")});
    EXPECT_EQ(row(atelier, ann)->name, "Ann");
    EXPECT_EQ(row(atelier, ann)->address, "Ann@Example.org");
}

TEST_F(MemberList, AMembersNameIsTheAccountsAndAnInvitedOnesIsAsInvited) {
    happens(atelier, {ann_joins(atelier)});
    happens(bureau, {invites_ann(bureau)});
    EXPECT_EQ(row(atelier, ann)->name, "Ann Joined");
    register_ann();
    EXPECT_EQ(row(atelier, ann)->name, "Ann Account");
    EXPECT_EQ(row(bureau, ann)->name, "Ann") << "who is invited has not agreed to be known";
    happens(bureau, {InvitationAccepted{her_invitation, ann}, ann_joins(bureau)});
    EXPECT_EQ(row(bureau, ann)->name, "Ann Account");
    EXPECT_EQ(row(bureau, ann)->address, "ann@joined.example");
}

TEST_F(MemberList, RegisteringAndJoiningInOneCommitGivesTheAccountsNameInEitherOrder) {
    const StreamEvent registering = of(ann, registered(ann, "Ann Account", "ann@example.org"));
    history.record(
        {.command = SettleDue{atelier}, .events = {of(atelier, ann_joins(atelier)), registering}});
    EXPECT_EQ(row(atelier, ann)->name, "Ann Account");
    history.record({.command = SettleDue{bureau},
                    .events = {of(bob, registered(bob, "Bob Account", "bob@example.org")),
                               of(bureau, joined(bureau, bob, "Bob", "bob@example.org"))}});
    EXPECT_EQ(row(bureau, bob)->name, "Bob Account");
}

TEST_F(MemberList, AnAccountIsKnownWithItsNewestSignIn) {
    EXPECT_EQ(views->person(ann).value(), std::nullopt);
    register_ann();
    const Instant registered_at = history.now;
    const LastChange changed{log.head(), registered_at};
    sign_in(ann, std::nullopt, registered_at + 1h);
    sign_in(ann, std::nullopt, registered_at + 30min);
    settle();
    EXPECT_EQ(views->person(ann).value(), (PersonRow{.person = ann,
                                                     .name = "Ann Account",
                                                     .address = "ann@example.org",
                                                     .verified = true,
                                                     .registered_at = registered_at,
                                                     .last_sign_in = registered_at + 1h,
                                                     .changed = changed}));
    register_ann("Ann Verified");
    settle();
    EXPECT_EQ(views->person(ann).value()->name, "Ann Verified");
    EXPECT_EQ(views->person(ann).value()->registered_at, registered_at);
}

TEST_F(MemberList, RolesWorkspacesAndLicencesFollowTheirEvents) {
    happens(atelier,
            {WorkspaceCreated{workspace(1), "Studio"}, WorkspaceCreated{workspace(2), "Archive"},
             ann_joins(), WorkspaceRoleAssigned{ann, {workspace(1), RoleId{"editor"}}},
             WorkspaceRoleAssigned{ann, {workspace(2), {}}},
             LicenceChanged{ann, LicenceClassId{"full"}}});
    EXPECT_EQ(row(atelier, ann)->workspaces,
              (Places{{workspace(1), RoleId{"editor"}}, {workspace(2), RoleId{}}}));
    EXPECT_EQ(row(atelier, ann)->licence, LicenceClassId{"full"});
    happens(atelier, {MemberRolesChanged{ann, {as_member, as_admin}},
                      WorkspaceRoleWithdrawn{ann, workspace(1)}, LicenceChanged{ann, {}}});
    EXPECT_EQ(row(atelier, ann)->workspaces, (Places{{workspace(2), RoleId{}}}));
    EXPECT_EQ(row(atelier, ann)->licence, std::nullopt);
    EXPECT_EQ(row(atelier, ann)->roles, (std::vector{as_admin, as_member}));
    EXPECT_EQ(names({.organization = atelier, .role = as_admin}), (std::vector{"Ann Joined"s}));
}

TEST_F(MemberList, DeletingAWorkspaceTakesEverybodyOutOfIt) {
    const WorkspaceId studio = workspace(1);
    happens(atelier,
            {WorkspaceCreated{studio, "Studio"}, ann_joins(),
             issued(atelier, invitation(2), bob, history.now + 24h, "Bob", "b@e.org"),
             WorkspaceRoleAssigned{ann, {studio, {}}}, WorkspaceRoleAssigned{bob, {studio, {}}}});
    EXPECT_EQ(rows({.organization = atelier, .workspace = studio}).size(), 2U);
    happens(atelier, {WorkspaceDeleted{studio}});
    EXPECT_TRUE(row(atelier, ann)->workspaces.empty());
    EXPECT_TRUE(row(atelier, bob)->workspaces.empty());
    EXPECT_TRUE(rows({.organization = atelier, .workspace = studio}).empty());
    EXPECT_EQ(rows({.organization = atelier}).size(), 3U);
}

TEST_F(MemberList, DetailsAreTheInvitersAndThenTheMembers) {
    const auto details = [&](std::string_view text) {
        return sealed(atelier, ann, PersonalField::details, text);
    };
    InvitationIssued invited = invites_ann();
    invited.details = details("Paints");
    happens(atelier, {invited});
    EXPECT_EQ(row(atelier, ann)->details, "Paints");
    MemberJoined joins = ann_joins();
    joins.details = details("Paints and draws");
    happens(atelier, {InvitationAccepted{her_invitation, ann}, joins});
    EXPECT_EQ(row(atelier, ann)->details, "Paints and draws");
}

TEST_F(MemberList, AnInvitationSaysWhoseNewAddressItIs) {
    InvitationIssued invited = invites_ann();
    invited.replaces = founder;
    happens(atelier, {invited});
    EXPECT_EQ(row(atelier, ann)->replaces, founder);
    happens(atelier, {InvitationAccepted{her_invitation, ann}, MemberRemoved{.person = founder},
                      ann_joins()});
    EXPECT_EQ(row(atelier, ann)->replaces, std::nullopt);
    EXPECT_EQ(names({.organization = atelier}), (std::vector{"Ann Joined"s}));
}

TEST_F(MemberList, ASuspensionChangesNothingButTheStatus) {
    const MemberQuery suspended{.organization = atelier, .status = RowStatus::suspended};
    happens(atelier, {WorkspaceCreated{workspace(1), "Studio"}, ann_joins(),
                      WorkspaceRoleAssigned{ann, {workspace(1), {}}}});
    const auto before = row(atelier, ann);
    happens(atelier, {MemberSuspended{ann}});
    auto expected = before;
    expected->status = RowStatus::suspended;
    EXPECT_EQ(row(atelier, ann), expected);
    EXPECT_EQ(names(suspended), (std::vector{"Ann Joined"s}));
    EXPECT_EQ(names({.organization = atelier}), (std::vector{"Ann Joined"s, "Founder"s}));
    happens(atelier, {MemberReinstated{ann}});
    EXPECT_EQ(row(atelier, ann), before);
    EXPECT_TRUE(rows(suspended).empty());
}

TEST_F(MemberList, OtherRulesRenameTheRolesOfMembersAndOfTheInvited) {
    const WorkspaceId studio = workspace(1);
    const RoleId reader{"reader"};
    const RoleId editor{"editor"};
    InvitationIssued invited = invites_ann();
    invited.workspaces = {{studio, {}}};
    MemberJoined joins = joined(atelier, person(3), "Bob", "b@e.org");
    joins.roles = {as_admin, as_member};
    happens(atelier, {WorkspaceCreated{studio, "Studio"}, invited, joins,
                      WorkspaceRoleAssigned{founder, {studio, editor}}});
    happens(bureau, {ann_joins(bureau)});
    happens(atelier, {BlueprintChanged{.blueprint = other_rules(),
                                       .plan = rules()->first_plan,
                                       .limits = {},
                                       .roles = {{as_admin, reader}, {as_member, reader}},
                                       .workspace_roles = {{RoleId{}, editor}}}});
    EXPECT_EQ(row(atelier, ann)->roles, std::vector{reader});
    EXPECT_EQ(row(atelier, ann)->workspaces, (Places{{studio, editor}}));
    EXPECT_EQ(row(atelier, person(3))->roles, std::vector{reader}) << "two became one";
    EXPECT_EQ(row(atelier, founder)->workspaces, (Places{{studio, editor}}));
    EXPECT_EQ(rows({.organization = atelier, .role = reader}).size(), 3U);
    EXPECT_TRUE(rows({.organization = atelier, .role = as_member}).empty());
    EXPECT_EQ(row(bureau, ann)->roles, std::vector{as_member});
}

TEST_F(MemberList, WhatHappensToRolesAndNamesChangesNoRow) {
    happens(atelier, {WorkspaceCreated{workspace(1), "Studio"}, ann_joins()});
    const auto before = rows({.organization = atelier});
    const RoleId painter{"painter"};
    happens(atelier,
            {RoleCreated{painter, "Painter", {}}, RoleRenamed{painter, "Artist"},
             RolePermissionsChanged{painter, {PermissionId{"members.read"}}}, RoleDeleted{painter},
             OrganizationRenamed{"Studio"}, WorkspaceRenamed{workspace(1), "Loft"}});
    EXPECT_EQ(rows({.organization = atelier}), before);
}

TEST_F(MemberList, RemovingAMemberTakesTheRowAway) {
    happens(atelier, {ann_joins()});
    happens(atelier, {MemberRemoved{.person = ann}});
    EXPECT_EQ(row(atelier, ann), std::nullopt);
    EXPECT_EQ(names({.organization = atelier}), (std::vector{"Founder"s}));
}

TEST_F(MemberList, EndingAnOrganisationTakesAllItsRowsAwayAndNoOthers) {
    happens(atelier, {invites_ann()});
    happens(atelier, {OrganizationEnded{}});
    settle();
    EXPECT_TRUE(rows({.organization = atelier}).empty());
    EXPECT_EQ(views->pending(atelier, her_invitation).value(), std::nullopt);
    EXPECT_TRUE(views->owed_mail(10)->empty());
    EXPECT_TRUE(views->with_something_due(history.now + 1000h, 10)->empty());
    EXPECT_EQ(rows({.organization = bureau}).size(), 1U);
}

TEST_F(MemberList, WhatWasErasedIsEmpty) {
    happens(atelier, {ann_joins()});
    ASSERT_EQ(row(atelier, ann)->name, "Ann Joined");
    keys.erase(ann);
    ASSERT_TRUE(views->rebuild({}));
    EXPECT_EQ(row(atelier, ann)->name, "");
    EXPECT_EQ(row(atelier, ann)->address, "");
    EXPECT_EQ(rows({.organization = atelier}).size(), 2U);
}

TEST_F(MemberList, TheLatestSignInCountsInWhateverOrderTheyAreRecorded) {
    happens(atelier, {ann_joins()});
    const Instant noon = history.now;
    sign_in(ann, std::nullopt, noon);
    EXPECT_EQ(row(atelier, ann)->last_access, noon);
    sign_in(ann, std::nullopt, noon - 1h);
    EXPECT_EQ(row(atelier, ann)->last_access, noon);
    sign_in(ann, std::nullopt, noon + 1h);
    EXPECT_EQ(row(atelier, ann)->last_access, noon + 1h);
}

TEST_F(MemberList, ASignInToTheHostCountsEverywhereAndAnAccessOnlyThere) {
    happens(atelier, {ann_joins(atelier)});
    happens(bureau, {ann_joins(bureau)});
    const Instant noon = history.now;
    sign_in(ann, std::nullopt, noon);
    sign_in(ann, bureau, noon + 1h);
    EXPECT_EQ(row(atelier, ann)->last_access, noon);
    EXPECT_EQ(row(bureau, ann)->last_access, noon + 1h);
    EXPECT_EQ(row(atelier, founder)->last_access, std::nullopt);
}

TEST_F(MemberList, WhoJoinsLaterStartsFromTheLastSignInAndAnInvitationHasNone) {
    register_ann();
    const Instant noon = history.now;
    sign_in(ann, std::nullopt, noon);
    happens(atelier, {invites_ann()});
    EXPECT_EQ(row(atelier, ann)->last_access, std::nullopt);
    sign_in(ann, std::nullopt, noon + 1h);
    EXPECT_EQ(row(atelier, ann)->last_access, std::nullopt);
    happens(atelier, {InvitationAccepted{her_invitation, ann}, ann_joins()});
    EXPECT_EQ(row(atelier, ann)->last_access, noon + 1h);
}

TEST_F(MemberList, LaterEventsOfOneGroupSeeEarlierOnes) {
    happens(atelier, {invites_ann()});
    happens(atelier, {InvitationAccepted{her_invitation, ann}, ann_joins()});
    happens(atelier, {MemberRolesChanged{ann, {as_admin}}});
    register_ann();
    // A rebuild reads commits that are there already, so it applies these in one group.
    ASSERT_TRUE(views->rebuild({}));
    const auto found = row(atelier, ann);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->roles, std::vector{as_admin});
    EXPECT_EQ(found->name, "Ann Account");
    EXPECT_EQ(found->status, RowStatus::active);
    EXPECT_EQ(rows({.organization = atelier}).size(), 2U);
}

}  // namespace
}  // namespace muster::projections_tests
