// Syncs that are not done.
#include "tests/power/unsynced_disk.h"

#include "tests/power/failing_files.h"

namespace muster::test {

Disk& unsynced_disk() {
    static auto& disk = *[] {
        const auto files = std::make_shared<FailingFiles>(Disk::of_this_machine().files());
        files->fail({.kinds = {CallKind::sync, CallKind::folder_sync},
                     .error = Fault::Error::swallowed,
                     .stays = true});
        return new Disk{files};
    }();
    return disk;
}

}  // namespace muster::test
