// What holds for every life of two organisations, under many blueprints. Each property has its
// controls: the same check, over an engine with that one protection taken away, must find the
// fault.
#include "tests/domain/every_property.h"

#include <gtest/gtest.h>

namespace muster::domain_tests {
namespace {

class PropertyTest : public testing::TestWithParam<Property> {};

void expect_always(const std::vector<Property>& properties) {
    for (const auto& [name, failure] : failures_of(properties)) {
        ADD_FAILURE() << name << ": " << failure;
    }
}

void expect_faults_found(const Property& property) {
    for (std::size_t index = 0; index < property.faults.size(); ++index) {
        EXPECT_TRUE(finds(property, property.faults[index])) << "fault " << index;
    }
}

TEST_P(PropertyTest, FindsEachOfItsFaults) {
    expect_faults_found(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Every, PropertyTest, testing::ValuesIn(every_property()),
                         [](const auto& param) { return param.param.name; });

/// One test for all, because they watch the same lives.
TEST(EveryProperty, HoldsInEveryLife) {
    expect_always(every_property());
}

TEST(NaiveModel, AgreesInEveryLife) {
    expect_always({the_naive_model_agrees()});
}
TEST(NaiveModel, FindsEachOfItsFaults) {
    expect_faults_found(the_naive_model_agrees());
}

TEST(Curiosity, LearnsNothingInAnyLife) {
    expect_always({nobody_learns_too_much()});
}
TEST(Curiosity, FindsEachOfItsFaults) {
    expect_faults_found(nobody_learns_too_much());
}

}  // namespace
}  // namespace muster::domain_tests
