// An engine on a disk that fails, and what was acknowledged meanwhile.
#pragma once

#include "tests/eventstore/temporary_folder.h"
#include "tests/power/failing_files.h"
#include "tests/power/witness.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace muster::test {

class FailingDisk {
 public:
    FailingDisk();

    std::filesystem::path data() const { return folder_.path() / "data"; }
    FailingFiles& files() { return *files_; }
    Engine* engine() { return engine_.get(); }

    /// Opens the engine; false when it refuses, `refusal` saying why.
    bool open();
    const std::string& refusal() const { return refusal_; }
    void close();
    /// Asks for the next steps and remembers the answers; how many were acknowledged.
    int work(int steps);
    /// What went wrong for the last step; `none` when it was answered.
    std::optional<Failure> last_failure() const { return last_failure_; }

    bool told_of_failed_sync() const { return failed_syncs_ > 0; }
    void forget_failed_syncs() { failed_syncs_ = 0; }
    /// Steps that were acknowledged although a sync had failed before they were asked for.
    const std::vector<std::string>& broken_promises() const { return broken_promises_; }

    /// Heals the disk, opens the engine anew, and checks everything; a line for each thing wrong.
    std::vector<std::string> findings_when_healed();

 private:
    const TemporaryFolder folder_;
    const std::shared_ptr<FailingFiles> files_;
    Disk disk_;
    std::unique_ptr<Engine> engine_;
    Witness witness_;
    std::uint64_t next_step_ = 0;
    std::string refusal_;
    std::optional<Failure> last_failure_;
    std::atomic<int> failed_syncs_ = 0;
    std::vector<std::string> broken_promises_;
};

}  // namespace muster::test
