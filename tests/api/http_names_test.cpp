// Names through the routes: none beside one that looks the same, none without something to see, and
// blueprints that say which of theirs is wrong.
#include "tests/api/http_api.h"

#include "api/proposed_rules.h"
#include "eventstore/form/blueprint_json.h"

namespace muster::http {
namespace {

namespace json = boost::json;

class HttpNames : public ApiTest {
 protected:
    json::value rules_with(const std::function<void(json::object&)>& change) {
        json::value rules = json::parse(shipped_blueprint("engagelab"));
        change(rules.as_object());
        return rules;
    }
    Shown founding_with(const json::value& blueprint) {
        return send("POST", "/v1/organizations",
                    {{"name", "Acme"},
                     {"blueprint", blueprint},
                     {"founder", {{"address", "ada@example.org"}, {"name", "Ada"}}}});
    }
};

TEST_F(HttpNames, ARoleIsNotMadeNorNamedLikeAnother) {
    const Founded acme = found("engagelab");
    const std::string roles = acme.path + "/roles";
    ASSERT_EQ(send("POST", roles, {{"name", "Night"}}, acme.founder).status, 201U);
    const Shown day = send("POST", roles, {{"name", "Day"}}, acme.founder);
    for (const char* same : {"night", "NIGHT", "Night\u200b", "\uff2eight", "N\u0456ght"}) {
        const Shown made = send("POST", roles, {{"name", same}}, acme.founder);
        EXPECT_EQ(made.status, 409U) << made.body;
        EXPECT_EQ(made.code(), "role_name_taken") << same;
        EXPECT_EQ(send("PATCH", roles + "/" + day.text("role"), {{"name", same}}).code(),
                  "role_name_taken");
    }
    EXPECT_EQ(send("PATCH", roles + "/" + day.text("role"), {{"name", "DAY"}}).status, 200U);
    for (const char* protected_role : {"admin", "Admin\u2060", "\u0410dmin", "Adrnin"}) {
        EXPECT_EQ(send("POST", roles, {{"name", protected_role}}).code(), "role_name_taken")
            << protected_role;
    }
}

TEST_F(HttpNames, ACopyIsNotMadeBesideARoleThatLooksTheSame) {
    const Founded one = found("engagelab");
    const Founded two = found("engagelab");
    const Shown made = send("POST", one.path + "/roles", {{"name", "Editor"}}, one.founder);
    ASSERT_EQ(send("POST", two.path + "/roles", {{"name", "editor"}}, two.founder).status, 201U);
    const Shown copied = send("POST", one.path + "/roles/" + made.text("role") + "/copy",
                              {{"organizations", {two.id}}}, one.founder);
    EXPECT_EQ(copied.code(), "role_name_taken") << copied.body;
}

TEST_F(HttpNames, AWorkspaceIsNotNamedLikeAnother) {
    const Founded acme = found("open-source");
    const std::string workspaces = acme.path + "/workspaces";
    ASSERT_EQ(send("POST", workspaces, {{"name", "Core team"}}, acme.founder).status, 201U);
    for (const char* same : {"core TEAM", "Core\u2003team", "C\u043ere team", "Core team\u200b"}) {
        EXPECT_EQ(send("POST", workspaces, {{"name", same}}, acme.founder).code(),
                  "workspace_name_taken")
            << same;
    }
    EXPECT_EQ(send("POST", workspaces, {{"name", "Core team 2"}}, acme.founder).status, 201U);
}

TEST_F(HttpNames, AnImportStopsAtANameThatLooksLikeAnother) {
    struct Maker {
        std::string command;
        std::string fields;
        std::string blueprint;
    };
    const std::vector<Maker> makers{{"CreateRole", R"("role":"ID","permissions":[],)", "engagelab"},
                                    {"CreateWorkspace", R"("workspace":"ID",)", "open-source"}};
    int count = 0;
    for (const auto& [command, fields, blueprint] : makers) {
        const std::string label = "import-" + std::to_string(++count);
        const auto line = [&](std::string id, const std::string& name) {
            std::string own = fields;
            own.replace(own.find("ID"), 2, id);
            return R"({"at":"2020-01-02T00:00:00Z","command":")" + command +
                   R"(","organization":")" + label + "\"," + own + R"("name":")" + name + "\"}\n";
        };
        const std::string founding =
            R"({"at":"2020-01-01T00:00:00Z","command":"FoundOrganization","organization":")" +
            label + R"(","name":"Acme","blueprint":")" + blueprint +
            R"(","founder":{"address":"ada@example.org"}})" + "\n";
        const std::string lines =
            founding + line("one", "Core team") + line("two", "C\u043ere TEAM");
        const Shown stopped = ask("POST", "/v1/import", {}, lines, operator_secret);
        EXPECT_EQ(stopped.status, 422U) << command;
        EXPECT_NE(stopped.body.find("name_taken"), std::string::npos) << stopped.body;
        EXPECT_NE(stopped.body.find("\"line\":3"), std::string::npos) << stopped.body;
    }
}

TEST_F(HttpNames, EveryNameHasSomethingToSee) {
    const Founded acme = found("engagelab");
    for (const char* blank : {"\u2800", "\u0301", "\u200b", "\u3164", " \u00ad\u2800 "}) {
        const json::object named{{"name", blank}};
        const json::object person{{"address", "bo@example.org"}, {"name", blank}};
        const std::vector<Shown> answers{
            send("POST", acme.path + "/roles", named), send("PATCH", acme.path, named),
            send("POST", "/v1/people", person),
            send("POST", acme.path + "/invitations",
                 {{"address", "bo@example.org"}, {"role", "admin"}, {"name", blank}}),
            send("POST", "/v1/organizations",
                 {{"name", blank},
                  {"blueprint", "engagelab"},
                  {"founder", {{"address", "ada@example.org"}, {"name", "Ada"}}}})};
        for (const Shown& shown : answers) {
            EXPECT_EQ(shown.status, 400U) << shown.body;
            EXPECT_NE(shown.body.find("nothing to see"), std::string::npos) << shown.body;
            EXPECT_NE(shown.body.find("name"), std::string::npos) << shown.body;
        }
    }
}

