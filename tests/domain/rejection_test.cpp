// The vocabulary of rejections: complete, unique, and each of them within somebody's reach.
#include "domain/rejection.h"

#include "tests/checkout.h"
#include "tests/domain/given.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <vector>

namespace muster::domain_tests {

std::set<Rejection>& produced_rejections() {
    static std::set<Rejection> produced;
    return produced;
}

namespace {

std::vector<Rejection> every_rejection() {
    std::vector<Rejection> all;
    for (std::uint16_t number = 0; number < 1000; ++number) {
        if (const auto rejection = rejection_numbered(number)) all.push_back(*rejection);
    }
    return all;
}

std::set<Rejection> missing_from(const std::set<Rejection>& produced) {
    std::set<Rejection> missing;
    for (const Rejection rejection : every_rejection()) {
        if (!produced.contains(rejection)) missing.insert(rejection);
    }
    return missing;
}

/// After a run of the whole suite, of which a shard sees a part: each rejection was the answer in
/// some test.
class EveryRejectionIsProduced final : public testing::Environment {
 public:
    void TearDown() override {
        const char* shards = std::getenv("GTEST_TOTAL_SHARDS");
        const bool whole_suite = testing::GTEST_FLAG(filter) == "*" &&
                                 (shards == nullptr || std::string_view{shards} == "1");
        if (!whole_suite || testing::UnitTest::GetInstance()->Failed()) return;
        for (const Rejection rejection : missing_from(produced_rejections())) {
            ADD_FAILURE() << "no test of this suite produces " << name_of(rejection);
        }
    }
};

[[maybe_unused]] const testing::Environment* const registered_check =
    testing::AddGlobalTestEnvironment(new EveryRejectionIsProduced);

TEST(Rejection, IsMissedWhenNoTestProducesIt) {
    EXPECT_EQ(missing_from({}).size(), every_rejection().size());
    std::set<Rejection> all_but_one;
    for (const Rejection rejection : every_rejection()) all_but_one.insert(rejection);
    all_but_one.erase(Rejection::seat_limit_reached);
    EXPECT_EQ(missing_from(all_but_one), std::set{Rejection::seat_limit_reached});
}

TEST(Rejection, IsInTheVocabularyUnderTheNameAndNumberOfItsDeclaration) {
    std::ifstream header{test::checkout() / "domain/rejection.h"};
    std::size_t declared = 0;
    bool inside = false;
    for (std::string line; std::getline(header, line);) {
        if (line.starts_with("enum class Rejection")) inside = true;
        if (line.starts_with("};")) inside = false;
        // A declaration reads "    name = number,".
        std::istringstream words{line};
        std::string name;
        std::string equals;
        std::uint16_t stored = 0;
        if (!inside || !(words >> name >> equals >> stored) || equals != "=") continue;
        ++declared;
        const auto rejection = rejection_numbered(stored);
        ASSERT_TRUE(rejection.has_value()) << line;
        EXPECT_EQ(name_of(*rejection), name);
    }
    EXPECT_EQ(declared, every_rejection().size());
    EXPECT_GT(declared, 50u);
}

TEST(Rejection, HasAUniqueName) {
    std::set<std::string_view> names;
    for (const Rejection rejection : every_rejection()) {
        const std::string_view name = name_of(rejection);
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string_view::npos);
    }
}

TEST(Rejection, SaysWhyInOneSentenceOfItsOwn) {
    std::set<std::string_view> sentences;
    for (const Rejection rejection : every_rejection()) {
        const std::string_view sentence = sentence_of(rejection);
        EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
        EXPECT_GT(sentence.size(), 10u);
        EXPECT_EQ(sentence.back(), '.');
    }
}

TEST(Rejection, KeepsItsStoredNumber) {
    EXPECT_EQ(rejection_numbered(1), Rejection::organization_not_found);
    EXPECT_EQ(rejection_numbered(20), Rejection::not_allowed);
    EXPECT_EQ(rejection_numbered(52), Rejection::last_protected_holder);
    EXPECT_EQ(rejection_numbered(100), Rejection::seat_limit_reached);
    EXPECT_EQ(rejection_numbered(0), std::nullopt);
    EXPECT_EQ(rejection_numbered(9), std::nullopt);
    EXPECT_EQ(rejection_numbered(65535), std::nullopt);
}

}  // namespace
}  // namespace muster::domain_tests
