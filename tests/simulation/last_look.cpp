// Coming to rest.
#include "tests/simulation/last_look.h"

#include "api/mail/mail_text.h"

#include "tests/domain/given.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace muster::simulation {
namespace {

using namespace std::chrono_literals;

/// Longer than the engine waits before it tries anything again.
constexpr auto patience = 60s;
constexpr std::size_t turns_at_once = 10'000;
constexpr std::size_t everything = 1'000'000;

using Sending = std::tuple<OrganizationId, InvitationId, std::uint32_t>;

}  // namespace

bool LastLook::is_at_rest() const {
    const EngineState state = computer_.engine().state();
    const auto owed = computer_.engine().views().owed_mail(everything);
    return book_.pending() == 0 && state.writing && state.views.failure.empty() &&
           state.views.applied == state.head && owed && owed->empty();
}

Violation LastLook::settle() {
    const auto deadline = computer_.time().steady() + patience;
    // What is due takes a second at most, from when the engine can write.
    auto rest_from = computer_.time().steady() + 2s;
    while (computer_.time().steady() < deadline) {
        std::size_t turns = 0;
        while (computer_.take_turn(turns)) {
            if (!computer_.is_running()) return std::nullopt;
            if (++turns > turns_at_once) return "the workers never rest";
        }
        if (auto violation = clients_.check(computer_.engine().log())) return violation;
        const auto now = computer_.time().steady();
        if (!is_at_rest()) rest_from = now + 2s;
        if (now >= rest_from) return std::nullopt;
        const auto due = computer_.workers().next_due();
        if (!due || *due <= now) return "nobody has anything to do any more";
        computer_.time().pass(*due - now);
    }
    const EngineState state = computer_.engine().state();
    if (!state.writing) return "it does not write again: " + state.problem;
    if (!state.views.failure.empty()) return "the views do not go on: " + state.views.failure;
    if (book_.pending() > 0) return "somebody is never answered";
    if (state.views.applied != state.head) return "the views do not catch up";
    return std::nullopt;
}

Violation LastLook::look() {
    if (auto violation = witness_.look_at(computer_.engine().notary())) return violation;
    if (auto violation = look_for_what_is_due()) return violation;
    return look_at_mails();
}

Violation LastLook::look_closely() const {
    if (auto violation = witness_.look_again(computer_.engine().log())) return violation;
    if (auto violation = witness_.unseal_all(computer_.engine().keys())) return violation;
    if (auto violation = look_at_rows()) return violation;
    return look_at_views();
}

Violation LastLook::look_at_rows() const {
    const EventLog& log = computer_.engine().log();
    const auto commits = log.read(Position{1}, everything);
    if (!commits) return "the log cannot be read: " + commits.error().detail;
    const auto wrong = log.check_rows(*commits);
    if (!wrong) return "the log's rows cannot be read: " + wrong.error().detail;
    return wrong->empty() ? std::nullopt : Violation{"a row of the log: " + wrong->front()};
}

Violation LastLook::look_at_views() const {
    const auto differences = computer_.engine().views().compare_with_replay({});
    if (!differences) return "the views cannot be compared: " + differences.error().detail;
    if (differences->empty()) return std::nullopt;
    return "the views differ from a replay: " + differences->front();
}

Violation LastLook::look_for_what_is_due() const {
    const Instant now = computer_.time().wall();
    for (const std::uint64_t number : {1U, 2U}) {
        const Organization* state =
            witness_.world().organization(domain_tests::organization(number));
        if (state == nullptr || state->due.empty() || state->ended) continue;
        if (state->due.begin()->first.at + 2s < now) return "an invitation is open beyond its time";
    }
    return std::nullopt;
}

Violation LastLook::look_at_mails() {
    std::set<Sending> handed_over;
    for (const SeenCommit& seen : witness_.seen()) {
        const auto* over = std::get_if<RecordMailHandedOver>(&seen.receipt.command);
        if (over == nullptr || !seen.receipt.accepted()) continue;
        handed_over.insert({over->organization, over->invitation, over->send_number});
        const auto file = Computer::outbox() / mail_file_name(over->invitation, over->send_number);
        if (computer_.disk().has(file) != true) return "a mail that was handed over is not there";
    }
    mails_ = handed_over.size();
    std::set<Sending> owed;
    const auto listed = computer_.engine().views().owed_mail(everything);
    if (!listed) return "the mails that are owed cannot be read";
    for (const OwedMail& mail : *listed) {
        owed.insert({mail.organization, mail.invitation, mail.send_number});
    }
    for (const std::uint64_t number : {1U, 2U}) {
        const Organization* state =
            witness_.world().organization(domain_tests::organization(number));
        if (state == nullptr || state->ended) continue;
        for (const auto& [id, invitation] : state->invitations) {
            const Sending sending{state->id, id, invitation.send_number};
            if (!handed_over.contains(sending) && !owed.contains(sending)) return "a mail is lost";
        }
    }
    return std::nullopt;
}

}  // namespace muster::simulation
