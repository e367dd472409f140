// The truth: an append-only sequence of commits with dense positions. This interface is all that
// the layers above know; one conformance suite holds for every implementation.
//
// Threads: `append` is the writer's alone; everything else may be called from any thread at any
// time and sees commits whose append has returned.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/machine/failure.h"
#include "eventstore/proof/merkle.h"

#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster {

struct RequestHit {
    Position position{};
    Digest fingerprint{};
};

/// A commit as it is stored, for verification and export.
struct StoredCommit {
    Position position{};
    std::string bytes;
};

class EventLog {
 public:
    virtual ~EventLog() = default;

    /// Appends in one atomic, synced batch; positions must be expected_head + 1, + 2, ... On an
    /// error nothing may be assumed written (`outcome_unknown`) and this handle takes no further
    /// appends until `reopen`. `version_conflict` when the head is not the expected one.
    virtual std::expected<Position, Failure> append(Position expected_head,
                                                    std::span<const Commit> commits) = 0;

    /// Closes and opens again what a failed append left: what is found is what happened, and the
    /// head may have grown by what was appended last. Reads fail with `log_unavailable` meanwhile,
    /// and after it when this fails. The writer's alone.
    virtual std::expected<void, Failure> reopen() = 0;

    /// Position of the newest commit; 0 when there is none.
    virtual Position head() const = 0;
    /// recorded_at of the newest commit; the epoch when there is none.
    virtual Instant head_recorded_at() const = 0;

    /// Up to `count` commits from `from` on, in order. Short only at the head.
    virtual std::expected<std::vector<Commit>, Failure> read(Position from,
                                                             std::size_t count) const = 0;
    virtual std::expected<std::vector<StoredCommit>, Failure> read_stored(
        Position from, std::size_t count) const = 0;
    /// Up to `count` commits that changed a stream, from version `from` on.
    virtual std::expected<std::vector<Commit>, Failure> read_stream(StreamId stream, Version from,
                                                                    std::size_t count) const = 0;
    virtual std::expected<std::optional<RequestHit>, Failure> find_request(
        const Digest& key) const = 0;
    /// Organisations in which a person is a member or holds an open invitation.
    virtual std::expected<std::vector<OrganizationId>, Failure> organizations_of(
        PersonId person) const = 0;

    /// The hash tree over all commits (merkle.h): its size is the head.
    virtual TreeHead tree_head() const = 0;
    virtual const TreeNodes& tree() const = 0;
    /// What is wrong with the rows that the log keeps beside these commits to find them and to
    /// prove them; a line each. For verification.
    virtual std::expected<std::vector<std::string>, Failure> check_rows(
        std::span<const Commit> commits) const = 0;

    /// Waits until the head is beyond `position` or the time is over; true when it is.
    virtual bool wait_beyond(Position position, std::chrono::milliseconds at_most) const = 0;

    /// The random identity this log got when it was made.
    virtual const boost::uuids::uuid& id() const = 0;
    /// The highest key_seq that any commit needs.
    virtual std::uint64_t key_seq() const = 0;
    /// Bytes on disk by part ("commits", "streams", ...), for reports.
    virtual std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const = 0;
};

}  // namespace muster
