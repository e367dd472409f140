// A company of Mark's and the steps that its tests share.
#pragma once

#include "tests/program/scene.h"

namespace muster::testing {

class Mark : public Scene {
 protected:
    using array = boost::json::array;
    using object = boost::json::object;

    static object place(const std::string& workspace, const std::string& role) {
        return {{"workspace", workspace}, {"role", role}};
    }

    /// One person of an invitation.
    static object line(const std::string& name, array places = {}) {
        return {{"address", name + "@example.org"}, {"workspaces", std::move(places)}};
    }

    /// The role of a row in one workspace; empty where it has none.
    static std::string role_in(const boost::json::value& row, const std::string& workspace) {
        for (const auto& each : row.at("workspaces").as_array()) {
            if (each.at("workspace") == workspace.c_str()) {
                return std::string{each.at("role").as_string()};
            }
        }
        return {};
    }

    Founded acme = found("mark");

    Client ada() const { return server->client_for(acme.founder); }
    std::string path_of(const std::string& member) const {
        return acme.path + "/members/" + member;
    }

    /// Made by the operator, so that nobody is in it and no licence is taken.
    std::string empty_workspace(const std::string& name) const {
        const Reply made = the_operator().post(acme.path + "/workspaces", {{"name", name}});
        EXPECT_EQ(made.status, 201) << made.body;
        return made.text("workspace");
    }

    /// "2 granted, 1 reserved, 0 used".
    std::string ledger(const std::string& licence_class) const {
        const auto plan = the_operator().get(acme.path + "/plan").json();
        const auto& entry = plan.at("licences").at(licence_class).as_object();
        std::string text;
        for (const char* what : {"granted", "reserved", "used"}) {
            if (!entry.contains(what)) continue;
            text +=
                (text.empty() ? "" : ", ") + boost::json::serialize(entry.at(what)) + " " + what;
        }
        return text;
    }

    Reply invite_all(const array& people) const {
        return ada().post(acme.path + "/invitations", {{"people", people}});
    }

    /// Invites somebody without an account; the person's id.
    std::string invited(const std::string& name, const array& places = {}) const {
        const Reply reply = ada().post(acme.path + "/invitations", line(name, places));
        EXPECT_EQ(reply.status, 201) << reply.body;
        const auto row = reply.json().at("rows").at(0);
        EXPECT_EQ(row.at("outcome"), "invited");
        return std::string{row.at("person").as_string()};
    }

    /// A member with a company role: somebody who has an account, and so joins at once.
    std::string colleague(const std::string& name, const std::string& role,
                          const array& places = {}) const {
        const std::string id = person(name);
        EXPECT_EQ(ada().post(acme.path + "/invitations", line(name, places)).status, 201);
        const Reply changed = ada().put(path_of(id) + "/roles", {{"role", role}});
        EXPECT_EQ(changed.status, 200) << changed.body;
        return id;
    }

    boost::json::value row(const std::string& member) const {
        const Reply reply = the_operator().get(path_of(member));
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply.json();
    }
    std::string role_of(const std::string& member) const {
        return std::string{row(member).at("roles").at(0).as_string()};
    }

    std::string version() const { return the_operator().get(acme.path).headers["etag"]; }
};

}  // namespace muster::testing
