// One organisation as somebody would write it down on paper: lists of facts, looked through from
// the start for every question. It knows its product's rules in words and nothing of the engine's
// state, so that the two can disagree. It says yes or no; it does not say why.
#pragma once

#include "domain/commands.h"

#include "tests/domain/naive_product.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace muster::domain_tests {

/// Who has an account, and whose address is known to be theirs.
struct NaiveAccounts {
    std::set<PersonId> registered;
    std::set<PersonId> verified;
};

struct NaiveMember {
    PersonId person;
    std::set<std::string> roles;
    std::map<WorkspaceId, std::string> places;
    std::string licence;
    bool suspended = false;

    bool operator==(const NaiveMember&) const = default;
};

struct NaiveInvitation {
    InvitationId id;
    NaiveMember offered;
    NaiveMember as_sent;  ///< others may have changed the offer since
    Actor inviter;
    std::uint32_t send_number = 1;
    Instant expires_at;
    PersonId takes_place_of;  ///< nil: of nobody
    bool open = true;
    bool cancelled = false;
};

struct NaiveMail {
    PersonId to;
    Instant at;
    bool again = false;  ///< not the first to them in 24 hours, or an invitation sent again
};

class NaiveOrganization {
 public:
    /// The founder is in, if there is a licence for them.
    static std::optional<NaiveOrganization> founded(const FoundOrganization& command);

    bool takes_commands_of(const Actor& actor);
    bool has_ended() const { return ended_; }
    /// Whoever is to take a member's place is offered what that member has by now.
    void offers_places_as_they_are();

    // naive_joining.cpp: from inviting to joining.
    bool invites(const InviteMember& command, const Actor& actor, Instant now,
                 const NaiveAccounts& accounts);
    bool replaces_address(const ReplaceAddress& command, const Actor& actor, Instant now,
                          const NaiveAccounts& accounts);
    bool answers(InvitationId id, std::uint32_t send_number, const Actor& actor, Instant now);
    bool joins(InvitationId id);
    bool joins_at_once(PersonId person, Instant now);
    bool declines(InvitationId id);
    bool resends(const ResendInvitation& command, const Actor& actor, Instant now);
    bool cancels(const CancelInvitation& command, const Actor& actor);
    bool settles(Instant now);

    // naive_members.cpp: members and their roles.
    bool changes_roles(PersonId person, const std::vector<std::string>& after, const Actor& actor);
    bool assigns_role(const AssignRole& command, const Actor& actor);
    bool withdraws_role(const WithdrawRole& command, const Actor& actor);
    bool removes(const RemoveMember& command, const Actor& actor);
    bool suspends(const SuspendMember& command, const Actor& actor);
    bool reinstates(const ReinstateMember& command, const Actor& actor);
    bool transfers(const TransferOwnership& command, const Actor& actor);
    bool replaces_holder(const ReplaceProtectedHolder& command, const Context& context);
    bool signs_in(const RecordSignIn& command, const Actor& actor);

    // naive_settings.cpp: roles, workspaces, the plan.
    bool creates_role(const CreateRole& command, const Actor& actor);
    bool makes_role(const std::string& id, const std::string& name, const Names& gives,
                    const Actor& actor);
    bool renames_role(const RenameRole& command, const Actor& actor);
    bool edits_role(const SetRolePermissions& command, const Actor& actor);
    bool deletes_role(const DeleteRole& command, const Actor& actor);
    bool takes_instead(const std::string& role, const std::string& other, const Actor& actor);
    /// The role as it can be copied by the actor, or nothing.
    std::optional<NaiveRole> copied(const CopyRole& command, const Actor& actor);
    bool creates_workspace(const CreateWorkspace& command, const Actor& actor);
    bool renames_workspace(const RenameWorkspace& command, const Actor& actor);
    bool deletes_workspace(const DeleteWorkspace& command, const Actor& actor);
    bool assigns(PersonId person, const WorkspacePlace& place, const Actor& actor);
    bool assigns_one(const AssignWorkspaceRole& command, const Actor& actor);
    bool are_too_many(PersonId person, const std::vector<WorkspacePlace>& places);
    bool assigns_several(const AssignWorkspaces& command, const Actor& actor);
    bool withdraws(const WithdrawWorkspaceRole& command, const Actor& actor);
    bool changes_plan(const ChangePlan& command, const Actor& actor);
    bool renames(const RenameOrganization& command, const Actor& actor);
    bool ends(const Actor& actor);

    // naive_rules.cpp: moving to other rules.
    bool changes_rules(const ChangeBlueprint& command, const Actor& actor);

