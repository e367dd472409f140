// errors_of: every contradiction of a blueprint at once, each with the field it is at. A blueprint
// without errors can found an organisation that keeps every invariant. Costs little more than the
// size of the blueprint even when it is hostile. Pure; any thread.
#include "domain/blueprint.h"
#include "domain/key_text.h"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace muster {

namespace {

constexpr std::size_t name_limit = 200;
constexpr std::size_t mail_text_limit = 10'000;
constexpr std::size_t list_limit = 256;
constexpr std::size_t most_rows_limit = 10'000;
constexpr std::size_t most_resends_limit = most_resends_known;
constexpr std::chrono::seconds resend_interval_limit = std::chrono::hours{24};
constexpr std::chrono::seconds invitation_life_limit = std::chrono::hours{24 * 3650};

constexpr std::array<std::string_view, 13> column_fields{
    "id",         "name",    "address", "role",       "status",     "last_access", "since",
    "workspaces", "licence", "avatar",  "two_factor", "operations", "details",
};
constexpr std::array<std::string_view, 4> status_names{"active", "suspended", "pending", "former"};

template <std::size_t count>
bool is_among(const std::array<std::string_view, count>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string item(std::string_view list, std::size_t index) {
    return std::string{list} + '[' + std::to_string(index) + ']';
}

std::string member(std::string_view parent, std::string_view name) {
    return std::string{parent} + '.' + std::string{name};
}

/// An id for a message; a monstrous one is not repeated.
std::string quoted(std::string_view id) {
    if (id.size() > key_text_most) return "with an id of " + std::to_string(id.size()) + " bytes";
    return "'" + std::string{id} + "'";
}

bool is_language_tag(std::string_view text) {
    return text.size() >= 2 && text.size() <= 35 && std::ranges::all_of(text, [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '-';
           });
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(text, [](char letter) {
        const auto code = static_cast<unsigned char>(letter);
        return code < 0x20 || code == 0x7f;
    });
}

bool is_about_one_workspace(Operation operation) {
    return operation == Operation::delete_workspace || operation == Operation::assign_workspace;
}

using Ids = std::set<std::string_view>;

/// One pass over one blueprint.
class Inspection {
 public:
    explicit Inspection(const Blueprint& rules) : rules_{rules} {}

    std::vector<BlueprintError> errors() && {
        check_id("id", rules_.id);
        check_name("product", rules_.product);
        // The ids come first, since everything else refers to them.
        permissions_ = check_ids("permissions", rules_.permissions);
        roles_ = check_ids("roles", rules_.roles);
        check_ids("workspaces.roles", rules_.workspaces.roles);
        licence_classes_ = check_ids("licence_classes", rules_.licence_classes);
        plans_ = check_ids("plans", rules_.plans);

        check_permissions();
        check_cycles();
        check_needs();
        check_roles();
        check_founder();
        check_protected_roles();
        check_grantable();
        check_custom_roles();
        check_workspaces();
        check_joining();
        check_licences_and_plans();
        check_presentation();
        return std::move(errors_);
    }

 private:
    void report(std::string field, std::string message) {
        errors_.push_back({std::move(field), std::move(message)});
    }

    void check_id(std::string field, std::string_view id) {
        if (is_key_text(id)) return;
        report(std::move(field), "an id is 1 to 64 characters of a-z, 0-9, '_', '.' and '-'");
    }

    void check_name(std::string field, std::string_view name) {
        if (name.empty() || name.size() > name_limit) {
            report(std::move(field), "a name is 1 to 200 bytes long");
        } else if (has_control_character(name)) {
            report(std::move(field), "a name has no control characters");
        }
    }

    template <class Item>
    Ids check_ids(std::string_view list, const std::vector<Item>& items) {
        Ids known;
        if (items.size() > list_limit) report(std::string{list}, "there are more than 256");
        for (std::size_t index = 0; index < items.size(); ++index) {
            const std::string& id = items[index].id.value;
            check_id(item(list, index) + ".id", id);
            if (!known.insert(id).second) {
                report(item(list, index) + ".id", quoted(id) + " is there already");
            }
        }
        return known;
    }

    /// Each id of a list is known and named once.
    template <class AnyKey>
    void check_references(const std::string& field, const std::vector<AnyKey>& ids,
                          const Ids& known, std::string_view kind) {
        Ids seen;
        for (std::size_t index = 0; index < ids.size(); ++index) {
            const std::string& id = ids[index].value;
            if (!known.contains(id)) {
                report(item(field, index), unknown(kind, id));
            } else if (!seen.insert(id).second) {
                report(item(field, index), quoted(id) + " is named twice");
            }
        }
    }

    static std::string unknown(std::string_view kind, std::string_view id) {
        return "there is no " + std::string{kind} + ' ' + quoted(id);
    }

    void check_grant(const std::string& field, const PermissionGrant& grant) {
        if (grant.everything && !grant.permissions.empty()) {
            report(field, "everything is given already; name no permissions besides");
        }
        check_references(field, grant.permissions, permissions_, "permission");
    }

    void check_reach(const std::string& field, const ReachRules& reach) {
        for (const auto& [action, selector] : reach) {
            const std::string place = member(field, name_of(action));
            if (selector.all && (selector.custom || selector.held || !selector.roles.empty())) {
                report(place, "all roles are reached already; name no others besides");
            }
            if (selector.custom && !rules_.custom_roles.offered) {
                report(place, "custom roles are not offered");
            }
            Ids seen;
            for (const RoleId& role : selector.roles) {
                if (!roles_.contains(role.value)) report(place, unknown("role", role.value));
                if (!seen.insert(role.value).second) {
                    report(place, quoted(role.value) + " is named twice");
                }
            }
        }
    }

    void check_permissions() {
        for (std::size_t index = 0; index < rules_.permissions.size(); ++index) {
            const Permission& permission = rules_.permissions[index];
            const std::string place = item("permissions", index);
            check_name(place + ".module", permission.module);
            check_name(place + ".label", permission.label);
            check_references(place + ".implies", permission.implies, permissions_, "permission");
            if (permission.within_workspaces && !rules_.workspaces.offered) {
                report(place + ".within_workspaces", "workspaces are not offered");
            }
            if (permission.without_workspace_too && !permission.within_workspaces) {
                report(place + ".without_workspace_too",
                       "only a permission within workspaces is narrower where one is named");
            }
        }
    }

    enum class Visit : std::uint8_t { not_yet, under_way, done };

    /// Depth first; an implication that leads back to one under way closes a cycle.
    void follow(std::size_t index, std::vector<Visit>& visits) {
        visits[index] = Visit::under_way;
        const std::vector<PermissionId>& implies = rules_.permissions[index].implies;
        for (std::size_t step = 0; step < implies.size(); ++step) {
            const Permission* implied = rules_.permission(implies[step]);
            if (implied == nullptr) continue;
            const auto place = static_cast<std::size_t>(implied - rules_.permissions.data());
            if (visits[place] == Visit::under_way) {
                report(item(item("permissions", index) + ".implies", step),
                       "implying " + quoted(implies[step].value) + " closes a cycle");
            } else if (visits[place] == Visit::not_yet) {
                follow(place, visits);
            }
        }
        visits[index] = Visit::done;
    }

    void check_cycles() {
        if (rules_.permissions.size() > permission_limit) return;
        std::vector<Visit> visits(rules_.permissions.size(), Visit::not_yet);
        for (std::size_t index = 0; index < visits.size(); ++index) {
            if (visits[index] == Visit::not_yet) follow(index, visits);
        }
    }

    void check_needs() {
        for (std::size_t index = 0; index < operation_count; ++index) {
            const auto operation = static_cast<Operation>(index);
            const std::string place = member("needs", name_of(operation));
            const auto need = rules_.needs.find(operation);
            if (need == rules_.needs.end()) {
                report(place, "this operation needs a permission");
            } else if (!permissions_.contains(need->second.value)) {
                report(place, unknown("permission", need->second.value));
            } else if (!is_about_one_workspace(operation) &&
                       rules_.permission(need->second)->within_workspaces) {
                report(place, "this operation takes more than a permission within workspaces");
            }
        }
    }

    void check_roles() {
        for (std::size_t index = 0; index < rules_.roles.size(); ++index) {
            const OrganizationRole& role = rules_.roles[index];
            const std::string place = item("roles", index);
            check_name(place + ".name", role.name);
            check_grant(place + ".gives", role.gives);
            check_references(place + ".licences", role.licences, licence_classes_, "licence class");
            check_reach(place + ".reach", role.reach);
            check_references(place + ".grants", role.grants, permissions_, "permission");
            if (role.former_holder_becomes && !roles_.contains(role.former_holder_becomes->value)) {
                report(place + ".former_holder_becomes",
                       unknown("role", role.former_holder_becomes->value));
            }
            if (role.is_protected && role.editable) {
                report(place + ".editable", "a protected role keeps its permissions");
            }
            if (role.deletable && is_needed(role.id)) {
                report(place + ".deletable", "the founder, a newcomer or a former holder needs it");
            }
            if (role.single_holder) check_single_holder(place, role);
            if (!role.single_holder && role.former_holder_becomes) {
                report(place + ".former_holder_becomes",
                       "only a role with a single holder is transferred");
            }
        }
    }

    /// Whether the rules give this role to somebody by themselves.
    bool is_needed(const RoleId& id) const {
        if (rules_.founder_role == id || rules_.joining.newcomer_role == id) return true;
        return std::ranges::any_of(rules_.roles, [&](const OrganizationRole& role) {
            return role.former_holder_becomes == id;
        });
    }

    void check_single_holder(const std::string& place, const OrganizationRole& role) {
        if (!role.former_holder_becomes) {
            report(place + ".former_holder_becomes",
                   "a role with a single holder says what the former holder becomes");
        } else if (*role.former_holder_becomes == role.id) {
            report(place + ".former_holder_becomes", "the former holder would hold it still");
        }
        if (role.offerable) {
            report(place + ".offerable", "a role with a single holder passes on by transfer alone");
        }
        if (another_role_founds(role)) {
            report(place + ".single_holder",
                   "nobody would hold it from the start; only the founder's role can be so");
        }
    }

    bool another_role_founds(const OrganizationRole& role) const {
        return role.id != rules_.founder_role && roles_.contains(rules_.founder_role.value);
    }

    void check_founder() {
        const OrganizationRole* founder = rules_.role(rules_.founder_role);
        if (founder == nullptr) {
            report("founder_role", unknown("role", rules_.founder_role.value));
        } else if (!founder->is_protected) {
            report("founder_role",
                   "the founder's role is not protected, so a new organisation would have no "
                   "protected holder");
        }
    }

    void check_protected_roles() {
        bool any = false;
        for (std::size_t index = 0; index < rules_.roles.size(); ++index) {
            const OrganizationRole& role = rules_.roles[index];
            if (!role.is_protected) continue;
            any = true;
            if (!role.offerable && another_role_founds(role)) {
                report(item("roles", index) + ".protected",
                       "nobody can hold it: it is not offerable and not the founder's");
            }
            if (role.deletable) {
                report(item("roles", index) + ".deletable", "a protected role must stay");
            }
        }
        if (!any) report("roles", "no role is protected");
    }

    /// The roles that some role reaches for an invitation or a role change.
    void check_grantable() {
        if (rules_.roles.size() > list_limit || rules_.permissions.size() > permission_limit)
            return;
        std::vector<PermissionSet> held;
        for (const OrganizationRole& role : rules_.roles) {
            held.push_back(rules_.closure(role.gives));
        }
        for (std::size_t target = 0; target < rules_.roles.size(); ++target) {
            const OrganizationRole& role = rules_.roles[target];
            if (!role.offerable || rules_.joining.newcomer_role == role.id) continue;
            bool reached = reached_by_custom_roles(role);
            for (std::size_t actor = 0; actor < rules_.roles.size() && !reached; ++actor) {
                reached =
                    grants(rules_.roles[actor].reach, role.id, contains(held[actor], held[target]));
            }
            if (!reached) {
                report(item("roles", target) + ".offerable",
                       "no role reaches it for invite or assign_role, so nobody can give it");
            }
        }
    }

    static bool grants(const ReachRules& reach, const RoleId& target, bool actor_holds_target) {
        return std::ranges::any_of(reach, [&](const auto& rule) {
            const auto& [action, selector] = rule;
            if (action != Reach::invite && action != Reach::assign_role) return false;
            return selector.all || (selector.held && actor_holds_target) ||
                   std::ranges::find(selector.roles, target) != selector.roles.end();
        });
    }

    /// A custom role can come to hold any permission of the catalogue, but never everything.
    bool reached_by_custom_roles(const OrganizationRole& role) const {
        return rules_.custom_roles.offered &&
               grants(rules_.custom_roles.reach, role.id, !role.gives.everything);
    }

    void check_custom_roles() {
        const CustomRoleRules& custom = rules_.custom_roles;
        check_reach("custom_roles.reach", custom.reach);
        check_references("custom_roles.licences", custom.licences, licence_classes_,
                         "licence class");
        if (custom.offered) {
            if (custom.most == 0) report("custom_roles.most", "0 is none; do not offer them");
            return;
        }
        if (!custom.reach.empty()) report("custom_roles.reach", "custom roles are not offered");
        if (!custom.licences.empty()) {
            report("custom_roles.licences", "custom roles are not offered");
        }
    }

    void check_workspaces() {
        const WorkspaceRules& workspaces = rules_.workspaces;
        check_name("workspaces.word", workspaces.word);
        if (!workspaces.offered && !workspaces.roles.empty()) {
            report("workspaces.roles", "workspaces are not offered");
        }
        for (std::size_t index = 0; index < workspaces.roles.size(); ++index) {
            const WorkspaceRole& role = workspaces.roles[index];
            const std::string place = item("workspaces.roles", index);
            check_name(place + ".name", role.name);
            check_grant(place + ".gives", role.gives);
            check_references(place + ".licences", role.licences, licence_classes_, "licence class");
        }
        if (workspaces.joining_needs && !permissions_.contains(workspaces.joining_needs->value)) {
            report("workspaces.joining_needs",
                   unknown("permission", workspaces.joining_needs->value));
        }
        if (!workspaces.offered && (workspaces.joining_needs || workspaces.self_placement)) {
            report("workspaces.offered", "who may join workspaces is said, but none are offered");
        }
        if (workspaces.creator_role && rules_.workspace_role(*workspaces.creator_role) == nullptr) {
            report("workspaces.creator_role",
                   unknown("workspace role", workspaces.creator_role->value));
        }
    }

    void check_joining() {
        const JoiningRules& joining = rules_.joining;
        if (joining.invitation_life <= Duration::zero() ||
            joining.invitation_life > invitation_life_limit ||
            joining.invitation_life % std::chrono::seconds{1} != Duration::zero()) {
            report("joining.invitation_life_seconds",
                   "the life of an invitation is a whole number of seconds, from 1 to 3650 days");
        }
        if (joining.most_rows == 0 || joining.most_rows > most_rows_limit) {
            report("joining.most_rows", "from 1 to 10000 rows can be sent at once");
        }
        if (joining.resend_interval < Duration::zero() ||
            joining.resend_interval > resend_interval_limit ||
            joining.resend_interval % std::chrono::seconds{1} != Duration::zero()) {
            report("joining.resend_interval_seconds",
                   "an invitation is sent again after a whole number of seconds, a day at most");
        }
        if (joining.most_resends_a_day > most_resends_limit) {
            report("joining.most_resends_a_day",
                   "an invitation is sent again up to 100 times a day; 0 is no limit");
        }
        if (!joining.invitation_names_role && !joining.newcomer_role) {
            report("joining.newcomer_role",
                   "an invitation names no role, so newcomers need this one");
        }
        if (!joining.newcomer_role) return;
        const OrganizationRole* newcomer = rules_.role(*joining.newcomer_role);
        if (newcomer == nullptr) {
            report("joining.newcomer_role", unknown("role", joining.newcomer_role->value));
        } else if (newcomer->is_protected) {
            report("joining.newcomer_role", "newcomers cannot start with a protected role");
        }
    }

    void check_licences_and_plans() {
        for (std::size_t index = 0; index < rules_.licence_classes.size(); ++index) {
            check_name(item("licence_classes", index) + ".name",
                       rules_.licence_classes[index].name);
        }
        for (std::size_t index = 0; index < rules_.plans.size(); ++index) {
            const Plan& plan = rules_.plans[index];
            check_name(item("plans", index) + ".name", plan.name);
            for (const auto& [licence_class, limit] : plan.limits) {
                if (licence_classes_.contains(licence_class.value)) continue;
                report(member(item("plans", index) + ".limits", licence_class.value),
                       unknown("licence class", licence_class.value));
            }
        }
        check_seats();
        if (rules_.plans.empty()) report("plans", "there is no plan");
        if (!plans_.contains(rules_.first_plan.value)) {
            report("first_plan", unknown("plan", rules_.first_plan.value));
        }
    }

    /// A class of which no plan has a licence lets nobody in.
    void check_seats() {
        if (rules_.plans.empty()) return;
        for (std::size_t index = 0; index < rules_.licence_classes.size(); ++index) {
            const LicenceClassId& id = rules_.licence_classes[index].id;
            const bool never = std::ranges::all_of(rules_.plans, [&](const Plan& plan) {
                const auto limit = plan.limits.find(id);
                return limit != plan.limits.end() && limit->second == 0;
            });
            if (never) report(item("licence_classes", index), "no plan has a seat of this class");
        }
    }

    void check_columns(std::string_view list, const std::vector<Column>& columns) {
        Ids seen;
        for (std::size_t index = 0; index < columns.size(); ++index) {
            const Column& column = columns[index];
            check_name(item(list, index) + ".label", column.label);
            if (!is_among(column_fields, column.field)) {
                report(item(list, index) + ".field", unknown("field", column.field));
            } else if (!seen.insert(column.field).second) {
                report(item(list, index) + ".field", quoted(column.field) + " is there already");
            }
        }
    }

    void check_presentation() {
        const Presentation& presentation = rules_.presentation;
        check_columns("presentation.list_columns", presentation.list_columns);
        check_columns("presentation.csv_columns", presentation.csv_columns);
        for (const auto& [status, word] : presentation.status_words) {
            const std::string place = member("presentation.status_words", status);
            check_name(place, word);
            if (!is_among(status_names, status)) report(place, unknown("status", status));
        }
        if (!is_language_tag(presentation.mail_language)) {
            report("presentation.mail_language", "a language is a tag such as 'en' or 'fr-CA'");
        }
        for (const auto& [word, text] : presentation.mail_words) {
            const std::string place = member("presentation.mail_words", word);
            check_id(place, word);
            if (text.empty() || text.size() > mail_text_limit) {
                report(place, "a text of the mail is 1 to 10000 bytes long");
            }
        }
    }

    const Blueprint& rules_;
    std::vector<BlueprintError> errors_;
    Ids permissions_;
    Ids roles_;
    Ids licence_classes_;
    Ids plans_;
};

}  // namespace

std::vector<BlueprintError> errors_of(const Blueprint& blueprint) {
    return Inspection{blueprint}.errors();
}

}  // namespace muster
