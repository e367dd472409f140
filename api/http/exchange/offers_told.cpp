// From the organisation to the rows of its offers.
#include "api/http/exchange/offers_told.h"

#include "domain/offers.h"

#include <set>

namespace muster::http {

void tell_of_offers(const Organization& organization, std::span<MemberRow> rows) {
    for (MemberRow& row : rows) {
        const OpenInvitation* open =
            row.invitation ? organization.invitation(*row.invitation) : nullptr;
        if (open == nullptr) continue;
        row.inviter = open->inviter;
        row.offer_stands = offer_stands(organization, *row.invitation);
    }
}

std::expected<void, Failure> tell_of_offers_now(const Views& views,
                                                const Organization& organization,
                                                std::span<MemberRow> rows) {
    tell_of_offers(organization, rows);
    std::set<PersonId> inviters;
    for (const MemberRow& row : rows) {
        if (row.inviter && row.inviter->person()) inviters.insert(*row.inviter->person());
    }
    if (inviters.empty()) return {};
    const auto names = views.names(organization.id, inviters);
    if (!names) return std::unexpected(names.error());
    for (MemberRow& row : rows) {
        if (!row.inviter || !row.inviter->person()) continue;
        const auto name = names->find(*row.inviter->person());
        if (name != names->end()) row.inviter_name = name->second;
    }
    return {};
}

}  // namespace muster::http
