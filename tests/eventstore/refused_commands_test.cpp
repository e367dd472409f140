// A refused command of a megabyte leaves a few hundred bytes in the log, whichever command it is
// and whatever is long in it, and is read back as it was stored.
#include "domain/refused.h"
#include "eventstore/form/codec.h"
#include "tests/eventstore/golden_commits.h"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>

namespace muster::refused_commands {
namespace {

using golden::organization;
using golden::person;
using golden::workspace;

constexpr std::size_t megabyte = 1'000'000;

std::string long_text() {
    return std::string(megabyte, 'x');
}
Sealed long_seal() {
    return Sealed{long_text()};
}

/// Long ids, then one that is long itself.
template <class AnyKey>
std::vector<AnyKey> many_ids() {
    std::vector<AnyKey> ids(20'000, AnyKey{std::string(50, 'i')});
    ids.push_back({long_text()});
    return ids;
}
template <class AnyKey>
std::vector<AnyKey> one_long_id() {
    return {{long_text()}};
}

std::vector<WorkspacePlace> many_places() {
    return std::vector<WorkspacePlace>(20'000, {workspace, RoleId{std::string(50, 'r')}});
}

std::vector<InvitationRow> many_rows() {
    const InvitationRow row{golden::invitation,
                            person,
                            {RoleId{"member"}},
                            {{workspace, RoleId{"editor"}}},
                            Sealed{std::string(60, 'n')},
                            Sealed{std::string(60, 'a')},
                            {}};
    return std::vector<InvitationRow>(5'000, row);
}

std::map<RoleId, RoleId> many_changes() {
    std::map<RoleId, RoleId> changes;
    for (int number = 0; number < 20'000; ++number) {
        changes[{"role" + std::to_string(number)}] = {std::string(50, 'r')};
    }
    changes[{long_text()}] = {long_text()};
    return changes;
}

std::map<LicenceClassId, std::uint64_t> many_limits() {
    std::map<LicenceClassId, std::uint64_t> limits;
    for (std::uint64_t number = 0; number < 20'000; ++number) {
        limits[{"class" + std::to_string(number)}] = number;
    }
    limits[{long_text()}] = 1;
    return limits;
}

SharedBlueprint long_rules() {
    Blueprint rules = *golden::rules();
    for (int number = 0; number < 200; ++number) {
        rules.permissions.push_back({.id = PermissionId{"more." + std::to_string(number)},
                                     .module = std::string(150, 'm'),
                                     .label = std::string(150, 'l')});
    }
    return SharedBlueprint{std::move(rules)};
}

const RoleId long_role{long_text()};

/// Each command that can be long, in every way that it can be.
std::vector<Command> long_commands() {
    const Sealed seal = long_seal();
    return {
        FoundOrganization{organization, long_text(), long_rules(), person, seal, seal},
        ChangePlan{organization, PlanId{long_text()}, many_limits()},
        InviteMember{organization, many_rows(), RowMode::each, seal},
        InviteMember{
            organization,
            {{golden::invitation, person, many_ids<RoleId>(), many_places(), seal, seal, seal}},
            RowMode::atomic,
            {}},
        AcceptInvitation{organization, golden::invitation, 2, true, seal, seal},
        ChangeRole{organization, person, many_ids<RoleId>()},
        ChangeRole{organization, person, one_long_id<RoleId>()},
        CreateWorkspace{organization, workspace, long_text()},
        AssignWorkspaceRole{organization, person, {workspace, long_role}},
        CreateRole{organization, long_role, long_text(), many_ids<PermissionId>()},
        RegisterPerson{person, seal, seal, true},
        ReplaceProtectedHolder{organization, person, golden::successor, many_ids<RoleId>()},
        ReplaceAddress{organization, person, golden::invitation, golden::successor, seal, seal,
                       seal},
        AssignRole{organization, person, long_role},
        WithdrawRole{organization, person, long_role},
        RenameRole{organization, long_role, long_text()},
        SetRolePermissions{organization, long_role, many_ids<PermissionId>()},
        DeleteRole{organization, long_role},
        CopyRole{organization, long_role,
                 std::vector<RoleCopy>(20'000, {organization, RoleId{std::string(50, 'r')}})},
        AssignWorkspaces{organization, person, many_places()},
        RenameOrganization{organization, long_text()},
        RenameWorkspace{organization, workspace, long_text()},
        ChangeBlueprint{organization, long_rules(), many_changes(), many_changes(),
                        PlanId{long_text()}},
        ChangeProfile{person, seal, seal},
    };
}

const Refusal not_allowed{Rejection::not_allowed, {}};

Commit refused(Command command, const Sealed& reason) {
    Commit commit;
    commit.position = Position{1};
    commit.context = {.actor = Actor::of(person), .reason = reason};
    commit.command = std::move(command);
    commit.outcome.rejection = Rejection::not_allowed;
    return commit;
}

constexpr std::size_t few_hundred_bytes = 1'500;

TEST(RefusedCommands, OfAMegabyteLeaveAFewHundredBytes) {
    std::set<std::size_t> kinds;
    for (const Command& command : long_commands()) {
        kinds.insert(command.index());
        Commit commit = refused(command, long_seal());
        // Control: as it came, it would fill the log.
        EXPECT_GT(encode(commit).size(), 50'000U) << name_of(command);

        shorten_refused(commit.command, commit.context, not_allowed);
        const std::string stored = encode(commit);
        EXPECT_LE(stored.size(), few_hundred_bytes) << name_of(command);
        EXPECT_EQ(commit.command.index(), command.index());
        EXPECT_EQ(organization_of(commit.command), organization_of(command)) << name_of(command);
        const auto read = decode(stored);
        ASSERT_TRUE(read) << name_of(command) << ": " << read.error().detail;
        EXPECT_TRUE(*read == commit) << name_of(command);

        Commit again = commit;
        shorten_refused(again.command, again.context, not_allowed);
        EXPECT_LE(encode(again).size(), stored.size()) << name_of(command);
    }
    // Whatever is not among them holds nothing that could be long.
    const auto of_fixed_size = []<std::size_t... At>(std::index_sequence<At...>) {
        return std::vector<bool>{
            std::is_trivially_copyable_v<std::variant_alternative_t<At, Command>>...};
    }
    (std::make_index_sequence<std::variant_size_v<Command>>{});
    for (std::size_t kind = 0; kind < of_fixed_size.size(); ++kind) {
        EXPECT_NE(kinds.contains(kind), of_fixed_size[kind]) << kind;
    }
}

TEST(RefusedCommands, OfWhoHasTheRightKeepWhatCanBeTrue) {
    const Refusal taken{Rejection::role_name_taken, {}};
    const std::vector<Command> with_long_texts{
        CreateRole{organization, long_role, long_text(), one_long_id<PermissionId>()},
        RenameOrganization{organization, long_text()},
        RenameWorkspace{organization, workspace, long_text()},
        AssignRole{organization, person, long_role},
        ChangeProfile{person, long_seal(), long_seal()},
    };
    for (const Command& command : with_long_texts) {
        Commit commit = refused(command, long_seal());
        shorten_refused(commit.command, commit.context, taken);
        EXPECT_LE(encode(commit).size(), few_hundred_bytes) << name_of(command);
    }
    Command rows = InviteMember{organization, many_rows(), RowMode::atomic, golden::message};
    Context context;
    shorten_refused(rows, context, {Rejection::already_member, {}});
    EXPECT_EQ(std::get<InviteMember>(rows).rows, many_rows());
}

TEST(RefusedCommands, OrdinaryOnesAreStoredAsTheyCame) {
    for (const Command& command : golden::commands({})) {
        Commit commit = refused(command, golden::details);
        const Commit before = commit;
        shorten_refused(commit.command, commit.context, not_allowed);
        EXPECT_TRUE(commit == before) << name_of(command);
    }
}

}  // namespace
}  // namespace muster::refused_commands
