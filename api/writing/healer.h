// Makes the log and the keys writable again after a write failed: when the disk takes writes again,
// what failed is opened anew, and what is found then is what happened. The writer's thread only.
#pragma once

#include "api/writing/engine_options.h"
#include "eventstore/keys/keys.h"
#include "eventstore/log/event_log.h"

#include <chrono>

namespace muster {

class Healer {
 public:
    Healer(EventLog& log, KeyStore& keys, const EngineOptions& options);

    void keys_failed();
    void log_failed();
    /// Nothing is tried any more.
    void give_up();

    bool is_healthy() const { return !keys_failed_ && !log_failed_; }
    bool are_keys_healthy() const { return !keys_failed_; }
    /// When `heal` has something to do again, on the steady clock; only while not healthy.
    std::chrono::microseconds next_try() const { return next_try_; }
    /// Tries when the time has come. A failure says what is in the way now.
    std::expected<void, Failure> heal();

 private:
    std::expected<void, Failure> open_again();

    EventLog& log_;
    KeyStore& keys_;
    const EngineOptions& options_;
    bool keys_failed_ = false;
    bool log_failed_ = false;
    bool given_up_ = false;
    std::chrono::microseconds delay_;
    std::chrono::microseconds next_try_{0};
};

}  // namespace muster
