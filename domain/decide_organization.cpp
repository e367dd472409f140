// Founding, naming, ending, the plan, what falls due, imports.
#include "domain/decide_parts.h"
#include "domain/seats.h"

namespace muster {

Verdict decide_one(const Call& call, const FoundOrganization& command) {
    const Actor& actor = call.actor();
    const bool founds_own = actor.is(command.founder) && !call.context.imported;
    if (!actor.is_operator() && !founds_own) return refuse(Rejection::not_allowed);
    if (call.world.organization(command.organization) != nullptr) {
        return refuse(Rejection::organization_exists);
    }
    if (call.world.look_of(command.name).key.empty()) return refuse(Rejection::name_missing);
    if (!may_be_run_by(call, command.blueprint)) return refuse(Rejection::blueprint_invalid);

    const Blueprint& blueprint = *command.blueprint;
    const OrganizationFounded founded{.organization = command.organization,
                                      .name = command.name,
                                      .blueprint = command.blueprint,
                                      .plan = blueprint.first_plan,
                                      .imported = call.context.imported};
    Organization organization;
    evolve(organization, founded, call.now);
    const std::vector<RoleId> roles{blueprint.founder_role};
    const auto licence = licence_for(organization, roles, {}, std::nullopt);
    if (!licence) return refuse(licence.error());
    return happened(command.organization, {founded, MemberJoined{.person = command.founder,
                                                                 .invitation = std::nullopt,
                                                                 .roles = roles,
                                                                 .workspaces = {},
                                                                 .licence = *licence,
                                                                 .name = command.founder_name,
                                                                 .address = command.founder_address,
                                                                 .details = {}}});
}

Verdict decide_one(const Call& call, const EndOrganization& command) {
    const Organization* organization = call.world.organization(command.organization);
    if (organization != nullptr && organization->ended && call.actor().is_operator()) {
        return already_so();
    }
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    if (!may(**known, call.actor(), Operation::end_organization)) {
        return refuse(Rejection::not_allowed);
    }
    return happened(command.organization, {OrganizationEnded{}});
}

Verdict decide_one(const Call& call, const RenameOrganization& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    if (!may(**known, call.actor(), Operation::manage_organization)) {
        return refuse(Rejection::not_allowed);
    }
    if ((*known)->name == command.name) return already_so();
    if (call.world.look_of(command.name).key.empty()) return refuse(Rejection::name_missing);
    return happened(command.organization, {OrganizationRenamed{command.name}});
}

Verdict decide_one(const Call& call, const ChangePlan& command) {
    const auto known = known_organization(call, command.organization);
    if (!known) return refuse(known.error());
    const Organization& organization = **known;
    if (!call.actor().is_operator()) return refuse(Rejection::operator_only);
    const Plan* plan = organization.blueprint->plan(command.plan);
    if (plan == nullptr) return refuse(Rejection::plan_not_found);

    auto limits = plan->limits;
    for (const auto& [licence_class, limit] : command.limits) {
        if (!organization.blueprint->has_licence_class(licence_class)) {
            return refuse(Rejection::licence_class_unknown);
        }
        limits[licence_class] = limit;
    }
    if (organization.plan == command.plan && organization.limits == limits) return already_so();
    return happened(command.organization, {PlanChanged{command.plan, limits}});
}

Verdict decide_one(const Call& call, const SettleDue& command) {
    if (!call.actor().is_system()) return refuse(Rejection::not_allowed);
    const Organization* organization = call.world.organization(command.organization);
    if (organization == nullptr) return refuse(Rejection::organization_not_found);
    std::vector<Event> events;
    for (const auto& [due, nothing] : organization->due) {
        if (due.at > call.now) break;
        const PersonId person = organization->invitation(due.invitation)->person;
        events.emplace_back(InvitationExpired{due.invitation, person});
    }
    return happened(command.organization, std::move(events));
}

Verdict decide_one(const Call& call, const FinishImport& command) {
    const Organization* organization = call.world.organization(command.organization);
    const Actor& actor = call.actor();
    const bool stranger =
        organization == nullptr ||
        (actor.person() && organization->member(actor) == nullptr);
    if (stranger) return refuse(Rejection::organization_not_found);
    if (!actor.is_operator()) return refuse(Rejection::operator_only);
    if (!organization->importing) return already_so();
    return happened(command.organization, {ImportFinished{}});
}

}  // namespace muster
