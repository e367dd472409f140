// Nothing where something was expected: a body that lacks a value, names nobody or says too much is
// a 400 that names the field, and a row that is sent is a row that is answered.
#include "api/http/read/body.h"
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"

namespace muster::http {
namespace {

using Json = boost::json::value;
using Rows = boost::json::array;

// Neither a field without a reason nor the right to open one can be made outside of a body.
static_assert(!std::is_default_constructible_v<Field<int>>);
static_assert(!std::is_default_constructible_v<Noted>);
static_assert(!std::is_default_constructible_v<Accepted>);
static_assert(!std::is_convertible_v<Field<int>, int>);
static_assert(!std::is_convertible_v<Field<int>, bool>);

class HttpValues : public ApiTest {
 protected:
    Position head() { return engine->log().head(); }

    /// The fields that a 400 names.
    static std::vector<std::string> fields_of(const Shown& shown) {
        std::vector<std::string> fields;
        if (shown.status != 400 || shown.code() != "invalid_request") return fields;
        for (const auto& error : shown.json.at("errors").as_array()) {
            fields.emplace_back(error.at("field").as_string());
        }
        return fields;
    }
    static std::vector<std::string> codes_of(const Shown& shown) {
        std::vector<std::string> codes;
        for (const auto& row : shown.json.at("rows").as_array()) {
            const auto* code = row.as_object().if_contains("code");
            codes.emplace_back(code == nullptr ? row.at("outcome").as_string()
                                               : code->as_string());
        }
        return codes;
    }
    template <class Address>
    static Json row(const Address& address) {
        return {{"address", address}, {"role", "member"}};
    }
    Shown invite_all(const Founded& organization, const std::string& mode, const Rows& people) {
        return send("POST", organization.path + "/invitations",
                    {{"mode", mode}, {"people", people}});
    }
};

const Rows unreadable_addresses{"",          " ",     "nobody", "@",
                                "a@b@c.org", nullptr, 7,        std::string(300, 'a')};

TEST_F(HttpValues, NobodyIsMadeOfAnAddressThatIsNone) {
    const Founded acme = found("open-source");
    const std::string target = acme.path + "/members/" + acme.founder + "/replace-address";
    const Position before = head();
    for (const Json& none : unreadable_addresses) {
        using Named = std::vector<std::string>;
        EXPECT_EQ(fields_of(send("POST", "/v1/people", {{"address", none}, {"name", "X"}})),
                  Named{"address"});
        EXPECT_EQ(fields_of(send("POST", target, {{"address", none}})), Named{"address"});
        const Json founding{{"name", "Bureau"},
                            {"blueprint", "open-source"},
                            {"founder", {{"address", none}, {"name", "X"}}}};
        EXPECT_EQ(fields_of(send("POST", "/v1/organizations", founding)),
                  Named{"founder.address"});
        EXPECT_EQ(fields_of(send("POST", acme.path + "/invitations", row(none))),
                  Named{"address"});
    }
    EXPECT_EQ(head(), before);
    // The same with an address that is one.
    EXPECT_EQ(send("POST", "/v1/people", {{"address", "x@example.org"}, {"name", "X"}}).status,
              201U);
}

TEST_F(HttpValues, ANilIdIsNoId) {
    const Founded acme = found("open-source");
    const std::string nil = to_string(PersonId{});
    const std::string members = acme.path + "/members/";
    using Named = std::vector<std::string>;
    EXPECT_EQ(fields_of(ask("GET", acme.path, nil, {}, operator_secret)), Named{"Muster-Actor"});
    EXPECT_EQ(fields_of(get(members + nil)), Named{"member"});
    EXPECT_EQ(fields_of(send("DELETE", members + nil)), Named{"member"});
    EXPECT_EQ(fields_of(send("POST", acme.path + "/invitations",
                             {{"person", nil}, {"role", "member"}})),
              Named{"person"});
    EXPECT_EQ(fields_of(send("POST", acme.path + "/ownership-transfer", {{"to", nil}})),
              Named{"to"});
    EXPECT_EQ(fields_of(send("POST", "/v1/organizations",
                             {{"name", "B"}, {"blueprint", "open-source"},
                              {"founder", {{"person", nil}}}})),
              Named{"founder.person"});
    EXPECT_EQ(fields_of(send("POST", "/v1/api-keys",
                             {{"label", "L"}, {"organizations", Rows{acme.id, nil}}})),
              Named{"organizations[1]"});
    EXPECT_EQ(fields_of(get(acme.path + "/audit?actor=" + nil)), Named{"actor"});
    EXPECT_EQ(get(acme.path + "/audit?actor=operator").status, 200U);
}

TEST_F(HttpValues, AtomicRefusesAllForOneAddressThatIsNone) {
    const Founded acme = found("open-source");
    const Position before = head();
    const Shown refused = invite_all(
        acme, "atomic", {row("e1@example.org"), row(""), row("e3@example.org"), row("@")});
    EXPECT_EQ(fields_of(refused),
              (std::vector<std::string>{"people[1].address", "people[3].address"}));
    EXPECT_EQ(head(), before);
    EXPECT_EQ(codes_of(invite_all(acme, "atomic", {row("e1@example.org"), row("e3@example.org")})),
              (std::vector<std::string>{"invited", "invited"}));
}

TEST_F(HttpValues, EachAnswersEveryRowAtItsIndex) {
    const Founded acme = found("open-source");
    for (const Json& none : unreadable_addresses) {
        const std::string fresh = to_string(random_uuid()) + "@example.org";
        const Shown shown =
            invite_all(acme, "each", {row(none), row(fresh), row(none), row(fresh)});
        EXPECT_EQ(shown.status, 201U) << shown.body;
        EXPECT_EQ(codes_of(shown), (std::vector<std::string>{"address_unreadable", "invited",
                                                             "address_unreadable",
                                                             "person_repeated"}));
    }
    // A row without any address is one, too; and when no row stands, each still has its verdict.
    const Shown alone = invite_all(acme, "each", {row(""), {{"role", "member"}}});
    EXPECT_EQ(alone.status, 422U);
    EXPECT_EQ(codes_of(alone),
              (std::vector<std::string>{"address_unreadable", "address_unreadable"}));
    // The audit trail holds them and names nobody for them.
    const Shown audit = get(acme.path + "/audit?limit=1");
    const auto& rows = audit.json.at("entries").at(0).at("rows").as_array();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_FALSE(rows[0].as_object().contains("person"));
}

TEST_F(HttpValues, ACopyAnswersEveryOrganizationAtItsIndex) {
    const Founded acme = found("conance");
    const Founded other = found("conance", "eve");
    const std::string role =
        send("POST", acme.path + "/roles", {{"name", "Guide"}, {"permissions", Rows{}}})
            .text("role");
    const std::string nobody = to_string(random_uuid());
    const Shown copied = send("POST", acme.path + "/roles/" + role + "/copy",
                              {{"organizations", Rows{nobody, other.id, acme.id, other.id}}});
    EXPECT_EQ(copied.status, 201U) << copied.body;
    EXPECT_EQ(codes_of(copied),
              (std::vector<std::string>{"organization_not_found", "copied", "organization_repeated",
                                        "organization_repeated"}));
}

TEST_F(HttpValues, AnImportedLineWithAnAddressThatIsNoneEndsTheImport) {
    const auto line = [](const Json& address) {
        return boost::json::serialize(
            Json{{"at", "2020-01-01T00:00:00Z"},
                 {"command", "FoundOrganization"},
                 {"organization", "acme"},
                 {"name", "Acme"},
                 {"blueprint", "open-source"},
                 {"founder", {{"address", address}, {"name", "Ada"}}}});
    };
    const Position before = head();
    for (const Json& none : unreadable_addresses) {
        const Shown stopped = ask("POST", "/v1/import", {}, line(none), operator_secret);
        EXPECT_EQ(stopped.status, 422U);
        EXPECT_NE(stopped.text("detail").find("founder.address"), std::string::npos)
            << stopped.body;
    }
    EXPECT_EQ(head(), before);
    EXPECT_EQ(ask("POST", "/v1/import", {}, line("ada@example.org"), operator_secret).status, 200U);
}

TEST_F(HttpValues, AnImportedLineWithANilIdIsRefused) {
    const std::string lines =
        R"({"at":"2020-01-01T00:00:00Z","command":"FoundOrganization","organization":")" +
        to_string(OrganizationId{}) +
        R"(","name":"A","blueprint":"open-source","founder":{"address":"a@example.org"}})";
    const Shown stopped = ask("POST", "/v1/import", {}, lines, operator_secret);
    EXPECT_EQ(stopped.status, 422U);
    EXPECT_NE(stopped.text("detail").find("id_missing"), std::string::npos) << stopped.body;
}

