// Blueprints drawn at random for properties: every one is free of contradictions and may be
// proposed, and together they use every field of every struct. Ids are small numbers, names hold
// quotes, escapes and letters beyond ASCII.
#pragma once

#include "domain/blueprint.h"

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace muster::arbitrary_rules {

inline std::size_t number(std::size_t from, std::size_t below) {
    return *rc::gen::inRange(from, below);
}

inline bool coin() {
    return *rc::gen::arbitrary<bool>();
}

inline std::string name() {
    static const std::vector<std::string> pieces{
        "a", "Z", " ", "0", "\"", "\\", "/", "\u00e9", "\u2028", "\u65e5", "\U0001f600", "{}", ","};
    std::string text;
    for (std::size_t left = number(1, 8); left > 0; --left) text += *rc::gen::elementOf(pieces);
    return text;
}

template <class AnyKey>
std::vector<AnyKey> ids(const std::string& kind, std::size_t count) {
    std::vector<AnyKey> made;
    for (std::size_t index = 0; index < count; ++index) {
        made.push_back(AnyKey{kind + "." + std::to_string(index)});
    }
    return made;
}

template <class Item>
std::vector<Item> some_of(const std::vector<Item>& items) {
    std::vector<Item> chosen;
    for (const Item& item : items) {
        if (coin()) chosen.push_back(item);
    }
    return chosen;
}

template <class Item>
Item one_of(const std::vector<Item>& items) {
    return *rc::gen::elementOf(items);
}

/// The ids that the parts of one blueprint refer to.
struct Catalogue {
    std::vector<PermissionId> permissions;
    std::vector<RoleId> roles;
    std::vector<LicenceClassId> licence_classes;
    bool custom_roles = false;
};

inline PermissionGrant grant(const Catalogue& catalogue) {
    if (number(0, 4) == 0) return {.everything = true, .permissions = {}};
    return {.everything = false, .permissions = some_of(catalogue.permissions)};
}

inline TargetSelector selector(const Catalogue& catalogue) {
    if (coin()) return {.all = true, .custom = false, .held = false, .roles = {}};
    return {.all = false,
            .custom = catalogue.custom_roles && coin(),
            .held = coin(),
            .roles = some_of(catalogue.roles)};
}

inline ReachRules reach(const Catalogue& catalogue) {
    ReachRules rules;
    for (std::size_t index = 0; index < reach_count; ++index) {
        if (coin()) rules[static_cast<Reach>(index)] = selector(catalogue);
    }
    return rules;
}

inline std::vector<Permission> permissions(const Catalogue& catalogue, bool workspaces) {
    std::vector<Permission> made;
    for (const PermissionId& id : catalogue.permissions) {
        Permission permission{.id = id,
                              .module = name(),
                              .label = name(),
                              .implies = {},
                              .within_workspaces = workspaces && !made.empty() && coin()};
        permission.without_workspace_too = permission.within_workspaces && coin();
        // Only what came before is implied, so that no cycle closes.
        for (const Permission& earlier : made) {
            if (number(0, 4) == 0) permission.implies.push_back(earlier.id);
        }
        made.push_back(std::move(permission));
    }
    return made;
}

inline std::vector<OrganizationRole> roles(const Catalogue& catalogue) {
    std::vector<OrganizationRole> made;
    for (const RoleId& id : catalogue.roles) {
        // No two roles look the same.
        OrganizationRole role{.id = id,
                              .name = name() + std::to_string(made.size()),
                              .gives = grant(catalogue),
                              .licences = some_of(catalogue.licence_classes),
                              .reach = reach(catalogue),
                              .grants = some_of(catalogue.permissions),
                              .is_protected = coin(),
                              .single_holder = false,
                              .former_holder_becomes = std::nullopt,
                              .offerable = coin(),
                              .renameable = coin(),
                              .editable = false,
                              .deletable = false,
                              .copyable = coin()};
        if (role.is_protected) {
            role.offerable = true;
        } else {
            role.editable = coin();
            role.deletable = coin();
        }
        made.push_back(std::move(role));
    }
    // The last may be what newcomers start with, or what a former holder becomes.
    made.back().deletable = false;
    // The first is the founder's and reaches all, so that every offerable role can be given.
    OrganizationRole& founder = made.front();
    founder.is_protected = true;
    founder.editable = false;
    founder.deletable = false;
    founder.reach[Reach::invite] = {.all = true, .custom = false, .held = false, .roles = {}};
    founder.single_holder = made.size() > 1 && coin();
    if (founder.single_holder) {
        founder.offerable = false;
        founder.former_holder_becomes = made.back().id;
    }
    return made;
}

inline WorkspaceRules workspaces(const Catalogue& catalogue, bool offered) {
    WorkspaceRules rules;
    rules.offered = offered;
    rules.word = name();
    if (offered) {
        for (const RoleId& id : ids<RoleId>("place", number(0, 3))) {
            rules.roles.push_back(
                {id, name(), grant(catalogue), some_of(catalogue.licence_classes)});
        }
        if (!rules.roles.empty() && coin()) rules.creator_role = one_of(rules.roles).id;
        if (number(0, 4) == 0) rules.joining_needs = one_of(catalogue.permissions);
        rules.self_placement = coin();
    }
    rules.most_per_invitation = number(0, 20);
    rules.in_invitation = coin();
    rules.for_pending = coin();
    return rules;
}

inline JoiningRules joining(const std::vector<OrganizationRole>& roles) {
    JoiningRules rules;
    rules.at_once_for_known_accounts = coin();
    rules.invitation_life = std::chrono::seconds{number(1, 3650 * 24 * 3600)};
    rules.invitation_reserves_licence = coin();
    rules.recheck_inviter = coin();
    if (!roles.back().is_protected && coin()) {
        rules.newcomer_role = roles.back().id;
        rules.invitation_names_role = coin();
    }
    rules.most_rows = number(1, 10'001);
    rules.resend_interval = std::chrono::seconds{number(0, 24 * 3600)};
    rules.most_resends_a_day = number(0, 100);
    rules.most_mails_an_hour = number(0, 10'001);
    return rules;
}

inline MemberRules members() {
    return {.several_roles = coin(),
            .self_removal = coin(),
            .own_role_change = coin(),
            .role_change_while_pending = coin(),
            .role_change_while_suspended = coin(),
            .suspension = coin(),
            .suspension_frees_licence = coin(),
            .confirm_removal = coin(),
            .address_replacement = coin(),
            .last_holder = coin() ? LastHolderGuard::refused : LastHolderGuard::operator_replaces,
            .removal_while_pending = coin()};
}

inline CustomRoleRules custom_roles(const Catalogue& catalogue) {
    CustomRoleRules rules;
    rules.offered = catalogue.custom_roles;
    rules.most = number(1, 500);
    if (rules.offered) {
        rules.reach = reach(catalogue);
        rules.licences = some_of(catalogue.licence_classes);
    }
    return rules;
}

inline std::vector<Plan> plans(const Catalogue& catalogue) {
    std::vector<Plan> made;
    for (const PlanId& id : ids<PlanId>("plan", number(1, 4))) {
        Plan plan{id, name(), {}};
        for (const LicenceClassId& licence_class : some_of(catalogue.licence_classes)) {
            // Some plan has a seat of each class.
            const std::uint64_t least = made.empty() ? 1 : 0;
            plan.limits[licence_class] = std::max(least, *rc::gen::arbitrary<std::uint64_t>());
        }
        made.push_back(std::move(plan));
    }
    return made;
}

inline std::vector<Column> columns() {
    std::vector<Column> made;
    for (const char* field :
         {"id", "name", "address", "role", "status", "last_access", "since", "details"}) {
        if (coin()) made.push_back({field, name()});
    }
    return made;
}

inline Presentation presentation() {
    Presentation made;
    made.list_columns = columns();
    made.csv_columns = columns();
    for (const char* status : {"active", "suspended", "pending"}) {
        if (coin()) made.status_words[status] = name();
    }
    made.mail_language = coin() ? "en" : "fr-CA";
    for (const char* word : {"subject", "body"}) {
        if (!coin()) continue;
        std::string text = name() + "\n";
        std::erase_if(text, [](char c) { return c == '{' || c == '}'; });
        made.mail_words[word] = text + "{organization}\t{link}";
    }
    made.advise_protected_holders = number(0, 5);
    made.advise_idle_days = *rc::gen::arbitrary<std::uint32_t>();
    made.advise_two_factor = coin();
    made.advise_expiring_days = *rc::gen::arbitrary<std::uint32_t>();
    made.advise_wide_role_percent = *rc::gen::arbitrary<std::uint32_t>();
    made.sign_in_coalescing_seconds = *rc::gen::arbitrary<std::uint32_t>();
    return made;
}

/// Only inside a generator (`rc::gen::exec`) or a property.
inline Blueprint drawn_blueprint() {
    const Catalogue catalogue{.permissions = ids<PermissionId>("permission", number(1, 9)),
                              .roles = ids<RoleId>("role", number(1, 5)),
                              .licence_classes = ids<LicenceClassId>("class", number(0, 3)),
                              .custom_roles = coin()};
    const bool with_workspaces = coin();
    Blueprint made;
    made.id = coin() ? "some-product" : "other_product.2";
    made.product = name();
    made.permissions = permissions(catalogue, with_workspaces);
    for (std::size_t index = 0; index < operation_count; ++index) {
        std::vector<PermissionId> fitting;
        for (const Permission& permission : made.permissions) {
            if (!permission.within_workspaces) fitting.push_back(permission.id);
        }
        made.needs[static_cast<Operation>(index)] = one_of(fitting);
    }
    made.roles = roles(catalogue);
    made.founder_role = made.roles.front().id;
    made.custom_roles = custom_roles(catalogue);
    made.workspaces = workspaces(catalogue, with_workspaces);
    made.joining = joining(made.roles);
    made.members = members();
    for (const LicenceClassId& id : catalogue.licence_classes) {
        made.licence_classes.push_back({id, name()});
    }
    made.plans = plans(catalogue);
    made.first_plan = made.plans.back().id;
    made.presentation = presentation();
    return made;
}

inline rc::Gen<Blueprint> blueprint() {
    return rc::gen::exec([] { return drawn_blueprint(); });
}

}  // namespace muster::arbitrary_rules
