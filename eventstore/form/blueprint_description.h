// The members of every struct of a blueprint, in their order in JSON. One description drives
// reading and writing, so that the two cannot drift apart. Included by blueprint_json.cpp alone.
//
// Stored texts are for ever: a member that came after the first release is `added`, which leaves it
// out where it says what its absence means, so that older rules keep their bytes.
#pragma once

#include "domain/blueprint.h"

#include <concepts>
#include <type_traits>

namespace muster {

/// `Value` is `Rules`, or const `Rules` when it is being written.
template <class Value, class Rules>
concept Described = std::same_as<std::remove_const_t<Value>, Rules>;

template <class Form>
void describe(Form& form, Described<Permission> auto& permission) {
    form.required("id", permission.id);
    form.required("module", permission.module);
    form.required("label", permission.label);
    form.optional("implies", permission.implies);
    form.optional("within_workspaces", permission.within_workspaces);
    form.optional("without_workspace_too", permission.without_workspace_too);
}

template <class Form>
void describe(Form& form, Described<OrganizationRole> auto& role) {
    form.required("id", role.id);
    form.required("name", role.name);
    form.required("gives", role.gives);
    form.optional("licences", role.licences);
    form.optional("reach", role.reach);
    form.optional("grants", role.grants);
    form.optional("protected", role.is_protected);
    form.optional("single_holder", role.single_holder);
    form.optional("former_holder_becomes", role.former_holder_becomes);
    form.optional("offerable", role.offerable);
    form.optional("renameable", role.renameable);
    form.optional("editable", role.editable);
    form.optional("deletable", role.deletable);
    form.optional("copyable", role.copyable);
}

template <class Form>
void describe(Form& form, Described<WorkspaceRole> auto& role) {
    form.required("id", role.id);
    form.required("name", role.name);
    form.required("gives", role.gives);
    form.optional("licences", role.licences);
}

template <class Form>
void describe(Form& form, Described<WorkspaceRules> auto& workspaces) {
    form.optional("offered", workspaces.offered);
    form.optional("word", workspaces.word);
    form.optional("roles", workspaces.roles);
    form.optional("most_per_invitation", workspaces.most_per_invitation);
    form.optional("in_invitation", workspaces.in_invitation);
    form.optional("for_pending", workspaces.for_pending);
    form.optional("creator_role", workspaces.creator_role);
    form.added("joining_needs", workspaces.joining_needs);
    form.added("self_placement", workspaces.self_placement, false);
}

template <class Form>
void describe(Form& form, Described<JoiningRules> auto& joining) {
    form.optional("at_once_for_known_accounts", joining.at_once_for_known_accounts);
    form.optional("invitation_life_seconds", joining.invitation_life);
    form.optional("invitation_reserves_licence", joining.invitation_reserves_licence);
    form.optional("recheck_inviter", joining.recheck_inviter);
    form.optional("invitation_names_role", joining.invitation_names_role);
    form.optional("newcomer_role", joining.newcomer_role);
    form.optional("most_rows", joining.most_rows);
    const JoiningRules usual;
    form.added("resend_interval_seconds", joining.resend_interval, usual.resend_interval);
    form.added("most_resends_a_day", joining.most_resends_a_day, usual.most_resends_a_day);
    form.added("most_mails_an_hour", joining.most_mails_an_hour, usual.most_mails_an_hour);
}

template <class Form>
void describe(Form& form, Described<MemberRules> auto& members) {
    form.optional("several_roles", members.several_roles);
    form.optional("self_removal", members.self_removal);
    form.optional("own_role_change", members.own_role_change);
    form.optional("role_change_while_pending", members.role_change_while_pending);
    form.optional("role_change_while_suspended", members.role_change_while_suspended);
    form.optional("suspension", members.suspension);
    form.optional("suspension_frees_licence", members.suspension_frees_licence);
    form.optional("confirm_removal", members.confirm_removal);
    form.optional("address_replacement", members.address_replacement);
    form.optional("last_holder", members.last_holder);
    form.added("removal_while_pending", members.removal_while_pending, false);
}

template <class Form>
void describe(Form& form, Described<CustomRoleRules> auto& custom_roles) {
    form.optional("offered", custom_roles.offered);
    form.optional("reach", custom_roles.reach);
    form.optional("licences", custom_roles.licences);
    form.optional("most", custom_roles.most);
}

template <class Form>
void describe(Form& form, Described<LicenceClass> auto& licence_class) {
    form.required("id", licence_class.id);
    form.required("name", licence_class.name);
}

template <class Form>
void describe(Form& form, Described<Plan> auto& plan) {
    form.required("id", plan.id);
    form.required("name", plan.name);
    form.optional("limits", plan.limits);
}

template <class Form>
void describe(Form& form, Described<Column> auto& column) {
    form.required("field", column.field);
    form.required("label", column.label);
}

template <class Form>
void describe(Form& form, Described<Presentation> auto& presentation) {
    form.optional("list_columns", presentation.list_columns);
    form.optional("csv_columns", presentation.csv_columns);
    form.optional("status_words", presentation.status_words);
    form.optional("mail_language", presentation.mail_language);
    form.optional("mail_words", presentation.mail_words);
    form.optional("advise_protected_holders", presentation.advise_protected_holders);
    form.optional("advise_idle_days", presentation.advise_idle_days);
    form.optional("advise_two_factor", presentation.advise_two_factor);
    form.optional("advise_expiring_days", presentation.advise_expiring_days);
    form.optional("advise_wide_role_percent", presentation.advise_wide_role_percent);
    form.optional("sign_in_coalescing_seconds", presentation.sign_in_coalescing_seconds);
}

template <class Form>
void describe(Form& form, Described<Blueprint> auto& blueprint) {
    form.required("id", blueprint.id);
    form.required("product", blueprint.product);
    form.required("permissions", blueprint.permissions);
    form.required("needs", blueprint.needs);
    form.required("roles", blueprint.roles);
    form.required("founder_role", blueprint.founder_role);
    form.optional("custom_roles", blueprint.custom_roles);
    form.optional("workspaces", blueprint.workspaces);
    form.optional("joining", blueprint.joining);
    form.optional("members", blueprint.members);
    form.optional("licence_classes", blueprint.licence_classes);
    form.required("plans", blueprint.plans);
    form.required("first_plan", blueprint.first_plan);
    form.optional("presentation", blueprint.presentation);
}

}  // namespace muster
