// The real disk for tests that look at what is there: it loses no power, so nothing waits for a
// sync.
#pragma once

#include "eventstore/machine/disk.h"

namespace muster::test {

/// One for the whole process, never destroyed.
Disk& unsynced_disk();

}  // namespace muster::test
