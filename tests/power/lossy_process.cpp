// The process, and how it is started.
#include "tests/power/lossy_process.h"

#include "api/engine.h"
#include "api/mail/mail.h"
#include "tests/power/failing_files.h"
#include "tests/power/power_loss_files.h"
#include "tests/power/watched_log.h"
#include "tests/power/witness.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

namespace muster::test {
namespace {

constexpr int clients = 3;
constexpr std::uint64_t steps_of_a_client = steps_of_a_process / clients / 16 * 16;

void write_plan(const LossyPlan& plan, const std::filesystem::path& file) {
    std::ofstream{file} << plan.folder_seed << ' ' << plan.seed << ' ' << plan.cut_at_event << ' '
                        << plan.cut_in_write << ' ' << plan.first_step << ' '
                        << plan.loss.scrambled_percent << ' ' << plan.loss.reordered_percent << ' '
                        << plan.loss.reordered_names_percent << ' '
                        << static_cast<int>(plan.weak_write) << ' ' << plan.swallow_syncs;
}

LossyPlan read_plan(const std::filesystem::path& file) {
    LossyPlan plan;
    int weak_write = 0;
    std::ifstream{file} >> plan.folder_seed >> plan.seed >> plan.cut_at_event >>
        plan.cut_in_write >> plan.first_step >> plan.loss.scrambled_percent >>
        plan.loss.reordered_percent >> plan.loss.reordered_names_percent >> weak_write >>
        plan.swallow_syncs;
    plan.weak_write = static_cast<WeakWrite>(weak_write);
    return plan;
}

/// One of the threads that ask, each for steps of its own, until the power goes.
void be_a_client(Engine& engine, const LossyPlan& plan, int client, const WitnessFile& witness) {
    const std::uint64_t first =
        plan.first_step + static_cast<std::uint64_t>(client) * steps_of_a_client;
    for (std::uint64_t number = first; number < first + steps_of_a_client; ++number) {
        const Step step{plan.folder_seed, number};
        witness.asked(number);
        const Answer answer = run(engine, step);
        if (!answer) return;
        witness.answered(number, *answer);
        if (number % 7 == 3 && engine.keys().put_api_key(api_key_of(step))) {
            witness.made_api_key(number);
        }
        if (number % 5 == 2) {
            if (const auto note = engine.notary().sign_now(); note && client == 0) {
                witness.published(*note, text_of(engine.notary().verifier()));
            }
        }
    }
}

/// Runs in a process of its own, by the plan that lies in the folder from the parent.
TEST(LossyProcess, DISABLED_WorksUntilThePowerGoes) {
    const LossyFolders folders{folder_from_parent()};
    const LossyPlan plan = read_plan(folders.plan());
    const WitnessFile witness{folders.witness()};
    const auto files =
        std::make_shared<PowerLossFiles>(Disk::of_this_machine().files(), folders.machine());
    const auto faults = std::make_shared<FailingFiles>(files);
    if (plan.swallow_syncs) {
        faults->fail({.kinds = {CallKind::sync},
                      .error = Fault::Error::swallowed,
                      .stays = true,
                      .below = (folders.data() / "log" / "store").string()});
    }
    const auto lose_power = [&] {
        witness.cut(files->lose_power(plan.seed, plan.loss));
        ::_exit(0);
    };
    if (plan.cut_in_write == 0) files->cut_at(plan.cut_at_event, lose_power);
    std::uint64_t writes = 0;
    const auto aim = [&] {
        if (++writes == plan.cut_in_write) files->cut_at(plan.cut_at_event, lose_power);
    };
    const auto watched =
        std::make_shared<WatchedLog>(faults, (folders.data() / "log" / "store").string(), aim);
    Disk disk{watched};
    EngineOptions options{.data = folders.data()};
    // A control is cut where its missing protection shows, not among snapshots.
    const bool is_control = plan.weak_write != WeakWrite::none || plan.swallow_syncs;
    if (!is_control) options.least_changes_between_snapshots = 5;
    options.disk = &disk;
    options.log.write = weakly(plan.weak_write);
    const auto engine = open_engine(options);
    if (!engine) {
        witness.refused(engine.error().detail);
        ::_exit(0);
    }
    witness.opened();
    const Mailer mailer{**engine,
                        {.outbox = folders.outbox(),
                         .from = "muster@example.org",
                         .link_base = "https://example.org/join",
                         .poll_interval = std::chrono::milliseconds{5},
                         .disk = &disk}};
    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client) {
        threads.emplace_back([&, client] { be_a_client(**engine, plan, client, witness); });
    }
    for (std::thread& thread : threads) thread.join();
    FAIL() << "the power never went";
}

}  // namespace

std::unique_ptr<ThisProgram> start_lossy_process(const LossyFolders& folders,
                                                 const LossyPlan& plan) {
    write_plan(plan, folders.plan());
    return std::make_unique<ThisProgram>("LossyProcess.*", folders.test);
}

}  // namespace muster::test
