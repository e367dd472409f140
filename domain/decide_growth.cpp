// What bounds growth that nobody asked for: mails to one address, an organisation's mails, and the
// record of attempts that were turned away.
#include "domain/decide_parts.h"

namespace muster {

std::optional<Rejection> no_more_mails(const Call& call, const Organization& organization) {
    const std::size_t most = organization.blueprint->joining.most_mails_an_hour;
    if (most == 0 || call.context.imported) return std::nullopt;
    const MailCount& mails = organization.mails;
    const bool this_hour = mails.hour == MailCount::hour_of(call.now);
    if (this_hour && mails.sent >= most) return Rejection::mail_limit_reached;
    return std::nullopt;
}

std::optional<Rejection> not_again_yet(const Call& call, const Organization& organization,
                                       const OpenInvitation& invitation) {
    if (call.context.imported) return std::nullopt;
    const JoiningRules& joining = organization.blueprint->joining;
    const std::vector<Instant>& times = invitation.resent_at;
    if (!times.empty() && call.now < times.back() + joining.resend_interval) {
        return Rejection::resent_too_soon;
    }
    const auto today = std::ranges::count_if(
        times, [&](Instant time) { return time > call.now - std::chrono::hours{24}; });
    const std::size_t most = joining.most_resends_a_day;
    if (most != 0 && static_cast<std::size_t>(today) >= most) return Rejection::resent_too_often;
    return no_more_mails(call, organization);
}

Verdict record_suppressed_attempts(const Call& call, const RecordSuppressedAttempts& command) {
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
