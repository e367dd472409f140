// Setting rules the other way, and drawing them.
#include "tests/domain/rules_to_live_by.h"

#include "tests/domain/arbitrary_blueprint.h"
#include "tests/domain/blueprints.h"
#include "tests/domain/properties.h"
#include "tests/random_runs.h"

namespace muster::domain_tests {
namespace {

Blueprint conance_otherwise() {
    return with(conance_like(), [](Blueprint& b) {
        b.id = "conance-otherwise";
        b.members.several_roles = true;
        b.members.role_change_while_pending = true;
        b.members.suspension = true;
        b.members.suspension_frees_licence = true;
        b.joining.invitation_reserves_licence = false;
        b.joining.recheck_inviter = true;
    });
}

Blueprint open_source_otherwise() {
    return with(open_source_like(), [](Blueprint& b) {
        b.id = "open-source-otherwise";
        b.workspaces.creator_role = RoleId{"maintainer"};
        b.members.suspension = true;
        b.members.address_replacement = true;
        b.members.role_change_while_pending = true;
        b.custom_roles = {
            .offered = true, .reach = reach_everywhere(reach_all()), .licences = {}, .most = 3};
    });
}

Blueprint mark_without_waiting() {
    return with(mark_like(), [](Blueprint& b) {
        b.id = "mark-without-waiting";
        b.workspaces.creator_role = RoleId{"editor"};
        b.members.last_holder = LastHolderGuard::operator_replaces;
        b.members.suspension = true;
        b.members.suspension_frees_licence = true;
        b.members.address_replacement = true;
        b.roles[1].gives.permissions.push_back(PermissionId{"suspend_member"});
        add_permissions(b, {"join"});
        for (const std::size_t role : {1U, 3U}) {
            b.roles[role].gives.permissions.push_back(PermissionId{"join"});
        }
        b.workspaces.joining_needs = PermissionId{"join"};
        b.workspaces.self_placement = true;
        b.members.confirm_removal = true;
    });
}

Blueprint mark_with_roles_named() {
    return with(mark_like(), [](Blueprint& b) {
        b.id = "mark-with-roles-named";
        b.joining.invitation_names_role = true;
        b.joining.newcomer_role = std::nullopt;
        b.joining.at_once_for_known_accounts = false;
        b.members.several_roles = true;
        b.members.own_role_change = false;
        b.members.suspension = true;
        b.workspaces.for_pending = true;
        b.roles[2].licences = {LicenceClassId{"discovery"}, LicenceClassId{"unlimited"}};
    });
}

Blueprint respond_with_new_addresses() {
    return with(respond_like(), [](Blueprint& b) {
        b.id = "respond-with-new-addresses";
        b.members.address_replacement = true;
        b.members.role_change_while_pending = true;
        b.members.removal_while_pending = true;
        b.members.confirm_removal = true;
        b.joining.recheck_inviter = false;
        b.members.suspension = true;
        b.roles[2].gives.permissions.push_back(PermissionId{"suspend_member"});
        b.roles[2].reach[Reach::suspend] = reach_roles({RoleId{"member"}});
    });
}

Blueprint owner_otherwise() {
    return with(owner_like(), [](Blueprint& b) {
        b.id = "owner-otherwise";
        b.members.several_roles = true;
        b.members.last_holder = LastHolderGuard::operator_replaces;
        b.members.address_replacement = true;
        b.members.suspension = true;
        b.joining.at_once_for_known_accounts = true;
        b.joining.recheck_inviter = false;
    });
}

Blueprint owner_replaced_by_operator() {
    return with(owner_like(), [](Blueprint& b) {
        b.id = "owner-replaced-by-operator";
        b.members.last_holder = LastHolderGuard::operator_replaces;
        b.members.address_replacement = true;
    });
}

/// With a second role of the blueprint's that can be changed like the organisation's own.
Blueprint engagelab_with_seats() {
    return with(engagelab_like(), [](Blueprint& b) {
        b.id = "engagelab-with-seats";
        const LicenceClassId seat{"seat"};
        b.licence_classes = {{seat, "Seat"}};
        b.plans.front().limits[seat] = 3;
        OrganizationRole editor = ordinary_role(
            "editor", permissions("read_members", "manage_roles", "invite_member", "change_role"));
        editor.licences = {seat};
        editor.reach = reach_everywhere(reach_held());
        editor.grants = permissions("send");
        editor.renameable = editor.editable = editor.deletable = editor.copyable = true;
        b.roles.push_back(editor);
        b.custom_roles.licences = {seat};
        b.members.suspension_frees_licence = true;
        b.members.role_change_while_suspended = false;
        b.members.self_removal = false;
    });
}

Blueprint universign_with_suspension() {
    return with(universign_like(), [](Blueprint& b) {
        b.id = "universign-with-suspension";
        b.members.suspension = true;
        b.members.address_replacement = true;
        b.members.several_roles = true;
        b.members.role_change_while_suspended = true;
    });
}

std::vector<SharedBlueprint> shared(std::vector<Blueprint> blueprints) {
    std::vector<SharedBlueprint> made;
    for (Blueprint& blueprint : blueprints) made.emplace_back(std::move(blueprint));
    return made;
}

/// Small numbers, and a founder who can do something.
void make_eventful(Blueprint& rules) {
    for (Plan& plan : rules.plans) {
        for (auto& [licence, limit] : plan.limits) limit = 1 + limit % 4;
    }
    JoiningRules& joining = rules.joining;
    joining.invitation_life = std::chrono::hours{6 * (1 + joining.invitation_life.count() % 40)};
    joining.most_rows = 1 + joining.most_rows % 3;
    joining.resend_interval = std::chrono::hours{joining.most_resends_a_day % 3 * 3};
    joining.most_resends_a_day %= 3;
    joining.most_mails_an_hour %= 5;
    rules.workspaces.most_per_invitation %= 4;
    rules.custom_roles.most = 1 + rules.custom_roles.most % 5;
    if (rules.permissions.size() % 2 == 1) {
        rules.roles.front().gives = {.everything = true, .permissions = {}};
        rules.roles.front().reach = reach_everywhere(reach_all());
    }
}

}  // namespace

const std::vector<SharedBlueprint>& plain_shapes() {
    static const std::vector<SharedBlueprint> shapes =
        shared({conance_like(), open_source_like(), mark_like(), respond_like(), owner_like(),
                engagelab_like(), universign_like()});
    return shapes;
}

const std::vector<SharedBlueprint>& all_shapes() {
    static const std::vector<SharedBlueprint> shapes = [] {
        auto all = plain_shapes();
        const auto varied = shared(
            {conance_otherwise(), open_source_otherwise(), mark_without_waiting(),
             mark_with_roles_named(), respond_with_new_addresses(), owner_otherwise(),
             owner_replaced_by_operator(), engagelab_with_seats(), universign_with_suspension()});
        all.insert(all.end(), varied.begin(), varied.end());
        return all;
    }();
    return shapes;
}

SharedBlueprint shape(std::string_view id) {
    for (const SharedBlueprint& known : all_shapes()) {
        if (known->id == id) return known;
    }
    return {};
}

SharedBlueprint drawn_rules(std::uint64_t number) {
    // Drawing takes longer than living, so that the first ones are kept.
    static std::map<std::uint64_t, SharedBlueprint> kept;
    if (const auto found = kept.find(number); found != kept.end()) return found->second;
    Blueprint rules = arbitrary_rules::blueprint()(rc::Random{number}, rc::kNominalSize).value();
    rules.presentation = {};
    make_eventful(rules);
    SharedBlueprint made{std::move(rules)};
    if (kept.size() < 100) kept.emplace(number, made);
    return made;
}

SharedBlueprint some_rules() {
    const auto& shapes = all_shapes();
    const auto choice =
        *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, shapes.size() * 3 / 2));
    if (choice < shapes.size()) return shapes[choice];
    const std::uint64_t most = test::is_long_run() ? 1'000'000 : 100;
    return drawn_rules(*rc::gen::noShrink(
        rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint64_t>(0, most))));
}

}  // namespace muster::domain_tests
