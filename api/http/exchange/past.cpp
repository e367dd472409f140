// Folding and keeping the past.
#include "api/http/exchange/past.h"

#include "api/http/read/query.h"
#include "api/text/timestamps.h"
#include "domain/offers.h"
#include "projections/footprint.h"
#include "projections/member_index.h"
#include "projections/shown_member.h"
#include "projections/text.h"

#include <algorithm>
#include <span>
#include <utility>

namespace muster::http {
namespace {

// The newest is kept whatever it takes, since its next page follows.
constexpr std::size_t results_kept = 8;
constexpr std::size_t bytes_kept = 64 * 1024 * 1024;
constexpr std::size_t bytes_of_a_row = 512;  ///< about, with its texts

std::size_t bytes_of(const PastOrganization& past) {
    const std::size_t folded = past.organization ? footprint_of(*past.organization) : 0;
    return folded + (past.rows.size() + past.former.size()) * bytes_of_a_row;
}

/// Makes rows of one moment. What was erased is empty, as in the list of now; what cannot be read
/// leaves a failure.
class PastRows {
 public:
    PastRows(Engine& engine, OrganizationId organization, const Moment& moment)
        : engine_{engine}, organization_{organization}, moment_{moment} {}

    std::expected<MemberRow, Failure> member(PersonId person, const Member& member,
                                             const Moment& moment,
                                             const std::optional<Position>& unasked) const {
        MemberRow row = row_of(person, member, opener());
        const auto as_given = has_not_come_yet(person, unasked, moment);
        if (!as_given) return std::unexpected(as_given.error());
        row.as_given = *as_given;
        if (row.as_given) return row;
        const auto account = account_then(engine_.log(), person, moment);
        if (!account) return std::unexpected(account.error());
        PersonRow shown;
        shown.name = opened({{}, person, PersonalField::name}, account->name);
        shown.avatar = opened({{}, person, PersonalField::avatar}, account->avatar);
        shown.two_factor = account->two_factor;
        show_account(row, shown);
        return row;
    }
    std::expected<MemberRow, Failure> member(PersonId person, const Member& member,
                                             const std::optional<Position>& unasked) const {
        return this->member(person, member, moment_, unasked);
    }

    std::expected<MemberRow, Failure> former(PersonId person, const FormerThen& former) const {
        auto row = member(person, former.member, {former.left_by, moment_.at}, former.unasked);
        if (!row) return row;
        return as_former(std::move(*row), former.left_at);
    }

    MemberRow pending(InvitationId id, const OpenInvitation& invitation) const {
        return row_of(id, invitation, opener());
    }

    const std::optional<Failure>& unreadable() const { return unreadable_; }

 private:
    /// Whether somebody who was let in at that position has not come to the organisation since.
    std::expected<bool, Failure> has_not_come_yet(PersonId person,
                                                  const std::optional<Position>& unasked,
                                                  const Moment& moment) const {
        if (!unasked) return false;
        AuditQuery query{
            .organization = organization_, .subject = person, .kind = "PersonSignedIn"};
        query.before = next(moment.position);
        while (true) {
            const auto page = engine_.views().audit(query);
            if (!page) return std::unexpected(page.error());
            for (const Commit& commit : page->rows) {
                if (commit.position <= *unasked) return true;
                if (!moment.at || commit.effective_at <= *moment.at) return false;
            }
            const auto before = whole_number(page->next_cursor);
            if (!before) return true;
            query.before = Position{*before};
        }
    }
    Opener opener() const {
        return [this](PersonId person, PersonalField field, const Sealed& sealed) {
            return opened({organization_, person, field}, sealed);
        };
    }
    std::string opened(const SealScope& scope, const Sealed& sealed) const {
        if (sealed.empty()) return {};
        auto text = engine_.keys().unseal(scope, sealed);
        if (!text) unreadable_ = text.error();
        return text && *text ? std::move(**text) : std::string{};
    }

