// Probing the disk and opening again.
#include "api/writing/healer.h"

#include "eventstore/machine/disk_probe.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::chrono::seconds first_delay{1};
constexpr std::chrono::seconds longest_delay{10};

}  // namespace

Healer::Healer(EventLog& log, KeyStore& keys, const EngineOptions& options)
    : log_{log}, keys_{keys}, options_{options}, delay_{first_delay} {}

void Healer::keys_failed() {
    keys_failed_ = true;
    next_try_ = options_.steady_clock() + delay_;
}

void Healer::log_failed() {
    log_failed_ = true;
    next_try_ = options_.steady_clock() + delay_;
}

void Healer::give_up() {
    given_up_ = true;
    next_try_ = std::chrono::microseconds::max();
}

std::expected<void, Failure> Healer::heal() {
    if (given_up_ || options_.steady_clock() < next_try_) {
        return std::unexpected(Failure{FailureKind::log_unavailable, {}});
    }
    for (const char* store : {"keys", "log"}) {
        const std::string lost = options_.disk->failed_sync_below(options_.data / store);
        if (!lost.empty()) return std::unexpected(Failure{FailureKind::sync_failed, lost});
    }
    // Beside the log, not in it: a sync that fails here endangers nothing.
    auto healed = probe_disk(*options_.disk, options_.data);
    if (healed) healed = open_again();
    if (healed) {
        delay_ = first_delay;
    } else {
        delay_ = std::min<std::chrono::microseconds>(delay_ * 2, longest_delay);
        next_try_ = options_.steady_clock() + delay_;
    }
    return healed;
}

std::expected<void, Failure> Healer::open_again() {
    // Both, because what one met the other may have met too and not said yet.
    if (auto opened = keys_.reopen(); !opened) return opened;
    keys_failed_ = false;
    if (auto opened = log_.reopen(); !opened) return opened;
    log_failed_ = false;
    return {};
}

}  // namespace muster
