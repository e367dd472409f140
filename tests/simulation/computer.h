// The computer that a simulation runs on: a disk in memory that can fail and lose its power, a
// clock that can be set, and one process, the engine with its mailer, that is started and ends in
// all the ways a process can.
//
// One thread.
#pragma once

#include "api/engine.h"
#include "api/mail/mail.h"

#include "tests/power/failing_files.h"
#include "tests/power/power_loss_files.h"
#include "tests/simulation/lying_files.h"
#include "tests/simulation/simulated_time.h"
#include "tests/simulation/turn_taking.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace muster::simulation {

/// Protections that a control takes away.
struct Weakness {
    LogOptions log = {};
    LiesAbout lies_about = {};  ///< files whose syncs do nothing
};

class Computer {
 public:
    Computer(std::uint64_t seed, const Weakness& weakness);
    ~Computer();

    /// Starts the process. A failure that the disk is not to blame for is the engine's.
    std::expected<void, Failure> start();
    /// Stops the process as a service manager does: what was submitted is finished.
    void stop();
    /// The process ends where it is; what it wrote stays.
    void kill();
    /// The power went: what was not synced is lost, as chance has it. Power is back afterwards.
    void lose_power();
    bool is_running() const { return engine_ != nullptr; }

    /// Lets a worker take a step; the name of who did. A process that ends by itself in it, because
    /// a sync failed, is gone afterwards.
    std::optional<std::string> take_turn(std::size_t number);

    Engine& engine() { return *engine_; }
    SimulatedTime& time() { return time_; }
    TurnTaking& workers() { return workers_; }
    Disk& disk() { return *disk_; }
    test::PowerLossFiles& power() { return *power_; }
    test::FailingFiles& faults() { return *faults_; }
    void set_fault(const test::Fault& fault);
    void heal_disk();
    bool has_fault() const { return has_fault_; }

    /// Of the process that runs now, from 1.
    std::uint64_t life() const { return life_; }
    /// Whether what the process says now is still heard.
    bool is_heard(std::uint64_t life) const {
        return life == life_ && !dying_ && power_->has_power();
    }
    /// A sync of what the log stands on failed in this life.
    bool has_failed_sync() const { return failed_sync_; }

    static std::filesystem::path data() { return "/data"; }
    static std::filesystem::path outbox() { return data() / "outbox"; }

 private:
    EngineOptions options();
    void end();

    const std::uint64_t seed_;
    const Weakness weakness_;
    SimulatedTime time_;
    TurnTaking workers_;
    std::shared_ptr<test::PowerLossFiles> power_;
    std::shared_ptr<test::FailingFiles> faults_;
    std::unique_ptr<Disk> disk_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Mailer> mailer_;
    std::uint64_t life_ = 0;
    bool has_fault_ = false;
    bool dying_ = false;     ///< the process is being taken apart and counts as gone
    bool stopping_ = false;  ///< it is finishing its work
    bool failed_sync_ = false;
};

}  // namespace muster::simulation
