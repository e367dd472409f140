// What bounds growth: how often one invitation is sent again, how many mails an organisation sends,
// and the record of attempts that were turned away.
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

#include <gtest/gtest.h>

namespace muster::domain_tests {
namespace {

using namespace std::chrono_literals;

InvitationResent resent(std::uint32_t send_number, Instant at,
                        std::optional<Actor> inviter = std::nullopt) {
    return {invitation(1), person(3), send_number, at + 24h * 7, inviter};
}

Scenario with_an_invitation(const std::function<void(Blueprint&)>& change = [](Blueprint&) {}) {
    return given(founded(with(respond_like(), change)), invited(1, 3, roles("member")));
}

/// It was sent again so many times, so long after one another, the first time on the second day.
Scenario sent_again(Scenario scenario, std::uint32_t times, Duration apart) {
    Instant at = day(1);
    for (std::uint32_t time = 0; time < times; ++time, at = at + apart) {
        scenario = scenario.at(at).and_then(resent(time + 2, at));
    }
    return scenario;
}

TEST(ResendLimits, AnInvitationIsSentAgainOnceAMinute) {
    const Scenario scenario = with_an_invitation();
    // The first time may follow the invitation at once: the mail may have gone astray.
    scenario.when(resend(1)).then(resent(2, first_day));
    const Scenario once = sent_again(scenario, 1, 0s);
    once.when(resend(1)).then_rejected(Rejection::resent_too_soon);
    once.at(day(1) + 59'999'999us).when(resend(1)).then_rejected(Rejection::resent_too_soon);
    once.at(day(1) + 60s).when(resend(1)).then(resent(3, day(1) + 60s));
}

TEST(ResendLimits, AnInvitationIsSentAgainTenTimesIn24Hours) {
    const Scenario scenario = sent_again(with_an_invitation(), 10, 2min);
    scenario.at(day(1) + 1h).when(resend(1)).then_rejected(Rejection::resent_too_often);
    scenario.at(day(2) - 1us).when(resend(1)).then_rejected(Rejection::resent_too_often);
    // The first of them is a day old, then the second.
    scenario.at(day(2)).when(resend(1)).then(resent(12, day(2)));
    const Scenario eleven = scenario.at(day(2)).and_then(resent(12, day(2)));
    eleven.at(day(2) + 61s).when(resend(1)).then_rejected(Rejection::resent_too_often);
    eleven.at(day(2) + 2min).when(resend(1)).then(resent(13, day(2) + 2min));
}

TEST(ResendLimits, AreSettingsAndOfOneInvitationEach) {
    const auto otherwise = [](Blueprint& blueprint) {
        blueprint.joining.resend_interval = 1h;
        blueprint.joining.most_resends_a_day = 2;
    };
    const Scenario scenario = sent_again(with_an_invitation(otherwise), 1, 0s);
    scenario.at(day(1) + 59min).when(resend(1)).then_rejected(Rejection::resent_too_soon);
    sent_again(with_an_invitation(otherwise), 2, 1h)
        .at(day(1) + 3h)
        .when(resend(1))
        .then_rejected(Rejection::resent_too_often);
    const auto unlimited = [](Blueprint& blueprint) {
        blueprint.joining.resend_interval = 0s;
        blueprint.joining.most_resends_a_day = 0;
    };
    const Scenario often = sent_again(with_an_invitation(unlimited), 300, 0s);
    often.when(resend(1)).then(resent(302, day(1)));
    EXPECT_EQ(often.state().mailed.at(person(3)).again.size(), most_resends_known);

    scenario.and_then(invited(2, 4, roles("member")))
        .when(resend(2))
        .then(InvitationResent{invitation(2), person(4), 2, day(8)});
}

TEST(ResendLimits, HoldForAnInvitationThatIsCancelledAndMadeAnew) {
    const auto twice = [](Blueprint& blueprint) { blueprint.joining.most_resends_a_day = 2; };
    const InvitationCancelled cancelled{invitation(1), person(3)};
    const Scenario once = with_an_invitation(twice).and_then(cancelled);
    // As with one that is sent again: the first time may follow at once.
    const InviteMember second = invite({row(2, 3, roles("member"))});
    EXPECT_EQ(once.answer_to(second), std::nullopt);
    const Scenario anew = once.and_then(invited(2, 3, roles("member")));
    anew.at(first_day + 59s).when(resend(2)).then_rejected(Rejection::resent_too_soon);
    const Scenario none = anew.and_then(InvitationCancelled{invitation(2), person(3)});
    const InviteMember third = invite({row(3, 3, roles("member"))});
    none.at(first_day + 59s).when(third).then_rejected(Rejection::resent_too_soon);
    EXPECT_EQ(none.at(first_day + 60s).answer_to(third), std::nullopt);
    const Scenario full = none.at(first_day + 60s)
                              .and_then(invited(3, 3, roles("member")),
                                        InvitationCancelled{invitation(3), person(3)});
    const InviteMember fourth = invite({row(4, 3, roles("member"))});
    full.at(first_day + 2h).when(fourth).then_rejected(Rejection::resent_too_often);
    EXPECT_EQ(full.at(day(1)).answer_to(fourth), std::nullopt);
    // Of one person, and not of the one who is invited after them.
    EXPECT_EQ(full.answer_to(invite({row(4, 4, roles("member"))})), std::nullopt);
    // Whoever got none for a day is forgotten with the first mail of another hour.
    const Scenario later = full.at(day(2)).and_then(invited(5, 5, roles("member")));
    EXPECT_EQ(later.state().mailed.size(), 1U);
}

TEST(ResendLimits, DoNotHoldForHistoryThatIsImported) {
    const auto founding = founded(respond_like(), true);
    const Scenario scenario = given(founding, invited(1, 3, roles("member")))
                                  .by(Actor::the_operator())
                                  .imported()
                                  .at(day(1));
    scenario.and_then(resent(2, day(1)))
        .when(resend(1))
        .then(resent(3, day(1), Actor::the_operator()));
    const Scenario finished =
        given(founding, invited(1, 3, roles("member")), resent(2, day(1)), ImportFinished{})
            .at(day(1));
    finished.when(resend(1)).then(resent(3, day(1)));
    EXPECT_EQ(finished.state().mails, MailCount{});
}

InviteMember inviting(std::uint64_t first, std::uint64_t count, RowMode mode) {
    InviteMember command = invite({}, mode);
    for (std::uint64_t number = first; number < first + count; ++number) {
        command.rows.push_back(row(number, number + 10, roles("member")));
    }
    return command;
}

TEST(MailLimit, AnOrganisationSendsSoManyMailsWithinAnHourOfTheClock) {
    const auto three = [](Blueprint& blueprint) { blueprint.joining.most_mails_an_hour = 3; };
    const Scenario one_sent = with_an_invitation(three);
    const Instant hour = MailCount::hour_of(first_day);
    one_sent.when(inviting(2, 3, RowMode::atomic)).then_rejected(Rejection::mail_limit_reached);
    const Outcome each = one_sent.when(inviting(2, 3, RowMode::each));
    EXPECT_EQ(each.afterwards().invitations.size(), 3U);
    EXPECT_EQ(each.afterwards().mails, (MailCount{hour, 3}));

    const Scenario full =
        one_sent.and_then(invited(2, 12, roles("member")), invited(3, 13, roles("member")));
    full.at(hour + 1h - 1us).when(resend(1)).then_rejected(Rejection::mail_limit_reached);
    full.at(hour + 1h - 1us)
        .when(inviting(4, 1, RowMode::atomic))
        .then_rejected(Rejection::mail_limit_reached);
    full.at(hour + 1h).when(resend(1)).then(resent(2, hour + 1h));
    // Control: without the limit.
    with_an_invitation([](Blueprint& blueprint) { blueprint.joining.most_mails_an_hour = 0; })
        .and_then(invited(2, 12, roles("member")), invited(3, 13, roles("member")))
        .when(resend(1))
        .then(resent(2, first_day));
}

TEST(MailLimit, HoldsForANewAddressToo) {
    const auto full = [](Blueprint& blueprint) {
        blueprint.joining.most_mails_an_hour = 1;
        blueprint.members.address_replacement = true;
    };
    const ReplaceAddress command{organization(1), person(4), invitation(9),
                                 person(9),       {},        sealed("address")};
    const Scenario scenario = with_an_invitation(full).and_then(joined(4, roles("member")));
    scenario.when(command).then_rejected(Rejection::mail_limit_reached);
    EXPECT_EQ(scenario.at(first_day + 1h).answer_to(command), std::nullopt);
}

TEST(RecordSuppressedAttempts, IsTheSystemsAndChangesNothing) {
    const Scenario scenario = given(founded(respond_like()));
    const RecordSuppressedAttempts command{
        organization(1), AttemptLimit::link, Actor::of(person(3)), 70, first_day, day(1)};
    scenario.when(command).then_rejected(Rejection::not_allowed);
    scenario.by(Actor::the_operator()).when(command).then_rejected(Rejection::not_allowed);
    const Scenario system = scenario.by(Actor::the_system());
    const Outcome outcome = system.when(command).then(
        AttemptsSuppressed{AttemptLimit::link, Actor::of(person(3)), 70, first_day, day(1)});
    EXPECT_EQ(outcome.afterwards(), scenario.state());

    RecordSuppressedAttempts other = command;
    other.organization = organization(9);
    system.when(other).then_rejected(Rejection::organization_not_found);
    other.organization = std::nullopt;
    system.when(other).then_nothing();
}

}  // namespace
}  // namespace muster::domain_tests
