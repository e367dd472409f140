// The worker of the outbox.
#include "api/mail/mail.h"

#include "api/role_names.h"
#include "api/text/address.h"
#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"

#include <spdlog/spdlog.h>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace muster {
namespace {

using Clock = std::function<std::chrono::microseconds()>;

constexpr std::size_t mails_a_round = 256;
/// With more that are written and not recorded yet, the next round waits its time.
constexpr std::size_t most_under_way = 1'024;
constexpr std::chrono::milliseconds longest_mail_delay{10'000};

/// One sending of one invitation.
using Sending = std::tuple<OrganizationId, InvitationId, std::uint32_t>;

Sending sending_of(const OwedMail& owed) {
    return {owed.organization, owed.invitation, owed.send_number};
}

constexpr std::size_t longest_link_base = 500;

MailOptions with_checked_base(MailOptions options) {
    auto base = read_link_base(options.link_base);
    ENSURE(base.has_value());
    options.link_base = *std::move(base);
    return options;
}

}  // namespace

std::expected<std::string, std::string> read_link_base(std::string_view text) {
    if (text.size() > longest_link_base) return std::unexpected("it is longer than 500 bytes");
    const auto url = boost::urls::parse_uri(text);
    const auto scheme = url ? url->scheme_id() : boost::urls::scheme::none;
    if (scheme != boost::urls::scheme::https && scheme != boost::urls::scheme::http) {
        return std::unexpected("it is not a URL that begins with https:// or http://");
    }
    if (url->encoded_host().empty()) return std::unexpected("it names no host");
    if (url->has_userinfo()) return std::unexpected("it names a user");
    if (url->has_query() || url->has_fragment()) {
        return std::unexpected("it has a query or a fragment, where a link's text cannot follow");
    }
    while (text.ends_with('/')) text.remove_suffix(1);
    return std::string{text};
}

/// How far each owed mail is. Any thread.
class Mailer::Deliveries {
 public:
    enum class Step : std::uint8_t { write, submit, wait };

    Deliveries(std::chrono::milliseconds first_delay, Clock clock)
        : first_delay_{first_delay}, clock_{std::move(clock)} {}

    /// What to do with an owed mail now.
    Step next_step(const Sending& sending) const {
        const std::lock_guard lock{mutex_};
        const auto found = deliveries_.find(sending);
        if (found == deliveries_.end()) return Step::write;
        const Delivery& delivery = found->second;
        if (delivery.submitted || clock_() < delivery.next_try) return Step::wait;
        return delivery.written ? Step::submit : Step::write;
    }

    bool tried_before(const Sending& sending) const {
        const std::lock_guard lock{mutex_};
        return deliveries_.contains(sending);
    }

    void begin_submit(const Sending& sending) {
        const std::lock_guard lock{mutex_};
        Delivery& delivery = deliveries_[sending];
        delivery.written = true;
        delivery.submitted = true;
    }

    /// Tries again after a delay that grows.
    void postpone(const Sending& sending) {
        const std::lock_guard lock{mutex_};
        Delivery& delivery = deliveries_[sending];
        delivery.submitted = false;
        delivery.delay = std::min(std::max(delivery.delay * 2, first_delay_), longest_mail_delay);
        delivery.next_try = clock_() + delivery.delay;
    }

    /// Forgets what is not owed any more. What was recorded stays until then: views that lag must
    /// not cause it to be written again.
    void keep_only(const std::set<Sending>& owed) {
        const std::lock_guard lock{mutex_};
        std::erase_if(deliveries_, [&](const auto& each) { return !owed.contains(each.first); });
    }

    std::size_t count() const {
        const std::lock_guard lock{mutex_};
        return deliveries_.size();
    }

 private:
    struct Delivery {
        bool written = false;
        bool submitted = false;
        std::chrono::milliseconds delay{0};
        std::chrono::microseconds next_try{0};
    };

