// Which list a command is looked up in.
#include "tests/domain/naive_model.h"

namespace muster::domain_tests {
namespace {

/// A command about one organisation, from somebody it takes commands of.
struct InOneOrganization {
    NaiveOrganization& here;
    const NaiveAccounts& accounts;
    const Context& context;
    Instant now;

    const Actor& actor() const { return context.actor; }

    bool operator()(const InviteMember& c) const { return here.invites(c, actor(), now, accounts); }
    bool operator()(const ReplaceAddress& c) const {
        return here.replaces_address(c, actor(), now, accounts);
    }
    bool operator()(const ResendInvitation& c) const { return here.resends(c, actor(), now); }
    bool operator()(const CancelInvitation& c) const { return here.cancels(c, actor()); }
    bool operator()(const ChangeRole& c) const {
        std::vector<std::string> roles;
        for (const RoleId& role : c.roles) roles.push_back(role.value);
        return here.changes_roles(c.person, roles, actor());
    }
    bool operator()(const AssignRole& c) const { return here.assigns_role(c, actor()); }
    bool operator()(const WithdrawRole& c) const { return here.withdraws_role(c, actor()); }
    bool operator()(const RemoveMember& c) const { return here.removes(c, actor()); }
    bool operator()(const SuspendMember& c) const { return here.suspends(c, actor()); }
    bool operator()(const ReinstateMember& c) const { return here.reinstates(c, actor()); }
    bool operator()(const TransferOwnership& c) const { return here.transfers(c, actor()); }
    bool operator()(const ReplaceProtectedHolder& c) const {
        return here.replaces_holder(c, context);
    }
    bool operator()(const CreateRole& c) const { return here.creates_role(c, actor()); }
    bool operator()(const RenameRole& c) const { return here.renames_role(c, actor()); }
    bool operator()(const SetRolePermissions& c) const { return here.edits_role(c, actor()); }
    bool operator()(const DeleteRole& c) const { return here.deletes_role(c, actor()); }
    bool operator()(const CreateWorkspace& c) const { return here.creates_workspace(c, actor()); }
    bool operator()(const RenameWorkspace& c) const { return here.renames_workspace(c, actor()); }
    bool operator()(const DeleteWorkspace& c) const { return here.deletes_workspace(c, actor()); }
    bool operator()(const AssignWorkspaceRole& c) const { return here.assigns_one(c, actor()); }
    bool operator()(const AssignWorkspaces& c) const { return here.assigns_several(c, actor()); }
    bool operator()(const WithdrawWorkspaceRole& c) const { return here.withdraws(c, actor()); }
    bool operator()(const ChangePlan& c) const { return here.changes_plan(c, actor()); }
    bool operator()(const ChangeBlueprint& c) const { return here.changes_rules(c, actor()); }
    bool operator()(const RenameOrganization& c) const { return here.renames(c, actor()); }
    /// Nothing else is asked of one organisation.
    template <class Other>
    bool operator()(const Other&) const {
        return false;
    }
};

}  // namespace

bool NaiveModel::accepts(const Command& command, const Context& context, Instant now) {
    const Actor& actor = context.actor;
    if (const auto* c = std::get_if<FoundOrganization>(&command)) return founds(*c, actor);
    if (const auto* c = std::get_if<RegisterPerson>(&command)) return registers(*c, actor, now);
    if (const auto* c = std::get_if<AcceptInvitation>(&command)) return joins(*c, actor, now);
    if (const auto* c = std::get_if<DeclineInvitation>(&command)) return declines(*c, actor, now);
    if (const auto* c = std::get_if<CopyRole>(&command)) return copies(*c, actor);
    if (const auto* c = std::get_if<RecordSignIn>(&command)) return signs_in(*c, actor);
    if (const auto* c = std::get_if<ChangeTwoFactor>(&command)) {
        return actor.is_operator() && accounts_.registered.contains(c->person);
    }
    if (const auto* c = std::get_if<ChangeProfile>(&command)) {
        return (actor.is_operator() || actor.is(c->person)) && !c->name.empty() &&
               accounts_.registered.contains(c->person);
    }
    NaiveOrganization& here = organizations_.at(*organization_of(command));
    if (std::holds_alternative<SettleDue>(command)) return actor.is_system() && here.settles(now);
    if (std::holds_alternative<EndOrganization>(command)) return here.ends(actor);
    if (!here.takes_commands_of(actor)) return false;
    const bool accepted = std::visit(InOneOrganization{here, accounts_, context, now}, command);
    here.offers_places_as_they_are();
    return accepted;
}

bool NaiveModel::founds(const FoundOrganization& command, const Actor& actor) {
    if (!actor.is_operator() && !actor.is(command.founder)) return false;
    const auto made = NaiveOrganization::founded(command);
    return made && organizations_.emplace(command.organization, *made).second;
}

void NaiveModel::gets_account(PersonId person, Instant now) {
    accounts_.registered.insert(person);
    accounts_.verified.insert(person);
    for (auto& [id, organization] : organizations_) organization.joins_at_once(person, now);
}

bool NaiveModel::registers(const RegisterPerson& command, const Actor& actor, Instant now) {
    if (!actor.is_operator()) return false;
    const bool nothing_new = accounts_.registered.contains(command.person) &&
                             (accounts_.verified.contains(command.person) || !command.verified);
    if (nothing_new) return true;
    if (command.name.empty()) return false;
    if (command.verified) gets_account(command.person, now);
    accounts_.registered.insert(command.person);
    return true;
}

bool NaiveModel::joins(const AcceptInvitation& command, const Actor& actor, Instant now) {
    NaiveOrganization& here = organizations_.at(command.organization);
    if (!actor.person()) return false;
    const bool has_account = accounts_.registered.contains(*actor.person());
    const bool signed_in = command.signed_in && accounts_.verified.contains(*actor.person());
    if (has_account ? !signed_in : command.account_name.empty()) return false;
    if (!here.answers(command.invitation, command.send_number, actor, now)) return false;
    if (!here.joins(command.invitation)) return false;
    if (!has_account) gets_account(*actor.person(), now);
    return true;
}

bool NaiveModel::declines(const DeclineInvitation& command, const Actor& actor, Instant now) {
    NaiveOrganization& here = organizations_.at(command.organization);
    if (!actor.person()) return false;
    const bool has_account = accounts_.registered.contains(*actor.person());
    const bool signed_in = command.signed_in && accounts_.verified.contains(*actor.person());
    if (has_account && !signed_in) return false;
    return here.answers(command.invitation, command.send_number, actor, now) &&
           here.declines(command.invitation);
}

bool NaiveModel::copies(const CopyRole& command, const Actor& actor) {
    NaiveOrganization& from = organizations_.at(command.organization);
    if (!from.takes_commands_of(actor)) return false;
    const auto role = from.copied(command, actor);
    if (!role) return false;
    bool any = false;
    std::set<OrganizationId> named{command.organization};
    for (const RoleCopy& target : command.targets) {
        const auto to = organizations_.find(target.organization);
        const bool stands =
            named.insert(target.organization).second && to != organizations_.end() &&
            to->second.makes_role(target.role.value, role->name, role->gives, actor);
        any = any || stands;
    }
    return any;
}

bool NaiveModel::signs_in(const RecordSignIn& command, const Actor& actor) {
    if (command.organization) {
        NaiveOrganization& here = organizations_.at(*command.organization);
        return here.takes_commands_of(actor) && here.signs_in(command, actor);
    }
    return (actor.is_operator() || actor.is(command.person)) &&
           accounts_.registered.contains(command.person);
}

}  // namespace muster::domain_tests
