// The language of the domain tests: given(what happened).by(somebody).when(a command).then(what it
// comes to). Ids are made from small numbers: person(1) is always the founder of organization(1).
// Each outcome that is accepted is folded and held against every invariant besides.
#pragma once

#include "domain/decide.h"
#include "domain/organization.h"
#include "domain/rejection.h"

#include "tests/domain/memory_world.h"

#include <gtest/gtest.h>
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <set>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace muster {

inline void PrintTo(const StreamEvent& event, std::ostream* out) {
    *out << name_of(event.event);
}
inline void PrintTo(Rejection rejection, std::ostream* out) {
    *out << name_of(rejection);
}
inline void PrintTo(const Obstacle& obstacle, std::ostream* out) {
    *out << name_of(obstacle.kind) << ' ' << obstacle.subject << ' ' << obstacle.count;
}

}  // namespace muster

namespace muster::domain_tests {

/// The one licence class of conance_like.
inline const std::optional<LicenceClassId> seat = LicenceClassId{"member"};

template <class AnyId>
AnyId numbered(std::uint64_t number) {
    AnyId id;
    for (std::size_t place = 0; place < 8; ++place) {
        id.value.data[15 - place] = static_cast<std::uint8_t>(number >> (8 * place));
    }
    return id;
}
inline OrganizationId organization(std::uint64_t number) {
    return numbered<OrganizationId>(number);
}
inline PersonId person(std::uint64_t number) {
    return numbered<PersonId>(number);
}
inline InvitationId invitation(std::uint64_t number) {
    return numbered<InvitationId>(number);
}
inline WorkspaceId workspace(std::uint64_t number) {
    return numbered<WorkspaceId>(number);
}

constexpr Instant first_day{1'700'000'000'000'000};
constexpr Instant day(int number) {
    return first_day + std::chrono::hours{24 * number};
}

template <class... Names>
std::vector<RoleId> roles(const Names&... names) {
    return {RoleId{names}...};
}
inline WorkspacePlace place(std::uint64_t number, std::string role = "") {
    return {workspace(number), RoleId{std::move(role)}};
}
inline std::optional<LicenceClassId> licence(std::string name) {
    return LicenceClassId{std::move(name)};
}
inline Sealed sealed(std::string bytes) {
    return Sealed{std::move(bytes)};
}

// Events, with what no rule looks at filled in.

inline std::vector<Event> founded(const Blueprint& blueprint, bool imported = false) {
    std::optional<LicenceClassId> founders;
    const OrganizationRole* role = blueprint.role(blueprint.founder_role);
    if (role != nullptr && !role->licences.empty()) founders = role->licences.front();
    return {OrganizationFounded{.organization = organization(1),
                                .name = "Atelier",
                                .blueprint = SharedBlueprint{blueprint},
                                .plan = blueprint.first_plan,
                                .imported = imported},
            MemberJoined{.person = person(1),
                         .invitation = std::nullopt,
                         .roles = {blueprint.founder_role},
                         .workspaces = {},
                         .licence = founders,
                         .name = sealed("name 1"),
                         .address = sealed("address 1")}};
}

inline MemberJoined joined(std::uint64_t who, std::vector<RoleId> held,
                           std::vector<WorkspacePlace> places = {},
                           std::optional<LicenceClassId> used = std::nullopt) {
    return {.person = person(who),
            .invitation = std::nullopt,
            .roles = std::move(held),
            .workspaces = std::move(places),
            .licence = std::move(used),
            .name = sealed("name " + std::to_string(who)),
            .address = sealed("address " + std::to_string(who))};
}

inline InvitationIssued invited(std::uint64_t number, std::uint64_t who, std::vector<RoleId> held,
                                std::vector<WorkspacePlace> places = {},
                                std::optional<LicenceClassId> reserved = std::nullopt,
                                Actor inviter = Actor::of(numbered<PersonId>(1))) {
    return {.invitation = invitation(number),
            .person = person(who),
            .inviter = inviter,
            .roles = std::move(held),
            .workspaces = std::move(places),
            .licence = std::move(reserved),
            .name = sealed("name " + std::to_string(who)),
            .address = sealed("address " + std::to_string(who)),
            .message = sealed("welcome"),
            .expires_at = day(7)};
}

inline PersonRegistered registered(std::uint64_t who, bool verified = true) {
    return {.person = person(who),
            .name = sealed("account name " + std::to_string(who)),
            .address = sealed("account address " + std::to_string(who)),
            .verified = verified};
}

inline MemberRemoved removed(std::uint64_t who, std::vector<WorkspaceId> left = {},
                             std::optional<LicenceClassId> released = std::nullopt) {
    return {.person = person(who), .workspaces = std::move(left), .licence = std::move(released)};
}

// Commands, likewise.

inline InvitationRow row(std::uint64_t number, std::uint64_t who, std::vector<RoleId> held,
                         std::vector<WorkspacePlace> places = {}) {
    return {.invitation = invitation(number),
            .person = person(who),
            .roles = std::move(held),
            .workspaces = std::move(places),
            .name = sealed("name " + std::to_string(who)),
            .address = sealed("address " + std::to_string(who))};
}
inline InviteMember invite(std::vector<InvitationRow> rows, RowMode mode = RowMode::atomic) {
    return {organization(1), std::move(rows), mode, sealed("welcome")};
}
inline AcceptInvitation accept(std::uint64_t number, bool signed_in = false,
                               std::uint32_t send_number = 1) {
    return {organization(1), invitation(number),     send_number,
            signed_in,       sealed("account name"), sealed("account address")};
}
inline DeclineInvitation decline(std::uint64_t number, bool signed_in = false,
                                 std::uint32_t send_number = 1) {
    return {organization(1), invitation(number), send_number, signed_in};
}
inline ResendInvitation resend(std::uint64_t number) {
    return {organization(1), invitation(number)};
}
inline CancelInvitation cancel(std::uint64_t number) {
    return {organization(1), invitation(number)};
}
inline ChangeRole change_role(std::uint64_t who, std::vector<RoleId> held) {
    return {organization(1), person(who), std::move(held)};
}
inline RemoveMember remove_member(std::uint64_t who) {
    return {organization(1), person(who), true};
}
inline AssignWorkspaceRole assign(std::uint64_t who, WorkspacePlace where) {
    return {organization(1), person(who), std::move(where)};
}
inline WithdrawWorkspaceRole withdraw(std::uint64_t who, std::uint64_t where) {
    return {organization(1), person(who), workspace(where)};
}

/// An event in another organisation than the first.
inline StreamEvent elsewhere(OrganizationId where, Event event) {
    return {StreamId::of(where), std::move(event)};
}

/// The rejections that some test has seen; rejection_test.cpp asks for the rest at the end.
std::set<Rejection>& produced_rejections();

/// The events of a list of events, lists of events and stream events, each with its stream.
class Happenings {
 public:
    explicit Happenings(OrganizationId organization) : organization_{organization} {}

    void add(const Event& event) {
        if (const auto* founding = std::get_if<OrganizationFounded>(&event)) {
            organization_ = founding->organization;
        }
        const bool of_account = std::holds_alternative<PersonRegistered>(event) ||
                                std::holds_alternative<PersonSignedIn>(event) ||
                                std::holds_alternative<TwoFactorChanged>(event) ||
                                std::holds_alternative<ProfileChanged>(event);
        const auto stream =
            of_account ? StreamId::of(*subject_of(event)) : StreamId::of(organization_);
        events_.push_back({stream, event});
    }
    void add(const std::vector<Event>& events) {
        for (const Event& event : events) add(event);
    }
    void add(const StreamEvent& event) { events_.push_back(event); }
    const std::vector<StreamEvent>& events() const { return events_; }

 private:
    OrganizationId organization_;
    std::vector<StreamEvent> events_;
};

/// What a command came to, and the world it came to it in.
class Outcome {
 public:
    Outcome(MemoryWorld world, Command command, Verdict verdict, Instant at,
            std::source_location where)
        : world_{std::move(world)},
          command_{std::move(command)},
          verdict_{std::move(verdict)},
          at_{at},
          where_{where} {
        if (verdict_) hold_invariants();
    }

    template <class... Expected>
    const Outcome& then(const Expected&... expected) const {
        const ::testing::ScopedTrace trace = here();
        Happenings happenings{organization_of(command_).value_or(OrganizationId{})};
        (happenings.add(expected), ...);
        EXPECT_TRUE(verdict_.has_value()) << rejection_name();
        if (verdict_) {
            EXPECT_EQ(verdict_->events, happenings.events());
        }
        return *this;
    }
    /// It was so already: accepted, without events.
    const Outcome& then_nothing() const { return then(std::vector<Event>{}); }
    const Outcome& then_rejected(Rejection rejection) const {
        const ::testing::ScopedTrace trace = here();
        EXPECT_FALSE(verdict_.has_value()) << "it was accepted";
        if (!verdict_) {
            produced_rejections().insert(verdict_.error().rejection);
            EXPECT_EQ(verdict_.error().rejection, rejection);
        }
        return *this;
    }
    const Outcome& because_of(const std::vector<Obstacle>& expected) const {
        const ::testing::ScopedTrace trace = here();
        EXPECT_FALSE(verdict_.has_value()) << "it was accepted";
        if (!verdict_) {
            EXPECT_EQ(verdict_.error().obstacles, expected);
        }
        return *this;
    }
    const Outcome& with_rows(const std::vector<RowVerdict>& expected) const {
        const ::testing::ScopedTrace trace = here();
        EXPECT_EQ(verdict_ ? verdict_->rows : verdict_.error().rows, expected);
        return *this;
    }

    /// The organisation with the outcome folded in.
    const Organization& afterwards() const { return *world_.organization(organization(1)); }
    const MemoryWorld& world() const { return world_; }

 private:
    ::testing::ScopedTrace here() const {
        return {where_.file_name(), static_cast<int>(where_.line()), name_of(command_)};
    }
    std::string_view rejection_name() const {
        return verdict_ ? "accepted" : name_of(verdict_.error().rejection);
    }
    void hold_invariants() {
        world_.apply(verdict_->events, at_);
        std::set<OrganizationId> touched;
        if (const auto subject = organization_of(command_)) touched.insert(*subject);
        for (const StreamEvent& event : verdict_->events) {
            if (event.stream.kind == StreamKind::organization) touched.insert({event.stream.id});
        }
        const ::testing::ScopedTrace trace = here();
        for (const OrganizationId id : touched) {
            const Organization* state = world_.organization(id);
            if (state == nullptr) continue;
            EXPECT_EQ(broken_invariant(*state), std::nullopt);
            EXPECT_EQ(broken_invariant_after(*state, verdict_->events), std::nullopt);
        }
    }

    MemoryWorld world_;
    Command command_;
    Verdict verdict_;
    Instant at_;
    std::source_location where_;
};

/// A world in which something happened on the first day, and a caller.
class Scenario {
 public:
    explicit Scenario(const std::vector<StreamEvent>& events) { world_.apply(events, first_day); }

    Scenario at(Instant now) const {
        Scenario next = *this;
        next.now_ = now;
        return next;
    }
    Scenario by(PersonId who) const { return by(Actor::of(who)); }
    Scenario by(Actor actor) const {
        Scenario next = *this;
        next.context_.actor = actor;
        return next;
    }
    Scenario because(std::string reason) const {
        Scenario next = *this;
        next.context_.reason = sealed(std::move(reason));
        return next;
    }
    Scenario imported() const {
        Scenario next = *this;
        next.context_.imported = true;
        return next;
    }
    /// For states that no event leads to yet.
    Scenario with(const std::function<void(Organization&)>& change) const {
        Scenario next = *this;
        Organization changed = *world_.organization(organization(1));
        change(changed);
        next.world_.put(std::move(changed));
        return next;
    }
    /// What else happened, at the scenario's time.
    template <class... Happened>
    Scenario and_then(const Happened&... happened) const {
        Scenario next = *this;
        Happenings happenings{organization(1)};
        (happenings.add(happened), ...);
        next.world_.apply(happenings.events(), now_);
        return next;
    }

    Outcome when(const Command& command,
                 std::source_location where = std::source_location::current()) const {
        return {world_, command, decide(world_, command, context_, now_), now_, where};
    }
    /// The answer alone: a rejection, or nothing when it is accepted.
    std::optional<Rejection> answer_to(const Command& command) const {
        const auto verdict = decide(world_, command, context_, now_);
        return verdict ? std::nullopt : std::optional{verdict.error().rejection};
    }
    const Organization& state() const { return *world_.organization(organization(1)); }
    const MemoryWorld& world() const { return world_; }

 private:
    MemoryWorld world_;
    Context context_{.actor = Actor::of(numbered<PersonId>(1)),
                     .command_id = {},
                     .origin = {},
                     .reason = {},
                     .imported = false};
    Instant now_ = first_day;
};

/// The founder acts, on the first day, unless told otherwise.
template <class... Happened>
Scenario given(const Happened&... happened) {
    Happenings happenings{organization(1)};
    (happenings.add(happened), ...);
    return Scenario{happenings.events()};
}

}  // namespace muster::domain_tests
