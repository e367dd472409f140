// The properties of tests/domain, over lives by the blueprints that ship.
#include "eventstore/form/blueprint_json.h"

#include "tests/domain/every_property.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

std::vector<SharedBlueprint> all_shipped() {
    std::vector<SharedBlueprint> all;
    for (const std::string_view name : shipped_blueprints()) {
        const auto read = read_blueprint(shipped_blueprint(name));
        EXPECT_TRUE(read) << name;
        if (read) all.push_back(*read);
    }
    return all;
}

TEST(ShippedBlueprints, KeepEveryPropertyInEveryLife) {
    const auto failures = domain_tests::failures_of(domain_tests::every_property(), all_shipped());
    for (const auto& [name, failure] : failures) ADD_FAILURE() << name << ": " << failure;
}

TEST(ShippedBlueprints, AreReadAlikeByTheNaiveModel) {
    const auto failures =
        domain_tests::failures_of({domain_tests::the_naive_model_agrees()}, all_shipped());
    for (const auto& [name, failure] : failures) ADD_FAILURE() << name << ": " << failure;
}

}  // namespace
}  // namespace muster
