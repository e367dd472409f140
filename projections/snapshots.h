// snapshots/: what organisations were after some of their commits, so that loading one, or looking
// at its past, folds a bounded rest of its stream. Free to be deleted at any time: they are made
// again. One is trusted only where the log has the very commit that it was made after.
//
// STORED, as snapshots/ORGANISATION/VERSION, 20 digits:
//
//     "MUSTSNAP" 8 | format 4 | log id 16 | organisation 16 | SHA-256 of the commit 32 | the
//     organisation (snapshot_form.h) | SHA-256 of all before 32
//
// Any thread; one alone keeps.
#pragma once

#include "eventstore/log/event_log.h"
#include "eventstore/machine/disk.h"
#include "projections/then.h"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace muster {

class Snapshots {
 public:
    /// The folder is made when there is something to keep.
    Snapshots(Disk& disk, Disk::Path folder, const EventLog& log)
        : disk_{disk}, folder_{std::move(folder)}, log_{log} {}

    /// The newest one within this moment; nothing where there is none that can be trusted.
    std::optional<OrganizationThen> nearest(OrganizationId id, const Moment& moment) const;
    /// The versions that something is kept of, in their order; it need not be any good.
    std::vector<Version> kept(OrganizationId id) const;

    /// The same for the one who keeps: what an interrupted writing left is gone then.
    std::vector<Version> kept_when_tidied(OrganizationId id);
    std::expected<void, Failure> keep(const OrganizationThen& then);
    void remove(OrganizationId id, Version version) const;

 private:
    Disk::Path folder_of(OrganizationId id) const;
    Disk::Path file_of(OrganizationId id, Version version) const;
    std::optional<std::string> beginning_of(OrganizationId id, const Commit& commit) const;

    Disk& disk_;
    Disk::Path folder_;
    const EventLog& log_;
};

}  // namespace muster