    std::vector<NaiveMember> members() const;                          ///< by person
    std::vector<NaiveInvitation> open_invitations(Instant now) const;  ///< not expired, by person
    const std::map<std::string, NaiveRole>& roles() const { return roles_; }
    const NaiveProduct& product() const { return product_; }

 private:
    /// Whether one mail more may go out to somebody; it is then on the list.
    bool mails(PersonId to, Instant now, bool sent_again);
    bool invites_one(const InvitationRow& row, const Actor& actor, Instant now,
                     const NaiveAccounts& accounts);
    bool names_good_roles(const std::vector<RoleId>& roles) const;
    bool may_offer(const Actor& actor, PersonId to, const std::set<std::string>& roles,
                   const std::map<WorkspaceId, std::string>& places);
    bool may_replace(const Actor& actor, const NaiveMember& replaced, PersonId successor);
    bool may_still_offer(const NaiveInvitation& sent);
    bool takes_place(NaiveInvitation& sent);
    void leaves(PersonId person);
    /// The actor takes back, or answers for, what somebody sent who goes; false when they may not.
    bool sees_to_what_was_sent(PersonId sender, SentInvitations sent, const Actor& actor);
    bool may_answer_for(const Actor& actor, const NaiveInvitation& sent);
    bool may_be_placed(const std::set<std::string>& roles) const;
    /// Whether every role that must be kept has somebody still, if it had before.
    bool keeps_holders_of(const NaiveOrganization& before) const;
    /// Whether nobody in a workspace has lost what it takes to be placed there.
    bool keeps_places_of(const NaiveOrganization& before) const;
    bool is_last_holder(const NaiveMember& somebody) const;
    bool is_owner(const NaiveMember& somebody) const;
    std::string owner_role() const;
    std::set<std::string> with_role(std::set<std::string> roles, const std::string& role) const;
    bool may_take_from(const Actor& actor, const NaiveMember& somebody);
    bool is_manageable(const std::string& role, const Actor& actor, const std::string& operation);

    std::map<std::string, std::uint64_t> limits_under(const NaiveProduct& next,
                                                      const std::string& plan) const;
    std::optional<std::map<std::string, NaiveRole>> roles_under(
        const NaiveProduct& next, const ChangeBlueprint& command) const;
    static bool are_sound(const std::map<std::string, NaiveRole>& roles, const NaiveProduct& next);
    bool everybody_can_move(const std::map<std::string, NaiveRole>& roles, const NaiveProduct& next,
                            const ChangeBlueprint& command) const;
    void moves_everybody(const ChangeBlueprint& command);
    bool holds_to_its_rules() const;
    bool takes_licences_anew();
    bool keeps_what_was_held(const NaiveOrganization& before, const ChangeBlueprint& command) const;

    NaiveMember* member(PersonId person);
    NaiveMember* member_acting(const Actor& actor);
    NaiveInvitation* open_invitation_of(PersonId person);
    NaiveInvitation* invitation(InvitationId id);
    /// A member or an invited person.
    NaiveMember* somebody(PersonId person);
    Rights rights_of(const NaiveMember& holder, const WorkspaceId* within = nullptr) const;
    Rights rights_of_roles(const std::set<std::string>& roles) const;
    bool has_right(const Actor& actor, const std::string& operation,
                   const WorkspaceId* within = nullptr);
    bool reaches(const Actor& actor, const std::string& action,
                 const std::set<std::string>& targets);
    bool may_give(const Actor& actor, PersonId to, const Rights& rights,
                  const WorkspaceId* within = nullptr);
    Rights rights_in(const std::string& workspace_role) const;
    bool has_workspace(WorkspaceId workspace) const;
    bool place_exists(const WorkspacePlace& place) const;
    std::set<std::string> kept_roles_held() const;
    std::size_t taken(const std::string& licence) const;
    /// The licence for these roles, or false when none that fits is left.
    bool picks_licence(NaiveMember& somebody, const std::string& rather = "") const;
    /// The same, but for who has none for now.
    bool settles_licence(PersonId person, const std::string& rather = "");

    NaiveProduct product_;
    std::map<std::string, NaiveRole> roles_;
    std::map<std::string, std::uint64_t> limits_;
    std::string plan_;
    std::string name_;
    SharedBlueprint blueprint_;
    std::vector<NaiveMember> members_;
    std::map<PersonId, std::string> had_;  ///< the licence somebody lost while suspended
    std::vector<NaiveInvitation> invitations_;
    std::vector<std::pair<WorkspaceId, std::string>> workspaces_;
    std::vector<NaiveMail> mails_;  ///< every one that went out
    bool ended_ = false;
};

bool is_within(const Rights& inner, const Rights& outer);

}  // namespace muster::domain_tests
