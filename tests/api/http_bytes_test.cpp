// Bytes that are no text: what comes in is refused by its name or made valid, what leaves is valid
// whatever a log holds.
#include "api/http/show/present.h"
#include "api/mail/mail_text.h"
#include "api/text/valid_text.h"
#include "eventstore/machine/crypto.h"
#include "tests/api/http_api.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <sstream>

namespace muster::http {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string broken = "\xff\xfe";

TEST(ValidText, StandsForEachBrokenPartByOneCharacter) {
    EXPECT_EQ(valid_utf8("plain"), "plain");
    EXPECT_EQ(valid_utf8("h\xC3\xA9llo \xF0\x9F\x98\x80, eight bytes and more"),
              "h\xC3\xA9llo \xF0\x9F\x98\x80, eight bytes and more");
    EXPECT_EQ(valid_utf8("a\xff-b"), "a\xEF\xBF\xBD-b");
    EXPECT_EQ(valid_utf8("12345678\xC3"), "12345678\xEF\xBF\xBD");
    EXPECT_EQ(valid_utf8("\xED\xA0\x80").find('\xED'), std::string::npos);  // a lone surrogate
    EXPECT_EQ(valid_utf8("\xC0\xAF").find('\xC0'), std::string::npos);      // overlong
    EXPECT_EQ(valid_utf8("abc\xC3\xA9", 4), "abc");
    EXPECT_EQ(valid_utf8("abcdef\xC3\xA9", 6), "abcdef");
}

TEST(ValidText, IsValidWithinItsBoundWhateverComes) {
    EXPECT_TRUE(rc::check([](const std::vector<std::uint8_t>& given) {
        const std::string bytes{given.begin(), given.end()};
        const std::string whole = valid_utf8(bytes);
        RC_ASSERT(is_valid_utf8(whole));
        RC_ASSERT(is_valid_utf8(bytes) == (whole == bytes));
        const std::size_t most = *rc::gen::inRange<std::size_t>(0, 20);
        const std::string cut = valid_utf8(bytes, most);
        RC_ASSERT(cut.size() <= most);
        RC_ASSERT(is_valid_utf8(cut));
    }));
}

class BytesTest : public ApiTest {
 protected:
    const Founded acme = found("open-source");
    const PersonId ada = *parse_id<PersonId>(acme.founder);
    const OrganizationId organization = *parse_id<OrganizationId>(acme.id);

