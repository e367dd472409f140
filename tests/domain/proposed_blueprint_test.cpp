// What a blueprint must hold before an organisation begins to run by it: a mail that has its link
// and names what there is, and roles that the eye can tell apart.
#include "domain/proposed_blueprint.h"

#include "tests/domain/arbitrary_blueprint.h"
#include "tests/domain/blueprints.h"
#include "tests/domain/given.h"

#include <gmock/gmock.h>

namespace muster::domain_tests {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Blueprint proposed(const std::function<void(Blueprint&)>& change) {
    Blueprint blueprint = bare_blueprint("proposed");
    blueprint.roles = {top_role("admin"), ordinary_role("first", {}), ordinary_role("second", {})};
    blueprint.founder_role = RoleId{"admin"};
    blueprint.presentation.mail_words = {{"subject", "{organization}"}, {"body", "Go to {link}"}};
    change(blueprint);
    return blueprint;
}

std::vector<BlueprintError> errors_after(const std::function<void(Blueprint&)>& change) {
    return errors_of_proposed(proposed(change), plain_look_of);
}
std::vector<BlueprintError> errors_with(const std::string& text, const std::string& words) {
    return errors_after([&](Blueprint& b) { b.presentation.mail_words[text] = words; });
}

auto error_at(const std::string& field, const std::string& part) {
    return AllOf(Field(&BlueprintError::field, field),
                 Field(&BlueprintError::message, HasSubstr(part)));
}

TEST(ProposedBlueprint, IsFineWhenItsMailHasALinkAndItsRolesDiffer) {
    EXPECT_THAT(errors_after([](Blueprint&) {}), IsEmpty());
    EXPECT_THAT(errors_after([](Blueprint& b) { b.presentation.mail_words.clear(); }), IsEmpty());
    std::string all;
    for (const std::string_view name : mail_placeholders) all += "{" + std::string{name} + "}";
    EXPECT_THAT(errors_with("body", all + " } a brace, {{link}}, { another"), IsEmpty());
}

TEST(ProposedBlueprint, IsFineWhenDrawn) {
    EXPECT_TRUE(rc::check([] {
        const auto errors = errors_of_proposed(arbitrary_rules::drawn_blueprint(), plain_look_of);
        for (const BlueprintError& error : errors) RC_LOG() << error.field << ' ' << error.message;
        RC_ASSERT(errors.empty());
    }));
}

TEST(ProposedBlueprint, HasABodyWithTheLink) {
    for (const char* without : {"Hello", "link", "{ link}", "{Link}", "{link", "{organization}"}) {
        const auto errors = errors_with("body", without);
        ASSERT_FALSE(errors.empty()) << without;
        EXPECT_THAT(errors.back(), error_at("presentation.mail_words.body", "must hold {link}"));
    }
    EXPECT_THAT(errors_with("subject", "Hello"), IsEmpty()) << "only the body leads there";
}

TEST(ProposedBlueprint, NamesOnlyWhatAMailKnows) {
    for (const char* unknown : {"{first_name}", "{}", "{ link }", "{LINK}", "{organization }"}) {
        EXPECT_THAT(errors_with("body", std::string{"{link} "} + unknown),
                    ElementsAre(error_at("presentation.mail_words.body",
                                         std::string{unknown} + " is not known; a text may name "
                                                                "{organization}, {inviter}, ")))
            << unknown;
        EXPECT_FALSE(errors_with("subject", unknown).empty()) << unknown;
    }
    EXPECT_THAT(errors_with("footer", "Bye"),
                ElementsAre(error_at("presentation.mail_words.footer", "it has subject, body")));
}

TEST(ProposedBlueprint, HasNoTwoRolesThatLookTheSame) {
    EXPECT_THAT(errors_after([](Blueprint& b) { b.roles[2].name = " " + b.roles[1].name + " "; }),
                ElementsAre(error_at("roles[2].name", "the same as roles[1].name")));
    EXPECT_THAT(errors_after([](Blueprint& b) {
                    b.workspaces.offered = true;
                    b.workspaces.roles = {{RoleId{"a"}, "Guest", {}, {}},
                                          {RoleId{"b"}, "GUEST", {}, {}}};
                }),
                ElementsAre(error_at("workspaces.roles[1].name", "workspaces.roles[0].name")));
}

TEST(ProposedBlueprint, TakesNoNameThatCouldBeReadForAProtectedRole) {
    const auto skeletons = [](std::string_view name) {
        NameLook look = plain_look_of(name);
        look.skeletons[0] = name == "0wner" ? "Owner" : std::string{name};
        return look;
    };
    const auto with_names = [](const std::string& one, const std::string& other, bool trusted) {
        return proposed([&](Blueprint& b) {
            b.roles[trusted ? 0 : 1].name = one;
            b.roles[2].name = other;
        });
    };
    EXPECT_THAT(errors_of_proposed(with_names("Owner", "0wner", true), skeletons),
                ElementsAre(error_at("roles[2].name", "roles[0].name")));
    EXPECT_THAT(errors_of_proposed(with_names("Owner", "0wner", false), skeletons), IsEmpty())
        << "elsewhere digits tell names apart";
}

TEST(ProposedBlueprint, ThatIsRefusedFoundsNothingAndOneThatIsStoredGoesOn) {
    const Blueprint without_link =
        proposed([](Blueprint& b) { b.presentation.mail_words["body"] = "Hello"; });
    const FoundOrganization founding{.organization = organization(1),
                                     .name = "Atelier",
                                     .blueprint = SharedBlueprint{without_link},
                                     .founder = person(1),
                                     .founder_name = sealed("name 1"),
                                     .founder_address = sealed("address 1")};
    given().when(founding).then_rejected(Rejection::blueprint_invalid);
    EXPECT_THAT(errors_of(without_link), IsEmpty()) << "what is stored so is read again";
    const Scenario stored = given(founded(without_link));
    stored.when(RenameOrganization{organization(1), "Studio"}).then(OrganizationRenamed{"Studio"});
    Blueprint other = without_link;
    other.product = "Other";
    stored.by(Actor::the_operator())
        .when(ChangeBlueprint{.organization = organization(1), .blueprint = SharedBlueprint{other}})
        .then_rejected(Rejection::blueprint_invalid);
}

}  // namespace
}  // namespace muster::domain_tests
