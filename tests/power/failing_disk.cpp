// Opening, working and checking.
#include "tests/power/failing_disk.h"

#include "tests/power/engine_checks.h"
#include "tests/power/unsynced_disk.h"

namespace muster::test {
namespace {

constexpr std::uint64_t failing_disk_seed = 4;

}  // namespace

FailingDisk::FailingDisk()
    : files_{std::make_shared<FailingFiles>(unsynced_disk().files())}, disk_{files_} {}

bool FailingDisk::open() {
    EngineOptions options{.data = data()};
    options.least_changes_between_snapshots = 5;
    options.disk = &disk_;
    options.on_failed_sync = [this](const std::string&) { ++failed_syncs_; };
    auto engine = open_engine(options);
    refusal_ = engine ? std::string{} : engine.error().detail;
    if (engine) engine_ = std::move(*engine);
    return engine_ != nullptr;
}

void FailingDisk::close() {
    engine_.reset();
}

int FailingDisk::work(int steps) {
    int acknowledged = 0;
    for (int i = 0; i < steps; ++i) {
        const std::uint64_t step = next_step_++;
        const bool after_failed_sync = told_of_failed_sync();
        witness_.steps.try_emplace(step);
        const Answer answer = run(*engine_, {failing_disk_seed, step});
        last_failure_ = answer ? std::nullopt : std::optional{answer.error()};
        if (!answer) continue;
        ++acknowledged;
        witness_.steps[step] = Acknowledged{answer->position, digest_of(*answer)};
        if (after_failed_sync) {
            broken_promises_.push_back("step " + std::to_string(step) +
                                       " was acknowledged after a failed sync");
        }
    }
    return acknowledged;
}

std::vector<std::string> FailingDisk::findings_when_healed() {
    close();
    files_->heal();
    failed_syncs_ = 0;
    if (!open()) return {"refused: " + refusal_};
    auto findings = findings_of(*engine_, failing_disk_seed, witness_, data() / "outbox");
    close();
    return findings;
}

}  // namespace muster::test
