// Opening the store of a log: what is proved of it before anybody reads from it, and what is tried
// when a loss of power has torn the end of its MANIFEST. Private to the log.
#pragma once

#include "eventstore/log/log_store.h"

namespace muster {

/// The tree of a store that holds every row that its head counts, and whose newest commit is the
/// one that head and tree name.
std::expected<TreeEdge, Failure> prove_log_store(const LogStore& store);

/// The checkpoint beside the log, if it can be read, was signed for what is here. Its signature is
/// checked when the log is next opened to serve.
std::expected<void, Failure> check_checkpoint(const TreeNodes& tree, const TreeHead& head,
                                              const Disk& disk, const Disk::Path& file);

/// LogStore::open for the store of a folder. A torn end of its MANIFEST is cut off where everything
/// that was marked and signed is there without it.
std::expected<std::unique_ptr<LogStore>, Failure> open_log_store(StoreFolder& folder,
                                                                 bool up_to_damage);

}  // namespace muster
