// The notary of a log: every second in which the log grew, and when it is closed, it signs a
// checkpoint (checkpoint.h) and puts it where it can be fetched from and kept elsewhere.
//
//     DATA/keys/signing-key    the private key, made once, readable by its owner alone
//     DATA/log/verifier-key    the public one, as auditors' programs take it
//     DATA/log/checkpoint      the newest checkpoint
//
// Any thread.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/machine/disk.h"
#include "eventstore/machine/workers.h"
#include "eventstore/proof/checkpoint.h"

#include <filesystem>
#include <memory>

namespace muster {

class Notary {
 public:
    virtual ~Notary() = default;

    /// The newest checkpoint, as a signed note. May be a second behind the log.
    virtual std::string checkpoint() const = 0;
    /// Signs the log as it is now.
    virtual std::expected<std::string, Failure> sign_now() = 0;
    virtual const VerifierKey& verifier() const = 0;
    /// Why checkpoints cannot be written now; empty while they can.
    virtual std::string problem() const = 0;
};

/// Opens or makes the keys. `corrupted` when the log does not extend the checkpoint that lies
/// beside it, or when the private key is not the one that belongs to the log. The log must outlive
/// it.
std::expected<std::unique_ptr<Notary>, Failure> open_notary(const std::filesystem::path& data,
                                                            const EventLog& log, Disk& disk,
                                                            Workers& workers);

}  // namespace muster
