// What random lives come to, so that no property holds for want of anything happening; and the two
// readings of the plain shapes beside each other.
#include "tests/domain/naive_product.h"
#include "tests/domain/rules_to_live_by.h"
#include "tests/domain/simulation.h"

#include <gtest/gtest.h>

namespace muster::domain_tests {
namespace {

/// Counts what the moves come to.
struct Tally final : Watcher {
    Violation decided(const Simulation&, const Step& step) override {
        const std::string name{name_of(step.command)};
        ++(step.accepted() ? accepted : refused)[name];
        for (const StreamEvent& happened : step.events()) {
            ++events[std::string{name_of(happened.event)}];
        }
        if (!step.accepted()) ++rejections[step.result.error().rejection];
        return std::nullopt;
    }
    std::map<std::string, int> accepted;
    std::map<std::string, int> refused;
    std::map<std::string, int> events;
    std::map<Rejection, int> rejections;
};

Tally tally_of_lives() {
    Tally tally;
    rc::Random random{1};
    for (std::uint64_t life = 0; life < 400; ++life) {
        const auto moves = any_moves()(random.split(), rc::kNominalSize).value();
        const auto& shapes = all_shapes();
        const SharedBlueprint first =
            life % 4 == 3 ? drawn_rules(life) : shapes[life % shapes.size()];
        const SharedBlueprint second = life % 2 == 0 ? first : shapes[life * 7 % shapes.size()];
        Simulation{first, second, decide}.play(moves, tally);
    }
    return tally;
}

/// The names of all commands, or of all events.
template <class Variant, std::size_t... index>
std::set<std::string> names_of(std::index_sequence<index...>) {
    return {std::string{name_of(Variant{std::in_place_index<index>})}...};
}
template <class Variant>
std::set<std::string> names_of() {
    return names_of<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>{});
}

TEST(Moves, BringAboutEveryCommandEventAndMostRejections) {
    Tally tally = tally_of_lives();
    // Imports, mails and what never gets as far as a decision are played elsewhere.
    const std::set<std::string> elsewhere{
        "FinishImport",   "RecordMailHandedOver",     "ImportFinished",
        "MailHandedOver", "RecordSuppressedAttempts", "AttemptsSuppressed"};
    const std::set<std::string> never_refused{"FoundOrganization", "SettleDue"};
    for (const std::string& command : names_of<Command>()) {
        if (elsewhere.contains(command)) continue;
        EXPECT_GE(tally.accepted[command], 20) << command;
        EXPECT_GE(tally.refused[command], never_refused.contains(command) ? 0 : 3) << command;
    }
    for (const std::string& event : names_of<Event>()) {
        if (elsewhere.contains(event)) continue;
        EXPECT_GE(tally.events[event], 20) << event;
    }
    EXPECT_GE(tally.rejections.size(), 60u);
}

/// Every answer of a product's reach to the roles that it has.
std::vector<Reached> all_reached(const NaiveProduct& product) {
    std::vector<Reached> answers;
    for (std::size_t action = 0; action < reach_count; ++action) {
        const std::string name{name_of(static_cast<Reach>(action))};
        for (const auto& [actor, role] : product.roles) {
            for (const auto& [target, other] : product.roles) {
                answers.push_back(product.reach(name, actor, target, false));
            }
            answers.push_back(product.reach(name, actor, "made", true));
        }
        if (product.most_own_roles > 0) {
            answers.push_back(product.reach(name, "made", "other", true));
        }
    }
    return answers;
}

TEST(NaiveProduct, SaysInWordsWhatTheBlueprintSays) {
    for (const SharedBlueprint& shape : plain_shapes()) {
        const NaiveProduct read = read_product(*shape);
        const NaiveProduct words = product_in_words(shape->id);
        EXPECT_EQ(all_reached(read), all_reached(words)) << shape->id;
        EXPECT_TRUE(read.settings() == words.settings()) << shape->id;
    }
}

}  // namespace
}  // namespace muster::domain_tests
