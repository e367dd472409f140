// One command, one commit, one key: the unit of the log. Written once, never changed.
#pragma once

#include "domain/commands.h"
#include "domain/context.h"
#include "domain/decide.h"
#include "domain/events.h"
#include "domain/ids.h"
#include "domain/time.h"
#include "eventstore/machine/bytes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

inline std::string text_of(Position position) {
    return std::to_string(number(position));
}

/// Who asked under which idempotency key, and with which request, both as keyed hashes.
struct RequestRecord {
    Digest key{};
    Digest fingerprint{};

    bool operator==(const RequestRecord&) const = default;
};

/// A stream that the commit changed, and the version it has since.
struct TouchedStream {
    StreamId stream;
    Version version{};

    bool operator==(const TouchedStream&) const = default;
};

/// How a command came out. Accepted when `rejection` is empty.
struct Outcome {
    std::optional<Rejection> rejection;
    std::vector<RowVerdict> rows;
    std::vector<Obstacle> obstacles;

    bool operator==(const Outcome&) const = default;
};

struct Commit {
    Position position{};
    Instant recorded_at;   ///< the writer's clock; never goes back over the log
    Instant effective_at;  ///< the same, but for an import and what fell due before
    std::vector<TouchedStream> streams;
    Context context;
    std::optional<RequestRecord> request;
    Command command;
    Outcome outcome;
    std::vector<StreamEvent> events;
    std::uint64_t key_seq = 0;  ///< the highest row of keys/ that it needs

    bool operator==(const Commit&) const = default;
};

/// It was so already: nothing was refused, and nothing happened.
inline bool changed_nothing(const Commit& commit) {
    return !commit.outcome.rejection && commit.events.empty();
}

}  // namespace muster
