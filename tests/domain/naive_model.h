// Membership as somebody would write it down on paper: lists of facts, looked through from the
// start for every question. It knows the four products of blueprints.h from the rules in words and
// nothing of the engine's state, so that the two can disagree. It says accepted or refused, and who
// is where afterwards; it does not say why.
#pragma once

#include "domain/blueprint.h"
#include "domain/commands.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace muster::domain_tests {

using Rights = std::set<std::string>;  ///< "*" is every right

enum class Reached { no, yes, when_held };

/// One product's rules in words.
struct NaiveProduct {
    std::map<std::string, Rights> roles;
    std::map<std::string, Rights> workspace_roles;
    std::map<std::string, Rights> given_to_grant;
    std::string founder_role;  ///< the one that must keep a holder
    std::map<std::string, std::vector<std::string>> licences;
    std::map<std::string, std::map<std::string, std::uint64_t>> plans;
    std::function<Reached(const std::string& action, const std::string& actor,
                          const std::string& target)>
        reach;
    std::string newcomer_role;             ///< not empty: an invitation asks for no role
    std::vector<std::string> custom_fits;  ///< licences that fit a role of the house's own making
    std::size_t most_custom_roles = 0;
    std::size_t most_workspaces = 0;  ///< in one invitation; 0: as many as there are
    bool workspaces = false;
    bool places_while_pending = false;
    bool at_once = false;
    bool inviter_checked_again = false;
    bool removes_oneself = true;
};

NaiveProduct naive_product(const std::string& blueprint);

struct NaiveMember {
    PersonId person;
    std::string role;
    std::map<WorkspaceId, std::string> places;
    std::string licence;

    bool operator==(const NaiveMember&) const = default;
};

struct NaiveInvitation {
    InvitationId id;
    NaiveMember offered;
    Actor inviter;
    std::uint32_t send_number = 1;
    Instant expires_at;
    bool open = true;
    bool cancelled = false;
};

class NaiveModel {
 public:
    explicit NaiveModel(NaiveProduct product);

    /// Whether the command is accepted; what it changes is changed then.
    bool accepts(const Command& command, const Actor& actor, Instant now);

    std::vector<NaiveMember> members() const;             ///< by person
    std::vector<NaiveMember> invited(Instant now) const;  ///< open and not expired, by person

 private:
    bool invites(const InviteMember& command, const Actor& actor, Instant now);
    bool invites_one(const InvitationRow& row, const Actor& actor, Instant now);
    bool may_offer(const Actor& actor, const NaiveMember& offered);
    bool answers(const InvitationId& id, std::uint32_t send_number, bool signed_in,
                 const Actor& actor, Instant now, NaiveInvitation*& found);
    bool joins(const AcceptInvitation& command, const Actor& actor, Instant now);
    bool changes_role(const ChangeRole& command, const Actor& actor);
    bool removes(const RemoveMember& command, const Actor& actor);
    bool creates_role(const CreateRole& command, const Actor& actor);
    bool creates_workspace(const CreateWorkspace& command, const Actor& actor);
    bool deletes_workspace(const DeleteWorkspace& command, const Actor& actor);
    bool assigns(const AssignWorkspaceRole& command, const Actor& actor);
    bool withdraws(const WithdrawWorkspaceRole& command, const Actor& actor);
    bool changes_plan(const ChangePlan& command, const Actor& actor);
    bool ends(const Actor& actor);
    bool registers(const RegisterPerson& command, const Actor& actor);
    bool signs_in(const RecordSignIn& command, const Actor& actor);
    bool resends(const ResendInvitation& command, const Actor& actor, Instant now);
    bool cancels(const CancelInvitation& command, const Actor& actor);
    bool settles(const Actor& actor, Instant now);

    bool knows(const Actor& actor);
    NaiveMember* member(PersonId person);
    NaiveInvitation* open_invitation_of(PersonId person);
    NaiveInvitation* invitation(InvitationId id);
    Rights rights_of(const Actor& actor, const WorkspaceId* within = nullptr);
    bool has_right(const Actor& actor, const std::string& right,
                   const WorkspaceId* within = nullptr);
    bool reaches(const Actor& actor, const std::string& action, const std::string& target);
    bool may_give(const Actor& actor, PersonId to, const Rights& rights,
                  const WorkspaceId* within = nullptr);
    bool place_exists(const WorkspacePlace& place) const;
    Rights rights_in(const std::string& workspace_role) const;
    std::size_t holders() const;
    std::size_t taken(const std::string& licence) const;
    /// The licence for these roles, or false when none that fits is left.
    bool picks_licence(NaiveMember& somebody) const;

    NaiveProduct product_;
    std::map<std::string, std::uint64_t> limits_;
    std::vector<NaiveMember> members_;
    std::vector<NaiveInvitation> invitations_;
    std::vector<std::pair<WorkspaceId, std::string>> workspaces_;
    std::vector<std::pair<std::string, std::string>> role_names_;
    std::set<PersonId> accounts_;
    std::set<PersonId> verified_;
    std::size_t custom_roles_ = 0;
    bool ended_ = false;
};

}  // namespace muster::domain_tests
