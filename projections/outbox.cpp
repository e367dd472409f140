// The queue of owed mail.
#include "projections/outbox.h"

#include "projections/bytes.h"

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

std::string place_key(OrganizationId organization, InvitationId invitation) {
    std::string key;
    append_byte(key, owed_invitation_kind);
    append_id(key, organization);
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

}  // namespace

void owe_mail(Draft& draft, Position position, const OwedMail& mail) {
    drop_mail(draft, mail.organization, mail.invitation);
    std::string value;
    append_id(value, mail.person);
    append_number(value, mail.send_number);
    draft.put(Part::outbox, queue_key(position, mail.organization, mail.invitation), value);
    std::string place;
    append_position(place, position);
    append_number(place, mail.send_number);
    draft.put(Part::outbox, place_key(mail.organization, mail.invitation), place);
}

void drop_mail(Draft& draft, OrganizationId organization, InvitationId invitation) {
    const auto place = find_place(draft, organization, invitation);
    if (!place) return;
    draft.erase(Part::outbox, queue_key(place->position, organization, invitation));
    draft.erase(Part::outbox, place_key(organization, invitation));
}

void settle_mail(Draft& draft, OrganizationId organization, InvitationId invitation,
                 std::uint32_t send_number) {
    const auto place = find_place(draft, organization, invitation);
    if (place && place->send_number == send_number) drop_mail(draft, organization, invitation);
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
