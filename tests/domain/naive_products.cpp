// The plain shapes of blueprints.h again, in words of the naive model's own. What is not said here
// is as a NaiveProduct has it by itself.
#include "tests/domain/naive_product.h"

#include <array>

namespace muster::domain_tests {
namespace {

constexpr std::array operation_names{
    "read_organization",  "read_members",     "export_members",   "read_audit",
    "invite_member",      "change_role",      "remove_member",    "suspend_member",
    "transfer_ownership", "create_workspace", "delete_workspace", "assign_workspace",
    "manage_roles",       "copy_role",        "read_plan",        "end_organization",
    "manage_organization"};

/// Every operation takes the right of its own name; one plan without limits.
NaiveProduct product_with(const Rights& rights_besides) {
    NaiveProduct product;
    product.catalogue = rights_besides;
    for (const char* operation : operation_names) {
        product.catalogue.insert(operation);
        product.needs[operation] = operation;
    }
    for (const std::string& right : product.catalogue) product.brings[right] = {right};
    product.plans = {{"free", {}}};
    product.first_plan = "free";
    return product;
}

NaiveRole top(const std::string& name) {
    return {.name = name, .gives = {"*"}, .licences = {}, .to_grant = {}, .kept = true};
}

NaiveRole ordinary(const std::string& name, const Names& gives) {
    return {.name = name, .gives = gives, .licences = {}, .to_grant = {}};
}

NaiveProduct conance_on_paper() {
    NaiveProduct product = product_with({"read_commissions", "write_commissions"});
    product.roles = {{"administrator", top("administrator")},
                     {"user", ordinary("user", {"read_members", "read_commissions"})}};
    for (auto& [id, role] : product.roles) role.licences = {"member"};
    product.founder_role = "administrator";
    product.licence_classes = {"member"};
    product.own_roles_take = {"member"};
    product.most_own_roles = 4;
    product.plans = {{"free", {{"member", 3}}}, {"premium", {{"member", 10}}}};
    product.reach = [](const std::string&, const std::string& actor, const std::string&, bool) {
        if (actor == "administrator") return Reached::yes;
        return actor == "user" ? Reached::no : Reached::when_held;
    };
    return product;
}

NaiveProduct open_source_on_paper() {
    NaiveProduct product = product_with({"push"});
    product.roles = {{"admin", top("admin")}, {"member", ordinary("member", {"read_members"})}};
    product.workspace_roles = {{"maintainer", {{"assign_workspace", "push"}, {}}},
                               {"member", {{"push"}, {}}}};
    product.founder_role = "admin";
    product.workspaces = true;
    product.places_in_invitation = true;
    product.at_once = true;
    product.reach = [](const std::string& action, const std::string& actor,
                       const std::string& target, bool) {
        if (actor == "admin") return Reached::yes;
        const bool places = actor == "member" && action == "edit_workspaces";
        return places && target == "member" ? Reached::yes : Reached::no;
    };
    return product;
}

NaiveProduct mark_on_paper() {
    NaiveProduct product = product_with({"manage_billing", "edit", "generate"});
    NaiveRole team_admin = ordinary("team_admin", {"read_members", "invite_member", "change_role",
                                                   "remove_member", "assign_workspace"});
    team_admin.to_grant = {"edit", "generate"};
    product.roles = {{"super_admin", top("super_admin")},
                     {"team_admin", team_admin},
                     {"billing_admin", ordinary("billing_admin", {"read_plan", "manage_billing"})},
                     {"member", ordinary("member", {})}};
    product.workspace_roles = {{"editor", {{"edit", "generate"}, {"unlimited"}}},
                               {"collaborator", {{"edit"}, {"discovery", "unlimited"}}},
                               {"guest", {}}};
    product.founder_role = "super_admin";
    product.newcomer_role = "member";
    product.licence_classes = {"unlimited", "discovery"};
    product.plans = {{"free", {{"unlimited", 2}, {"discovery", 1}}},
                     {"large", {{"unlimited", 20}, {"discovery", 20}}}};
    product.workspaces = true;
    product.places_in_invitation = true;
    product.at_once = true;
    product.reach = [](const std::string&, const std::string& actor, const std::string&, bool) {
        return actor == "super_admin" || actor == "team_admin" ? Reached::yes : Reached::no;
    };
    return product;
}

NaiveProduct respond_on_paper() {
    NaiveProduct product = product_with({});
    product.roles = {
        {"organisation_admin", top("organisation_admin")},
        {"billing_admin", ordinary("billing_admin", {"read_members", "read_plan"})},
        {"user_admin",
         ordinary("user_admin", {"read_members", "invite_member", "remove_member",
                                 "assign_workspace", "create_workspace", "delete_workspace"})},
        {"member", ordinary("member", {})}};
    product.founder_role = "organisation_admin";
    product.workspaces = true;
    product.places_in_invitation = true;
    product.places_while_pending = true;
    product.most_workspaces = 2;
    product.removes_oneself = false;
    product.reach = [](const std::string& action, const std::string& actor,
                       const std::string& target, bool) {
        if (actor == "organisation_admin") return Reached::yes;
        if (actor != "user_admin") return Reached::no;
        if (action == "edit_workspaces") return Reached::yes;
        const bool adds_or_removes = action == "invite" || action == "remove";
        return adds_or_removes && target == "member" ? Reached::yes : Reached::no;
    };
    return product;
}

NaiveProduct owner() {
    NaiveProduct product = product_with({});
    NaiveRole the_owner = top("owner");
    the_owner.single = true;
    the_owner.offered = false;
    product.roles = {{"owner", the_owner},
                     {"administrator", top("administrator")},
                     {"reader", ordinary("reader", {})}};
    product.founder_role = "owner";
    product.former_owner_becomes = "administrator";
    product.reach = [](const std::string&, const std::string& actor, const std::string&, bool) {
        return actor == "reader" ? Reached::no : Reached::yes;
    };
    return product;
}

NaiveProduct engagelab() {
    NaiveProduct product = product_with({"send", "read_reports"});
    product.roles = {{"admin", top("admin")}};
    product.founder_role = "admin";
    product.most_own_roles = 6;
    product.several_roles = true;
    product.suspends = true;
    product.changes_roles_while_suspended = true;
    product.reach = [](const std::string&, const std::string& actor, const std::string&, bool) {
        return actor == "admin" ? Reached::yes : Reached::when_held;
    };
    return product;
}

NaiveProduct universign() {
    NaiveProduct product = product_with({"write_everywhere", "write_in_folders"});
    product.brings["write_everywhere"] = {"write_everywhere", "write_in_folders"};
    product.within_workspaces = {"write_in_folders"};
    NaiveRole the_owner = top("owner");
    the_owner.single = true;
    the_owner.offered = false;
    product.roles = {
        {"owner", the_owner},
        {"administrator",
         ordinary("administrator",
                  {"read_members", "invite_member", "change_role", "remove_member",
                   "suspend_member", "create_workspace", "assign_workspace", "write_everywhere"})},
        {"contributor", ordinary("contributor", {"write_in_folders"})},
        {"reader", ordinary("reader", {})}};
    product.founder_role = "owner";
    product.former_owner_becomes = "administrator";
    product.workspaces = true;
    product.changes_own_role = false;
    product.reach = [](const std::string&, const std::string& actor, const std::string& target,
                       bool own) {
        if (actor == "owner") return Reached::yes;
        const bool below = target != "owner" && !own;
        return actor == "administrator" && below ? Reached::yes : Reached::no;
    };
    return product;
}

}  // namespace

NaiveProduct product_in_words(const std::string& shape) {
    if (shape == "conance-like") return conance_on_paper();
    if (shape == "open-source-like") return open_source_on_paper();
    if (shape == "mark-like") return mark_on_paper();
    if (shape == "respond-like") return respond_on_paper();
    if (shape == "owner-like") return owner();
    if (shape == "engagelab-like") return engagelab();
    return universign();
}

}  // namespace muster::domain_tests
