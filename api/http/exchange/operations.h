// Long work that an operator asks for over HTTP: verifying, rebuilding and backing up. One at a
// time, on a thread of its own; its progress is read while it runs.
#pragma once

#include "api/engine.h"
#include "eventstore/copies/backup.h"
#include "eventstore/keys/keys_backup.h"
#include "projections/pace.h"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace muster::http {

struct OperationOrder {
    std::string kind;  ///< "verify", "rebuild-views" or "backup"
    // Of a backup:
    std::filesystem::path folder;
    std::filesystem::path keys_folder;  ///< empty: keys/ is not backed up
    // Of a verification:
    std::optional<TreeHead> remembered;  ///< of a checkpoint that the log must extend
};

/// What a backup came to.
struct BackupDone {
    BackupReport log;
    std::optional<KeysBackupReport> keys;
};

struct OperationState {
    std::string kind;
    bool running = false;
    std::uint64_t reached = 0;  ///< position
    std::uint64_t head = 0;
    std::vector<std::string> findings;  ///< what is wrong; empty when all is well
    double seconds = 0;                 ///< so far
    std::optional<double> rate;         ///< commits a second, while it runs
    std::optional<double> seconds_left;  ///< of this walk through the log, while it runs
    std::optional<BackupDone> backup;  ///< of a backup that is finished
};

class Operations {
 public:
    explicit Operations(Engine& engine) : engine_{engine} {}
    /// A backup under way is stopped, and so are a rebuild, which goes on when the engine is opened
    /// again, and what a verification compares of the views; the rest of that is finished.
    ~Operations();
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    /// False while another one runs.
    bool start(const OperationOrder& order);
    std::optional<OperationState> state() const;

 private:
    void run(const OperationOrder& order);
    std::vector<std::string> findings_of(const OperationOrder& order);
    std::vector<std::string> back_up(const OperationOrder& order);
    void reached(Position position);

    Engine& engine_;
    mutable std::mutex mutex_;
    std::optional<OperationState> state_;
    std::chrono::microseconds begun_{};
    Pace pace_;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

std::string operation_json(const OperationState& state);

}  // namespace muster::http
