// Ways to write a group of commits that lack one protection each, for the controls.
#pragma once

#include "eventstore/log/rocksdb_log.h"

namespace muster::test {

enum class WeakWrite { none, not_synced, in_two_batches };

WriteRows weakly(WeakWrite weakness);

}  // namespace muster::test
