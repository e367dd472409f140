// Headers that a request is heeded by: one value or a 400 that names the header, conditions as RFC
// 9110 has them.
#include "api/http/read/headers.h"

#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>

namespace muster::http {
namespace {

using testing::HasSubstr;

class HeadersTest : public ApiTest {
 protected:
    const Founded acme = found("open-source");
    const std::string workspaces = acme.path + "/workspaces";

    /// The operator's request with further headers.
    Shown with(const std::string& method, const std::string& target, Fields headers,
               const std::string& body = {}) {
        headers.insert(headers.begin(), authorized());
        return ask_with(method, target, std::move(headers), body);
    }
    std::string version() { return get(acme.path + "/roles").header("ETag"); }
    std::string head() { return get("/v1/log").header("Muster-Position"); }
};

TEST_F(HeadersTest, ThatAreOneValueAreRefusedEmptyAndTwice) {
    const std::string person = acme.founder;
    const std::string before = head();
    struct Named {
        std::string name;
        std::string shown;
        std::string good;
    };
    for (const Named& header : {Named{"muster-actor", "Muster-Actor", person},
                                {"idempotency-key", "Idempotency-Key", "a"},
                                {"authorization", "Authorization", "Bearer " + operator_secret}}) {
        const std::vector<Fields> wrong{{{header.name, ""}},
                                        {{header.name, " \t"}},
                                        {{header.name, ""}, {header.name, header.good}},
                                        {{header.name, header.good}, {header.name, ""}},
                                        {{header.name, header.good}, {header.name, header.good}}};
        for (Fields fields : wrong) {
            if (header.name != "authorization") fields.push_back(authorized());
            const Shown shown = ask_with("POST", workspaces, fields, R"({"name":"one"})");
            EXPECT_EQ(shown.status, 400U) << header.name << ": " << shown.body;
            EXPECT_THAT(shown.text("detail"), HasSubstr(header.shown));
        }
    }
    EXPECT_EQ(head(), before);
    EXPECT_EQ(with("POST", workspaces, {{"idempotency-key", "a"}}, R"({"name":"one"})").status,
              201U);
}

TEST_F(HeadersTest, ControlAnActorWhoIsNamedOnceActs) {
    const auto as_founder = with("GET", acme.path, {{"muster-actor", acme.founder}});
    EXPECT_EQ(as_founder.status, 200U) << as_founder.body;
    const auto as_nobody = with("GET", acme.path, {{"muster-actor", "somebody"}});
    EXPECT_EQ(as_nobody.status, 400U);
    EXPECT_THAT(as_nobody.text("detail"), HasSubstr("Muster-Actor"));
}

TEST_F(HeadersTest, NameTheSchemeInAnyCase) {
    for (const std::string scheme : {"Bearer ", "bearer ", "BEARER  "}) {
        const Shown shown =
            ask_with("GET", acme.path, {{"authorization", scheme + operator_secret}});
        EXPECT_EQ(shown.status, 200U) << scheme;
    }
    for (const std::string& wrong : {"Basic " + operator_secret, "Bearer" + operator_secret,
                                     operator_secret, std::string{"Bearer"}}) {
        EXPECT_EQ(ask_with("GET", acme.path, {{"authorization", wrong}}).status, 401U) << wrong;
    }
}

TEST_F(HeadersTest, IfMatchHoldsOneOfSeveralVersionsWeakOnesToo) {
    const std::string other = "\"99\"";
    int made = 0;
    const auto create = [&](const Fields& condition) {
        return with("POST", workspaces, condition,
                    "{\"name\":\"number " + std::to_string(++made) + "\"}")
            .status;
    };
    EXPECT_EQ(create({{"if-match", version()}}), 201U);
    EXPECT_EQ(create({{"if-match", "W/" + version()}}), 201U);
    EXPECT_EQ(create({{"if-match", other + ", W/" + version()}}), 201U);
    EXPECT_EQ(create({{"if-match", other}, {"if-match", version()}}), 201U);
    EXPECT_EQ(create({{"if-match", ", " + version() + " ,"}}), 201U);
    EXPECT_EQ(create({{"if-match", "*"}}), 201U);
    EXPECT_EQ(create({{"if-match", get(acme.path).header("ETag")}}), 201U);

    EXPECT_EQ(create({{"if-match", other}}), 412U);
    EXPECT_EQ(create({{"if-match", "W/\"1\", " + other}}), 412U);
    EXPECT_EQ(create({{"if-match", "\"else\""}}), 412U);
    const std::string before = head();
    for (const std::string wrong :
         {"", " ", ",", "\"1", "1\"", "W/", "one", "*, \"1\"", "\"1\" \"2\"", "w/\"1\""}) {
        EXPECT_EQ(create({{"if-match", wrong}}), 400U) << wrong;
    }
    EXPECT_EQ(create({{"if-match", ""}, {"if-match", version()}}), 400U);
    EXPECT_EQ(create({{"if-match", version()}, {"if-match", ""}}), 400U);
    EXPECT_EQ(head(), before);
}

TEST_F(HeadersTest, IfMatchOnWhatIsNotThereHoldsNothing) {
    const std::string body =
        R"({"name":"B","blueprint":"conance","founder":{"address":"b@example.org"}})";
    EXPECT_EQ(with("POST", "/v1/organizations", {{"if-match", "*"}}, body).status, 412U);
    EXPECT_EQ(with("POST", "/v1/organizations", {}, body).status, 201U);
    const std::string account = R"({"name":"C","address":"c@example.org"})";
    EXPECT_EQ(with("POST", "/v1/people", {{"if-match", "\"1\""}}, account).status, 400U);
}

TEST_F(HeadersTest, ThatMeanNothingToARequestAreNotPassedOver) {
    const std::string authorization = "Bearer " + operator_secret;
    const auto asked = [&](const std::string& method, const std::string& target,
                           const std::string& name, const std::string& value,
                           const std::string& body = {}) {
        return ask_with(method, target, {{"authorization", authorization}, {name, value}}, body);
    };
    const std::string key = R"({"label":"k","operator":true})";
    for (const Shown& shown :
         {asked("POST", "/v1/api-keys", "idempotency-key", "k1", key),
          asked("POST", "/v1/api-keys", "if-match", "\"9\"", key),
          asked("GET", acme.path, "if-match", "\"1\""),
          asked("PATCH", acme.path, "if-none-match", "*", R"({"name":"N"})")}) {
        EXPECT_EQ(shown.status, 400U) << shown.body;
        EXPECT_NE(shown.body.find("has no meaning"), std::string::npos) << shown.body;
    }
    EXPECT_EQ(get("/v1/api-keys").body.find("\"k\""), std::string::npos);
}

TEST_F(HeadersTest, IfNoneMatchAnswersThatNothingChanged) {
    for (const std::string& path :
         {acme.path, acme.path + "/roles", acme.path + "/roles/admin", acme.path + "/plan",
          acme.path + "/blueprint", acme.path + "/members", acme.path + "/workspaces",
          acme.path + "/members/" + acme.founder}) {
        const Shown first = get(path);
        ASSERT_EQ(first.status, 200U) << path << first.body;
        const std::string etag = first.header("ETag");
        for (const std::string& known : {etag, "W/" + etag, "\"x\", " + etag, std::string{"*"}}) {
            const Shown again = with("GET", path, {{"if-none-match", known}});
            EXPECT_EQ(again.status, 304U) << path << " " << known;
            EXPECT_EQ(again.header("ETag"), etag);
            EXPECT_EQ(again.body, "");
        }
        EXPECT_EQ(with("HEAD", path, {{"if-none-match", etag}}).status, 304U);
        EXPECT_EQ(with("GET", path, {{"if-none-match", "\"x\""}}).status, 200U);
        EXPECT_EQ(with("GET", path, {{"if-none-match", ""}}).status, 400U);
    }
    const std::string nowhere = "/v1/organizations/" + to_string(random_uuid());
    EXPECT_EQ(with("GET", nowhere, {{"if-none-match", "*"}}).status, 404U);
}

/// A sign-in takes no version, and yet the list shows it.
TEST_F(HeadersTest, IfNoneMatchSeesWhatTheVersionDoesNotTell) {
    const std::string list = acme.path + "/members";
    EXPECT_EQ(person("ada"), acme.founder);
    const std::string etag = get(list).header("ETag");
    const std::string roles = get(acme.path + "/roles").header("ETag");
    ASSERT_EQ(
        send("POST", "/v1/people/" + acme.founder + "/sign-ins", boost::json::object{}).status,
        201U);
    const Shown again = with("GET", list, {{"if-none-match", etag}});
    EXPECT_EQ(again.status, 200U);
    EXPECT_NE(again.header("ETag"), etag);
    EXPECT_EQ(with("GET", acme.path + "/roles", {{"if-none-match", roles}}).status, 304U);
}

TEST(EntityTags, AreReadAsTheyStandOrNotAtAll) {
    EXPECT_EQ(read_entity_tags("7")->tags, std::vector<std::string>{"7"});
    EXPECT_EQ(read_entity_tags("W/\"a\",\"\"")->tags, (std::vector<std::string>{"a", ""}));
    EXPECT_TRUE(read_entity_tags(" * ")->any);
    EXPECT_FALSE(read_entity_tags("\"a\x01\""));
}

}  // namespace
}  // namespace muster::http
