// rapidcheck generators for everything that a commit holds: ids, sealed bytes, every command, every
// event, whole commits. The values have the right shape and need make no sense as history.
// `command_generators()` and `event_generators()` have one generator for each alternative, in
// order.
#pragma once

#include "eventstore/commit.h"
#include "tests/eventstore/sample_blueprint.h"

#include <rapidcheck.h>

#include <array>
#include <boost/pfr/tuple_size.hpp>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace muster::arbitrary {

template <class Value>
rc::Gen<std::optional<Value>> optional_of() {
    return rc::gen::oneOf(rc::gen::just(std::optional<Value>{}),
                          rc::gen::map(rc::gen::arbitrary<Value>(), [](Value value) {
                              return std::optional<Value>{std::move(value)};
                          }));
}

/// One generator for each alternative of a variant, in order.
template <class Variant>
std::vector<rc::Gen<Variant>> alternatives_of() {
    return []<std::size_t... at>(std::index_sequence<at...>) {
        return std::vector<rc::Gen<Variant>>{
            rc::gen::map(rc::gen::arbitrary<std::variant_alternative_t<at, Variant>>(),
                         [](std::variant_alternative_t<at, Variant> value) {
                             return Variant{std::in_place_index<at>, std::move(value)};
                         })...};
    }
    (std::make_index_sequence<std::variant_size_v<Variant>>{});
}

template <class Variant>
rc::Gen<Variant> any_alternative_of() {
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, std::variant_size_v<Variant>),
                           [](std::size_t at) { return alternatives_of<Variant>().at(at); });
}

inline const std::vector<Rejection>& all_rejections() {
    static const std::vector<Rejection> all = [] {
        std::vector<Rejection> found;
        for (std::uint16_t number = 1; number < 1'000; ++number) {
            if (const auto rejection = rejection_numbered(number)) found.push_back(*rejection);
        }
        return found;
    }();
    return all;
}

/// A struct whose given members are arbitrary; all of them must be given. Draws them one by one:
/// rapidcheck's own `build` takes the compiler minutes for this many structs.
template <class Struct, class... Members>
rc::Gen<Struct> built(Members Struct::*... members) {
    static_assert(boost::pfr::tuple_size_v<Struct> == sizeof...(Members));
    return rc::gen::exec([=] {
        Struct value;
        ((value.*members = *rc::gen::arbitrary<Members>()), ...);
        return value;
    });
}

}  // namespace muster::arbitrary

