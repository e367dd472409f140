// Folding and keeping the past.
#include "api/http/past.h"

#include "api/http/query.h"
#include "api/timestamps.h"

#include <algorithm>

namespace muster::http {
namespace {

constexpr std::size_t results_kept = 8;

/// What a member and an open invitation have in common; what cannot be read leaves a failure.
MemberRow row_of(Engine& engine, OrganizationId organization, PersonId person, const auto& from,
                 std::optional<Failure>& failure) {
    const auto open = [&](PersonalField field, const Sealed& sealed) {
        auto text = engine.keys().unseal({organization, person, field}, sealed);
        if (!text) failure = text.error();
        return text && *text ? std::move(**text) : std::string{};
    };
    MemberRow row;
    row.person = person;
    row.name = open(PersonalField::name, from.name);
    row.address = open(PersonalField::address, from.address);
    row.details = open(PersonalField::details, from.details);
    row.roles = from.roles;
    row.workspaces = from.workspaces;
    row.licence = from.licence;
    return row;
}

/// A member's name and avatar as the account has them now: they are a person's, not a moment's. The
/// second factor is what it was then.
std::expected<void, Failure> take_account(Engine& engine, MemberRow& row, const Moment& moment) {
    const auto account = engine.views().person(row.person);
    if (!account) return std::unexpected(account.error());
    if (!*account) return {};
    if (!(*account)->name.empty()) row.name = (*account)->name;
    row.avatar = (*account)->avatar;
    const auto then = fold_person(engine.log(), row.person, moment.position, moment.at);
    if (!then) return std::unexpected(then.error());
    row.two_factor = then->two_factor;
    return {};
}

std::expected<std::vector<MemberRow>, Failure> rows_of(Engine& engine,
                                                       const Organization& organization,
                                                       const Moment& moment) {
    std::vector<MemberRow> rows;
    std::optional<Failure> unreadable;
    for (const auto& [person, member] : organization.members) {
        MemberRow row = row_of(engine, organization.id, person, member, unreadable);
        if (const auto taken = take_account(engine, row, moment); !taken) {
            return std::unexpected(taken.error());
        }
        row.status =
            member.status == MemberStatus::active ? RowStatus::active : RowStatus::suspended;
        row.since = member.joined_at;
        rows.push_back(std::move(row));
    }
    for (const auto& [id, invitation] : organization.invitations) {
        MemberRow row = row_of(engine, organization.id, invitation.person, invitation, unreadable);
        row.status = RowStatus::pending;
        row.since = invitation.invited_at;
        row.invitation = id;
        row.expires_at = invitation.expires_at;
        row.send_number = invitation.send_number;
        row.replaces = invitation.replaces;
        rows.push_back(std::move(row));
    }
    if (unreadable) return std::unexpected(*unreadable);
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
    if (result->organization) {
        auto rows = rows_of(engine_, *result->organization, moment);
        if (!rows) return std::unexpected(rows.error());
        result->rows = std::move(*rows);
    }

    const std::lock_guard lock{mutex_};
    kept_.push_front({id, moment, head, result});
    if (kept_.size() > results_kept) kept_.pop_back();
    return result;
}

}  // namespace muster::http
