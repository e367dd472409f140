// Views over one organisation that grows, which tests close, open, harm and build anew.
#pragma once

#include "projections/view_store.h"
#include "tests/projections/cast.h"
#include "tests/waiting.h"

#include <future>

namespace muster::projections_tests {

class ViewsLifecycle : public ::testing::Test, public ViewsFixture {
 protected:
    ViewsLifecycle() {
        history.record({.command = founding(atelier, person(1)),
                        .events = {of(atelier, founded(atelier)),
                                   of(atelier, joined(atelier, person(1), "Founder", "f@e.org"))}});
    }
    void join(std::uint64_t number) {
        const std::string name = "Member " + std::to_string(number);
        history.record({.command = SettleDue{atelier},
                        .events = {of(atelier, joined(atelier, person(number), name, "m@e.org"))}});
    }
    std::filesystem::path views_folder() const { return folder.path() / "views"; }
    std::string current() const {
        std::string name = test::bytes_of_file(views_folder() / "CURRENT");
        while (name.ends_with('\n')) name.pop_back();
        return name;
    }
    std::size_t generations() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator{views_folder()}) {
            if (entry.is_directory()) ++count;
        }
        return count;
    }
    std::vector<std::string> members() { return names({.organization = atelier}); }
    /// Changes the closed views by hand.
    void tamper(const std::function<void(Draft&)>& change) {
        settle();
        views.reset();
        const auto store = ViewStore::open(views_folder() / current());
        ASSERT_TRUE(store.has_value());
        Draft draft{**store};
        change(draft);
        ASSERT_TRUE(draft.write());
    }
    std::future<bool> applied(Position position, std::chrono::milliseconds at_most) {
        auto promise = std::make_shared<std::promise<bool>>();
        auto future = promise->get_future();
        views->when_applied(position, at_most, [promise](bool done) { promise->set_value(done); });
        return future;
    }
};

}  // namespace muster::projections_tests
