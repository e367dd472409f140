// The audit trail: what a query finds is what looking at every commit finds.
#include "tests/projections/cast.h"
#include "tests/projections/picking.h"

namespace muster::projections_tests {
namespace {

class AuditTrail : public ::testing::Test, public ViewsFixture {
 protected:
    std::vector<Position> found(AuditQuery query) {
        settle();
        std::vector<Position> positions;
        while (true) {
            const auto page = views->audit(query);
            EXPECT_TRUE(page.has_value());
            if (!page) return positions;
            EXPECT_EQ(page->position, log.head());
            EXPECT_LE(page->rows.size(), query.limit);
            for (const Commit& commit : page->rows) positions.push_back(commit.position);
            if (page->next_cursor.empty()) return positions;
            query.before = Position{std::stoull(page->next_cursor)};
        }
    }
};

using Positions = std::vector<Position>;

TEST_F(AuditTrail, GivesWholeCommitsNewestFirst) {
    const Position one =
        history.record({.command = CreateWorkspace{atelier, workspace(1), "A"},
                        .events = {of(atelier, WorkspaceCreated{workspace(1), "A"})},
                        .actor = Actor::of(ann)});
    const Position two = history.record({.command = RemoveMember{atelier, bob},
                                         .actor = Actor::of(ann),
                                         .rejection = Rejection::not_allowed});
    settle();
    const auto page = views->audit({.organization = atelier});
    ASSERT_TRUE(page);
    ASSERT_EQ(page->rows.size(), 2U);
    EXPECT_EQ(page->rows[0], log.all()[1]);
    EXPECT_EQ(page->rows[1], log.all()[0]);
    EXPECT_EQ(page->next_cursor, "");
    EXPECT_EQ(found({.organization = atelier, .outcome = AuditOutcome::refused}), Positions{two});
    EXPECT_EQ(found({.organization = atelier, .kind = "WorkspaceCreated"}), Positions{one});
    EXPECT_EQ(found({.organization = atelier, .kind = "CreateWorkspace"}), Positions{one});
    EXPECT_EQ(found({.organization = atelier, .subject = bob}), Positions{two});
    EXPECT_EQ(found({.organization = atelier, .actor = Actor::of(ann)}), (Positions{two, one}));
    EXPECT_TRUE(found({.organization = atelier, .actor = Actor::of(bob)}).empty());
    EXPECT_TRUE(found({.organization = bureau}).empty());
}

TEST_F(AuditTrail, APageEndsWhereItHasMuchToTellAndTheNextGoesOn) {
    Positions all;
    for (unsigned commit = 0; commit < 4; ++commit) {
        std::vector<StreamEvent> many;
        for (unsigned i = 1; i <= 1'500; ++i) {
            many.push_back(of(atelier, WorkspaceCreated{workspace(commit * 2'000 + i), "A"}));
        }
        all.push_back(history.record({.command = CreateWorkspace{atelier, workspace(1), "A"},
                                      .events = std::move(many),
                                      .actor = Actor::of(ann)}));
    }
    settle();
    const auto page = views->audit({.organization = atelier, .limit = 500});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->rows.size(), 2U) << "3,000 events";
    std::ranges::reverse(all);
    EXPECT_EQ(found({.organization = atelier, .limit = 500}), all);
}

TEST_F(AuditTrail, ARefusedCommandBelongsToTheOrganisationThatItNames) {
    const Position refused = history.record({.command = ChangeRole{bureau, ann, {}},
                                             .actor = Actor::of(bob),
                                             .rejection = Rejection::organization_not_found});
    EXPECT_EQ(found({.organization = bureau, .actor = Actor::of(bob)}), Positions{refused});
    EXPECT_EQ(found({.outcome = AuditOutcome::refused}), Positions{refused});
}

TEST_F(AuditTrail, ACopyOfARoleIsFoundWhereverItCameToBe) {
    const OrganizationId studio = organization(3);
    const RoleId painter{"painter"};
    const auto made = [&](OrganizationId in) {
        return of(in, RoleCreated{painter, "Painter", {}});
    };
    const Position copied = history.record(
        {.command = CopyRole{atelier, painter, {{bureau, painter}, {studio, painter}}},
         .events = {made(bureau)},
         .actor = Actor::of(ann)});
    EXPECT_EQ(found({.organization = atelier, .kind = "CopyRole"}), Positions{copied});
    EXPECT_EQ(found({.organization = bureau, .actor = Actor::of(ann)}), Positions{copied});
    EXPECT_TRUE(found({.organization = studio}).empty()) << "nothing happened there";
}

TEST_F(AuditTrail, OneCommitInTwoOrganisationsTellsNeitherOfTheOther) {
    // Ann registers, and so takes bob's place in one organisation and joins the other.
    const Position both =
        history.record({.command = RegisterPerson{.person = ann},
                        .events = {of(ann, registered(ann, "Ann", "a@e.org")),
                                   of(atelier, MemberRemoved{.person = bob}),
                                   of(atelier, joined(atelier, ann, "Ann", "a@e.org")),
                                   of(bureau, joined(bureau, ann, "Ann", "a@e.org"))}});
    for (const OrganizationId in : {atelier, bureau}) {
        EXPECT_EQ(found({.organization = in, .subject = ann}), Positions{both});
        EXPECT_EQ(found({.organization = in, .kind = "PersonRegistered"}), Positions{both});
    }
    EXPECT_EQ(found({.organization = atelier, .subject = bob}), Positions{both});
    EXPECT_TRUE(found({.organization = bureau, .subject = bob}).empty());
    EXPECT_TRUE(found({.organization = bureau, .kind = "MemberRemoved"}).empty());
    EXPECT_EQ(found({.subject = bob, .kind = "MemberRemoved"}), Positions{both});
}

TEST_F(AuditTrail, WhoReplacesSomebodyAndWhoIsReplacedAreBothSubjects) {
    const Position replaced =
        history.record({.command = ReplaceProtectedHolder{atelier, ann, bob, {}},
                        .rejection = Rejection::reason_missing});
    const Position invited = history.record(
        {.command = ReplaceAddress{.organization = atelier, .person = ann, .successor = bob},
         .rejection = Rejection::not_allowed});
    for (const PersonId who : {ann, bob}) {
        EXPECT_EQ(found({.organization = atelier, .subject = who}), (Positions{invited, replaced}));
    }
}

TEST_F(AuditTrail, WhatHappensToAnAccountIsFoundUnderThePerson) {
    happens(ann, TwoFactorChanged{ann, true});
    happens(ann, profile(ann, "Ann", ""));
    const Position last = log.head();
    EXPECT_EQ(found({.subject = ann, .kind = "ProfileChanged"}), Positions{last});
    EXPECT_EQ(found({.subject = ann, .kind = "TwoFactorChanged"}), Positions{Position{1}});
    EXPECT_TRUE(found({.organization = atelier}).empty());
}

AuditOutcome outcome_of(const Commit& commit) {
    if (commit.outcome.rejection) return AuditOutcome::refused;
    return commit.events.empty() ? AuditOutcome::unchanged : AuditOutcome::accepted;
}

TEST_F(AuditTrail, ThePageNamesTheNextOnlyWhereThereIsMore) {
    for (int count = 0; count < 4; ++count) {
        history.record({.command = RecordSignIn{ann, {}}, .actor = Actor::of(ann)});
    }
    settle();
    const auto page = views->audit({.actor = Actor::of(ann), .limit = 2});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->next_cursor, "3");
    const auto rest = views->audit({.actor = Actor::of(ann), .limit = 2, .before = Position{3}});
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->rows.size(), 2U);
    EXPECT_EQ(rest->next_cursor, "");
}

bool matches(const Commit& commit, const AuditQuery& query) {
    std::set<OrganizationId> organizations;
    if (const auto id = organization_of(commit.command)) organizations.insert(*id);
    std::set<PersonId> subjects;
    for (const PersonId& who : people_of(commit.command)) subjects.insert(who);
    std::set<std::string_view> kinds{name_of(commit.command)};
    for (const StreamEvent& event : commit.events) {
        const bool of_another = query.organization &&
                                event.stream.kind == StreamKind::organization &&
                                event.stream.id != query.organization->value;
        if (of_another) continue;
        kinds.insert(name_of(event.event));
        if (const auto who = subject_of(event.event)) subjects.insert(*who);
        if (event.stream.kind == StreamKind::organization) {
            organizations.insert(OrganizationId{event.stream.id});
        }
    }
    return (!query.organization || organizations.contains(*query.organization)) &&
           (!query.actor || commit.context.actor == *query.actor) &&
           (!query.subject || subjects.contains(*query.subject)) &&
           (query.kind.empty() || kinds.contains(query.kind)) &&
           (!query.outcome || *query.outcome == outcome_of(commit)) &&
           (!query.from || commit.effective_at >= *query.from) &&
           (!query.to || commit.effective_at <= *query.to);
}

Entry any_entry(Instant now) {
    const PersonId who = person(pick(1, 4));
    const OrganizationId in = organization(pick(1, 3));
    Entry entry;
    entry.actor = *rc::gen::element(Actor::of(ann), Actor::of(bob), Actor::the_system());
    switch (pick(0, 6)) {
        case 0:
            entry.command = RemoveMember{in, who};
            entry.rejection = Rejection::not_allowed;
            break;
        case 1:
            entry.command = RecordSignIn{who, {}};
            entry.events = {of(who, PersonSignedIn{who, {}})};
            break;
        case 2:
            entry.command = SettleDue{in};
            entry.events = {of(in, MailHandedOver{invitation(1), who, 1}),
                            of(organization(1), MailHandedOver{invitation(1), ann, 1})};
            break;
        case 3:
            entry.command = CopyRole{in, RoleId{"painter"}, {}};
            entry.events = {of(organization(pick(1, 3)), RoleDeleted{RoleId{"painter"}})};
            break;
        case 4:
            entry.command =
                ReplaceAddress{.organization = in, .person = who, .successor = person(pick(1, 4))};
            entry.rejection = Rejection::same_person;
            break;
        default:
            entry.command = RecordMailHandedOver{in, invitation(1), 1};
            entry.events = {of(in, MailHandedOver{invitation(1), who, 1})};
    }
    if (*rc::gen::arbitrary<bool>()) entry.effective_at = now - 1s * pick(0, 20);
    return entry;
}

AuditQuery any_audit_query(Instant first, Instant last) {
    const auto maybe = [] { return pick(0, 3) == 0; };
    const auto instant = [&] { return Instant{pick(first.micros, last.micros + 1)}; };
    AuditQuery query;
    if (!maybe()) query.organization = organization(pick(1, 3));
    if (maybe()) query.actor = *rc::gen::element(Actor::of(ann), Actor::the_system());
    if (maybe()) query.subject = person(pick(1, 4));
    if (maybe()) query.kind = *rc::gen::element("MailHandedOver"s, "CopyRole"s, "x"s);
    if (maybe()) {
        query.outcome = *rc::gen::element(AuditOutcome::refused, AuditOutcome::accepted,
                                          AuditOutcome::unchanged);
    }
    if (maybe()) query.from = instant();
    if (maybe()) query.to = instant();
    query.limit = pick<std::size_t>(1, 8);
    return query;
}

TEST_F(AuditTrail, AnyQueryGivesWhatLookingAtEveryCommitGives) {
    const Instant first = history.now - 30s;
    EXPECT_TRUE(rc::check([&] {
        for (auto count = pick(0, 5); count > 0; --count) {
            history.record(any_entry(history.now));
        }
        const AuditQuery query = any_audit_query(first, history.now);
        Positions expected;
        for (const Commit& commit : log.all()) {
            if (matches(commit, query)) expected.push_back(commit.position);
        }
        std::ranges::reverse(expected);
        RC_ASSERT(found(query) == expected);
    }));
}

TEST_F(AuditTrail, ALongTimeRangeIsWalkedPageByPage) {
    // More commits fit than are taken whole by their time, and more newer ones do not fit than are
    // read for one page.
    constexpr std::int64_t many = 6'600;
    constexpr std::int64_t fitting = 4'200;
    const Instant start = history.now;
    for (std::int64_t count = 0; count < many; ++count) {
        history.record({.command = RecordSignIn{count % 1'000 == 0 ? bob : ann, {}}});
    }
    const Instant until = start + 1s * fitting;
    settle();
    const auto first = views->audit({.to = until});
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->rows.empty());
    EXPECT_NE(first->next_cursor, "");
    const auto all = found({.to = until, .limit = 1'000});
    ASSERT_EQ(all.size(), static_cast<std::size_t>(fitting));
    EXPECT_EQ(all.front(), Position{fitting});
    EXPECT_EQ(all.back(), Position{1});
    EXPECT_EQ(
        found({.subject = bob, .to = until}),
        (Positions{Position{4001}, Position{3001}, Position{2001}, Position{1001}, Position{1}}));
    EXPECT_EQ(found({.subject = bob, .from = start + 1s * 1'500}),
              (Positions{Position{6001}, Position{5001}, Position{4001}, Position{3001},
                         Position{2001}}));
}

}  // namespace
}  // namespace muster::projections_tests
