// Accounts as the views know them.
#include "projections/people.h"

#include "projections/bytes.h"
#include "projections/memberships.h"

namespace muster {
namespace {

constexpr std::uint8_t record_kind = 'p';

/// A person somebody signed in as, with or without an account.
struct PersonRecord {
    bool registered = false;
    PersonRow row;
};

std::string record_key(PersonId person) {
    return kind_key(record_kind, person);
}

void put_record(Draft& draft, const PersonRecord& record) {
    std::string bytes;
    append_byte(bytes, record.registered ? 1 : 0);
    append_text(bytes, record.row.name);
    append_text(bytes, record.row.address);
    append_text(bytes, record.row.avatar);
    append_byte(bytes, record.row.verified ? 1 : 0);
    append_byte(bytes, record.row.two_factor ? 1 : 0);
    append_instant(bytes, record.row.registered_at);
    append_byte(bytes, record.row.last_sign_in ? 1 : 0);
    if (record.row.last_sign_in) append_instant(bytes, *record.row.last_sign_in);
    append_position(bytes, record.row.changed.position);
    append_instant(bytes, record.row.changed.at);
    draft.put(Part::people, record_key(record.row.person), bytes);
}

PersonRecord find_record(const ViewReader& reader, PersonId person) {
    PersonRecord record;
    record.row.person = person;
    const auto bytes = reader.get(Part::people, record_key(person));
    if (!bytes) return record;
    ByteReader from{*bytes};
    record.registered = from.byte() == 1;
    record.row.name = from.text();
    record.row.address = from.text();
    record.row.avatar = from.text();
    record.row.verified = from.byte() == 1;
    record.row.two_factor = from.byte() == 1;
    record.row.registered_at = from.instant();
    if (from.byte() == 1) record.row.last_sign_in = from.instant();
    record.row.changed.position = from.position();
    record.row.changed.at = from.instant();
    if (!from.whole()) reader.fail(FailureKind::corrupted, "views: a person cannot be read");
    return record;
}

template <class Change>
void change_account(Draft& draft, PersonId person, const Commit& commit, const Change& change) {
    PersonRecord record = find_record(draft, person);
    if (!record.registered) return;
    change(record.row);
    record.row.changed.take(commit);
    put_record(draft, record);
}

}  // namespace

std::optional<PersonRow> find_person(const ViewReader& reader, PersonId person) {
    PersonRecord record = find_record(reader, person);
    if (!record.registered) return std::nullopt;
    record.row.sign_ins_taken_for_one = sign_ins_taken_for_one(reader, person);
    return std::move(record.row);
}

PersonRow known_of(const ViewReader& reader, PersonId person) {
    return find_record(reader, person).row;
}

void register_person(Draft& draft, const KeyStore& keys, const PersonRegistered& event,
                     const Commit& commit) {
    PersonRecord record = find_record(draft, event.person);
    if (!record.registered) record.row.registered_at = commit.effective_at;
    record.registered = true;
    record.row.changed.take(commit);
    const auto open = [&](PersonalField field, const Sealed& sealed) {
        return unsealed(draft, keys, {{}, event.person, field}, sealed);
    };
    record.row.name = open(PersonalField::name, event.name);
    record.row.address = open(PersonalField::address, event.address);
    record.row.verified = event.verified;
    put_record(draft, record);
}

void change_profile(Draft& draft, const KeyStore& keys, const ProfileChanged& event,
                    const Commit& commit) {
    change_account(draft, event.person, commit, [&](PersonRow& account) {
        const auto open = [&](PersonalField field, const Sealed& sealed) {
            return unsealed(draft, keys, {{}, event.person, field}, sealed);
        };
        account.name = open(PersonalField::name, event.name);
        account.avatar = open(PersonalField::avatar, event.avatar);
    });
}

void change_two_factor(Draft& draft, const TwoFactorChanged& event, const Commit& commit) {
    change_account(draft, event.person, commit,
                   [&](PersonRow& account) { account.two_factor = event.enabled; });
}

void note_sign_in(Draft& draft, PersonId person, Instant at) {
    PersonRecord record = find_record(draft, person);
    if (record.row.last_sign_in && *record.row.last_sign_in >= at) return;
    record.row.last_sign_in = at;
    put_record(draft, record);
}

std::string unsealed(const Draft& draft, const KeyStore& keys, const SealScope& scope,
                     const Sealed& sealed) {
    if (sealed.empty()) return {};
    auto text = keys.unseal(scope, sealed);
    if (text) return std::move(*text).value_or(std::string{});
    draft.fail_for_keys(text.error());
    return {};
}

}  // namespace muster