namespace rc {

template <class Tag>
struct Arbitrary<muster::Id<Tag>> {
    static Gen<muster::Id<Tag>> arbitrary() {
        return gen::map(gen::arbitrary<std::array<std::uint8_t, 16>>(),
                        [](const std::array<std::uint8_t, 16>& bytes) {
                            muster::Id<Tag> id;
                            std::copy(bytes.begin(), bytes.end(), id.value.data);
                            return id;
                        });
    }
};

/// Names that repeat, so that equal ones meet, and any bytes at all.
template <class Tag>
struct Arbitrary<muster::Key<Tag>> {
    static Gen<muster::Key<Tag>> arbitrary() {
        return gen::map(gen::oneOf(gen::element<std::string>("", "admin", "member", "full"),
                                   gen::arbitrary<std::string>()),
                        [](std::string text) { return muster::Key<Tag>{std::move(text)}; });
    }
};

template <class Value>
struct Arbitrary<std::optional<Value>> {
    static Gen<std::optional<Value>> arbitrary() { return muster::arbitrary::optional_of<Value>(); }
};

template <>
struct Arbitrary<muster::Instant> {
    static Gen<muster::Instant> arbitrary() {
        return gen::map(gen::arbitrary<std::int64_t>(),
                        [](std::int64_t micros) { return muster::Instant{micros}; });
    }
};

template <>
struct Arbitrary<muster::Position> {
    static Gen<muster::Position> arbitrary() {
        return gen::map(gen::arbitrary<std::uint64_t>(),
                        [](std::uint64_t number) { return muster::Position{number}; });
    }
};

template <>
struct Arbitrary<muster::Version> {
    static Gen<muster::Version> arbitrary() {
        return gen::map(gen::arbitrary<std::uint64_t>(),
                        [](std::uint64_t number) { return muster::Version{number}; });
    }
};

template <>
struct Arbitrary<muster::Rejection> {
    static Gen<muster::Rejection> arbitrary() {
        return gen::elementOf(muster::arbitrary::all_rejections());
    }
};

template <>
struct Arbitrary<muster::RowMode> {
    static Gen<muster::RowMode> arbitrary() {
        return gen::element(muster::RowMode::atomic, muster::RowMode::each);
    }
};

template <>
struct Arbitrary<muster::Actor> {
    static Gen<muster::Actor> arbitrary() {
        return gen::oneOf(gen::map(gen::arbitrary<muster::PersonId>(), muster::Actor::of),
                          gen::just(muster::Actor::the_operator()),
                          gen::just(muster::Actor::the_system()));
    }
};

template <>
struct Arbitrary<muster::StreamId> {
    static Gen<muster::StreamId> arbitrary() {
        using muster::StreamId;
        return gen::oneOf(gen::map(gen::arbitrary<muster::OrganizationId>(),
                                   [](muster::OrganizationId id) { return StreamId::of(id); }),
                          gen::map(gen::arbitrary<muster::PersonId>(),
                                   [](muster::PersonId id) { return StreamId::of(id); }));
    }
};

template <>
struct Arbitrary<muster::SharedBlueprint> {
    static Gen<muster::SharedBlueprint> arbitrary() {
        using muster::SharedBlueprint;
        return gen::oneOf(
            gen::just(SharedBlueprint{}),
            gen::map(gen::element<std::string>("One", "Two", "Three"), [](const std::string& name) {
                return SharedBlueprint{muster::sample_blueprint(name)};
            }));
    }
};

/// Makes Arbitrary<muster::Struct> of generators for the members named.
#define MUSTER_ARBITRARY(Struct, ...)                                     \
    template <>                                                           \
    struct Arbitrary<muster::Struct> {                                    \
        static Gen<muster::Struct> arbitrary() {                          \
            using S = muster::Struct;                                     \
            return muster::arbitrary::built<muster::Struct>(__VA_ARGS__); \
        }                                                                 \
    }

MUSTER_ARBITRARY(Sealed, &S::bytes);
MUSTER_ARBITRARY(Context, &S::actor, &S::command_id, &S::origin, &S::reason, &S::imported);
MUSTER_ARBITRARY(WorkspacePlace, &S::workspace, &S::role);
MUSTER_ARBITRARY(InvitationRow, &S::invitation, &S::person, &S::roles, &S::workspaces, &S::name,
                 &S::address);
MUSTER_ARBITRARY(RowVerdict, &S::invitation, &S::person, &S::joined, &S::rejection);
MUSTER_ARBITRARY(Outcome, &S::rejection, &S::rows);
MUSTER_ARBITRARY(RequestRecord, &S::key, &S::fingerprint);
MUSTER_ARBITRARY(TouchedStream, &S::stream, &S::version);

// Commands.
MUSTER_ARBITRARY(FoundOrganization, &S::organization, &S::name, &S::blueprint, &S::founder,
                 &S::founder_name, &S::founder_address);
MUSTER_ARBITRARY(EndOrganization, &S::organization);
MUSTER_ARBITRARY(ChangePlan, &S::organization, &S::plan, &S::limits);
MUSTER_ARBITRARY(InviteMember, &S::organization, &S::rows, &S::mode, &S::message);
MUSTER_ARBITRARY(ResendInvitation, &S::organization, &S::invitation);
MUSTER_ARBITRARY(CancelInvitation, &S::organization, &S::invitation);
MUSTER_ARBITRARY(AcceptInvitation, &S::organization, &S::invitation, &S::send_number, &S::signed_in,
                 &S::account_name, &S::account_address);
MUSTER_ARBITRARY(DeclineInvitation, &S::organization, &S::invitation, &S::send_number,
                 &S::signed_in);
MUSTER_ARBITRARY(ChangeRole, &S::organization, &S::person, &S::roles);
MUSTER_ARBITRARY(RemoveMember, &S::organization, &S::person);
MUSTER_ARBITRARY(CreateWorkspace, &S::organization, &S::workspace, &S::name);
MUSTER_ARBITRARY(DeleteWorkspace, &S::organization, &S::workspace);
MUSTER_ARBITRARY(AssignWorkspaceRole, &S::organization, &S::person, &S::place);
MUSTER_ARBITRARY(WithdrawWorkspaceRole, &S::organization, &S::person, &S::workspace);
MUSTER_ARBITRARY(CreateRole, &S::organization, &S::role, &S::name, &S::permissions);
MUSTER_ARBITRARY(RegisterPerson, &S::person, &S::name, &S::address, &S::verified);
MUSTER_ARBITRARY(RecordSignIn, &S::person, &S::organization);
MUSTER_ARBITRARY(SettleDue, &S::organization);
MUSTER_ARBITRARY(FinishImport, &S::organization);
MUSTER_ARBITRARY(RecordMailHandedOver, &S::organization, &S::invitation, &S::send_number);

template <>
struct Arbitrary<muster::Command> {
    static Gen<muster::Command> arbitrary() {
        return muster::arbitrary::any_alternative_of<muster::Command>();
    }
};

// Events.
MUSTER_ARBITRARY(OrganizationFounded, &S::organization, &S::name, &S::blueprint, &S::plan,
                 &S::imported);
MUSTER_ARBITRARY(PlanChanged, &S::plan, &S::limits);
MUSTER_ARBITRARY(InvitationIssued, &S::invitation, &S::person, &S::inviter, &S::roles,
                 &S::workspaces, &S::licence, &S::name, &S::address, &S::message, &S::expires_at);
MUSTER_ARBITRARY(InvitationResent, &S::invitation, &S::person, &S::send_number, &S::expires_at);
MUSTER_ARBITRARY(InvitationCancelled, &S::invitation, &S::person);
MUSTER_ARBITRARY(InvitationDeclined, &S::invitation, &S::person);
MUSTER_ARBITRARY(InvitationExpired, &S::invitation, &S::person);
MUSTER_ARBITRARY(InvitationAccepted, &S::invitation, &S::person);
MUSTER_ARBITRARY(MemberJoined, &S::person, &S::invitation, &S::roles, &S::workspaces, &S::licence,
                 &S::name, &S::address);
MUSTER_ARBITRARY(MemberRolesChanged, &S::person, &S::roles);
MUSTER_ARBITRARY(MemberRemoved, &S::person, &S::workspaces, &S::licence);
MUSTER_ARBITRARY(WorkspaceCreated, &S::workspace, &S::name);
MUSTER_ARBITRARY(WorkspaceDeleted, &S::workspace);
MUSTER_ARBITRARY(WorkspaceRoleAssigned, &S::person, &S::place);
MUSTER_ARBITRARY(WorkspaceRoleWithdrawn, &S::person, &S::workspace);
MUSTER_ARBITRARY(LicenceChanged, &S::person, &S::licence);
MUSTER_ARBITRARY(RoleCreated, &S::role, &S::name, &S::permissions);
MUSTER_ARBITRARY(MailHandedOver, &S::invitation, &S::person, &S::send_number);
MUSTER_ARBITRARY(PersonRegistered, &S::person, &S::name, &S::address, &S::verified);
MUSTER_ARBITRARY(PersonSignedIn, &S::person, &S::organization);

template <>
struct Arbitrary<muster::OrganizationEnded> {
    static Gen<muster::OrganizationEnded> arbitrary() {
        return gen::just(muster::OrganizationEnded{});
    }
};

template <>
struct Arbitrary<muster::ImportFinished> {
    static Gen<muster::ImportFinished> arbitrary() { return gen::just(muster::ImportFinished{}); }
};

template <>
struct Arbitrary<muster::Event> {
    static Gen<muster::Event> arbitrary() {
        return muster::arbitrary::any_alternative_of<muster::Event>();
    }
};

MUSTER_ARBITRARY(StreamEvent, &S::stream, &S::event);
MUSTER_ARBITRARY(Commit, &S::position, &S::recorded_at, &S::effective_at, &S::streams, &S::context,
                 &S::request, &S::command, &S::outcome, &S::events, &S::key_seq);

#undef MUSTER_ARBITRARY

}  // namespace rc

namespace muster::arbitrary {

inline std::vector<rc::Gen<Command>> command_generators() {
    return alternatives_of<Command>();
}
inline std::vector<rc::Gen<Event>> event_generators() {
    return alternatives_of<Event>();
}

}  // namespace muster::arbitrary
