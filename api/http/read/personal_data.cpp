// The trial, and the rows.
#include "api/http/read/personal_data.h"

#include "eventstore/machine/crypto.h"

namespace muster::http {

std::expected<PersonId, Failure> PersonalData::person_for(const std::string& normal_address) {
    if (!trial_) return keys_.person_for(normal_address);
    const auto known = keys_.find_person(normal_address);
    if (!known) return std::unexpected(known.error());
    if (*known) return **known;
    left_out_ = true;
    // Twice the same address is the same person in a trial, too.
    return unknown_.try_emplace(normal_address, PersonId{random_uuid()}).first->second;
}

std::expected<Sealed, Failure> PersonalData::seal(const SealScope& scope, std::string_view text) {
    if (!trial_) return keys_.seal(scope, text);
    auto sealed = keys_.seal_if_known(scope, text);
    if (!sealed) return std::unexpected(sealed.error());
    if (*sealed) return std::move(**sealed);
    left_out_ = true;
    return withheld();
}

void PersonalData::make_rows() {
    trial_ = false;
    left_out_ = false;
}

}  // namespace muster::http
