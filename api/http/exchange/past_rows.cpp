// From the rows of now and from the log to the rows of a moment.
#include "api/http/exchange/past_rows.h"

#include "api/http/read/query.h"
#include "projections/shown_member.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

namespace muster::http {
namespace {

/// Who is to be shown: a member, or somebody who had left.
struct Wanted {
    PersonId person;
    const Member* member = nullptr;
    Moment moment;  ///< of which they are shown
    std::optional<Position>
        unasked;  ///< when others let them in, if they had changed nothing since
    std::optional<Instant> left_at;
    bool is_done = false;

    Version joined_by() const { return member->joined_by; }
};

Moment moment_of(const FormerThen& former, const PastOrganization& past) {
    return {former.left_by, past.moment.at};
}

Wanted wanted_member(const PastOrganization& past, PersonId person, const Member& member) {
    const auto unasked = past.then->unasked.find(person);
    const bool is_unasked = unasked != past.then->unasked.end();
    return {.person = person,
            .member = &member,
            .moment = past.moment,
            .unasked = is_unasked ? std::optional{unasked->second} : std::nullopt,
            .left_at = {}};
}

Wanted wanted_former(const PastOrganization& past, PersonId person, const FormerThen& former) {
    return {.person = person,
            .member = &former.member,
            .moment = moment_of(former, past),
            .unasked = former.unasked,
            .left_at = former.left_at};
}

class Rows {
 public:
    Rows(Engine& engine, const PastOrganization& past)
        : engine_{engine}, organization_{past.organization().id} {}

    MemberRow as_now(const Wanted& wanted, const MemberRow& now) const {
        MemberRow row = muster::row_of(wanted.person, *wanted.member);
        row.name = now.name;
        row.address = now.address;
        row.details = now.details;
        row.avatar = now.avatar;
        row.two_factor = now.two_factor;
        row.as_given = now.as_given;
        return as_wanted(std::move(row), wanted);
    }

    /// Of those who are not done, in no order.
    std::expected<void, Failure> from_log(std::vector<Wanted> wanted,
                                          std::vector<MemberRow>& rows) const;

    MemberRow pending(InvitationId id, const OpenInvitation& invitation) const {
        return muster::row_of(id, invitation, opener());
    }

    const std::optional<Failure>& unreadable() const { return unreadable_; }

 private:
    static MemberRow as_wanted(MemberRow row, const Wanted& wanted) {
        return wanted.left_at ? as_former(std::move(row), *wanted.left_at) : row;
    }
    std::expected<void, Failure> joined_together(std::span<const Wanted> wanted,
                                                 std::vector<MemberRow>& rows) const;
    std::expected<MemberRow, Failure> from_log(const Wanted& wanted,
                                               const MemberJoined& joined) const;
    std::expected<void, Failure> show_account_then(const Wanted& wanted, MemberRow& row) const;

