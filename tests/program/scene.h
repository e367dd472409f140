// A server with an organisation in it, and the few steps that most end-to-end tests share.
#pragma once

#include "tests/program/program.h"
#include "tests/waiting.h"

#include <gtest/gtest.h>

#include <string>

namespace muster::testing {

/// A fresh store and a server on it; can be killed and started again.
class Scene : public ::testing::Test {
 protected:
    TemporaryFolder folder;
    std::filesystem::path data = folder.path() / "data";
    std::unique_ptr<Program> server = std::make_unique<Program>(data);

    void restart() {
        server.reset();
        server = std::make_unique<Program>(data);
    }
    Client the_operator() const { return server->client(); }

    struct Founded {
        std::string id;
        std::string path;  ///< /v1/organizations/ID
        std::string founder;
    };
    Founded found(const std::string& blueprint, const std::string& founder = "ada") const {
        Client client = the_operator();
        const Reply reply =
            client.post("/v1/organizations",
                        {{"name", "Acme"},
                         {"blueprint", blueprint},
                         {"founder", {{"address", founder + "@example.org"}, {"name", founder}}}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        const std::string id = reply.text("organization");
        return {id, "/v1/organizations/" + id, reply.text("founder")};
    }

    /// Registers an account with a verified address; the person's id.
    std::string person(const std::string& name) const {
        Client client = the_operator();
        const Reply reply = client.post(
            "/v1/people", {{"address", name + "@example.org"}, {"name", name}, {"verified", true}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.text("person");
    }

    /// The token of the newest mail to an address, once it is in the outbox.
    std::string token_to(const std::string& name, int send_number = 1) const {
        std::string token;
        const auto arrived = [&] {
            token = token_in_outbox(name + "@example.org", send_number);
            return !token.empty();
        };
        EXPECT_TRUE(test::in_time(arrived, std::chrono::seconds{20})) << "no mail to " << name;
        return token;
    }

    /// The token in the mail of one sending to an address; empty while there is none.
    std::string token_in_outbox(const std::string& address, int send_number) const {
        return token_in(mail_in_outbox(address, send_number));
    }

    static std::string token_in(const std::string& mail) {
        const std::string mark = "/v1/invitations/";
        if (mail.empty()) return {};
        const auto begin = mail.find(mark) + mark.size();
        return mail.substr(begin, mail.find_first_of("\r\n ", begin) - begin);
    }

    /// Without the soft line breaks of quoted-printable.
    static std::string unfolded(std::string mail) {
        for (auto at = mail.find("=\r\n"); at != std::string::npos; at = mail.find("=\r\n")) {
            mail.erase(at, 3);
        }
        return mail;
    }

    /// The same, found by the invitation, which the mail's file is named after.
    std::string token_of(const std::string& invitation) const {
        const auto file = data / "outbox" / (invitation + ".1.eml");
        EXPECT_TRUE(
            test::in_time([&] { return std::filesystem::exists(file); }, std::chrono::seconds{20}));
        return token_in(unfolded(text_of(file)));
    }

    /// The newest mail to an address, once it is in the outbox.
    std::string mail_to(const std::string& name, int send_number = 1) const {
        token_to(name, send_number);
        return mail_in_outbox(name + "@example.org", send_number);
    }

    std::string mail_in_outbox(const std::string& address, int send_number) const {
        const std::string ending = "." + std::to_string(send_number) + ".eml";
        for (const auto& entry : std::filesystem::directory_iterator{data / "outbox"}) {
            if (!entry.path().string().ends_with(ending)) continue;
            const std::string mail = text_of(entry.path());
            const bool for_them = mail.find("To: " + address) != std::string::npos ||
                                  mail.find("<" + address + ">") != std::string::npos;
            if (!for_them) continue;
            return unfolded(mail);
        }
        return {};
    }

    std::string invite(const Founded& organization, const std::string& name,
                       const std::string& role) const {
        Client client = server->client_for(organization.founder);
        const Reply reply = client.post(organization.path + "/invitations",
                                        {{"address", name + "@example.org"}, {"role", role}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return std::string{reply.json().at("rows").at(0).at("person").as_string()};
    }

    /// Follows the link of the mail to whoever has no account yet, which makes one and joins.
    void sign_up(const std::string& name) const {
        Client nobody{server->port(), ""};
        const Reply reply =
            nobody.post("/v1/invitations/" + token_to(name) + "/accept", {{"name", name}});
        EXPECT_EQ(reply.status, 200) << reply.body;
    }

    /// Invites somebody, who signs up; the person's id.
    std::string join(const Founded& organization, const std::string& name,
                     const std::string& role) const {
        const std::string id = invite(organization, name, role);
        sign_up(name);
        return id;
    }

    boost::json::array members(const Founded& organization, const std::string& query = "") const {
        Client client = the_operator();
        return client.get(organization.path + "/members" + query).json().at("members").as_array();
    }

    /// Makes a workspace, as the founder; its id.
    std::string workspace(const Founded& organization, const std::string& name) const {
        Client client = server->client_for(organization.founder);
        const Reply reply = client.post(organization.path + "/workspaces", {{"name", name}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.text("workspace");
    }

    /// The entries of the audit trail that fit a query such as "?kind=MemberRemoved".
    boost::json::array audit(const Founded& organization, const std::string& query = "") const {
        Client client = the_operator();
        return client.get(organization.path + "/audit" + query).json().at("entries").as_array();
    }

    /// The events of an entry of the audit trail, in order: "InvitationAccepted MemberJoined".
    static std::string events_of(const boost::json::value& entry) {
        std::string names;
        for (const boost::json::value& event : entry.at("events").as_array()) {
            names += (names.empty() ? "" : " ") + std::string{event.at("event").as_string()};
        }
        return names;
    }

    /// What a check answers: does the person have this permission, anywhere or in a workspace?
    bool check(const Founded& organization, const std::string& person,
               const std::string& permission, const std::string& workspace = "") const {
        Client client = the_operator();
        boost::json::object question{{"person", person}, {"permission", permission}};
        if (!workspace.empty()) question["workspace"] = workspace;
        const Reply reply = client.post(organization.path + "/check", question);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply.text("allowed") == "true";
    }
};

}  // namespace muster::testing
