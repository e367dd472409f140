// The limits on what anybody asks for, at the front door: who asks too much is answered 429 before
// the command is decided, and what was turned away is written into the log, at most once a minute
// for each of those who asked. Nobody uses up what others need: each link has budgets of its own,
// and so has each person by each key; what all of a key or of an address share is charged to those
// alone whom nobody knows, and holds up only them. Any thread.
#pragma once

#include "api/rate_limiter.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace muster::http {

class Exchange;

class Limits {
 public:
    Limits(Engine& engine, const RateLimits& rates);
    /// Writes down what was turned away since the last record.
    ~Limits();
    Limits(const Limits&) = delete;
    Limits& operator=(const Limits&) = delete;

    /// Whether the request goes on; if not, it was answered. Its key, actor and path are known.
    /// `changes`: it asks for a command.
    bool admits(Exchange& exchange, bool changes);
    /// The exchange's command was refused, and that is on record.
    void refused(const Exchange& exchange);

 private:
    bool knows_actor(const Exchange& exchange) const;
    void turn_away(Exchange& exchange, const Exceeded& exceeded,
                   const std::optional<InvitationLink>& link, Instant now);
    void record(const std::vector<Suppressed>& suppressed);

    Engine& engine_;
    RateLimiter limiter_;
    std::atomic<std::uint64_t> unrecorded_ = 0;  ///< attempts turned away since the last record
    std::unique_ptr<Worker> recorder_;
};

}  // namespace muster::http