    const std::chrono::milliseconds first_delay_;
    const Clock clock_;
    mutable std::mutex mutex_;
    std::map<Sending, Delivery> deliveries_;
};

Mailer::Mailer(Engine& engine, MailOptions options)
    : engine_{engine},
      options_{with_checked_base(std::move(options))},
      deliveries_{std::make_shared<Deliveries>(options_.poll_interval, options_.steady_clock)},
      worker_{options_.workers->start("muster-mail", [this] {
          const bool more = deliver_owed();
          return more ? std::chrono::milliseconds{0} : options_.poll_interval;
      })} {}

Mailer::~Mailer() {
    stopping_ = true;
    worker_.reset();
}

std::string Mailer::problem() const {
    const std::lock_guard lock{mutex_};
    return problem_;
}

void Mailer::set_problem(const std::string& problem) {
    const std::lock_guard lock{mutex_};
    if (problem == problem_) return;
    if (problem.empty()) {
        spdlog::info("mails are written again");
    } else {
        spdlog::error("a mail cannot be written, it stays owed: {}", problem);
    }
    problem_ = problem;
}

bool Mailer::has_outbox() {
    // Only once: an outbox that goes away later is somebody's mistake, or not mounted.
    if (outbox_made_) return true;
    const auto made = options_.disk->make_private_folder(options_.outbox);
    if (!made) set_problem(made.error().detail);
    outbox_made_ = made.has_value();
    return outbox_made_;
}

bool Mailer::deliver_owed() {
    if (!has_outbox()) return false;
    // Those under way are the oldest; the others come behind them.
    const std::size_t at_most = mails_a_round + deliveries_->count();
    const auto owed = engine_.views().owed_mail(at_most);
    if (!owed) {
        // Of views that are made anew, or stand, the server tells already.
        if (owed.error().kind != FailureKind::view_unavailable) set_problem(owed.error().detail);
        return false;
    }
    std::set<Sending> sendings;
    for (const OwedMail& mail : *owed) sendings.insert(sending_of(mail));
    deliveries_->keep_only(sendings);

    std::vector<OwedMail> all_written;
    bool wrote_one = false;
    bool failed = false;
    for (const OwedMail& mail : *owed) {
        // Where syncing failed one alone is tried, for a relay may have what is written.
        if (stopping_ || failed || (wrote_one && !outbox_syncs_)) break;
        const Deliveries::Step step = deliveries_->next_step(sending_of(mail));
        if (step == Deliveries::Step::wait) continue;
        const Written written = step == Deliveries::Step::submit ? Written::yes : write(mail);
        if (written == Written::yes) all_written.push_back(mail);
        if (written == Written::not_now || written == Written::outbox_failed) {
            deliveries_->postpone(sending_of(mail));
        }
        wrote_one = wrote_one || (written == Written::yes && step == Deliveries::Step::write);
        // The next mail would only fail likewise; the next round begins with another one.
        failed = written == Written::outbox_failed;
    }
    if (all_written.empty()) return false;
    hand_over(all_written);
    if (failed || !outbox_syncs_) return false;
    if (wrote_one) set_problem({});
    return owed->size() == at_most && deliveries_->count() < most_under_way;
}

void Mailer::hand_over(const std::vector<OwedMail>& written) {
    const auto synced = options_.disk->sync_folder(options_.outbox);
    outbox_syncs_ = synced.has_value();
    if (!synced) set_problem(synced.error().detail);
    for (const OwedMail& mail : written) {
        if (synced) {
            submit(mail);
        } else {
            deliveries_->postpone(sending_of(mail));
        }
    }
}

Mailer::Written Mailer::write(const OwedMail& owed) {
    const auto row = engine_.views().pending(owed.organization, owed.invitation);
    const auto found = engine_.organizations().find(owed.organization);
    if (!row || !found) return Written::not_now;
    const auto& organization = found->organization;
    if (!*row || (*row)->send_number != owed.send_number || !organization) {
        return Written::no_longer_owed;
    }
    const OpenInvitation* invitation = organization->invitation(owed.invitation);
    if (invitation == nullptr || invitation->send_number != owed.send_number ||
        organization->ended || invitation->expires_at <= engine_.now()) {
        return Written::no_longer_owed;
    }
    const auto contents = contents_of(owed, **row, *organization);
    if (!contents && contents.error().kind != FailureKind::not_found) {
        set_problem(contents.error().detail);
        return Written::outbox_failed;
    }
    if (!contents) {
        if (!deliveries_->tried_before(sending_of(owed))) {
            spdlog::error("the mail of invitation {} stays owed: {}", to_string(owed.invitation),
                          contents.error().detail);
        }
        return Written::not_now;
    }
    const auto file = options_.outbox / mail_file_name(owed.invitation, owed.send_number);
    const auto written = options_.disk->put_whole_file(file, compose_mail(*contents));
    if (!written) set_problem(written.error().detail);
    return written ? Written::yes : Written::outbox_failed;
}

std::expected<MailContents, Failure> Mailer::contents_of(const OwedMail& owed, const MemberRow& row,
                                                         const Organization& organization) const {
    const auto to = read_address(row.address);
    if (!to) {
        return std::unexpected(
            Failure{FailureKind::not_found, "its address cannot be written to. " + to.error()});
    }
    const OpenInvitation& invitation = *organization.invitation(owed.invitation);
    std::string inviter;
    if (const auto person = invitation.inviter.person()) {
        const auto member = engine_.views().member(owed.organization, *person);
        if (!member) return std::unexpected(member.error());
        if (*member) inviter = (*member)->name;
    }
    const SealScope scope{owed.organization, {}, PersonalField::message};
    const auto message = engine_.keys().unseal(scope, invitation.message);
    if (!message) return std::unexpected(message.error());
    const Presentation& presentation = organization.blueprint->presentation;
    return MailContents{
        .invitation = owed.invitation,
        .send_number = owed.send_number,
        .from = options_.from,
        .to = delivery_address(*to),
        .to_name = row.name,
        .language = presentation.mail_language,
        .words = presentation.mail_words,
        .organization = organization.name,
        .inviter = inviter,
        .link = options_.link_base + "/" +
                engine_.link_text({owed.organization, owed.invitation, owed.send_number}),
        .roles = names_of_roles(organization, invitation.roles),
        .workspaces = names_of_places(organization, invitation.workspaces),
        .details = row.details,
        .message = message->value_or(std::string{}),
        .life = organization.blueprint->joining.invitation_life,
        .expires_at = invitation.expires_at,
        .date = engine_.now()};
}

void Mailer::submit(const OwedMail& owed) {
    const Sending sending = sending_of(owed);
    deliveries_->begin_submit(sending);
    const RecordMailHandedOver command{owed.organization, owed.invitation, owed.send_number};
    const Context context{
        .actor = Actor::the_system(), .command_id = {random_uuid()}, .origin = {}, .reason = {}};
    engine_.submit(command, context, {}, [sending, deliveries = deliveries_](const Answer& answer) {
        if (!answer) deliveries->postpone(sending);
    });
}

}  // namespace muster
