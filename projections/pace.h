// How fast a walk through the log goes, and when it will have come to an end. A value; one thread
// at a time.
#pragma once

#include "domain/ids.h"

#include <chrono>
#include <optional>

namespace muster {

class Pace {
 public:
    /// It is there now. Whoever goes back begins another walk.
    void reach(Position position, std::chrono::microseconds now) {
        if (!begun_ || position < reached_) begun_ = Begin{position, now};
        reached_ = position;
        reached_at_ = now;
    }
    /// Commits a second; nothing before there is a way to tell.
    std::optional<double> rate() const {
        if (!begun_ || reached_at_ <= begun_->at || reached_ == begun_->position) {
            return std::nullopt;
        }
        const std::chrono::duration<double> taken = reached_at_ - begun_->at;
        return static_cast<double>(number(reached_) - number(begun_->position)) / taken.count();
    }
    std::optional<double> seconds_until(Position end) const {
        const auto a_second = rate();
        if (!a_second) return std::nullopt;
        const std::uint64_t left = end > reached_ ? number(end) - number(reached_) : 0;
        return static_cast<double>(left) / *a_second;
    }

 private:
    struct Begin {
        Position position{};
        std::chrono::microseconds at{};
    };
    std::optional<Begin> begun_;
    Position reached_{};
    std::chrono::microseconds reached_at_{};
};

}  // namespace muster
