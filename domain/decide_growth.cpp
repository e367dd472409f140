// What bounds growth that nobody asked for: mails to one address, an organisation's mails, and the
// record of attempts that were turned away.
#include "domain/decide_parts.h"

namespace muster {

namespace {

bool is_hour_full(const Organization& organization, Instant now) {
    const std::size_t most = organization.blueprint->joining.most_mails_an_hour;
    const MailCount& mails = organization.mails;
    return most != 0 && mails.hour == MailCount::hour_of(now) && mails.sent >= most;
}

}  // namespace

std::optional<Rejection> no_mail_to(const Call& call, const Organization& organization,
                                    PersonId person) {
    if (call.context.imported) return std::nullopt;
    const auto mails = organization.mailed.find(person);
    if (mails != organization.mailed.end()) {
        const JoiningRules& joining = organization.blueprint->joining;
        const std::vector<Instant>& again = mails->second.again;
        if (!again.empty() && call.now < again.back() + joining.resend_interval) {
            return Rejection::resent_too_soon;
        }
        const auto today = std::ranges::count_if(
            again, [&](Instant time) { return time > call.now - std::chrono::hours{24}; });
        const std::size_t most = joining.most_resends_a_day;
        if (most != 0 && static_cast<std::size_t>(today) >= most) {
            return Rejection::resent_too_often;
        }
    }
    if (is_hour_full(organization, call.now)) return Rejection::mail_limit_reached;
    return std::nullopt;
}

Verdict decide_one(const Call& call, const RecordSuppressedAttempts& command) {
    if (!call.actor().is_system()) return refuse(Rejection::not_allowed);
    if (!command.organization) return already_so();
    if (call.world.organization(*command.organization) == nullptr) {
        return refuse(Rejection::organization_not_found);
    }
    return happened(*command.organization, {AttemptsSuppressed{.limit = command.limit,
                                                               .actor = command.actor,
                                                               .count = command.count,
                                                               .from = command.from,
                                                               .to = command.to}});
}

}  // namespace muster