/// The values of every field of every command's body, wrong in every way a value can be.
TEST_F(HttpValues, NoBodyIsTakenForWhatItDoesNotSay) {
    const Founded acme = found("conance");
    const std::string person = "/v1/people/" + acme.founder;
    const std::string member = acme.path + "/members/" + acme.founder;
    const std::string workspace = "/workspaces/" + to_string(random_uuid());
    const std::vector<std::pair<std::string, std::string>> commands{
        {"POST", "/v1/organizations"},
        {"PATCH", acme.path},
        {"PUT", acme.path + "/blueprint"},
        {"PUT", acme.path + "/plan"},
        {"POST", acme.path + "/ownership-transfer"},
        {"POST", acme.path + "/check"},
        {"POST", acme.path + "/invitations"},
        {"POST", acme.path + "/roles"},
        {"PATCH", acme.path + "/roles/user"},
        {"POST", acme.path + "/roles/user/copy"},
        {"POST", acme.path + "/workspaces"},
        {"PATCH", acme.path + workspace},
        {"POST", member + "/replace-address"},
        {"POST", member + "/replace-protected-holder"},
        {"POST", "/v1/people"},
        {"PUT", person + "/profile"},
        {"PUT", person + "/two-factor"},
        {"POST", "/v1/api-keys"}};
    const std::vector<std::string> fields{
        "name",   "blueprint",   "founder", "plan",     "limits",        "to",
        "person", "workspace",   "role",    "roles",    "permission",    "permissions",
        "people", "mode",        "message", "address",  "organizations", "successor",
        "avatar", "enabled",     "label",   "operator", "names_actors",  "expires_at",
        "reason", "workspaces",  "details", "verified", "workspace_roles"};
    const Rows values{"", " ", 7, -1, 1.5, true, Rows{}, Rows{""}, Rows{nullptr},
                      boost::json::object{}, nullptr,
                      boost::json::object{{"address", ""}}, to_string(PersonId{})};
    for (const auto& [method, target] : commands) {
        const std::size_t taken_before = number(head());
        for (const std::string& field : fields) {
            for (const Json& value : values) {
                boost::json::object body{{field, value}};
                const Shown shown = send(method, target, body);
                EXPECT_LT(shown.status, 500U) << method << ' ' << target << ' ' << body;
            }
        }
        const auto& views = engine->views();
        const auto founder = views.person(PersonId{});
        EXPECT_TRUE(founder && !*founder) << method << ' ' << target << " made nobody somebody";
        EXPECT_LE(taken_before, number(head()));
    }
}

