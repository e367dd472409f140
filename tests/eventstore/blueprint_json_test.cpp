// The JSON form of blueprints: strict in reading, canonical in writing.
#include "eventstore/form/blueprint_json.h"

#include "tests/domain/arbitrary_blueprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace muster {
namespace {

std::string replaced(std::string_view text, std::string_view old_part, std::string_view new_part) {
    const std::size_t place = text.find(old_part);
    EXPECT_NE(place, std::string_view::npos) << old_part;
    std::string made{text};
    if (place != std::string_view::npos) made.replace(place, old_part.size(), new_part);
    return made;
}

std::set<std::string> fields_wrong_in(std::string_view text) {
    std::set<std::string> fields;
    const auto read = read_blueprint(text);
    if (read) return fields;
    for (const BlueprintError& error : read.error()) {
        EXPECT_FALSE(error.message.empty());
        fields.insert(error.field);
    }
    return fields;
}

using Fields = std::set<std::string>;

TEST(BlueprintJson, WhatIsWrittenReadsAsTheSameBlueprint) {
    EXPECT_TRUE(rc::check([] {
        const Blueprint blueprint = arbitrary_rules::drawn_blueprint();
        const std::string text = write_blueprint(blueprint);
        const auto read = read_blueprint(text);
        if (!read) {
            for (const BlueprintError& error : read.error()) {
                RC_LOG() << error.field << ": " << error.message << '\n';
            }
        }
        RC_ASSERT(read.has_value());
        RC_ASSERT(**read == blueprint);
        RC_ASSERT(write_blueprint(**read) == text);
    }));
}

TEST(BlueprintJson, DifferentBlueprintsGiveDifferentTexts) {
    EXPECT_TRUE(rc::check([] {
        const Blueprint one = arbitrary_rules::drawn_blueprint();
        const Blueprint other = arbitrary_rules::drawn_blueprint();
        RC_ASSERT((one == other) == (write_blueprint(one) == write_blueprint(other)));
    }));
}

constexpr std::string_view smallest = R"({
  "id": "small",
  "product": "Small",
  "permissions": [{"id": "all", "module": "All", "label": "All"}],
  "needs": {
    "read_organization": "all", "read_members": "all", "export_members": "all",
    "read_audit": "all", "invite_member": "all", "change_role": "all", "remove_member": "all",
    "suspend_member": "all", "transfer_ownership": "all", "create_workspace": "all",
    "delete_workspace": "all", "assign_workspace": "all", "manage_roles": "all",
    "copy_role": "all", "read_plan": "all", "end_organization": "all",
    "manage_organization": "all"
  },
  "roles": [{"id": "boss", "name": "Boss", "gives": "*", "protected": true,
             "reach": {"invite": "all"}}],
  "founder_role": "boss",
  "plans": [{"id": "only", "name": "Only"}],
  "first_plan": "only"
})";

TEST(BlueprintJson, MembersThatAreLeftOutTakeTheirDefaults) {
    const auto read = read_blueprint(smallest);
    ASSERT_TRUE(read) << *fields_wrong_in(smallest).begin();
    const Blueprint& blueprint = **read;
    EXPECT_EQ(blueprint.joining, JoiningRules{});
    EXPECT_EQ(blueprint.members, MemberRules{});
    EXPECT_EQ(blueprint.workspaces, WorkspaceRules{});
    EXPECT_EQ(blueprint.custom_roles, CustomRoleRules{});
    EXPECT_EQ(blueprint.presentation, Presentation{});
    EXPECT_TRUE(blueprint.roles[0].offerable);
    EXPECT_FALSE(blueprint.roles[0].former_holder_becomes);
}

TEST(BlueprintJson, DefaultsAreWrittenOut) {
    const std::string text = write_blueprint(**read_blueprint(smallest));
    for (const char* part :
         {"\"within_workspaces\":false", "\"without_workspace_too\":false", "\"creator_role\":null",
          "\"address_replacement\":false", "\"advise_expiring_days\":0",
          "\"advise_wide_role_percent\":0", "\"invitation_life_seconds\":604800",
          "\"former_holder_becomes\":null", "\"newcomer_role\":null", "\"last_holder\":\"refused\"",
          "\"word\":\"workspace\"", "\"mail_language\":\"en\"", "\"most_rows\":1000",
          "\"reach\":{\"invite\":\"all\"}", "\"gives\":\"*\""}) {
        EXPECT_NE(text.find(part), std::string::npos) << part;
    }
}

