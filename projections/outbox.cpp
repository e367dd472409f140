// The queue of owed mail.
#include "projections/outbox.h"

#include "projections/bytes.h"
#include "projections/view.h"

namespace muster {
namespace {

constexpr std::uint8_t queue_kind = 'q';
constexpr std::uint8_t owed_invitation_kind = 'i';

/// Where the mail of an invitation stands.
struct Place {
    Position position{};
    std::uint32_t send_number = 0;
};

std::string queue_key(Position position, OrganizationId organization, InvitationId invitation) {
    std::string key;
    append_byte(key, queue_kind);
    append_position(key, position);
    append_id(key, organization);
    append_id(key, invitation);
    return key;
}

std::string places_prefix(OrganizationId organization) {
    return kind_key(owed_invitation_kind, organization);
}

std::string place_key(OrganizationId organization, InvitationId invitation) {
    std::string key = places_prefix(organization);
    append_id(key, invitation);
    return key;
}

std::optional<Place> find_place(const ViewReader& reader, OrganizationId organization,
                                InvitationId invitation) {
    const auto bytes = reader.get(Part::outbox, place_key(organization, invitation));
    if (!bytes) return std::nullopt;
    ByteReader from{*bytes};
    const Position position = from.position();
    return Place{.position = position, .send_number = from.number32()};
}

/// Nothing is owed for this invitation any more.
void drop_mail(Draft& draft, OrganizationId organization, InvitationId invitation) {
    const auto place = find_place(draft, organization, invitation);
    if (!place) return;
    draft.erase(Part::outbox, queue_key(place->position, organization, invitation));
    draft.erase(Part::outbox, place_key(organization, invitation));
}

/// Puts the newest link of an invitation, in place of an earlier one.
void owe_mail(Draft& draft, Position position, const OwedMail& mail) {
    std::string value;
    append_id(value, mail.person);
    append_number(value, mail.send_number);
    draft.put(Part::outbox, queue_key(position, mail.organization, mail.invitation), value);
    std::string place;
    append_position(place, position);
    append_number(place, mail.send_number);
    draft.put(Part::outbox, place_key(mail.organization, mail.invitation), place);
}

using SaysNothingOfMail =
    SaysNothing<OrganizationFounded, PlanChanged, InvitationTakenOver, MemberJoined,
                MemberRolesChanged, MemberRemoved, WorkspaceCreated, WorkspaceDeleted,
                WorkspaceRoleAssigned, WorkspaceRoleWithdrawn, LicenceChanged, RoleCreated,
                ImportFinished, AttemptsSuppressed, PersonRegistered, PersonSignedIn,
                MemberSuspended, MemberReinstated, RoleRenamed, RolePermissionsChanged, RoleDeleted,
                OrganizationRenamed, WorkspaceRenamed, BlueprintChanged, TwoFactorChanged,
                ProfileChanged>;

struct ApplyToOutbox : SaysNothingOfMail {
    Draft& draft;
    const Commit& commit;
    OrganizationId organization;  ///< of the event's stream

    using SaysNothingOfMail::operator();
    void operator()(const InvitationIssued& event) const {
        owe({organization, event.invitation, event.person, 1});
    }
    void operator()(const InvitationResent& event) const {
        owe({organization, event.invitation, event.person, event.send_number});
    }
    void operator()(const InvitationCancelled& event) const { drop(event.invitation); }
    void operator()(const InvitationDeclined& event) const { drop(event.invitation); }
    void operator()(const InvitationExpired& event) const { drop(event.invitation); }
    void operator()(const InvitationAccepted& event) const { drop(event.invitation); }
    void operator()(const OrganizationEnded&) const {
        const std::string prefix = places_prefix(organization);
        for (const std::string& key : draft.keys_under(Part::outbox, prefix)) {
            drop(ByteReader{std::string_view{key}.substr(prefix.size())}.id<InvitationId>());
        }
    }
    /// The link with this number was handed over; a newer one stays owed.
    void operator()(const MailHandedOver& event) const {
        const auto place = find_place(draft, organization, event.invitation);
        if (place && place->send_number == event.send_number) drop(event.invitation);
    }

    void owe(const OwedMail& mail) const {
        drop(mail.invitation);
        if (!commit.context.imported) owe_mail(draft, commit.position, mail);
    }
    void drop(InvitationId invitation) const { drop_mail(draft, organization, invitation); }
};

}  // namespace

void apply_to_outbox(Draft& draft, const KeyStore&, const Commit& commit) {
    for (const StreamEvent& event : commit.events) {
        std::visit(ApplyToOutbox{{}, draft, commit, organization_of(event.stream)}, event.event);
    }
}

std::vector<OwedMail> owed_mail(const ViewReader& reader, std::size_t at_most) {
    std::vector<OwedMail> mails;
    std::string prefix;
    append_byte(prefix, queue_kind);
    ViewIterator at = reader.walk(Part::outbox);
    for (at.seek(prefix); at.valid() && mails.size() < at_most; at.next()) {
        if (!at.key().starts_with(prefix)) break;
        ByteReader key{at.key().substr(prefix.size())};
        ByteReader value{at.value()};
        key.position();
        OwedMail mail;
        mail.organization = key.id<OrganizationId>();
        mail.invitation = key.id<InvitationId>();
        mail.person = value.id<PersonId>();
        mail.send_number = value.number32();
        mails.push_back(mail);
    }
    return mails;
}

}  // namespace muster
