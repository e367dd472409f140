// Runs each fuzz target for its share of a minute, ten in a long run: over the seeds that the
// targets' own formats give, over the corpus kept beside this file, and over what earlier runs
// found in the build folder. A finding is left there too, and the failure says where.
//
// To keep what adds coverage: TARGET -merge=1 tests/fuzz/corpus/NAME build/fuzz/corpus/NAME.
#include "eventstore/copies/backup_segment.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/form/codec.h"
#include "eventstore/keys/api_key_rows.h"
#include "eventstore/machine/crypto.h"
#include "tests/checkout.h"
#include "tests/eventstore/golden_commits.h"
#include "tests/fuzz/notes.h"
#include "tests/random_runs.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace muster::fuzz {
namespace {

namespace fs = std::filesystem;

struct Campaign {
    int status = -1;
    std::string output;

    /// The number behind a name in libFuzzer's report of statistics.
    std::string statistic(const std::string& name) const {
        const auto at = output.find("stat::" + name);
        if (at == std::string::npos) return "no number of";
        const auto begin = output.find_first_of("0123456789", at);
        return output.substr(begin, output.find('\n', begin) - begin);
    }
    /// Where libFuzzer put the bytes it failed on; empty when it did not fail.
    std::string reproducer() const {
        constexpr std::string_view before = "Test unit written to ";
        const auto at = output.find(before);
        if (at == std::string::npos) return {};
        const auto begin = at + before.size();
        return output.substr(begin, output.find('\n', begin) - begin);
    }
};

class Fuzz : public ::testing::Test {
 protected:
    const fs::path build = MUSTER_FUZZ_FOLDER;
    const fs::path kept = test::checkout() / "tests/fuzz/corpus";

    static void put(const fs::path& folder, const std::string& name, std::string_view bytes) {
        std::ofstream{folder / name, std::ios::binary} << bytes;
    }
    fs::path corpus_of(const std::string& target) const {
        const fs::path folder = build / "corpus" / target;
        fs::create_directories(folder);
        return folder;
    }

    /// `limit` is when it ends if nothing is found.
    Campaign run(const std::string& program, const std::string& target, int limit_seconds) const {
        const fs::path findings = build / "findings";
        fs::create_directories(findings);
        const fs::path log = build / (program + ".log");
        std::string command = (build / program).string();
        command += " -max_total_time=" + std::to_string(limit_seconds);
        command += " -timeout=20 -rss_limit_mb=3000 -max_len=8192 -print_final_stats=1";
        command += " -artifact_prefix=" + (findings / (program + "-")).string();
        command += " " + corpus_of(target).string() + " " + (kept / target).string();
        const int status = std::system((command + " >" + log.string() + " 2>&1").c_str());
        std::ifstream stream{log};
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                {std::istreambuf_iterator<char>{stream}, {}}};
    }

    void expect_nothing_found_in(const std::string& target, int seconds) const {
        if (test::is_long_run()) seconds *= 10;
        const Campaign done = run(target + "_fuzz", target, seconds);
        EXPECT_EQ(done.status, 0) << "found: " << done.reproducer()
                                  << "\nrepeat: " << (build / (target + "_fuzz")).string()
                                  << " FILE\n"
                                  << done.output.substr(done.output.size() / 2);
        std::cout << "NOTE: " << target << ": " << done.statistic("number_of_executed_units")
                  << " executions in " << seconds << " s\n";
    }
};

TEST_F(Fuzz, StoredCommits) {
    for (const Commit& commit : golden::commits()) {
        put(corpus_of("decode"), "golden-" + std::to_string(number(commit.position)),
            encode(commit));
    }
    expect_nothing_found_in("decode", 30);
}

TEST_F(Fuzz, Blueprints) {
    for (const std::string_view name : shipped_blueprints()) {
        put(corpus_of("blueprint"), std::string{name}, shipped_blueprint(name));
    }
    expect_nothing_found_in("blueprint", 12);
}

TEST_F(Fuzz, CheckpointsAndNotes) {
    const fs::path seeds = corpus_of("checkpoint");
    put(seeds, "text", checkpoint_text());
    put(seeds, "note", sign_note(checkpoint_text(), signer()));
    put(seeds, "key", text_of(signer().verifier()));
    expect_nothing_found_in("checkpoint", 7);
}

TEST_F(Fuzz, RowsOfTheKeyStore) {
    ApiKeyRecord record{.label = "backend", .platform_operator = true};
    put(corpus_of("keys"), "operator", write_api_key(record));
    record.organizations.resize(3);
    record.may_found = true;
    put(corpus_of("keys"), "organisations", write_api_key(record));
    put(corpus_of("keys"), "sealed", seal_bytes(SecretKey::random(), {}, "text"));
    expect_nothing_found_in("keys", 5);
}

TEST_F(Fuzz, SegmentsOfABackup) {
    SegmentWriter segment{{}, Position{1}};
    segment.add({Position{1}, "the first"});
    segment.add({Position{2}, "the second"});
    const std::string whole = segment.finish();
    put(corpus_of("segment"), "two", whole.substr(0, whole.size() - sizeof(Digest)));
    expect_nothing_found_in("segment", 6);
}

TEST_F(Fuzz, RawRequests) {
    expect_nothing_found_in("gate", 8);
}

TEST_F(Fuzz, BodiesOfRequests) {
    expect_nothing_found_in("body", 8);
}

TEST_F(Fuzz, ControlADecoderThatDoesNotVerifyIsFoundOut) {
    const Campaign done = run("decode_fuzz_control", "decode", 60);
    EXPECT_NE(done.status, 0) << "nothing was found";
    EXPECT_NE(done.output.find("ERROR: AddressSanitizer"), std::string::npos) << done.output;
    std::cout << "NOTE: control: found after " << done.statistic("number_of_executed_units")
              << " executions\n";
}

}  // namespace
}  // namespace muster::fuzz
