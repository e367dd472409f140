// What must hold at every step of an organisation's life, one watcher a property. Most of them look
// only at what was written down (the events so far), never at the engine's own sums.
#pragma once

#include "tests/domain/naive_model.h"
#include "tests/domain/simulation.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace muster::domain_tests {

/// No invariant is broken, the quick check says the same, and nobody else's stream is touched.
struct InvariantsHold final : Watcher {
    Violation decided(const Simulation&, const Step& step) override;
    Violation folded(const Simulation&, const Step& step) override;
};

/// Somebody active holds the protected role until the organisation ends.
struct SomebodyHoldsTheProtectedRole final : Watcher {
    Violation folded(const Simulation&, const Step& step) override;
};

/// Nobody joins who is in, nobody is removed who is not.
struct OneMembershipAPerson final : Watcher {
    Violation decided(const Simulation&, const Step& step) override;
    std::set<PersonId> in{PersonId{}};
    OneMembershipAPerson();
};

/// At most one open invitation a person, and none for a member.
struct OneOpenInvitationAPerson final : Watcher {
    Violation decided(const Simulation&, const Step& step) override;
    std::set<PersonId> in;
    std::map<PersonId, InvitationId> open;
    OneOpenInvitationAPerson();
};

/// An invitation leaves `open` once; accepted exactly with its membership, in the same commit.
struct AnInvitationEndsOnce final : Watcher {
    Violation decided(const Simulation&, const Step& step) override;
    std::set<InvitationId> issued;
    std::set<InvitationId> ended;
};

/// Only the newest link answers, and only before it expires.
struct OnlyTheNewestLinkAnswers final : Watcher {
    Violation decided(const Simulation&, const Step& step) override;
    std::map<InvitationId, std::pair<std::uint32_t, Instant>> newest;
};

/// Used and reserved licences fit what was granted; after a cut they do not grow.
struct LicencesFitThePlan final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    std::map<PersonId, LicenceClassId> used;
    std::map<PersonId, LicenceClassId> reserved;
    std::map<InvitationId, PersonId> of;
    std::map<LicenceClassId, std::uint64_t> limits;
    bool started = false;

 private:
    std::map<LicenceClassId, std::uint64_t> taken() const;
    void note(const Event& event);
};

/// Nobody ends with a right that the granter neither held nor was given to grant.
struct NobodyGrantsBeyondTheirRights final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
};

/// A stranger learns nothing of the organisation, and whoever lacks a right gets one answer for
/// every target.
struct NobodyLearnsWhatTheyMayNotKnow final : Watcher {
    explicit NobodyLearnsWhatTheyMayNotKnow(Decider asked) : decider{std::move(asked)} {}
    Violation folded(const Simulation& simulation, const Step& step) override;
    Decider decider;

 private:
    Violation ask_strangers(const Simulation& simulation);
    Violation ask_members(const Simulation& simulation);
};

/// Folding the events again gives the very same organisation.
struct ReplayEqualsLive final : Watcher {
    explicit ReplayEqualsLive(std::function<bool(const Event&)> kept = {})
        : keep{std::move(kept)} {}
    Violation folded(const Simulation& simulation, const Step& step) override;
    std::function<bool(const Event&)> keep;  ///< for the control: what the replay does not lose
};

/// An accepted removal leaves nothing of the membership, in the same commit.
struct RemovalEndsEverything final : Watcher {
    Violation folded(const Simulation& simulation, const Step& step) override;
};

/// The naive model accepts and refuses the same, and has the same people in the same places.
struct TheNaiveModelAgrees final : Watcher {
    Violation decided(const Simulation& simulation, const Step& step) override;
    Violation folded(const Simulation& simulation, const Step& step) override;
    std::unique_ptr<NaiveModel> model;
};

}  // namespace muster::domain_tests