TEST_F(HttpNames, ABlueprintSaysWhichTwoRolesLookTheSame) {
    const Shown refused = founding_with(rules_with([](json::object& rules) {
        json::value copy = rules.at("roles").as_array().front();
        copy.as_object()["id"] = "other";
        copy.as_object()["name"] = "\u0410dmin";
        rules.at("roles").as_array().push_back(copy);
    }));
    EXPECT_EQ(refused.status, 400U);
    EXPECT_NE(refused.body.find("].name"), std::string::npos) << refused.body;
    EXPECT_NE(refused.body.find("looks the same as roles[0].name"), std::string::npos)
        << refused.body;
    const Shown blank =
        founding_with(rules_with([](json::object& rules) { rules["product"] = "\u2800"; }));
    EXPECT_NE(blank.body.find("blueprint.product"), std::string::npos) << blank.body;
}

TEST(ProposedRules, AreSoundInEveryShippedBlueprint) {
    for (const std::string_view name : shipped_blueprints()) {
        const auto read = read_proposed_blueprint(shipped_blueprint(name));
        EXPECT_TRUE(read.has_value()) << name << (read ? "" : read.error().front().field);
    }
}

/// The fields that are wrong in a shipped blueprint that was changed.
std::vector<std::string> wrong_after(const std::function<void(json::object&)>& change) {
    json::value rules = json::parse(shipped_blueprint("conance"));
    change(rules.as_object());
    const auto read = read_proposed_blueprint(json::serialize(rules));
    std::vector<std::string> fields;
    if (read) return fields;
    for (const BlueprintError& error : read.error()) fields.push_back(error.field);
    return fields;
}

std::vector<std::string> wrong_with_mail(const char* text, const std::string& words) {
    return wrong_after([&](json::object& rules) {
        rules.at("presentation").at("mail_words").as_object()[text] = words;
    });
}

using WrongFields = std::vector<std::string>;

TEST(ProposedRules, HoldTheSubjectOfTheMailToOneLineWithSomethingToSee) {
    const std::string two_hundred(200, 'x');
    const WrongFields wrong{"presentation.mail_words.subject"};
    for (const std::string& words :
         {std::string{"Hello\r\nBcc: all@example.org"}, std::string{"Hello\r\n"},
          std::string{"Hello\tyou"}, std::string{"Hello\0you", 9}, std::string{"\u202eHello"},
          std::string{"Hello\u2066"}, std::string{"Hello\u2028you"}, std::string{"\u2800"},
          two_hundred + "x"}) {
        EXPECT_EQ(wrong_with_mail("subject", words), wrong) << words;
    }
    EXPECT_EQ(wrong_with_mail("subject", ""), wrong) << "said once";
    for (const std::string& words : {std::string{"{inviter} vous invite à rejoindre"}, two_hundred,
                                     std::string{"\u05d4\u05d6\u05de\u05e0\u05d4\u200f!"}}) {
        EXPECT_EQ(wrong_with_mail("subject", words), WrongFields{}) << words;
    }
}

TEST(ProposedRules, HoldTheBodyOfTheMailToLinesWithSomethingToSee) {
    const WrongFields wrong{"presentation.mail_words.body"};
    const std::string link = "{link}";
    for (const std::string& words :
         {link + std::string{"\0", 1}, link + "\x1b[2J", link + "\x7f", link + "\tHello",
          "\u202e" + link, link + "\u2069", link + std::string(4'000, 'x')}) {
        EXPECT_EQ(wrong_with_mail("body", words), wrong) << words;
    }
    for (const std::string& words :
         {"Hello {name}\n\n" + link + "\n", link + std::string(4'000 - link.size(), 'x')}) {
        EXPECT_EQ(wrong_with_mail("body", words), WrongFields{}) << words;
    }
}

TEST(ProposedRules, HoldTheEndsOfANameToTheRuleToo) {
    for (const char* end : {"\n", "\t", "\r\n", "\u2028"}) {
        EXPECT_EQ(wrong_after([&](json::object& rules) {
                      rules["product"] = std::string{"Conance"} + end;
                  }),
                  WrongFields{"product"});
    }
    EXPECT_EQ(wrong_after([](json::object& rules) { rules["product"] = "Conance"; }),
              WrongFields{});
}

TEST_F(HttpNames, ABlueprintsMailHasItsLinkAndNamesWhatThereIs) {
    const auto refused_for = [&](const char* text, const char* words) {
        const Shown shown = founding_with(rules_with([&](json::object& rules) {
            rules.at("presentation").at("mail_words").as_object()[text] = words;
        }));
        EXPECT_EQ(shown.status, 400U) << shown.body;
        return shown.body;
    };
    const std::string without = refused_for("body", "Hello {name}");
    EXPECT_NE(without.find("presentation.mail_words.body"), std::string::npos) << without;
    EXPECT_NE(without.find("{link}"), std::string::npos) << without;
    EXPECT_NE(refused_for("body", "{link} {nmae}").find("{organization}"), std::string::npos);
    EXPECT_NE(refused_for("footer", "Bye").find("subject, body"), std::string::npos);
}

}  // namespace
}  // namespace muster::http