    /// Whether somebody who was let in at that position has not come to the organisation since.
    std::expected<bool, Failure> has_not_come_yet(const Wanted& wanted) const {
        if (!wanted.unasked) return false;
        AuditQuery query{
            .organization = organization_, .subject = wanted.person, .kind = "PersonSignedIn"};
        query.before = next(wanted.moment.position);
        while (true) {
            const auto page = engine_.views().audit(query);
            if (!page) return std::unexpected(page.error());
            for (const Commit& commit : page->rows) {
                if (commit.position <= *wanted.unasked) return true;
                if (wanted.moment.has(commit)) return false;
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
    mutable std::optional<Failure> unreadable_;
};

std::expected<void, Failure> Rows::show_account_then(const Wanted& wanted, MemberRow& row) const {
    const auto account = account_then(engine_.log(), wanted.person, wanted.moment);
    if (!account) return std::unexpected(account.error());
    PersonRow shown;
    shown.name = opened({{}, wanted.person, PersonalField::name}, account->name);
    shown.avatar = opened({{}, wanted.person, PersonalField::avatar}, account->avatar);
    shown.two_factor = account->two_factor;
    show_account(row, shown);
    return {};
}

std::expected<MemberRow, Failure> Rows::from_log(const Wanted& wanted,
                                                 const MemberJoined& joined) const {
    MemberRow row = muster::row_of(wanted.person, *wanted.member);
    show_as_told(row, joined, opener());
    const auto as_given = has_not_come_yet(wanted);
    if (!as_given) return std::unexpected(as_given.error());
    row.as_given = *as_given;
    if (!row.as_given) {
        if (const auto shown = show_account_then(wanted, row); !shown) {
            return std::unexpected(shown.error());
        }
    }
    return as_wanted(std::move(row), wanted);
}

std::expected<void, Failure> Rows::joined_together(std::span<const Wanted> wanted,
                                                   std::vector<MemberRow>& rows) const {
    const StreamId stream = StreamId::of(organization_);
    const Version version = wanted.front().joined_by();
    const auto commits = engine_.log().read_stream(stream, version, 1);
    if (!commits) return std::unexpected(commits.error());
    std::size_t found = 0;
    for (const Commit& commit : *commits) {
        for (const StreamEvent& event : commit.events) {
            const auto* joined = std::get_if<MemberJoined>(&event.event);
            if (joined == nullptr || event.stream != stream) continue;
            const auto one = std::ranges::lower_bound(wanted, joined->person, {}, &Wanted::person);
            if (one == wanted.end() || one->person != joined->person) continue;
            auto row = from_log(*one, *joined);
            if (!row) return std::unexpected(row.error());
            rows.push_back(std::move(*row));
            ++found;
        }
    }
    if (found == wanted.size()) return {};
    return std::unexpected(Failure{FailureKind::corrupted, "the log lacks who joined by version " +
                                                               std::to_string(number(version))});
}

/// Many may have joined by one commit, so each is read once.
std::expected<void, Failure> Rows::from_log(std::vector<Wanted> wanted,
                                            std::vector<MemberRow>& rows) const {
    std::erase_if(wanted, [](const Wanted& one) { return one.is_done; });
    std::ranges::sort(wanted, {}, [](const Wanted& one) {
        return std::pair{one.joined_by(), one.person};
    });
    for (std::span<const Wanted> rest{wanted}; !rest.empty();) {
        const std::span together{
            std::ranges::equal_range(rest, rest.front().joined_by(), {}, &Wanted::joined_by)};
        if (auto done = joined_together(together, rows); !done) return done;
        rest = rest.subspan(together.size());
    }
    return {};
}

/// The rows of now of these people: all rows are walked where few are not asked for.
std::expected<void, Failure> each_row_now(Engine& engine, const PastOrganization& past,
                                          std::span<const PersonId> people, bool former,
                                          const std::function<void(const MemberRow&)>& take) {
    constexpr std::size_t walked_for_one_look_up = 8;
    const OrganizationId id = past.organization().id;
    const auto now = engine.organizations().find(id);
    if (!now) return std::unexpected(now.error());
    const std::size_t members = now->organization ? now->organization->members.size() : 0;
    const std::size_t rows = members + past.then->former.size();
    if (rows / walked_for_one_look_up < people.size()) {
        return engine.views().each_by_name(
            {id, former}, [&](std::string_view, const RowFacts& facts) { take(facts.row); });
    }
    for (const PersonId person : people) {
        const auto row =
            former ? engine.views().former(id, person) : engine.views().member(id, person);
        if (!row) return std::unexpected(row.error());
        if (*row) take(**row);
    }
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

bool was_listed(const OrganizationThen& then, PersonId person, bool former) {
    if (former) return then.former.contains(person);
    return then.organization->member(person) != nullptr ||
           then.organization->invited.contains(person);
}

bool shows_then(const PastOrganization& past, const MemberRow& now) {
    const auto shows = [&](const Member& member, const Moment& moment) {
        return now.joined_by == member.joined_by && now.shown.is_in(moment);
    };
    if (now.status == RowStatus::pending) return false;
    if (now.status == RowStatus::former) {
        const auto left = past.then->former.find(now.person);
        return left != past.then->former.end() &&
               shows(left->second.member, moment_of(left->second, past));
    }
    const Member* member = past.organization().member(now.person);
    return member != nullptr && shows(*member, past.moment);
}

MemberRow row_without_texts(const OrganizationThen& then, PersonId person, bool former) {
    if (former) {
        const FormerThen& left = then.former.at(person);
        return as_former(row_of(person, left.member), left.left_at);
    }
    if (const Member* member = then.organization->member(person)) return row_of(person, *member);
    const InvitationId id = then.organization->invited.at(person);
    const auto unopened = [](PersonId, PersonalField, const Sealed&) { return std::string{}; };
    return row_of(id, *then.organization->invitation(id), unopened);
}

std::expected<std::vector<MemberRow>, Failure> rows_of(Engine& engine, const PastOrganization& past,
                                                       std::span<const PersonId> people,
                                                       bool former) {
    const Organization& organization = past.organization();
    const Rows rows{engine, past};
    std::vector<MemberRow> found;
    std::vector<Wanted> wanted;
    for (const PersonId person : people) {
        const Member* member = organization.member(person);
        if (former) {
            wanted.push_back(wanted_former(past, person, past.then->former.at(person)));
        } else if (member != nullptr) {
            wanted.push_back(wanted_member(past, person, *member));
        } else {
            const InvitationId id = organization.invited.at(person);
            found.push_back(rows.pending(id, *organization.invitation(id)));
        }
    }
    std::ranges::sort(wanted, {}, &Wanted::person);
    const auto take = [&](const MemberRow& now) {
        const auto one = std::ranges::lower_bound(wanted, now.person, {}, &Wanted::person);
        if (one == wanted.end() || one->person != now.person || !shows_then(past, now)) return;
        one->is_done = true;
        found.push_back(rows.as_now(*one, now));
    };
    if (const auto read = each_row_now(engine, past, people, former, take); !read) {
        return std::unexpected(read.error());
    }
    if (const auto done = rows.from_log(std::move(wanted), found); !done) {
        return std::unexpected(done.error());
    }
    if (rows.unreadable()) return std::unexpected(*rows.unreadable());
    std::ranges::sort(found, {}, &MemberRow::person);
    std::vector<MemberRow> ordered;
    for (const PersonId person : people) {
        ordered.push_back(
            std::move(*std::ranges::lower_bound(found, person, {}, &MemberRow::person)));
    }
    return ordered;
}

std::expected<void, Failure> add_accesses(const Views& views, const PastOrganization& past,
                                          std::span<MemberRow> rows) {
    for (MemberRow& row : rows) {
        if (row.status == RowStatus::pending || row.as_given) continue;
        const auto until = row.left_at ? row.left_at : past.moment.at;
        const auto latest =
            last_access_then(views, {past.organization().id, row, until}, past.moment.position);
        if (!latest) return std::unexpected(latest.error());
        row.last_access = *latest;
    }
    return {};
}

}  // namespace muster::http