    static bool is_json(const std::string& text) {
        boost::system::error_code error;
        const auto value = boost::json::parse(text, error);
        return !error;
    }
    /// A commit whose bytes an earlier release let in.
    void leave_broken_bytes_in_the_log() {
        KeyStore& keys = engine->keys();
        const Context context{
            .actor = Actor::the_operator(),
            .command_id = {random_uuid()},
            .origin = *keys.seal({{}, {}, PersonalField::origin}, "127.0.0.1 " + broken),
            .reason = *keys.seal({organization, ada, PersonalField::reason}, broken),
            .imported = false};
        const auto done = engine->execute(AssignRole{organization, ada, {broken}}, context);
        ASSERT_TRUE(done.has_value());
        ASSERT_FALSE(done->accepted());
    }
};

TEST_F(BytesTest, OfALogLeaveAsTextWithoutThem) {
    leave_broken_bytes_in_the_log();
    const Shown audit = get(acme.path + "/audit");
    EXPECT_EQ(audit.status, 200U);
    EXPECT_TRUE(is_json(audit.body)) << audit.body;
    EXPECT_THAT(audit.body, HasSubstr("127.0.0.1 \xEF\xBF\xBD"));
    const Shown commits = get("/v1/log/commits");
    EXPECT_TRUE(is_valid_utf8(commits.body));
    std::istringstream lines{commits.body};
    for (std::string line; std::getline(lines, line);) EXPECT_TRUE(is_json(line)) << line;

    // The control: what is stored is not JSON when it is only written out.
    const auto stored = engine->log().read(engine->log().head(), 1);
    ASSERT_TRUE(stored.has_value());
    EXPECT_FALSE(is_json(commit_json(stored->front(), {})));
}

TEST_F(BytesTest, OfAUserAgentAreKeptAsTextOfBoundedLength) {
    const auto create = [&](const std::string& name, const std::string& agent) {
        return ask_with("POST", acme.path + "/workspaces",
                        {authorized(), {"user-agent", agent}}, "{\"name\":\"" + name + "\"}")
            .status;
    };
    EXPECT_EQ(create("one", "probe \xff\xfe"), 201U);
    EXPECT_EQ(create("two", std::string(10'000, '\xff')), 201U);
    EXPECT_EQ(create("three", ""), 201U);
    const Shown audit = get(acme.path + "/audit");
    ASSERT_TRUE(is_json(audit.body));
    EXPECT_THAT(audit.body, HasSubstr("probe \xEF\xBF\xBD\xEF\xBF\xBD"));
    EXPECT_LT(audit.body.size(), 5'000U);
}

TEST_F(BytesTest, OfATargetAreRefusedByTheirPlaceAndNotRepeated) {
    const std::string before = get("/v1/log").header("Muster-Position");
    struct Case {
        std::string method;
        std::string target;
        std::string names;
    };
    const std::string member = "/members/" + acme.founder;
    const std::vector<Case> cases{
        {"GET", acme.path + "/members?q=%ff", "q"},
        {"GET", acme.path + "/members?%ff=1", "the query"},
        {"GET", acme.path + "/members?q=%00", "q"},
        {"GET", acme.path + "/members?min_position=%ff", "min_position"},
        {"PUT", acme.path + "/roles/%ff%fe" + member, "the path"},
        {"GET", acme.path + "/roles/a%00b", "the path"},
        {"GET", acme.path + "/roles/Admin", "role"},
        {"DELETE", acme.path + "/roles/" + std::string(65, 'a'), "role"},
        {"PUT", acme.path + "/roles/a%20b" + member, "role"},
        {"PUT", acme.path + "/roles/user/members/ada", "member"},
        {"GET", "/v1/organizations/acme", "org"},
        {"GET", acme.path + "/members/ada", "member"},
        {"GET", acme.path + "/workspaces/1", "workspace"},
        {"POST", acme.path + "/invitations/1/resend", "invitation"},
        {"GET", "/v1/people/ada", "person"},
        {"DELETE", "/v1/api-keys/first", "key"},
        {"GET", "/v1/blueprints/CONANCE", "name"},
        {"POST", "/v1/operations/Verify", "kind"}};
    for (const Case& sent : cases) {
        const Shown shown = send(sent.method, sent.target);
        EXPECT_EQ(shown.status, 400U) << sent.target << shown.body;
        EXPECT_TRUE(is_valid_utf8(shown.body)) << sent.target;
        ASSERT_TRUE(shown.json.is_object()) << shown.body;
        ASSERT_TRUE(shown.json.as_object().contains("errors")) << shown.body;
        EXPECT_EQ(shown.json.at("errors").at(0).at("field").as_string(), sent.names)
            << sent.target << shown.body;
    }
    EXPECT_EQ(get("/v1/log").header("Muster-Position"), before);
    // What is well formed and names nothing is not found.
    EXPECT_EQ(get(acme.path + "/roles/nobody").status, 404U);
    EXPECT_EQ(get("/v1/people/" + to_string(random_uuid())).status, 404U);
}

TEST_F(BytesTest, OfAnUnknownKeyAreToldNothingAboutPaths) {
    EXPECT_EQ(ask_with("GET", "/v1/organizations/acme", {}).status, 401U);
}

TEST(MailText, HoldsTextWhateverTheNamesAre) {
    MailContents contents{.from = "muster@example.org", .to = "ada@example.org"};
    contents.to_name = "Ada " + broken;
    contents.organization = broken;
    contents.details = "line\n" + broken;
    contents.words = {{"subject", "Join {organization}" + broken}, {"body", broken + " {link}"}};
    const std::string mail = compose_mail(contents);
    EXPECT_THAT(mail, Not(HasSubstr("=FF")));
    EXPECT_THAT(mail, HasSubstr("=EF=BF=BD"));
}

}  // namespace
}  // namespace muster::http