TEST(Fields, OpenOnlyWhenNothingWasWrong) {
    Body good = Body::parse(R"({"name":"Ada","people":[{"n":1},{"n":2}]})");
    const auto name = good.text("name");
    const auto length = name.then([](const std::string& text) { return text.size(); });
    std::vector<Field<std::uint32_t>> numbers;
    for (Body& part : good.objects("people")) numbers.push_back(part.whole_number("n", 9, 0));
    const auto all_numbers = all(std::move(numbers));
    const auto opened = good.finish();
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(name.in(*opened), "Ada");
    EXPECT_EQ(length.in(*opened), 3U);
    EXPECT_EQ(all_numbers.in(*opened), (std::vector<std::uint32_t>{1, 2}));

    Body bad = Body::parse(R"({"name":"Ada","people":[{"n":1},{"n":-2}]})");
    (void)bad.text("name");
    for (Body& part : bad.objects("people")) (void)part.whole_number("n", 9, 0);
    const auto refused = bad.finish();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().at(0).field, "people[1].n");
    // What has no value opens to nobody, whatever was right elsewhere.
    EXPECT_DEATH((void)bad.text("absent").in(*opened), "value_");
}

TEST_F(HttpValues, NullIsAFieldThatIsNotGiven) {
    const Founded acme = found("open-source");
    const std::string dora = person("dora");
    const std::string account = "/v1/people/" + dora + "/profile";
    const std::string invitations = acme.path + "/invitations";
    const Json bob{{"address", "bob@example.org"},
                   {"person", nullptr},
                   {"name", nullptr},
                   {"role", "member"},
                   {"roles", nullptr},
                   {"details", nullptr}};
    const Shown key =
        send("POST", "/v1/api-keys", {{"label", "A"}, {"operator", true}, {"expires_at", nullptr}});
    EXPECT_EQ(key.status, 201U) << key.body;
    const Shown profile = send("PUT", account, {{"name", "Dora"}, {"avatar", nullptr}}, dora);
    EXPECT_EQ(profile.status, 200U) << profile.body;
    const Shown rules = send("PUT", acme.path + "/blueprint",
                             {{"blueprint", "open-source"}, {"plan", nullptr}, {"roles", nullptr}});
    EXPECT_NE(rules.status, 400U) << rules.body;
    const Shown one = send("POST", invitations, bob, acme.founder);
    EXPECT_EQ(one.status, 201U) << one.body;
    const Json eve{{"address", "eve@example.org"}, {"roles", Rows{"member"}}, {"role", nullptr}};
    const Shown other = send("POST", invitations, eve, acme.founder);
    EXPECT_EQ(other.status, 201U) << other.body;
    const Shown unknown = send("PUT", account, {{"name", "Dora"}, {"avatars", nullptr}}, dora);
    EXPECT_EQ(fields_of(unknown), std::vector<std::string>{"avatars"}) << "the control";
}

