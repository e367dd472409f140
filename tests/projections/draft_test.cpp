// A draft sees its own changes over what is stored, and what it writes is what it saw.
#include "projections/view_store.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <map>
#include <string>

namespace muster::projections_tests {
namespace {

using test::TemporaryFolder;
using Model = std::map<std::string, std::string>;

constexpr Part part = Part::due;

struct Change {
    std::string key;
    bool goes;
    std::string value;
};

/// Few keys, so that changes meet.
rc::Gen<std::vector<Change>> changes() {
    const auto key = rc::gen::container<std::string>(rc::gen::inRange('a', 'd'));
    return rc::gen::container<std::vector<Change>>(
        rc::gen::build<Change>(rc::gen::set(&Change::key, key), rc::gen::set(&Change::goes),
                               rc::gen::set(&Change::value, key)));
}

void make(Draft& draft, Model& model, const std::vector<Change>& changes) {
    for (const Change& change : changes) {
        if (change.goes) {
            draft.erase(part, change.key);
            model.erase(change.key);
        } else {
            draft.put(part, change.key, change.value);
            model[change.key] = change.value;
        }
    }
}

void expect_same(const ViewReader& reader, const Model& model, const std::string& prefix) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : model) {
        if (key.starts_with(prefix)) keys.push_back(key);
        RC_ASSERT(reader.get(part, key) == value);
    }
    RC_ASSERT(reader.keys_under(part, prefix) == keys);
    keys.resize(keys.size() / 2);
    RC_ASSERT(reader.keys_under(part, prefix, keys.size()) == keys);
}

TEST(Draft, SeesAndWritesWhatAMapWouldHold) {
    const TemporaryFolder folder;
    const auto store = *ViewStore::create(folder.path() / "views");
    EXPECT_TRUE(rc::check([&] {
        Model model;
        {
            Draft empty{*store};
            for (const auto& key : Snapshot{store}.keys_under(part, "")) empty.erase(part, key);
            make(empty, model, *changes());
            RC_ASSERT(empty.write().has_value());
        }
        const auto prefix = *rc::gen::container<std::string>(1, rc::gen::inRange('a', 'd'));
        Draft draft{*store};
        make(draft, model, *changes());
        draft.begin_part();
        Model refused = model;
        make(draft, refused, *changes());
        expect_same(draft, refused, prefix);
        draft.take_back_part();
        expect_same(draft, model, prefix);
        make(draft, model, *changes());
        expect_same(draft, model, "");
        RC_ASSERT(draft.write().has_value());
        expect_same(Snapshot{store}, model, prefix);
    }));
}

}  // namespace
}  // namespace muster::projections_tests
