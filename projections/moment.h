// A moment of the history, and what had changed by it. Pure; any thread.
#pragma once

#include "eventstore/form/commit.h"

#include <algorithm>
#include <optional>

namespace muster {

/// Up to which commit history counts: positions up to `position`, and of those the ones that had
/// taken effect by `at`, both inclusive.
struct Moment {
    Position position{};
    std::optional<Instant> at;

    bool operator==(const Moment&) const = default;
    bool has(const Commit& commit) const {
        return commit.position <= position && (!at || commit.effective_at <= *at);
    }
};

/// The last of several changes: a moment that has it has them all, whatever time an import gave
/// them.
struct LastChange {
    Position position{};
    Instant at;  ///< when all of them had taken effect

    bool operator==(const LastChange&) const = default;
    bool is_in(const Moment& moment) const {
        return position <= moment.position && (!moment.at || at <= *moment.at);
    }
    void take(const LastChange& other) {
        position = std::max(position, other.position);
        at = std::max(at, other.at);
    }
    void take(const Commit& commit) { take(LastChange{commit.position, commit.effective_at}); }
};

}  // namespace muster
