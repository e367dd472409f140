// Living, closing, copying; and dying at the end.
#include "tests/corruption/moments.h"

#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/checkpoint.h"
#include "eventstore/proof/mark.h"
#include "tests/corruption/history.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/eventstore/this_program.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <csignal>

namespace muster::corruption {
namespace {

namespace fs = std::filesystem;

std::unique_ptr<Engine> must_open(const fs::path& data) {
    auto engine = open_engine({.data = data});
    ENSURE(engine.has_value());
    return std::move(*engine);
}

void add_api_key(Engine& engine, int stage) {
    const auto label = "key of stage " + std::to_string(stage);
    ENSURE(engine.keys().put_api_key({.id = random_uuid(),
                                      .label = label,
                                      .secret_hash = sha256(label),
                                      .platform_operator = true}));
}

/// Lives one stage and writes down what was true after it.
void live(Engine& engine, int stage, const fs::path& facts) {
    add_api_key(engine, stage);
    live_through(engine, stage);
    ENSURE(engine.views().wait_for(engine.log().head(), std::chrono::seconds{60}));
    Facts known = facts_of(engine, stage);
    known.merge(receipts_of(engine, stage, receipt_stride));
    write_facts(known, facts);
}

/// The mark and the checkpoint, which follow the log, have reached its end.
bool is_noted(Engine& engine, const fs::path& data) {
    const auto head = engine.log().tree_head();
    const auto mark = MarkFile::open(Disk::of_this_machine(), data / "log" / "mark");
    const auto note = open_checkpoint(test::bytes_of_file(data / "log" / "checkpoint"),
                                      engine.notary().verifier());
    return mark && mark->newest().head == head && note && note->head == head;
}

void keep(const fs::path& data, const fs::path& as) {
    fs::copy(data, as, fs::copy_options::recursive);
}

TEST(LivingChild, DISABLED_LivesUntilItIsKilled) {
    const fs::path folder = test::folder_from_parent();
    live(*must_open(folder / "data"), 0, folder / "facts");
    live(*must_open(folder / "data"), 1, folder / "early.facts");
    keep(folder / "data", folder / "early");
    live(*must_open(folder / "data"), 2, folder / "clean.facts");
    keep(folder / "data", folder / "clean");
    const auto engine = must_open(folder / "data");
    live(*engine, 3, folder / "killed.facts");
    ENSURE(test::in_time([&] { return is_noted(*engine, folder / "data"); }));
    std::raise(SIGKILL);
}

TEST(LivingChild, DISABLED_LivesAnotherLife) {
    const fs::path folder = test::folder_from_parent();
    live(*must_open(folder / "other"), 0, folder / "facts");
    live(*must_open(folder / "other"), 1, folder / "other.facts");
}

Moment load(const fs::path& folder, const std::string& name, int last_stage) {
    const test::TemporaryFolder scratch;
    fs::copy(folder / name, scratch.path() / name, fs::copy_options::recursive);
    return {{folder / name, files_by_kind(scratch.path() / name)},
            read_facts(folder / (name + ".facts")),
            last_stage};
}

}  // namespace

void make_moments(const fs::path& folder) {
    test::ThisProgram killed{"LivingChild.DISABLED_LivesUntilItIsKilled", folder};
    ASSERT_EQ(killed.exit_status(), -1);
    fs::rename(folder / "data", folder / "killed");
    test::ThisProgram other{"LivingChild.DISABLED_LivesAnotherLife", folder};
    ASSERT_EQ(other.exit_status(), 0);
}

Moments load_moments(const fs::path& folder) {
    return {load(folder, "early", 1), load(folder, "clean", 2), load(folder, "killed", 3),
            load(folder, "other", 1)};
}

}  // namespace muster::corruption
