// Token buckets, in the order of their last use.
#include "api/rate_limiter.h"

#include "domain/ensure.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace muster {
namespace {

constexpr Duration a_minute = std::chrono::minutes{1};
/// What filled up in many small parts may miss the whole by a hair.
constexpr double one_attempt = 1 - 1e-9;

std::string account_name(Budget budget, const std::string& subject) {
    return std::string{static_cast<char>(budget)} + subject;
}

}  // namespace

std::string_view name_of(Budget budget) {
    switch (budget) {
        case Budget::key_requests:
            return "key_requests";
        case Budget::key_refusals:
            return "key_refusals";
        case Budget::actor_commands:
            return "actor_commands";
        case Budget::actor_refusals:
            return "actor_refusals";
        case Budget::link_requests:
            return "link_requests";
        case Budget::link_answers:
            return "link_answers";
        case Budget::peer_requests:
            return "peer_requests";
    }
    ENSURE(false);
}

std::size_t RateLimiter::limit_of(Budget budget) const {
    switch (budget) {
        case Budget::key_requests:
            return limits_.key_requests;
        case Budget::key_refusals:
            return limits_.key_refusals;
        case Budget::actor_commands:
            return limits_.actor_commands;
        case Budget::actor_refusals:
            return limits_.actor_refusals;
        case Budget::link_requests:
            return limits_.link_requests;
        case Budget::link_answers:
            return limits_.link_answers;
        case Budget::peer_requests:
            return limits_.peer_requests;
    }
    ENSURE(false);
}

std::optional<Exceeded> RateLimiter::admit(const std::vector<Charge>& charges, Instant now) {
    const std::lock_guard lock{mutex_};
    std::optional<Exceeded> exceeded;
    for (const Charge& charge : charges) {
        const auto limit = static_cast<double>(limit_of(charge.budget));
        if (limit == 0) continue;
        const Account* found = account(charge.budget, charge.subject, now, false);
        if (found == nullptr || found->left >= one_attempt) continue;
        const double wait = (one_attempt - found->left) * 60 / limit;
        const std::chrono::seconds seconds{
            std::max<std::int64_t>(1, std::llround(std::ceil(wait)))};
        if (exceeded && exceeded->retry_after >= seconds) continue;
        exceeded = Exceeded{charge.budget, charge.subject, seconds};
    }
    if (exceeded) return exceeded;
    for (const Charge& charge : charges) {
        if (!charge.takes || limit_of(charge.budget) == 0) continue;
        account(charge.budget, charge.subject, now, true)->left -= 1;
    }
    return std::nullopt;
}

void RateLimiter::spend(const std::vector<Charge>& charges, Instant now) {
    const std::lock_guard lock{mutex_};
    for (const Charge& charge : charges) {
        const auto limit = static_cast<double>(limit_of(charge.budget));
        if (limit == 0) continue;
        Account& spender = *account(charge.budget, charge.subject, now, true);
        // What was under way together may owe more than there was, but never more than a minute's.
        spender.left = std::max(spender.left - 1, -limit);
    }
}

void RateLimiter::turned_away(const Exceeded& exceeded, Suppressed attempt) {
    const std::lock_guard lock{mutex_};
    const Instant now = attempt.to;
    Account& spender = *account(exceeded.budget, exceeded.subject, now, true);
    if (!spender.suppressed) ++with_suppressed_;
    attempt.budget = exceeded.budget;
    attempt.count = spender.suppressed ? spender.suppressed->count + 1 : 1;
    attempt.from = spender.suppressed ? spender.suppressed->from : now;
    spender.suppressed = std::move(attempt);
}

std::vector<Suppressed> RateLimiter::to_record(Instant now) {
    return taken_where([now](const Suppressed& attempts) {
        const Duration age = now - attempts.from;
        // A clock that went back must not keep it for ever.
        return age >= a_minute || age < Duration::zero();
    });
}

std::vector<Suppressed> RateLimiter::rest() {
    return taken_where([](const Suppressed&) { return true; });
}

std::vector<Suppressed> RateLimiter::taken_where(
    const std::function<bool(const Suppressed&)>& is_taken) {
    const std::lock_guard lock{mutex_};
    std::vector<Suppressed> records = std::exchange(of_forgotten_, {});
    if (with_suppressed_ == 0) return records;
    for (Account& each : accounts_) {
        if (!each.suppressed || !is_taken(*each.suppressed)) continue;
        records.push_back(*std::exchange(each.suppressed, std::nullopt));
        --with_suppressed_;
    }
    return records;
}

std::size_t RateLimiter::subjects() const {
    const std::lock_guard lock{mutex_};
    return accounts_.size();
}

RateLimiter::Account* RateLimiter::account(Budget budget, const std::string& subject, Instant now,
                                           bool make) {
    const auto limit = static_cast<double>(limit_of(budget));
    std::string name = account_name(budget, subject);
    const auto known = by_name_.find(name);
    if (known == by_name_.end()) {
        if (!make) return nullptr;
        while (accounts_.size() >= std::max<std::size_t>(limits_.most_subjects, 1)) {
            forget_the_oldest();
        }
        accounts_.push_front(
            {.name = std::move(name), .left = limit, .at = now, .suppressed = std::nullopt});
        by_name_.emplace(accounts_.front().name, accounts_.begin());
        return &accounts_.front();
    }
    accounts_.splice(accounts_.begin(), accounts_, known->second);
    Account& found = accounts_.front();
    const double passed = std::max(0.0, static_cast<double>((now - found.at).count()));
    const double minutes = passed / static_cast<double>(a_minute.count());
    found.left = std::min(limit, found.left + minutes * limit);
    found.at = now;
    return &found;
}

void RateLimiter::forget_the_oldest() {
    Account& oldest = accounts_.back();
    if (oldest.suppressed) {
        of_forgotten_.push_back(std::move(*oldest.suppressed));
        --with_suppressed_;
    }
    by_name_.erase(oldest.name);
    accounts_.pop_back();
}

}  // namespace muster
