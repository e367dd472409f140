// What mails begin their links with and come from: the address that is served, or what the command
// line says, which is read before anything starts.
#include "tests/program/scene.h"

namespace muster::testing {
namespace {

using MailOptionsOfServe = Scene;

TEST_F(MailOptionsOfServe, ALinkLeadsToThePortThatIsServed) {
    const Founded acme = found("open-source");
    invite(acme, "bo", "member");
    const std::string mail = mail_to("bo");
    const std::string address = "http://127.0.0.1:" + std::to_string(server->port());
    EXPECT_NE(mail.find("\n" + address + "/v1/invitations/"), std::string::npos) << mail;
    EXPECT_NE(mail.find("<a href"), std::string::npos) << mail;
    EXPECT_NE(mail.find("expires after 7 days, on"), std::string::npos) << mail;
}

TEST_F(MailOptionsOfServe, ABaseOfTheCommandLineIsTaken) {
    server.reset();
    server = std::make_unique<Program>(
        data, std::vector<std::string>{"--link-base", "https://example.org/v1/invitations/",
                                       "--mail-from", "hello@example.org"});
    const Founded acme = found("open-source");
    invite(acme, "bo", "member");
    const std::string mail = mail_to("bo");
    EXPECT_NE(mail.find("\nhttps://example.org/v1/invitations/"), std::string::npos) << mail;
    EXPECT_EQ(mail.find("invitations//"), std::string::npos) << mail;
    EXPECT_TRUE(mail.starts_with("From: hello@example.org\r\n")) << mail;
}

TEST_F(MailOptionsOfServe, WhatCannotBeFollowedOrWrittenToIsRefusedAtTheStart) {
    const std::filesystem::path untouched = folder.path() / "untouched";
    const auto refused = [&](const std::string& option, const std::string& value) {
        const Finished run =
            run_muster({"serve", "--data", untouched, "--port", "0", option, value});
        EXPECT_NE(run.code, 0) << value;
        EXPECT_NE(run.errors.find(option), std::string::npos) << run.errors;
        EXPECT_FALSE(std::filesystem::exists(untouched)) << value;
    };
    for (const char* base : {"example.org/join", "ftp://example.org", "https://example.org/?x=1",
                             "https://example.org/#top", "https://exa mple.org"}) {
        refused("--link-base", base);
    }
    for (const char* from : {"muster", "Muster <muster@example.org>"}) {
        refused("--mail-from", from);
    }
}

}  // namespace
}  // namespace muster::testing