TEST_F(HttpValues, WhatStandsBesideAPersonIsWrongOnce) {
    const Founded acme = found("open-source");
    const auto wrong_with = [&](const Json& body) {
        std::vector<std::string> fields = fields_of(send("POST", acme.path + "/invitations", body));
        std::ranges::sort(fields);
        return fields;
    };
    using Named = std::vector<std::string>;
    EXPECT_EQ(wrong_with({{"person", ""}, {"address", ""}, {"role", "member"}}),
              (Named{"address", "person"}));
    EXPECT_EQ(wrong_with({{"person", acme.founder}, {"name", "Ada"}, {"role", "member"}}),
              Named{"name"});
    EXPECT_EQ(wrong_with({{"address", ""}, {"role", "member"}}), Named{"address"});
    const Json roles{{"address", "bob@example.org"}, {"role", "member"}, {"roles", Rows{"member"}}};
    EXPECT_EQ(wrong_with(roles), Named{"roles"});
}

TEST(Fields, CountAsReadOnceTheyWereAskedFor) {
    Body body = Body::parse(R"({"given":1,"null":null,"unread":null})");
    EXPECT_TRUE(body.has("given"));
    EXPECT_FALSE(body.has("null"));
    EXPECT_FALSE(body.has("absent"));
    const auto refused = body.finish();
    ASSERT_FALSE(refused.has_value());
    ASSERT_EQ(refused.error().size(), 1U) << "the control: nobody asked for the third";
    EXPECT_EQ(refused.error().front().field, "unread");
}