    Engine& engine_;
    OrganizationId organization_;
    const Moment& moment_;
    mutable std::optional<Failure> unreadable_;
};

std::expected<void, Failure> fill_rows(PastOrganization& past, Engine& engine,
                                       const OrganizationThen& then) {
    const Organization& organization = *then.organization;
    const PastRows rows{engine, organization.id, past.moment};
    for (const auto& [person, member] : organization.members) {
        const auto unasked = then.unasked.find(person);
        auto row = rows.member(
            person, member,
            unasked == then.unasked.end() ? std::nullopt : std::optional{unasked->second});
        if (!row) return std::unexpected(row.error());
        past.rows.push_back(std::move(*row));
    }
    for (const auto& [id, invitation] : organization.invitations) {
        past.rows.push_back(rows.pending(id, invitation));
    }
    for (const auto& [person, former] : then.former) {
        auto row = rows.former(person, former);
        if (!row) return std::unexpected(row.error());
        past.former.push_back(std::move(*row));
    }
    if (rows.unreadable()) return std::unexpected(*rows.unreadable());
    return {};
}

/// Whose access to what is looked for: sign-ins to the host count in every organisation, accesses
/// to an organisation in that one, and none from before the membership.
struct AccessOf {
    OrganizationId organization;
    const MemberRow& row;
    std::optional<Instant> until;

