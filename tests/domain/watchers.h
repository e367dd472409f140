// What must hold at every step of the organisations' lives, one watcher a property. Most of them
// look only at what was written down (the events so far), never at the engine's own sums.
#pragma once

#include "tests/domain/naive_model.h"
#include "tests/domain/simulation.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace muster::domain_tests {

/// No invariant is broken, and the quick check says the same.
struct InvariantsHold final : Watcher {
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// A command touches the organisation it is about and the accounts it names; beyond them only a
/// role's copy, and whoever gets an account and so joins elsewhere.
struct NobodyElseIsTouched final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// Somebody active holds a protected role until the organisation ends, and each of them that
/// somebody held.
struct SomebodyHoldsTheProtectedRole final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;

 private:
    std::map<OrganizationId, std::set<RoleId>> held_;
};

/// A protected role is there for good and gives what it gives, whatever is done to roles.
struct TheProtectedRoleStays final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// Where a role has exactly one holder, it has one.
struct ThereIsOneOwner final : Watcher {
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// That role passes on by its holder or by the operator, and by nobody else.
struct OnlyTheOwnerPassesItOn final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;

 private:
    std::map<OrganizationId, std::vector<PersonId>> before_;  ///< whose it is not to pass on
};

/// Nobody joins who is in, nobody is removed who is not.
struct OneMembershipAPerson final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// At most one open invitation a person, and none for a member.
struct OneOpenInvitationAPerson final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// An invitation leaves `open` once; accepted exactly with its membership, in the same commit.
struct AnInvitationEndsOnce final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;

 private:
    Violation note(OrganizationId in, const Event& event, const Step& step);
    std::set<std::pair<OrganizationId, InvitationId>> issued_;
    std::set<std::pair<OrganizationId, InvitationId>> ended_;
};

/// Who takes a member's place has exactly what that member had, and the member goes in the same
/// commit.
struct APlaceIsTakenWhole final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// Only the newest link answers, and only before it expires.
struct OnlyTheNewestLinkAnswers final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;

 private:
    struct Link {
        std::uint32_t send_number = 0;
        Instant expires_at;
    };
    std::map<std::pair<OrganizationId, InvitationId>, Link> newest_;
};

/// Used and reserved licences fit what was granted; after a cut they do not grow.
struct LicencesFitThePlan final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;

 private:
    std::map<OrganizationId, std::map<LicenceClassId, std::uint64_t>> before_;
};

/// What a removal or a suspension releases is what was held, once; an acceptance turns exactly what
/// was reserved into use.
struct LicencesAreReleasedOnce final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// Everybody's licence is one that all their roles accept.
struct LicencesFitTheRoles final : Watcher {
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// Nobody ends with a right that the granter neither held nor was given to grant.
struct NobodyGrantsBeyondTheirRights final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// Whoever may not remove a person does not suspend them and takes no right from them.
struct WhoMayNotRemoveMayNotDemote final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// Every role that a member or an open invitation names exists, in workspaces too.
struct EveryRoleNamedExists final : Watcher {
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// Who stands in a workspace is a member or invited, and the workspace is there.
struct OnlyMembersStandInWorkspaces final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// A suspended member does nothing here and may do nothing.
struct TheSuspendedHaveNoAccess final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// A reinstated member has what they had, but for what was changed for them meanwhile.
struct ReinstatingRestoresWhatWas final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;

 private:
    std::map<std::pair<OrganizationId, PersonId>, Member> was_;
};

/// A removal leaves nothing of the membership, in the same commit.
struct RemovalEndsEverything final : Watcher {
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// A stranger learns nothing of an organisation, and whoever lacks a right gets one answer for
/// every target.
struct NobodyLearnsWhatTheyMayNotKnow final : Watcher {
    explicit NobodyLearnsWhatTheyMayNotKnow(Decider asked) : decider{std::move(asked)} {}
    Violation folded(const Simulation& simulation, const Step& step) override;
    Decider decider;

 private:
    std::size_t steps_ = 0;
};

/// Folding the events again gives the very same organisations.
struct ReplayEqualsLive final : Watcher {
    explicit ReplayEqualsLive(std::function<bool(const Event&)> kept = {})
        : keep{std::move(kept)} {}
    Violation finished(const Simulation& simulation) override;
    std::function<bool(const Event&)> keep;  ///< for the control: what the replay does not lose
};

/// The engine's state is what the events say.
struct TheStateIsWhatWasWrittenDown final : Watcher {
    explicit TheStateIsWhatWasWrittenDown(std::function<bool(const Event&)> kept = {})
        : keep{std::move(kept)} {}
    Violation folded(const Simulation& simulation, const Step& step) override;
    std::function<bool(const Event&)> keep;  ///< for the control, likewise

 private:
    std::map<OrganizationId, Ledger> ledgers_;
};

/// The naive model accepts and refuses the same, and has the same people in the same places.
struct TheNaiveModelAgrees final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;

 private:
    NaiveModel model_;
};

}  // namespace muster::domain_tests