TEST_F(HttpValues, TheReportOfErrorsIsBounded) {
    const auto with_unknown = [](std::size_t count) {
        std::string body = "{";
        for (std::size_t i = 0; i < count; ++i) {
            body += (i == 0 ? "\"f" : ",\"f") + std::to_string(i) + "\":0";
        }
        return body + "}";
    };
    const Founded acme = found("open-source");
    for (const std::string& target : {acme.path + "/invitations", std::string{"/v1/people"}}) {
        const Shown few = ask("POST", target, {}, with_unknown(3), operator_secret);
        EXPECT_LE(few.json.at("errors").as_array().size(), 6U);
        const Shown many = ask("POST", target, {}, with_unknown(900), operator_secret);
        const auto& errors = many.json.at("errors").as_array();
        EXPECT_EQ(many.status, 400U);
        EXPECT_EQ(errors.size(), most_errors_named + 1);
        EXPECT_LT(many.body.size(), 10'000U);
        // The rest is counted: what is missing was named among the first.
        const std::string counted{errors.back().at("message").as_string()};
        EXPECT_EQ(counted.find("88"), 0U) << counted;
        // More than any field may have are not even read.
        const Shown endless = ask("POST", target, {}, with_unknown(70'000), operator_secret);
        EXPECT_EQ(endless.status, 400U);
        EXPECT_NE(endless.body.find("has more than 1000 members"), std::string::npos);
    }
    // Wherever they stand.
    Body body = Body::parse(R"({"people":[{"a":1},{"b":{"c":)" + with_unknown(1'000) + "}}]}");
    EXPECT_EQ(body.objects("people").size(), 2U);
    EXPECT_EQ(body.finish().error().size(), 2U);
    const std::string long_name(50'000, 'n');
    const Shown shown =
        ask("POST", "/v1/people", {}, "{\"" + long_name + "\":1}", operator_secret);
    EXPECT_LT(shown.body.size(), 2'000U);
}

TEST_F(HttpValues, EveryListAndTextHasALimitThatItsErrorNames) {
    const Founded acme = found("open-source");
    const std::string person = "/v1/people/" + acme.founder;
    const auto many = [](std::size_t count, const Json& value) {
        return Rows(count, value);
    };
    const auto complaint = [&](const std::string& method, const std::string& target,
                               const Json& body) {
        const Shown shown = send(method, target, body);
        EXPECT_EQ(shown.status, 400U) << shown.body;
        EXPECT_LT(shown.body.size(), 10'000U);
        return shown.text("detail");
    };
    const auto names = [](const std::string& detail, const std::string& limit) {
        return detail.find(limit) != std::string::npos;
    };
    const std::string long_text(5'000, 'x');
    const std::string invitations = acme.path + "/invitations";
    EXPECT_TRUE(names(complaint("POST", invitations, {{"people", many(10'001, "")}}), "10000"));
    EXPECT_TRUE(names(complaint("POST", invitations,
                                {{"address", "a@example.org"}, {"roles", many(1'001, "r")}}),
                      "1000"));
    EXPECT_TRUE(names(complaint("POST", invitations,
                                {{"address", "a@example.org"}, {"role", long_text}}),
                      "200"));
    EXPECT_TRUE(names(complaint("POST", invitations,
                                {{"address", "a@example.org"}, {"roles", Rows{long_text}}}),
                      "200"));
    EXPECT_TRUE(names(complaint("POST", invitations,
                                {{"address", "a@example.org"}, {"message", long_text}}),
                      "4000"));
    EXPECT_TRUE(names(complaint("POST", invitations, {{"address", long_text}}), "4096"));
    EXPECT_TRUE(names(complaint("POST", invitations, {{"address", "a@b.org"}, {"mode", long_text}}),
                      "4096"));
    EXPECT_TRUE(names(complaint("POST", acme.path + "/roles",
                                {{"name", "R"}, {"permissions", many(1'001, "p")}}),
                      "1000"));
    EXPECT_TRUE(names(complaint("POST", acme.path + "/roles/member/copy",
                                {{"organizations", many(1'001, boost::json::string{acme.id})}}),
                      "1000"));
    EXPECT_TRUE(names(complaint("PUT", person + "/profile", {{"name", "A"}, {"avatar", long_text}}),
                      "4096"));
    boost::json::object too_many;
    for (int i = 0; i < 1'001; ++i) too_many["c" + std::to_string(i)] = 1;
    EXPECT_TRUE(
        names(complaint("PUT", acme.path + "/plan", {{"plan", "free"}, {"limits", too_many}}),
              "1000"));
    EXPECT_TRUE(names(complaint("PUT", acme.path + "/plan",
                                {{"plan", "free"}, {"limits", {{long_text, 1}}}}),
                      "200"));
}

TEST_F(HttpValues, TooManyRowsSaysHowManyThereMayBe) {
    const Founded acme = found("open-source");
    Rows people;
    for (int i = 0; i < 1'001; ++i) people.push_back(row("p" + std::to_string(i) + "@example.org"));
    const Shown refused = invite_all(acme, "each", people);
    EXPECT_EQ(refused.code(), "too_many_rows");
    EXPECT_NE(refused.text("detail").find("1000"), std::string::npos) << refused.body;
    EXPECT_EQ(refused.json.at("obstacles").at(0).at("kind"), "over_limit");
    EXPECT_EQ(refused.json.at("obstacles").at(0).at("count"), 1'000);
}

}  // namespace
}  // namespace muster::http
