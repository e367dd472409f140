// Small rules for tests that need some and do not care which.
#pragma once

#include "domain/blueprint.h"

#include <string>

namespace muster {

/// Small valid rules, other ones for other names.
inline Blueprint sample_blueprint(const std::string& name) {
    Blueprint blueprint;
    blueprint.id = "sample";
    blueprint.product = name;
    blueprint.permissions = {{.id = PermissionId{"members.read"},
                              .module = "members",
                              .label = "See the members",
                              .implies = {}},
                             {.id = PermissionId{"members.manage"},
                              .module = "members",
                              .label = "Manage the members",
                              .implies = {PermissionId{"members.read"}}}};
    for (std::size_t operation = 0; operation < operation_count; ++operation) {
        blueprint.needs.emplace(static_cast<Operation>(operation), PermissionId{"members.manage"});
    }
    blueprint.needs[Operation::read_members] = PermissionId{"members.read"};
    OrganizationRole admin;
    admin.id = RoleId{"admin"};
    admin.name = "Administrator";
    admin.gives.everything = true;
    admin.licences = {LicenceClassId{"full"}};
    admin.is_protected = true;
    for (std::size_t reach = 0; reach < reach_count; ++reach) {
        admin.reach[static_cast<Reach>(reach)].all = true;
    }
    OrganizationRole member;
    member.id = RoleId{"member"};
    member.name = "Member";
    member.gives.permissions = {PermissionId{"members.read"}};
    blueprint.roles = {admin, member};
    blueprint.founder_role = RoleId{"admin"};
    blueprint.licence_classes = {{.id = LicenceClassId{"full"}, .name = "Full"}};
    blueprint.plans = {
        {.id = PlanId{"free"}, .name = "Free", .limits = {{LicenceClassId{"full"}, 5}}}};
    blueprint.first_plan = PlanId{"free"};
    blueprint.joining.recheck_inviter = false;  // as the first release had it
    return blueprint;
}

}  // namespace muster
