// The four products of blueprints.h again, in words of the naive model's own.
#include "tests/domain/naive_model.h"

namespace muster::domain_tests {
namespace {

NaiveProduct conance() {
    NaiveProduct product;
    product.roles = {{"administrator", {"*"}}, {"user", {"read_members", "read_commissions"}}};
    product.founder_role = "administrator";
    product.licences = {{"administrator", {"member"}}, {"user", {"member"}}};
    product.custom_fits = {"member"};
    product.plans = {{"free", {{"member", 3}}}, {"premium", {{"member", 10}}}};
    product.most_custom_roles = 4;
    product.reach = [](const std::string&, const std::string& actor, const std::string&) {
        if (actor == "administrator") return Reached::yes;
        return actor == "user" ? Reached::no : Reached::when_held;
    };
    return product;
}

NaiveProduct open_source() {
    NaiveProduct product;
    product.roles = {{"admin", {"*"}}, {"member", {"read_members"}}};
    product.workspace_roles = {{"maintainer", {"assign_workspace", "push"}}, {"member", {"push"}}};
    product.founder_role = "admin";
    product.plans = {{"free", {}}};
    product.workspaces = true;
    product.at_once = true;
    product.reach = [](const std::string& action, const std::string& actor,
                       const std::string& target) {
        if (actor == "admin") return Reached::yes;
        return action == "places" && target == "member" ? Reached::yes : Reached::no;
    };
    return product;
}

NaiveProduct mark() {
    NaiveProduct product;
    product.roles = {
        {"super_admin", {"*"}},
        {"team_admin",
         {"read_members", "invite_member", "change_role", "remove_member", "assign_workspace"}},
        {"billing_admin", {"read_plan", "manage_billing"}},
        {"member", {}}};
    product.workspace_roles = {
        {"editor", {"edit", "generate"}}, {"collaborator", {"edit"}}, {"guest", {}}};
    product.given_to_grant = {{"team_admin", {"edit", "generate"}}};
    product.founder_role = "super_admin";
    product.newcomer_role = "member";
    product.licences = {{"editor", {"unlimited"}}, {"collaborator", {"discovery", "unlimited"}}};
    product.plans = {{"free", {{"unlimited", 2}, {"discovery", 1}}},
                     {"large", {{"unlimited", 20}, {"discovery", 20}}}};
    product.workspaces = true;
    product.at_once = true;
    product.inviter_checked_again = true;
    product.reach = [](const std::string&, const std::string& actor, const std::string&) {
        return actor == "super_admin" || actor == "team_admin" ? Reached::yes : Reached::no;
    };
    return product;
}

NaiveProduct respond() {
    NaiveProduct product;
    product.roles = {{"organisation_admin", {"*"}},
                     {"billing_admin", {"read_members", "read_plan"}},
                     {"user_admin",
                      {"read_members", "invite_member", "remove_member", "assign_workspace",
                       "create_workspace", "delete_workspace"}},
                     {"member", {}}};
    product.founder_role = "organisation_admin";
    product.plans = {{"free", {}}};
    product.workspaces = true;
    product.places_while_pending = true;
    product.most_workspaces = 2;
    product.removes_oneself = false;
    product.reach = [](const std::string& action, const std::string& actor,
                       const std::string& target) {
        if (actor == "organisation_admin") return Reached::yes;
        if (actor != "user_admin") return Reached::no;
        if (action == "places") return Reached::yes;
        const bool adds_or_removes = action == "invite" || action == "remove";
        return adds_or_removes && target == "member" ? Reached::yes : Reached::no;
    };
    return product;
}

}  // namespace

NaiveProduct naive_product(const std::string& blueprint) {
    if (blueprint == "conance-like") return conance();
    if (blueprint == "open-source-like") return open_source();
    if (blueprint == "mark-like") return mark();
    return respond();
}

}  // namespace muster::domain_tests