TEST(BlueprintJson, WhatLaterReleasesAddedIsWrittenWhereItIsNotAsUsual) {
    const std::string usual = write_blueprint(**read_blueprint(smallest));
    Blueprint blueprint = **read_blueprint(smallest);
    blueprint.joining.resend_interval = std::chrono::seconds{5};
    blueprint.joining.most_resends_a_day = 0;
    blueprint.joining.most_mails_an_hour = 7;
    const std::string text = write_blueprint(blueprint);
    for (const char* part : {"\"resend_interval_seconds\":5", "\"most_resends_a_day\":0",
                             "\"most_mails_an_hour\":7"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part;
    }
    EXPECT_TRUE(**read_blueprint(text) == blueprint);
    EXPECT_EQ(usual.find("most_mails_an_hour"), std::string::npos);
    EXPECT_EQ(read_blueprint(usual).value()->joining.most_mails_an_hour, 100'000U);
}

TEST(BlueprintJson, TheOrderOfMembersDoesNotMatter) {
    const std::string other =
        replaced(replaced(smallest, R"("product": "Small",)", ""), R"("first_plan": "only")",
                 R"("first_plan": "only", "product": "Small")");
    EXPECT_EQ(write_blueprint(**read_blueprint(other)),
              write_blueprint(**read_blueprint(smallest)));
}

TEST(BlueprintJson, AnUnknownMemberIsReportedByName) {
    EXPECT_EQ(fields_wrong_in(replaced(smallest, R"("product":)", R"("colour": 1, "product":)")),
              Fields{"colour"});
    EXPECT_EQ(fields_wrong_in(replaced(smallest, R"("name": "Boss")",
                                       R"("name": "Boss", "is_protected": true)")),
              Fields{"roles[0].is_protected"});
    EXPECT_EQ(fields_wrong_in(
                  replaced(smallest, R"("invite": "all")", R"("invite": "all", "promote": "all")")),
              Fields{"roles[0].reach.promote"});
    EXPECT_EQ(fields_wrong_in(replaced(smallest, R"("read_plan": "all")",
                                       R"("read_plan": "all", "fly": "all")")),
              Fields{"needs.fly"});
}

TEST(BlueprintJson, ARepeatedMemberIsReportedByName) {
    EXPECT_EQ(fields_wrong_in(
                  replaced(smallest, R"("name": "Boss")", R"("name": "Boss", "name": "Chief")")),
              Fields{"roles[0].name"});
}

TEST(BlueprintJson, AMissingMemberIsReportedOnce) {
    EXPECT_EQ(fields_wrong_in(replaced(smallest, R"("product": "Small",)", "")), Fields{"product"});
    EXPECT_EQ(fields_wrong_in(replaced(smallest, R"("name": "Boss", )", "")),
              Fields{"roles[0].name"});
}

TEST(BlueprintJson, ShapeErrorsAndContradictionsComeTogether) {
    std::string text = replaced(smallest, R"("first_plan": "only")", R"("first_plan": "gone")");
    text = replaced(text, R"("product": "Small")", R"("product": 7)");
    text = replaced(text, R"("gives": "*")", R"("gives": "everything")");
    text = replaced(text, R"("module": "All")", R"("module": "")");
    EXPECT_EQ(fields_wrong_in(text),
              (Fields{"first_plan", "permissions[0].module", "product", "roles[0].gives"}));
}

/// `joining` and other optional objects put into the smallest blueprint.
std::string with(std::string_view member) {
    return replaced(smallest, R"("product":)", std::string{member} + R"(, "product":)");
}

TEST(BlueprintJson, WrongTypesAndValuesOutOfRangeAreReported) {
    EXPECT_EQ(fields_wrong_in(with(R"("joining": [])")), Fields{"joining"});
    EXPECT_EQ(fields_wrong_in(with(R"("joining": {"most_rows": "3"})")),
              Fields{"joining.most_rows"});
    EXPECT_EQ(fields_wrong_in(with(R"("joining": {"most_rows": 3.0})")),
              Fields{"joining.most_rows"});
    EXPECT_EQ(fields_wrong_in(with(R"("joining": {"most_rows": -1})")),
              Fields{"joining.most_rows"});
    EXPECT_EQ(fields_wrong_in(with(R"("joining": {"most_rows": null})")),
              Fields{"joining.most_rows"});
    EXPECT_EQ(fields_wrong_in(with(R"("joining": {"invitation_life_seconds": 0})")),
              Fields{"joining.invitation_life_seconds"});
    EXPECT_EQ(
        fields_wrong_in(with(R"("joining": {"invitation_life_seconds": 9223372036854775807})")),
        Fields{"joining.invitation_life_seconds"});
    EXPECT_EQ(fields_wrong_in(with(R"("joining": {"newcomer_role": 5})")),
              Fields{"joining.newcomer_role"});
    EXPECT_EQ(fields_wrong_in(with(R"("members": {"several_roles": 1})")),
              Fields{"members.several_roles"});
    EXPECT_EQ(fields_wrong_in(with(R"("members": {"last_holder": "ignored"})")),
              Fields{"members.last_holder"});
    EXPECT_EQ(fields_wrong_in(with(R"("presentation": {"advise_idle_days": 4294967296})")),
              Fields{"presentation.advise_idle_days"});
    EXPECT_EQ(fields_wrong_in(with(R"("presentation": {"mail_words": {"subject": 1}})")),
              Fields{"presentation.mail_words.subject"});
    EXPECT_EQ(fields_wrong_in(with(R"("licence_classes": {"id": "a"})")),
              Fields{"licence_classes"});
    EXPECT_EQ(fields_wrong_in(with(R"("licence_classes": [1])")), Fields{"licence_classes[0]"});
}

TEST(BlueprintJson, SelectorsAreWordsOrLists) {
    const auto reach = [](std::string_view selector) {
        return replaced(smallest, R"({"invite": "all"})",
                        R"({"invite": "all", "remove": )" + std::string{selector} + "}");
    };
    EXPECT_EQ(fields_wrong_in(reach(R"(["@held", "boss"])")), Fields{});
    EXPECT_EQ(fields_wrong_in(reach(R"("none")")), Fields{});
    EXPECT_EQ(fields_wrong_in(reach(R"([])")), Fields{});
    EXPECT_EQ(fields_wrong_in(reach(R"("some")")), Fields{"roles[0].reach.remove"});
    EXPECT_EQ(fields_wrong_in(reach(R"(["boss", 4])")), Fields{"roles[0].reach.remove[1]"});
    EXPECT_EQ(fields_wrong_in(reach(R"(["@held", "@held"])")), Fields{"roles[0].reach.remove[1]"});
    EXPECT_EQ(fields_wrong_in(reach(R"(["gone"])")), Fields{"roles[0].reach.remove"});
    EXPECT_EQ(fields_wrong_in(reach(R"(["@custom"])")), Fields{"roles[0].reach.remove"});
    const auto read = read_blueprint(reach(R"(["boss", "@held"])"));
    ASSERT_TRUE(read);
    const TargetSelector& selector = (*read)->roles[0].reach.at(Reach::remove);
    EXPECT_TRUE(selector.held);
    EXPECT_FALSE(selector.all);
    EXPECT_EQ(selector.roles, std::vector{RoleId{"boss"}});
    EXPECT_NE(write_blueprint(**read).find(R"("remove":["@held","boss"])"), std::string::npos);
}

TEST(BlueprintJson, WhatIsNotAnObjectIsOneError) {
    EXPECT_EQ(fields_wrong_in("[]"), Fields{""});
    EXPECT_EQ(fields_wrong_in(""), Fields{""});
    EXPECT_EQ(fields_wrong_in("\"conance\""), Fields{""});
    EXPECT_EQ(fields_wrong_in(std::string(std::size_t{2} << 20, ' ')), Fields{""});
}

std::string repeated(std::string_view item, std::size_t times) {
    std::string items{item};
    for (std::size_t index = 1; index < times; ++index) items.append(",").append(item);
    return items;
}

TEST(BlueprintJson, AListThatIsTooLongIsOneErrorAndIsNotRead) {
    const std::string items = repeated("{}", 100'000);
    for (const char* list : {"permissions", "roles", "plans", "licence_classes"}) {
        Fields expected{"id",    "product",      "permissions", "needs",
                        "roles", "founder_role", "plans",       "first_plan"};
        expected.insert(list);
        EXPECT_EQ(fields_wrong_in("{\"" + std::string{list} + "\":[" + items + "]}"), expected);
    }
    const std::string gives = "[" + repeated("\"all\"", 257) + "]";
    EXPECT_EQ(fields_wrong_in(replaced(smallest, "\"*\"", gives)), Fields{"roles[0].gives"});
    const std::string reach = "{\"invite\": [" + repeated("\"boss\"", 257) + "]}";
    EXPECT_TRUE(fields_wrong_in(replaced(smallest, R"({"invite": "all"})", reach))
                    .contains("roles[0].reach.invite"));
}

TEST(BlueprintJson, ErrorsWithoutNumberAreCutAtAThousand) {
    const std::string item = R"({"unknown":1})";
    const auto read = read_blueprint("{\"permissions\":[" + repeated(item, 256) + "],\"roles\":[" +
                                     repeated(item, 256) + "]}");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 1000U);
}

TEST(BlueprintJson, AnEmptyObjectNamesEverythingThatIsNeeded) {
    EXPECT_EQ(fields_wrong_in("{}"), (Fields{"id", "product", "permissions", "needs", "roles",
                                             "founder_role", "plans", "first_plan"}));
}

TEST(BlueprintJson, CutTextsAreRefused) {
    const std::string text = write_blueprint(**read_blueprint(smallest));
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_FALSE(read_blueprint(std::string_view{text}.substr(0, length))) << length;
    }
    EXPECT_TRUE(read_blueprint(text));
}

}  // namespace
}  // namespace muster
