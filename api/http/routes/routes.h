// The API's routes by subject; api.cpp holds the table that leads to them. Each answers its
// exchange.
#pragma once

#include "api/http/exchange/exchange.h"

#include <memory>

namespace muster::http {

// organizations.cpp
void found_organization(Exchange& exchange);
void show_organization(Exchange& exchange);
void rename_organization(Exchange& exchange);
void end_organization(Exchange& exchange);
void change_blueprint(Exchange& exchange);
void transfer_ownership(Exchange& exchange);
void show_plan(Exchange& exchange);
void change_plan(Exchange& exchange);
void check(Exchange& exchange);

// audit.cpp
void show_audit(Exchange& exchange);

// blueprints.cpp
void list_blueprints(Exchange& exchange);
void show_blueprint(Exchange& exchange);
void show_rules(Exchange& exchange);

// member_list.cpp
void list_members(Exchange& exchange);
void list_role_members(Exchange& exchange);
void export_members(Exchange& exchange);
void show_member(Exchange& exchange);

// members.cpp
void change_role(Exchange& exchange);
void remove_member(Exchange& exchange);
void suspend_member(Exchange& exchange);
void reinstate_member(Exchange& exchange);
void replace_address(Exchange& exchange);
void replace_protected_holder(Exchange& exchange);

// roles.cpp
void list_roles(Exchange& exchange);
void show_role(Exchange& exchange);
void offerable_roles(Exchange& exchange);
void create_role(Exchange& exchange);
void edit_role(Exchange& exchange);
void delete_role(Exchange& exchange);
void copy_role(Exchange& exchange);
void assign_role(Exchange& exchange);
void withdraw_role(Exchange& exchange);

// workspaces.cpp
void list_workspaces(Exchange& exchange);
void show_workspace(Exchange& exchange);
void create_workspace(Exchange& exchange);
void rename_workspace(Exchange& exchange);
void delete_workspace(Exchange& exchange);
void assign_workspaces(Exchange& exchange);
void assign_workspace_role(Exchange& exchange);
void assign_workspace_to_person(Exchange& exchange);
void withdraw_workspace_role(Exchange& exchange);

// invitations.cpp
void invite(Exchange& exchange);
void list_invitations(Exchange& exchange);
void resend_invitation(Exchange& exchange);
void cancel_invitation(Exchange& exchange);
void show_invitation(Exchange& exchange);
void accept_invitation(Exchange& exchange);
void decline_invitation(Exchange& exchange);

// people.cpp
void register_person(Exchange& exchange);
void find_person(Exchange& exchange);
void show_person(Exchange& exchange);
void change_profile(Exchange& exchange);
void change_two_factor(Exchange& exchange);
void record_sign_in(Exchange& exchange);

// operations.cpp
void start_operation(Exchange& exchange);
void show_operation(Exchange& exchange);

// operator.cpp
void list_api_keys(Exchange& exchange);
void create_api_key(Exchange& exchange);
void delete_api_key(Exchange& exchange);
void show_log(Exchange& exchange);
void show_checkpoint(Exchange& exchange);
void show_verifier_key(Exchange& exchange);
void prove_inclusion(Exchange& exchange);
void prove_consistency(Exchange& exchange);
void list_commits(Exchange& exchange);
void import_lines(Exchange& exchange);
void healthz(Exchange& exchange);
void readyz(Exchange& exchange);
void confirm_clock(Exchange& exchange);

}  // namespace muster::http
