// Mail that is owed, and invitations whose time is over.
#include "tests/projections/cast.h"

namespace muster::projections_tests {
namespace {

class MailAndDue : public ::testing::Test, public ViewsFixture {
 protected:
    void found(OrganizationId id, bool imported = false) {
        history.record({.command = founding(id, founder),
                        .events = {of(id, founded(id, imported)),
                                   of(id, joined(id, founder, "Founder", "f@example.org"))},
                        .imported = imported});
    }
    void happens(OrganizationId in, Event event, bool imported = false) {
        history.record(
            {.command = SettleDue{in}, .events = {of(in, std::move(event))}, .imported = imported});
    }
    void invite(OrganizationId in, InvitationId id, PersonId who, Instant expires_at,
                bool imported = false) {
        happens(in, issued(in, id, who, expires_at, "Name", "a@example.org"), imported);
    }
    /// The invitations that mail is owed for, with their send numbers.
    std::vector<std::pair<InvitationId, std::uint32_t>> owed(std::size_t at_most = 100) {
        settle();
        std::vector<std::pair<InvitationId, std::uint32_t>> result;
        const auto mails = views->owed_mail(at_most).value();
        for (const OwedMail& mail : mails) {
            result.emplace_back(mail.invitation, mail.send_number);
        }
        return result;
    }
    std::vector<OrganizationId> due(Instant now, std::size_t at_most = 100) {
        settle();
        return views->with_something_due(now, at_most).value();
    }
};

using Owed = std::vector<std::pair<InvitationId, std::uint32_t>>;

TEST_F(MailAndDue, AnInvitationOwesAMailUntilItIsHandedOver) {
    found(atelier);
    invite(atelier, invitation(1), ann, history.now + 24h);
    invite(atelier, invitation(2), bob, history.now + 24h);
    EXPECT_EQ(owed(), (Owed{{invitation(1), 1}, {invitation(2), 1}}));
    EXPECT_EQ(owed(1), (Owed{{invitation(1), 1}}));
    const OwedMail first = views->owed_mail(1).value().front();
    EXPECT_EQ(first.organization, atelier);
    EXPECT_EQ(first.person, ann);
    happens(atelier, MailHandedOver{invitation(1), ann, 1});
    EXPECT_EQ(owed(), (Owed{{invitation(2), 1}}));
}

TEST_F(MailAndDue, AResendOwesANewMailAndTheOldHandOverDoesNotSettleIt) {
    found(atelier);
    invite(atelier, invitation(1), ann, history.now + 24h);
    happens(atelier, InvitationResent{invitation(1), ann, 2, history.now + 48h});
    EXPECT_EQ(owed(), (Owed{{invitation(1), 2}}));
    happens(atelier, MailHandedOver{invitation(1), ann, 1});
    EXPECT_EQ(owed(), (Owed{{invitation(1), 2}}));
    happens(atelier, MailHandedOver{invitation(1), ann, 2});
    EXPECT_TRUE(owed().empty());
}

TEST_F(MailAndDue, NothingIsOwedOrDueOnceTheInvitationHasEnded) {
    found(atelier);
    const Event ends[] = {InvitationCancelled{invitation(1), ann},
                          InvitationDeclined{invitation(1), ann},
                          InvitationExpired{invitation(1), ann}};
    for (const Event& end : ends) {
        invite(atelier, invitation(1), ann, history.now + 24h);
        EXPECT_EQ(owed().size(), 1U);
        EXPECT_EQ(due(history.now + 24h).size(), 1U);
        happens(atelier, end);
        EXPECT_TRUE(owed().empty()) << name_of(end);
        EXPECT_TRUE(due(history.now + 240h).empty()) << name_of(end);
    }
    invite(atelier, invitation(1), ann, history.now + 24h);
    history.record({.command = SettleDue{atelier},
                    .events = {of(atelier, InvitationAccepted{invitation(1), ann}),
                               of(atelier, joined(atelier, ann, "Ann", "a@example.org"))}});
    EXPECT_TRUE(owed().empty());
    EXPECT_TRUE(due(history.now + 240h).empty());
}

TEST_F(MailAndDue, OrganisationsAreDueOldestFirstAndFromTheMomentItself) {
    found(atelier);
    found(bureau);
    const Instant noon = history.now + 24h;
    invite(atelier, invitation(1), ann, noon + 1h);
    invite(bureau, invitation(2), ann, noon);
    invite(bureau, invitation(3), bob, noon + 2h);
    EXPECT_TRUE(due(noon - 1us).empty());
    EXPECT_EQ(due(noon), std::vector{bureau});
    EXPECT_EQ(due(noon + 5h), (std::vector{bureau, atelier}));
    EXPECT_EQ(due(noon + 5h, 1), std::vector{bureau});
    happens(bureau, InvitationResent{invitation(2), ann, 2, noon + 9h});
    EXPECT_TRUE(due(noon).empty());
    EXPECT_EQ(due(noon + 5h), (std::vector{atelier, bureau}));
}

TEST_F(MailAndDue, AnImportOwesNoMailAndNothingFallsDueUntilItIsFinished) {
    found(atelier, true);
    const Instant noon = history.now + 24h;
    invite(atelier, invitation(1), ann, noon, true);
    happens(atelier, InvitationResent{invitation(1), ann, 2, noon + 1h}, true);
    EXPECT_TRUE(owed().empty());
    EXPECT_TRUE(due(noon + 5h).empty());
    happens(atelier, ImportFinished{});
    EXPECT_TRUE(owed().empty());
    EXPECT_TRUE(due(noon).empty());
    EXPECT_EQ(due(noon + 1h), std::vector{atelier});
    invite(atelier, invitation(2), bob, noon);
    EXPECT_EQ(owed(), (Owed{{invitation(2), 1}}));
    EXPECT_EQ(due(noon), std::vector{atelier});
}

}  // namespace
}  // namespace muster::projections_tests
