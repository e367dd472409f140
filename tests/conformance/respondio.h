// Respond.io as the tests of its rules meet it: an organisation, its four roles, and the tables of
// who of them may do what to whom.
#pragma once

#include "tests/program/scene.h"

#include <functional>

namespace muster::testing {

class Respondio : public Scene {
 protected:
    using array = boost::json::array;
    using object = boost::json::object;
    /// An act about one user: real, or with a query that asks what would happen.
    using Deed = std::function<Reply(Client&, const std::string& query)>;

    static inline const std::vector<std::string> the_roles{"organization_admin", "billing_admin",
                                                           "user_admin", "member"};

    static array places_in(const std::vector<std::string>& workspaces) {
        array places;
        for (const std::string& workspace : workspaces) {
            places.push_back(object{{"workspace", workspace}});
        }
        return places;
    }

    Founded acme = found("respondio");

    Client ada() const { return server->client_for(acme.founder); }
    std::string path_of(const std::string& user) const { return acme.path + "/members/" + user; }

    object user(const std::string& name, const std::string& role) const {
        return {{"address", name + "@example.org"}, {"role", role}};
    }

    /// A user of each role, in the order of the_roles; the first is the founder.
    std::vector<std::string> one_of_each() const {
        std::vector<std::string> users{acme.founder};
        for (std::size_t at = 1; at < the_roles.size(); ++at) {
            users.push_back(join(acme, "the-" + the_roles[at], the_roles[at]));
        }
        return users;
    }

    std::vector<std::string> made_workspaces(int count) const {
        std::vector<std::string> ids;
        for (int number = 1; number <= count; ++number) {
            ids.push_back(workspace(acme, "Workspace " + std::to_string(number)));
        }
        return ids;
    }

    boost::json::value row(const std::string& user) const {
        const Reply reply = the_operator().get(path_of(user));
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply.json();
    }
    std::string role_of(const std::string& user) const {
        return std::string{row(user).at("roles").at(0).as_string()};
    }
    std::size_t workspaces_of(const std::string& user) const {
        return row(user).at("workspaces").as_array().size();
    }
    std::string version() const { return the_operator().get(acme.path).headers["etag"]; }

    /// One row of the table of who may do what to whom, a sign for each role: + yes, n not allowed
    /// at all, r not to this user. A refused act is tried for real, an allowed one is only asked
    /// about, so that the next sees the same.
    void expect_cells(const std::string& what, const std::string& cells,
                      const std::vector<std::string>& actors, const Deed& deed) const {
        const std::map<char, std::string> codes{{'n', "not_allowed"}, {'r', "target_out_of_reach"}};
        const std::string before = version();
        for (std::size_t at = 0; at < the_roles.size(); ++at) {
            Client client = server->client_for(actors[at]);
            const bool yes = cells[at] == '+';
            const Reply reply = deed(client, yes ? "?dry_run=true" : "");
            EXPECT_EQ(reply.status, yes ? 200 : 403) << what << " by " << the_roles[at];
            EXPECT_EQ(reply.code(), yes ? "" : codes.at(cells[at])) << what << ": " << reply.body;
        }
        EXPECT_EQ(version(), before) << what;
    }
};

}  // namespace muster::testing
