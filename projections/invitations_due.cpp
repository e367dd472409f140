// The order in which open invitations end.
#include "projections/invitations_due.h"

#include "projections/bytes.h"
#include "projections/view.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::uint8_t due_kind = 'd';
constexpr std::uint8_t end_kind = 'i';
constexpr std::uint8_t importing_kind = 'm';

std::string due_key(Instant end, OrganizationId organization, InvitationId invitation) {
    std::string key;
    append_byte(key, due_kind);
    append_instant(key, end);
    append_id(key, organization);
    append_id(key, invitation);
    return key;
}

std::string ends_prefix(OrganizationId organization) {
    return kind_key(end_kind, organization);
}

std::string end_key(OrganizationId organization, InvitationId invitation) {
    std::string key = ends_prefix(organization);
    append_id(key, invitation);
    return key;
}

std::string importing_key(OrganizationId organization) {
    return kind_key(importing_kind, organization);
}

using SaysNothingOfEnds =
    SaysNothing<PlanChanged, InvitationTakenOver, MemberJoined, MemberRolesChanged, MemberRemoved,
                WorkspaceCreated, WorkspaceDeleted, WorkspaceRoleAssigned, WorkspaceRoleWithdrawn,
                LicenceChanged, RoleCreated, MailHandedOver, AttemptsSuppressed, PersonRegistered,
                PersonSignedIn, MemberSuspended, MemberReinstated, RoleRenamed,
                RolePermissionsChanged, RoleDeleted, OrganizationRenamed, WorkspaceRenamed,
                BlueprintChanged, TwoFactorChanged, ProfileChanged>;

struct ApplyToDue : SaysNothingOfEnds {
    Draft& draft;
    OrganizationId organization;  ///< of the event's stream

    using SaysNothingOfEnds::operator();
    void operator()(const OrganizationFounded& event) const {
        if (event.imported) draft.put(Part::due, importing_key(organization), {});
    }
    void operator()(const OrganizationEnded&) const {
        for (const InvitationId invitation : open_invitations()) drop(invitation);
        draft.erase(Part::due, importing_key(organization));
    }
    void operator()(const InvitationIssued& event) const {
        put(event.invitation, event.expires_at);
    }
    void operator()(const InvitationResent& event) const {
        drop(event.invitation);
        put(event.invitation, event.expires_at);
    }
    void operator()(const InvitationCancelled& event) const { drop(event.invitation); }
    void operator()(const InvitationDeclined& event) const { drop(event.invitation); }
    void operator()(const InvitationExpired& event) const { drop(event.invitation); }
    void operator()(const InvitationAccepted& event) const { drop(event.invitation); }
    void operator()(const ImportFinished&) const {
        draft.erase(Part::due, importing_key(organization));
        for (const InvitationId invitation : open_invitations()) {
            const auto end = end_of(invitation);
            if (end) draft.put(Part::due, due_key(*end, organization, invitation), {});
        }
    }

    void put(InvitationId invitation, Instant end) const {
        std::string value;
        append_instant(value, end);
        draft.put(Part::due, end_key(organization, invitation), value);
        if (draft.has(Part::due, importing_key(organization))) return;
        draft.put(Part::due, due_key(end, organization, invitation), {});
    }
    void drop(InvitationId invitation) const {
        const auto end = end_of(invitation);
        if (!end) return;
        draft.erase(Part::due, due_key(*end, organization, invitation));
        draft.erase(Part::due, end_key(organization, invitation));
    }
    std::optional<Instant> end_of(InvitationId invitation) const {
        const auto bytes = draft.get(Part::due, end_key(organization, invitation));
        return bytes ? std::optional{ByteReader{*bytes}.instant()} : std::nullopt;
    }
    std::vector<InvitationId> open_invitations() const {
        const std::string prefix = ends_prefix(organization);
        std::vector<InvitationId> invitations;
        for (const std::string& key : draft.keys_under(Part::due, prefix)) {
            ByteReader rest{std::string_view{key}.substr(prefix.size())};
            invitations.push_back(rest.id<InvitationId>());
        }
        return invitations;
    }
};

}  // namespace

void apply_to_due(Draft& draft, const KeyStore&, const Commit& commit) {
    for (const StreamEvent& event : commit.events) {
        std::visit(ApplyToDue{{}, draft, organization_of(event.stream)}, event.event);
    }
}

std::vector<OrganizationId> organizations_due(const ViewReader& reader, Instant now,
                                              std::size_t at_most) {
    std::vector<OrganizationId> organizations;
    std::string prefix;
    append_byte(prefix, due_kind);
    ViewIterator at = reader.walk(Part::due);
    for (at.seek(prefix); at.valid() && organizations.size() < at_most; at.next()) {
        if (!at.key().starts_with(prefix)) break;
        ByteReader key{at.key().substr(prefix.size())};
        if (key.instant() > now) break;
        const auto organization = key.id<OrganizationId>();
        if (std::ranges::find(organizations, organization) == organizations.end()) {
            organizations.push_back(organization);
        }
    }
    return organizations;
}

}  // namespace muster
