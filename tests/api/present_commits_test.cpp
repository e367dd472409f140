// How every command and every event is shown as JSON, byte for byte: clients read it. Running with
// MUSTER_WRITE_GOLDEN=1 writes the file anew, which is right only for lines that are new.
#include "api/http/show/present_commits.h"
#include "tests/checkout.h"
#include "tests/eventstore/golden_commits.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <cstdlib>
#include <fstream>

namespace muster::http {
namespace {

const std::string shown_path = test::checkout() / "tests/api/commits_shown.jsonl";

/// Tells whose the text was said to be.
std::string opened(const SealScope& scope, const Sealed& sealed) {
    if (sealed.empty()) return {};
    return sealed.bytes + " of field " + std::to_string(static_cast<int>(scope.field)) + " of " +
           to_string(scope.person) + " in " + to_string(scope.organization);
}

/// The golden ones, each event in the stream where it would stand.
std::vector<Commit> commits_to_show() {
    std::vector<Commit> commits = golden::commits();
    for (Commit& commit : commits) {
        for (StreamEvent& event : commit.events) {
            const bool of_account = std::holds_alternative<PersonRegistered>(event.event) ||
                                    std::holds_alternative<ProfileChanged>(event.event);
            event.stream =
                of_account ? StreamId::of(golden::person) : StreamId::of(golden::organization);
        }
    }
    return commits;
}

std::vector<std::string> lines_shown() {
    std::vector<std::string> lines;
    for (const Commit& commit : commits_to_show()) {
        lines.push_back(boost::json::serialize(commit_object(commit, opened)));
        lines.push_back(boost::json::serialize(commit_object(commit, {})));
    }
    return lines;
}

TEST(PresentCommits, ShowEveryCommandAndEventAsTheyAlwaysDid) {
    const std::vector<std::string> shown = lines_shown();
    if (std::getenv("MUSTER_WRITE_GOLDEN") != nullptr) {
        std::ofstream file{shown_path};
        for (const std::string& line : shown) file << line << '\n';
    }
    std::ifstream file{shown_path};
    std::vector<std::string> known;
    for (std::string line; std::getline(file, line);) known.push_back(line);
    ASSERT_EQ(shown.size(), known.size());
    for (std::size_t at = 0; at < shown.size(); ++at) EXPECT_EQ(shown[at], known[at]);
}

TEST(PresentCommits, NothingSealedIsShownWithoutItsKey) {
    for (const Commit& commit : commits_to_show()) {
        EXPECT_FALSE(boost::json::serialize(commit_object(commit, {})).contains("sealed"));
        const bool has_reason = !commit.context.reason.empty() || !commit.context.origin.empty();
        const std::string opened_too = boost::json::serialize(commit_object(commit, opened));
        EXPECT_TRUE(!has_reason || opened_too.contains("sealed")) << opened_too;
    }
}

}  // namespace
}  // namespace muster::http
