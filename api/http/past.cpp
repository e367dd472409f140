// Folding and keeping the past.
#include "api/http/past.h"

#include "api/http/query.h"
#include "api/timestamps.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t results_kept = 8;

MemberRow row_of(Engine& engine, OrganizationId organization, PersonId person, const Sealed& name,
                 const Sealed& address) {
    const auto open = [&](PersonalField field, const Sealed& sealed) {
        return engine.keys().unseal({organization, person, field}, sealed).value_or("");
    };
    MemberRow row;
    row.person = person;
    row.name = open(PersonalField::name, name);
    row.address = open(PersonalField::address, address);
    return row;
}

/// A member's name as the account has it now, if there is one: a name is a person's, not a
/// moment's.
void take_account_name(Engine& engine, MemberRow& row) {
    const auto account = engine.views().person(row.person);
    if (account && *account && !(*account)->name.empty()) row.name = (*account)->name;
}

std::vector<MemberRow> rows_of(Engine& engine, const Organization& organization) {
    std::vector<MemberRow> rows;
    for (const auto& [person, member] : organization.members) {
        MemberRow row = row_of(engine, organization.id, person, member.name, member.address);
        take_account_name(engine, row);
        row.status =
            member.status == MemberStatus::active ? RowStatus::active : RowStatus::suspended;
        row.roles = member.roles;
        row.workspaces = member.workspaces;
        row.licence = member.licence;
        row.since = member.joined_at;
        rows.push_back(std::move(row));
    }
    for (const auto& [id, invitation] : organization.invitations) {
        MemberRow row =
            row_of(engine, organization.id, invitation.person, invitation.name, invitation.address);
        row.status = RowStatus::pending;
        row.roles = invitation.roles;
        row.workspaces = invitation.workspaces;
        row.licence = invitation.licence;
        row.since = invitation.invited_at;
        row.invitation = id;
        row.expires_at = invitation.expires_at;
        row.send_number = invitation.send_number;
        rows.push_back(std::move(row));
    }
    std::ranges::sort(rows, {},
                      [](const MemberRow& row) { return std::tie(row.name, row.person); });
    return rows;
}

}  // namespace

std::optional<Moment> read_moment(std::string_view text) {
    if (const auto position = whole_number(text)) return Moment{Position{*position}, std::nullopt};
    const auto at = read_rfc3339(text);
    if (!at) return std::nullopt;
    return Moment{std::nullopt, *at};
}

std::expected<std::shared_ptr<const PastOrganization>, Failure> Past::at(OrganizationId id,
                                                                         const Moment& moment) {
    const Position head = engine_.log().head();
    {
        const std::lock_guard lock{mutex_};
        for (const Kept& kept : kept_) {
            if (kept.id == id && kept.moment == moment && kept.head == head) return kept.result;
        }
    }
    auto organization = fold_organization(engine_.log(), id, moment.position, moment.at);
    if (!organization) return std::unexpected(organization.error());
    auto result = std::make_shared<PastOrganization>();
    result->organization = std::move(*organization);
    if (result->organization) result->rows = rows_of(engine_, *result->organization);

    const std::lock_guard lock{mutex_};
    kept_.push_front({id, moment, head, result});
    if (kept_.size() > results_kept) kept_.pop_back();
    return result;
}

}  // namespace muster::http