    bool counts(const Commit& commit) const {
        if (commit.effective_at < row.since) return false;
        if (until && commit.effective_at > *until) return false;
        return std::ranges::any_of(commit.events, [&](const StreamEvent& event) {
            const auto* access = std::get_if<PersonSignedIn>(&event.event);
            return access != nullptr && access->person == row.person &&
                   access->organization.value_or(organization) == organization;
        });
    }
};

/// Newest first through the audit trail. Who signs in elsewhere all the time may have none that
/// can be found at this cost: then it is not known.
std::expected<std::optional<Instant>, Failure> last_access_then(const Views& views,
                                                                const AccessOf& wanted,
                                                                Position position) {
    constexpr std::size_t most_read = 1'024;
    constexpr std::size_t growth = 4;
    AuditQuery query{.subject = wanted.row.person, .kind = "PersonSignedIn", .limit = 1};
    query.before = next(position);
    std::optional<Instant> latest;
    for (std::size_t read = 0; read < most_read; read += query.limit, query.limit *= growth) {
        const auto page = views.audit(query);
        if (!page) return std::unexpected(page.error());
        for (const Commit& commit : page->rows) {
            // Nothing takes effect after it was recorded, so from here on all is older.
            const bool enough =
                latest ? commit.recorded_at <= *latest : commit.recorded_at < wanted.row.since;
            if (enough) return latest;
            if (!wanted.counts(commit)) continue;
            latest = std::max(latest.value_or(commit.effective_at), commit.effective_at);
            if (commit.effective_at == commit.recorded_at) return latest;
        }
        const auto before = whole_number(page->next_cursor);
        if (!before) return latest;
        query.before = Position{*before};
    }
    return std::nullopt;
}

}  // namespace

void tell_of_offers(const Organization& organization, std::span<MemberRow> rows) {
    for (MemberRow& row : rows) {
        const OpenInvitation* open =
            row.invitation ? organization.invitation(*row.invitation) : nullptr;
        if (open == nullptr) continue;
        row.inviter = open->inviter;
        row.offer_stands = offer_stands(organization, *row.invitation);
    }
}

std::optional<AsOf> read_as_of(std::string_view text) {
    if (const auto position = whole_number(text)) return AsOf{Position{*position}, std::nullopt};
    const auto at = read_rfc3339(text);
    if (!at) return std::nullopt;
    return AsOf{std::nullopt, *at};
}

std::optional<std::string> not_yet(const Engine& engine, const AsOf& as_of) {
    const Position head = engine.log().head();
    if (as_of.position && *as_of.position > head) {
        return "is in the future: the log ends at position " + std::to_string(number(head));
    }
    // The log's clock may be ahead of the machine's, which may go back.
    const Instant now = std::max(engine.now(), engine.log().head_recorded_at());
    if (as_of.at && *as_of.at > now) return "is in the future: it is " + rfc3339(now);
    return std::nullopt;
}

Accesses accesses_needed_for(const MemberQuery& query) {
    const bool all = query.sort == MemberSort::last_access || query.last_access_before;
    return all ? Accesses::of_all : Accesses::later;
}

std::shared_ptr<const PastOrganization> Past::kept(OrganizationId id, const Moment& moment,
                                                   Accesses accesses) {
    const std::lock_guard lock{mutex_};
    std::shared_ptr<const PastOrganization> found;
    for (const Kept& kept : kept_) {
        if (kept.id != id || kept.result->moment != moment) continue;
        found = kept.result;
        if (found->accesses || accesses == Accesses::later) break;
    }
    return found;
}

std::expected<std::shared_ptr<const PastOrganization>, Failure> Past::at(OrganizationId id,
                                                                         const Moment& moment,
                                                                         Accesses accesses) {
    const auto known = kept(id, moment, accesses);
    if (known && (known->accesses || accesses == Accesses::later)) return known;
    auto result = std::make_shared<PastOrganization>();
    if (known) {
        *result = *known;
    } else {
        const auto then = organization_then(engine_.log(), id, moment);
        if (!then) return std::unexpected(then.error());
        result->moment = moment;
        result->organization = then->organization;
        if (then->organization) {
            if (const auto filled = fill_rows(*result, engine_, *then); !filled) {
                return std::unexpected(filled.error());
            }
        }
    }
    if (result->organization && accesses == Accesses::of_all) {
        for (auto* rows : {&result->rows, &result->former}) {
            if (const auto added = add_accesses(*result, *rows); !added) {
                return std::unexpected(added.error());
            }
        }
        result->accesses = true;
    }
    std::size_t bytes = bytes_of(*result);
    const std::lock_guard lock{mutex_};
    kept_.push_front({id, result, std::exchange(bytes, 0)});
    const auto end = std::ranges::find_if(kept_, [&](const Kept& kept) {
        bytes += kept.bytes;
        return bytes > bytes_kept;
    });
    const auto fitting = static_cast<std::size_t>(end - kept_.begin());
    kept_.resize(std::min(kept_.size(), std::clamp(fitting, std::size_t{1}, results_kept)));
    return result;
}

std::expected<void, Failure> Past::add_accesses(const PastOrganization& past,
                                                std::vector<MemberRow>& rows) const {
    if (past.accesses) return {};
    for (MemberRow& row : rows) {
        if (row.status == RowStatus::pending || row.as_given) continue;
        const auto until = row.left_at ? row.left_at : past.moment.at;
        const auto latest = last_access_then(engine_.views(), {past.organization->id, row, until},
                                             past.moment.position);
        if (!latest) return std::unexpected(latest.error());
        row.last_access = *latest;
    }
    return {};
}

Page<MemberRow> page_of_past(const PastOrganization& past, const MemberQuery& query) {
    const auto& rows = query.status == RowStatus::former ? past.former : past.rows;
    const auto words = words_of(query.q);
    std::vector<std::pair<std::string, const MemberRow*>> matches;
    std::size_t total = 0;
    for (const MemberRow& row : rows) {
        if (!passes_filters(row, query)) continue;
        const bool is_sought =
            !words ||
            (!words->empty() && all_begin_one_of(*words, joined(tokens_of(row.name, row.address))));
        if (!is_sought) continue;
        ++total;
        std::string suffix = sort_suffix(row, query.sort);
        const bool is_after = query.descending ? suffix < query.cursor : suffix > query.cursor;
        if (query.cursor.empty() || is_after) matches.emplace_back(std::move(suffix), &row);
    }
    std::ranges::sort(matches, [&](const auto& one, const auto& other) {
        return query.descending ? one.first > other.first : one.first < other.first;
    });
    Page<MemberRow> page;
    page.position = past.moment.position;
    // As little as the list of now would tell.
    if (has_ready_total(query) || query.exact_total) page.total = total;
    const std::size_t shown = std::min(query.limit, matches.size());
    for (const auto& [suffix, row] : std::span{matches}.first(shown)) page.rows.push_back(*row);
    if (shown < matches.size()) page.next_cursor = matches[shown - 1].first;
    return page;
}

}  // namespace muster::http
