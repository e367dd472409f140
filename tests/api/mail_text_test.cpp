// What a mail says and how it is written down.
#include "api/mail/mail_text.h"

#include "domain/proposed_blueprint.h"
#include "tests/api/mail_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <set>

namespace muster {
namespace {

using test::MailFile;
using test::read_mail;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

MailContents contents() {
    MailContents result{.from = "muster@example.org",
                        .to = "alice@example.com",
                        .to_name = "Alice",
                        .organization = "Acme",
                        .inviter = "Bob",
                        .link = "https://example.org/join/token",
                        .life = std::chrono::hours{24 * 7},
                        .expires_at = Instant{1'700'600'000'000'000},
                        .date = Instant{1'700'000'000'000'000}};
    result.invitation.value.data[15] = 7;
    return result;
}

const std::set<std::string> expected_headers{
    "From",       "To",           "Subject",      "Date",
    "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted"};

std::set<std::string> header_names(const MailFile& mail) {
    std::set<std::string> names;
    for (const auto& [name, value] : mail.headers) names.insert(name);
    return names;
}

TEST(MailText, HasTheHeadersOfAnAutomaticMail) {
    const MailFile mail = read_mail(compose_mail(contents()));
    EXPECT_EQ(header_names(mail), expected_headers);
    EXPECT_EQ(mail.headers.at("From"), "muster@example.org");
    EXPECT_EQ(mail.headers.at("To"), "Alice <alice@example.com>");
    EXPECT_EQ(mail.headers.at("Subject"), "You are invited to Acme");
    EXPECT_EQ(mail.headers.at("Date"), "Tue, 14 Nov 2023 22:13:20 +0000");
    EXPECT_EQ(mail.headers.at("Message-ID"),
              "<00000000-0000-0000-0000-000000000007.1@invitation.muster>");
    EXPECT_EQ(mail.headers.at("MIME-Version"), "1.0");
    EXPECT_THAT(mail.headers.at("Content-Type"), StartsWith("multipart/alternative; "));
    EXPECT_EQ(mail.headers.at("Auto-Submitted"), "auto-generated");
}

TEST(MailText, SaysWhoInvitesWhereToAndUntilWhen) {
    MailContents with_message = contents();
    with_message.message = "See you\r\nsoon";
    const MailFile mail = read_mail(compose_mail(with_message));
    EXPECT_EQ(mail.body,
              "Hello,\n\nYou are invited to join Acme.\n\nName: Alice\n\n"
              "Invited by: Bob\n\nSee you\nsoon\n\n"
              "To accept, follow this link:\nhttps://example.org/join/token\n\n"
              "The invitation expires on November 21, 2023 at 8:53 PM UTC.\n");
}

TEST(MailText, E18_SaysWhoIsInvitedAsWhatAndWhereTo) {
    MailContents full = contents();
    full.roles = "Editor, Reader";
    full.workspaces = "Design (Guest), Sales";
    full.details = "Accounting\nRoom 3";
    EXPECT_THAT(read_mail(compose_mail(full)).body,
                HasSubstr("\n\nName: Alice\n\nRole: Editor, Reader\n\n"
                          "Workspaces: Design (Guest), Sales\n\nDetails: Accounting\nRoom 3\n\n"));
    full.words = {{"subject", "{name} as {role}"}, {"body", "{workspaces}: {details} {link}"}};
    const MailFile own = read_mail(compose_mail(full));
    EXPECT_EQ(own.headers.at("Subject"), "Alice as Editor, Reader");
    EXPECT_THAT(own.body, HasSubstr("Design (Guest), Sales: Accounting\nRoom 3 https:"));
}

TEST(MailText, LeavesOutTheParagraphOfWhatIsMissing) {
    MailContents bare = contents();
    bare.inviter.clear();
    bare.to_name.clear();
    const MailFile mail = read_mail(compose_mail(bare));
    EXPECT_EQ(mail.headers.at("To"), "alice@example.com");
    EXPECT_EQ(mail.body,
              "Hello,\n\nYou are invited to join Acme.\n\n"
              "To accept, follow this link:\nhttps://example.org/join/token\n\n"
              "The invitation expires on November 21, 2023 at 8:53 PM UTC.\n");
}

TEST(MailText, SpeaksFrenchWhereTheBlueprintDoes) {
    for (const char* language : {"fr", "fr-CA"}) {
        MailContents french = contents();
        french.language = language;
        const MailFile mail = read_mail(compose_mail(french));
        EXPECT_EQ(mail.headers.at("Subject"), "Invitation à rejoindre Acme");
        EXPECT_TRUE(mail.raw.at("Subject").starts_with("=?UTF-8?Q?")) << "it is not ASCII";
        EXPECT_THAT(mail.body, HasSubstr("Vous êtes invité à rejoindre Acme."));
        EXPECT_THAT(mail.body, HasSubstr("expire le 21 novembre 2023 à 20"));
        EXPECT_THAT(mail.body, HasSubstr(" UTC.\n"));
        EXPECT_THAT(mail.html, HasSubstr("<html lang=\"" + std::string{language} + "\">"));
    }
}

TEST(MailText, TakesTheWordsOfTheBlueprint) {
    MailContents own = contents();
    own.words = {{"subject", "{inviter} asks you into {organization} {nothing} {"},
                 {"body", "Until {expires_at}:\n{link}\n\n{unknown} stays\n"}};
    const MailFile mail = read_mail(compose_mail(own));
    EXPECT_EQ(mail.headers.at("Subject"), "Bob asks you into Acme {nothing} {");
    EXPECT_EQ(mail.body,
              "Until November 21, 2023 at 8:53 PM UTC:\n"
              "https://example.org/join/token\n\n{unknown} stays\n");
}

TEST(MailText, KnowsEveryPlaceholderThatABlueprintMayName) {
    MailContents own = contents();
    own.roles = own.workspaces = own.details = own.message = "something";
    std::string body;
    for (const std::string_view name : mail_placeholders) body += "{" + std::string{name} + "} ";
    own.words = {{"body", body}};
    const MailFile mail = read_mail(compose_mail(own));
    EXPECT_THAT(mail.body, Not(HasSubstr("{")));
    EXPECT_THAT(mail.html, Not(HasSubstr("{")));
}

TEST(MailText, TellsTheLifeThatTheBlueprintGives) {
    MailContents own = contents();
    own.words = {{"body", "{link} for {life}"}};
    const auto told = [&](Duration life, const std::string& language) {
        own.life = life;
        own.language = language;
        return read_mail(compose_mail(own)).body;
    };
    EXPECT_THAT(told(std::chrono::hours{24 * 14}, "en"), HasSubstr("for 14 days"));
    EXPECT_THAT(told(std::chrono::hours{24}, "en-GB"), HasSubstr("for 1 day\n"));
    EXPECT_THAT(told(std::chrono::hours{36}, "fr"), HasSubstr("for 36\u00a0heures"));
    EXPECT_THAT(told(std::chrono::minutes{90}, "fr-CA"), HasSubstr("for 90 minutes"));
    EXPECT_THAT(told(std::chrono::seconds{61}, "qqq"), HasSubstr("for 61 seconds"));
}

TEST(MailText, WritesTimesInTheLanguageOfTheWordsAndNumbersInNoLanguage) {
    MailContents own = contents();
    const auto body = [&](const std::string& language) {
        own.language = language;
        return read_mail(compose_mail(own)).body;
    };
    EXPECT_THAT(body("de"), HasSubstr("expires on November 21, 2023"))
        << "the words that are built in are English then";
    own.words = {{"body", "{link} {expires_at}"}};
    EXPECT_THAT(body("de"), HasSubstr("21. November 2023"));
    for (const char* unknown : {"qqq", "xx-YY", "-", "zzzzzzzzzz"}) {
        EXPECT_THAT(body(unknown), HasSubstr("2023-11-21 20:53 UTC")) << unknown;
    }
}

TEST(MailText, NeverDropsTheParagraphOfTheLink) {
    MailContents bare = contents();
    bare.inviter.clear();
    bare.words = {{"body", "{inviter} asks you in.\nRole: {role}\nGo to {link}\n\n{role} only"}};
    EXPECT_EQ(read_mail(compose_mail(bare)).body, "Go to https://example.org/join/token\n");
    bare.words = {{"body", "{inviter} sends {link} to {name}"}};
    EXPECT_EQ(read_mail(compose_mail(bare)).body,
              " sends https://example.org/join/token to Alice\n");
}

TEST(MailText, SaysTheSameInHtmlWithEverythingEscaped) {
    MailContents evil = contents();
    evil.organization = "<script>alert(1)</script> & \"Sons\"";
    evil.message = "one <b>\ntwo";
    evil.link = "https://example.org/join/\"onclick='x'&token";
    evil.words = {{"body", "Join <i>{organization}</i>\n\n{message}\n\n{link}"}};
    const MailFile mail = read_mail(compose_mail(evil));
    EXPECT_THAT(mail.html, HasSubstr("<p dir=\"auto\">Join &lt;i&gt;&lt;script&gt;alert(1)"
                                     "&lt;/script&gt; &amp; &quot;Sons&quot;&lt;/i&gt;</p>"));
    EXPECT_THAT(mail.html, HasSubstr("one &lt;b&gt;<br>\ntwo</p>"));
    const std::string link = "https://example.org/join/&quot;onclick=&#39;x&#39;&amp;token";
    EXPECT_THAT(mail.html, HasSubstr("<a href=\"" + link + "\">" + link + "</a>"));
    EXPECT_THAT(mail.body, HasSubstr("Join <i><script>alert(1)</script> & \"Sons\"</i>\n\n"));
}

TEST(MailText, LeadsOnlyToTheWeb) {
    MailContents other = contents();
    EXPECT_THAT(read_mail(compose_mail(other)).html, HasSubstr("<a href="));
    other.link = "javascript:alert(1)";
    EXPECT_THAT(read_mail(compose_mail(other)).html, Not(HasSubstr("href")));
}

TEST(MailText, HasItsLinkWhateverTheWordsAre) {
    EXPECT_TRUE(rc::check([] {
        MailContents any = contents();
        const auto word = rc::gen::element<std::string>("{link}", "{inviter}", "{role}", "{", "}",
                                                        "\n", "\n\n", "link", " ", "\r", "x");
        std::string body;
        for (const std::string& each : *rc::gen::container<std::vector<std::string>>(word)) {
            body += each;
        }
        any.inviter.clear();
        any.words = {{"body", body}};
        const MailFile mail = read_mail(compose_mail(any));
        RC_ASSERT(mail.body.find(any.link) != std::string::npos);
        RC_ASSERT(mail.html.find("<a href=\"" + any.link + "\">") != std::string::npos);
    }));
}

TEST(MailText, AddsTheLinkAndTheMessageToWordsThatForgetThem) {
    MailContents own = contents();
    own.words = {{"body", "Hello from {organization}.\n"}};
    own.message = "Welcome!";
    EXPECT_EQ(read_mail(compose_mail(own)).body,
              "Hello from Acme.\n\nWelcome!\n\nhttps://example.org/join/token\n");
}

TEST(MailText, NeverReadsAValueAsWords) {
    MailContents tricky = contents();
    tricky.organization = "{link}{message}";
    tricky.inviter = "{organization}";
    tricky.message = "{expires_at}";
    const MailFile mail = read_mail(compose_mail(tricky));
    EXPECT_EQ(mail.headers.at("Subject"), "You are invited to {link}{message}");
    EXPECT_THAT(mail.body, HasSubstr("Invited by: {organization}\n\n{expires_at}\n\n"));
}

TEST(MailText, EncodesNamesThatAreMoreThanLettersAndDigits) {
    for (const std::string& name :
         {std::string{"José Ñandú"}, std::string{"Smith, \"Al\" <root@example.net>"},
          std::string{"=?UTF-8?Q?x?="}, std::string(200, 'n'),
          std::string{"日本語の名前はとても長いことがある"}}) {
        MailContents named = contents();
        named.to_name = name;
        named.organization = name;
        const MailFile mail = read_mail(compose_mail(named));
        EXPECT_EQ(mail.headers.at("To"), name + " <alice@example.com>");
        EXPECT_EQ(mail.headers.at("Subject"), "You are invited to " + name);
        EXPECT_EQ(mail.raw.at("To").find('<'), mail.raw.at("To").rfind('<'));
    }
}

TEST(MailText, FoldsALongSubject) {
    MailContents wordy = contents();
    wordy.organization = "A";
    for (int i = 0; i < 200; ++i) wordy.organization += " word";
    const std::string bytes = compose_mail(wordy);
    EXPECT_EQ(read_mail(bytes).headers.at("Subject"), "You are invited to " + wordy.organization);
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end = bytes.find("\r\n", at);
        EXPECT_LE(end - at, 78U);
        at = end + 2;
    }
}

TEST(MailText, LetsNoNameAddAHeader) {
    MailContents evil = contents();
    const std::string injection = "x\r\nBcc: all@example.net\r\n\r\n<b>\n\r\t\x7f";
    evil.to_name = evil.organization = evil.inviter = evil.from = evil.to = evil.link = injection;
    const MailFile mail = read_mail(compose_mail(evil));
    EXPECT_EQ(header_names(mail), expected_headers);
    EXPECT_EQ(mail.headers.at("Subject"), "You are invited to x Bcc: all@example.net <b>");
    EXPECT_THAT(mail.body, Not(HasSubstr("\nBcc")));
}

TEST(MailText, KeepsItsShapeWhateverTheValuesAre) {
    EXPECT_TRUE(rc::check([] {
        MailContents any = contents();
        const auto text = rc::gen::container<std::string>(rc::gen::oneOf(
            rc::gen::element('\r', '\n', ':', '=', '?', ' ', '<', '{', '}', '"', '\xc3', '\xa9'),
            rc::gen::arbitrary<char>()));
        any.to_name = *text;
        any.to = *text;
        any.organization = *text;
        any.inviter = *text;
        any.message = *text;
        any.roles = *text;
        any.workspaces = *text;
        any.details = *text;
        any.words = {{"subject", *text}, {"body", *text}};
        const std::string bytes = compose_mail(any);
        const MailFile mail = read_mail(bytes);
        RC_ASSERT(header_names(mail) == expected_headers);
        RC_ASSERT(!testing::Test::HasFailure());
        RC_ASSERT(bytes.find('\0') == std::string::npos);
    }));
}

TEST(MailText, NamesFileAndMessageByTheSendingAlone) {
    MailContents one = contents();
    MailContents other = contents();
    other.organization = "Other";
    other.to = "bob@example.com";
    other.date = Instant{};
    const auto message_id = [](const MailContents& mail) {
        return read_mail(compose_mail(mail)).headers.at("Message-ID");
    };
    EXPECT_EQ(message_id(one), message_id(other));
    other.send_number = 2;
    EXPECT_NE(message_id(one), message_id(other));
    EXPECT_EQ(mail_file_name(one.invitation, 2), "00000000-0000-0000-0000-000000000007.2.eml");
}

}  // namespace
}  // namespace muster
