// Random histories that the domain decided, and what the views must be after them: derived here
// once more, naively, from the folded organisations and the plain list of commits.
#include "projections/organizations.h"
#include "tests/projections/random_commands.h"

#include <span>
#include <utility>

namespace muster::projections_tests {
namespace {

using Commits = std::span<const Commit>;

class RandomHistory : public ::testing::Test, public ViewsFixture {
 protected:
    PersonRow derived_account(PersonId who, Commits commits);
    MemberRow derived_member(const Organization& folded, PersonId who, Commits commits);
    std::map<PersonId, MemberRow> derived_rows(const Organization& folded, Commits commits);
    std::map<PersonId, MemberRow> derived_former_rows(OrganizationId in, Commits commits);
    std::map<PersonId, MemberRow> found_rows(const MemberQuery& query);
    void check_memberships(PersonId who, const std::vector<const Organization*>& everywhere);
    void check_sign_ins(PersonId who, const std::vector<const Organization*>& everywhere);
    void check_mail_and_due(const Organization& folded, Commits commits);
    std::string text(const SealScope& scope, const Sealed& sealed) {
        if (sealed.empty()) return {};
        const auto text = keys.unseal(scope, sealed);
        EXPECT_TRUE(text.has_value()) << text.error().detail;
        return text ? text->value_or("") : "unreadable";
    }
};

/// Whether somebody who is a member has done nothing for it yet, and the newest of their sign-ins
/// since they did.
struct Visits {
    bool as_given = false;
    LastChange came;  ///< when they did something for the first time, if others let them in
    std::optional<Instant> last_access;
};

/// The newest sign-in to the host from a time on that was recorded before a commit.
std::optional<Instant> host_sign_in_since(Commits commits, Instant since, PersonId who,
                                          Position before) {
    std::optional<Instant> newest;
    for (const Commit& commit : commits) {
        if (commit.position >= before) break;
        for (const auto& [stream, event] : commit.events) {
            const auto* sign_in = std::get_if<PersonSignedIn>(&event);
            const bool counts = sign_in != nullptr && sign_in->person == who &&
                                !sign_in->organization && commit.effective_at >= since;
            if (counts) newest = std::max(newest, {commit.effective_at});
        }
    }
    return newest;
}

Visits derived_visits(Commits commits, OrganizationId in, PersonId who) {
    Visits visits;
    std::optional<Instant> since;
    const auto comes = [&](const Commit& commit) {
        if (std::exchange(visits.as_given, false)) visits.came.take(commit);
    };
    for (const Commit& commit : commits) {
        const bool acts_here =
            organization_of(commit.command) == in && commit.context.actor.is(who);
        for (const auto& [stream, event] : commit.events) {
            const auto* joined = std::get_if<MemberJoined>(&event);
            if (stream == StreamId::of(in) && joined != nullptr && joined->person == who) {
                const bool founds = std::holds_alternative<FoundOrganization>(commit.command);
                visits = {.as_given = !founds && !acts_here, .came = {}, .last_access = {}};
                since = commit.effective_at;
                visits.last_access = host_sign_in_since(commits, *since, who, commit.position);
            }
            const auto* sign_in = std::get_if<PersonSignedIn>(&event);
            if (sign_in == nullptr || sign_in->person != who || !since) continue;
            if (sign_in->organization == in) comes(commit);
            const bool counts = !sign_in->organization || sign_in->organization == in;
            if (!counts || commit.effective_at < *since) continue;
            visits.last_access = std::max(visits.last_access, {commit.effective_at});
        }
        const bool does_something =
            std::ranges::count(commit.events, StreamId::of(in), &StreamEvent::stream) > 0;
        if (acts_here && does_something) comes(commit);
    }
    if (visits.as_given) visits.last_access.reset();
    return visits;
}

/// What the account shows after these commits; empty where there is none.
PersonRow RandomHistory::derived_account(PersonId who, Commits commits) {
    PersonRow account;
    for (const Commit& commit : commits) {
        for (const auto& [stream, event] : commit.events) {
            if (stream != StreamId::of(who)) continue;
            if (!std::holds_alternative<PersonSignedIn>(event)) account.changed.take(commit);
            if (const auto* registered = std::get_if<PersonRegistered>(&event)) {
                account.name = text({{}, who, PersonalField::name}, registered->name);
            } else if (const auto* profile = std::get_if<ProfileChanged>(&event)) {
                account.name = text({{}, who, PersonalField::name}, profile->name);
                account.avatar = text({{}, who, PersonalField::avatar}, profile->avatar);
            } else if (const auto* changed = std::get_if<TwoFactorChanged>(&event)) {
                account.two_factor = changed->enabled;
            }
        }
    }
    return account;
}

/// How they joined the last time, and the organisation's version by it.
std::pair<MemberJoined, Version> derived_joining(Commits commits, OrganizationId in, PersonId who) {
    std::pair<MemberJoined, Version> last;
    Version version{};
    for (const Commit& commit : commits) {
        const bool touched = std::ranges::any_of(commit.streams, [&](const TouchedStream& one) {
            return one.stream == StreamId::of(in);
        });
        if (touched) version = next(version);
        for (const auto& [stream, event] : commit.events) {
            const auto* joined = std::get_if<MemberJoined>(&event);
            if (stream != StreamId::of(in) || joined == nullptr || joined->person != who) continue;
            last = {*joined, version};
        }
    }
    return last;
}

MemberRow RandomHistory::derived_member(const Organization& folded, PersonId who, Commits commits) {
    const Member& one = folded.members.at(who);
    const Visits visits = derived_visits(commits, folded.id, who);
    const auto [joined, joined_by] = derived_joining(commits, folded.id, who);
    const PersonRow account = visits.as_given ? PersonRow{} : derived_account(who, commits);
    MemberRow row;
    row.as_given = visits.as_given;
    row.person = who;
    row.status = one.status == MemberStatus::active ? RowStatus::active : RowStatus::suspended;
    row.name = account.name.empty() ? text({folded.id, who, PersonalField::name}, joined.name)
                                    : account.name;
    row.address = text({folded.id, who, PersonalField::address}, joined.address);
    row.details = text({folded.id, who, PersonalField::details}, joined.details);
    row.joined_by = joined_by;
    row.shown = visits.came;
    row.shown.take(account.changed);
    row.avatar = account.avatar;
    row.two_factor = account.two_factor;
    row.roles = one.roles;
    row.workspaces = one.workspaces;
    row.licence = one.licence;
    row.since = one.joined_at;
    row.last_access = visits.last_access;
    return row;
}

std::map<PersonId, MemberRow> RandomHistory::derived_rows(const Organization& folded,
                                                          Commits commits) {
    std::map<PersonId, MemberRow> rows;
    for (const auto& [who, one] : folded.members) rows[who] = derived_member(folded, who, commits);
    for (const auto& [id, one] : folded.invitations) {
        MemberRow row;
        row.person = one.person;
        row.status = RowStatus::pending;
        row.name = text({folded.id, one.person, PersonalField::name}, one.name);
        row.address = text({folded.id, one.person, PersonalField::address}, one.address);
        row.details = text({folded.id, one.person, PersonalField::details}, one.details);
        row.roles = one.roles;
        row.workspaces = one.workspaces;
        row.licence = one.licence;
        row.since = one.invited_at;
        row.invitation = id;
        row.expires_at = one.expires_at;
        row.send_number = one.send_number;
        row.replaces = one.replaces;
        rows[one.person] = row;
    }
    return rows;
}

/// Whoever was removed and did not join again, as they were just before.
std::map<PersonId, MemberRow> RandomHistory::derived_former_rows(OrganizationId in,
                                                                 Commits commits) {
    std::map<PersonId, MemberRow> rows;
    Organization folded;
    for (std::size_t index = 0; index < commits.size(); ++index) {
        const Instant at = commits[index].effective_at;
        for (const auto& [stream, event] : commits[index].events) {
            if (stream != StreamId::of(in)) continue;
            if (const auto* removed = std::get_if<MemberRemoved>(&event)) {
                MemberRow row = derived_member(folded, removed->person, commits.first(index));
                row.status = RowStatus::former;
                row.left_at = at;
                row.workspaces.clear();
                row.licence.reset();
                row.two_factor = false;
                rows[removed->person] = row;
            } else if (const auto* joined = std::get_if<MemberJoined>(&event)) {
                rows.erase(joined->person);
            } else if (std::holds_alternative<OrganizationEnded>(event)) {
                rows.clear();
            }
            evolve(folded, event, at);
        }
    }
    return rows;
}

/// The rows of a query by their people, each once.
std::map<PersonId, MemberRow> RandomHistory::found_rows(const MemberQuery& query) {
    std::map<PersonId, MemberRow> found;
    for (const MemberRow& row : rows(query)) RC_ASSERT(found.emplace(row.person, row).second);
    return found;
}

/// Mail for every open invitation whose newest link nobody handed over or imported.
std::set<std::pair<InvitationId, std::uint32_t>> derived_mail(Commits commits,
                                                              const Organization& folded) {
    std::set<std::pair<InvitationId, std::uint32_t>> owed;
    for (const Commit& commit : commits) {
        for (const auto& [stream, event] : commit.events) {
            if (stream != StreamId::of(folded.id)) continue;
            if (const auto* issued = std::get_if<InvitationIssued>(&event)) {
                if (!commit.context.imported) owed.emplace(issued->invitation, 1);
            } else if (const auto* resent = std::get_if<InvitationResent>(&event)) {
                if (!commit.context.imported) owed.emplace(resent->invitation, resent->send_number);
            } else if (const auto* handed = std::get_if<MailHandedOver>(&event)) {
                owed.erase({handed->invitation, handed->send_number});
            }
        }
    }
    std::erase_if(owed, [&](const auto& mail) {
        const OpenInvitation* open = folded.invitation(mail.first);
        return open == nullptr || open->send_number != mail.second;
    });
    return owed;
}

void RandomHistory::check_mail_and_due(const Organization& folded, Commits commits) {
    std::set<std::pair<InvitationId, std::uint32_t>> owed;
    const auto mails = views->owed_mail(100'000).value();
    for (const OwedMail& mail : mails) {
        if (mail.organization == folded.id) owed.emplace(mail.invitation, mail.send_number);
    }
    RC_ASSERT(owed == derived_mail(commits, folded));
    const auto due = views->with_something_due(history.now, 100'000).value();
    const bool expected =
        !folded.importing && !folded.due.empty() && folded.due.begin()->first.at <= history.now;
    RC_ASSERT((std::ranges::find(due, folded.id) != due.end()) == expected);
}

std::vector<NamedPlace> named(const Places& places, const Organization& in) {
    std::vector<NamedPlace> named;
    for (const auto& [workspace, role] : places) {
        const WorkspaceRole* rules = in.blueprint->workspace_role(role);
        named.push_back({.workspace = workspace,
                         .name = in.workspaces.at(workspace).name,
                         .role = role,
                         .role_name = rules == nullptr ? "" : rules->name});
    }
    return named;
}

void RandomHistory::check_memberships(PersonId who,
                                      const std::vector<const Organization*>& everywhere) {
    for (const bool with_invitations : {true, false}) {
        const auto page =
            views->memberships({.person = who, .with_invitations = with_invitations}).value();
        std::size_t at = 0;
        for (const Organization* in : everywhere) {
            const Held* held = in->held_by(who);
            if (held == nullptr || (!with_invitations && in->member(who) == nullptr)) continue;
            RC_ASSERT(at < page.rows.size());
            const Membership& found = page.rows[at++];
            RC_ASSERT(found.organization == in->id);
            RC_ASSERT(found.name == in->name);
            std::vector<std::string> role_names;
            for (const RoleId& role : held->roles) role_names.push_back(in->role(role)->name);
            RC_ASSERT(found.role_names == role_names);
            RC_ASSERT(found.workspaces == named(held->workspaces, *in));
        }
        RC_ASSERT(page.rows.size() == at);
        RC_ASSERT((page.total == at));
    }
}

/// One that is taken for the last leaves no row behind that.
void RandomHistory::check_sign_ins(PersonId who,
                                   const std::vector<const Organization*>& everywhere) {
    const auto account = views->person(who).value();
    if (!account) return;
    std::optional<std::chrono::seconds> nearest;
    for (const Organization* in : everywhere) {
        const auto row = views->member(in->id, who).value();
        if (!row || row->status == RowStatus::pending || row->as_given) continue;
        const std::chrono::seconds here{
            row->last_access ? in->blueprint->presentation.sign_in_coalescing_seconds : 0};
        nearest = std::min(nearest.value_or(here), here);
    }
    RC_ASSERT(account->sign_ins_taken_for_one == nearest.value_or(0s));
    if (account->sign_ins_taken_for_one == 0s) return;
    for (const Organization* in : everywhere) {
        const auto row = views->member(in->id, who).value();
        if (!row || row->status == RowStatus::pending || row->as_given) continue;
        RC_ASSERT((row->last_access >= account->last_sign_in));
    }
}

/// What the random histories have led to, since only that was compared.
struct Tally {
    std::size_t joined = 0;
    std::size_t pending = 0;
    std::size_t suspended = 0;
    std::size_t former = 0;
    std::size_t under_other_rules = 0;

    void count(const Organization& folded, std::size_t left) {
        joined += folded.members.size() - std::min<std::size_t>(folded.members.size(), 1);
        pending += folded.invitations.size();
        for (const auto& [who, one] : folded.members) {
            if (one.status == MemberStatus::suspended) ++suspended;
        }
        former += left;
        if (folded.blueprint == other_rules()) ++under_other_rules;
    }
};

TEST_F(RandomHistory, TheViewsAreWhatTheFoldedOrganisationsSay) {
    std::uint64_t cases = 0;
    Tally tally;
    EXPECT_TRUE(rc::check([&] {
        const Cast cast{.world = history.world, .first = 1'000 * ++cases};
        const Position before = log.head();
        found_both(*this, cast, pick(0, 3) == 0);
        const auto how_many = pick(50, 120);
        for (int count = 0; count < how_many; ++count) run_random_command(*this, cast);
        settle();
        // Each case has people of its own, so nothing earlier matters to it.
        const auto commits = log.read(next(before), 1'000).value();
        for (const auto in : {organization(cast.first), organization(cast.first + 1)}) {
            const Organization* folded = history.world.organization(in);
            RC_ASSERT(folded != nullptr);
            RC_ASSERT(found_rows({.organization = in, .limit = 3}) ==
                      derived_rows(*folded, commits));
            const auto left = derived_former_rows(in, commits);
            RC_ASSERT(found_rows({.organization = in, .status = RowStatus::former, .limit = 2}) ==
                      left);
            Organizations kept_nowhere{log, 0};
            RC_ASSERT(*kept_nowhere.find(in).value().organization == *folded);
            check_mail_and_due(*folded, commits);
            tally.count(*folded, left.size());
            for (const auto& [id, role] : *folded->roles) {
                RC_ASSERT(views->has_had_role(in, id).value());
            }
        }
        for (std::uint64_t each = 0; each < 6; ++each) {
            const std::vector everywhere{history.world.organization(organization(cast.first)),
                                         history.world.organization(organization(cast.first + 1))};
            check_memberships(person(cast.first + each), everywhere);
            check_sign_ins(person(cast.first + each), everywhere);
        }
    }));
    EXPECT_GT(tally.joined, 100U);
    EXPECT_GT(tally.pending, 50U);
    EXPECT_GT(tally.suspended, 10U);
    EXPECT_GT(tally.former, 20U);
    EXPECT_GT(tally.under_other_rules, 20U);
    const auto lines = views->compare_with_replay({});
    ASSERT_TRUE(lines.has_value());
    EXPECT_EQ(*lines, std::vector<std::string>{});
}

TEST_F(RandomHistory, AnOrganisationIsFoldedUpToAnyPositionAndAnyTime) {
    std::uint64_t cases = 0;
    EXPECT_TRUE(rc::check([&] {
        const Cast cast{.world = history.world, .first = 1'000 * ++cases};
        const auto in = organization(cast.first);
        // At each position, what the organisation is, and when it took effect.
        std::vector<std::pair<Instant, Organization>> past;
        const Position before = log.head();
        const auto remember = [&] {
            while (number(before) + past.size() < number(log.head())) {
                const Position position{number(before) + past.size() + 1};
                const Commit commit = log.read(position, 1).value().front();
                const Organization* folded = history.world.organization(in);
                past.emplace_back(commit.effective_at, folded ? *folded : Organization{});
            }
        };
        history.decided(founding(in, person(cast.first)));
        remember();
        for (auto count = pick(0, 30); count > 0; --count) {
            history.decided(any_command(*this, cast));
            remember();
        }
        const auto organization_at = [&](const Moment& moment) {
            return organization_then(log, nullptr, in, moment).value().organization;
        };
        RC_ASSERT(organization_at({before, {}}) == nullptr);
        const auto at = pick<std::size_t>(0, past.size());
        const Position position{number(before) + at + 1};
        RC_ASSERT(*organization_at({position, {}}) == past[at].second);
        // Effective times grow by the position here, so both say the same.
        RC_ASSERT(*organization_at({log.head(), past[at].first}) == past[at].second);
        RC_ASSERT(organization_at({log.head(), past[0].first - 1us}) == nullptr);
    }));
}

/// Publishes what the log got, as a writer does.
class Publisher {
 public:
    Publisher(const EventLog& log, Organizations& organizations)
        : log_{log}, organizations_{organizations}, told_{log.head()} {}

    void tell() {
        std::map<OrganizationId, OrganizationState> changed;
        const auto commits = log_.read(next(told_), 1'000).value();
        for (const Commit& commit : commits) {
            for (const TouchedStream& touched : commit.streams) {
                if (touched.stream.kind != StreamKind::organization) continue;
                const OrganizationId id{touched.stream.id};
                auto state = as_it_was(changed, id);
                auto after = state.organization
                                 ? std::make_shared<Organization>(*state.organization)
                                 : std::make_shared<Organization>();
                fold(*after, touched.stream, commit.events, commit.effective_at);
                state.footprint.grow(commit.events, *after);
                changed[id] = {std::move(after), commit.position, state.footprint};
            }
            told_ = commit.position;
        }
        organizations_.publish({changed.begin(), changed.end()}, told_);
    }

 private:
    OrganizationState as_it_was(const std::map<OrganizationId, OrganizationState>& changed,
                                OrganizationId id) {
        if (const auto found = changed.find(id); found != changed.end()) return found->second;
        if (auto kept = organizations_.kept(id)) return *kept;
        const auto folded = organization_then(log_, nullptr, id, {told_, {}}).value().organization;
        return {folded, told_, folded ? Footprint{*folded} : Footprint{}};
    }

    const EventLog& log_;
    Organizations& organizations_;
    Position told_;
};

TEST_F(RandomHistory, PublishedOrganisationsAreTheLogsAndReadersKeepWhatTheyHave) {
    Organizations organizations{log, 64 * 1024};
    Publisher publisher{log, organizations};
    EXPECT_EQ(organizations.find(organization(1)).value().organization, nullptr);
    std::uint64_t cases = 0;
    EXPECT_TRUE(rc::check([&] {
        const Cast cast{.world = history.world, .first = 1'000 * ++cases};
        found_both(*this, cast, false);
        publisher.tell();
        for (auto count = pick(1, 20); count > 0; --count) {
            const auto in = cast.any_organization();
            const Position head = log.head();
            const auto held = organizations.find(in).value().organization;
            RC_ASSERT(held != nullptr);
            run_random_command(*this, cast);
            publisher.tell();
            const auto then = organization_then(log, nullptr, in, {head, {}}).value();
            RC_ASSERT(*held == *then.organization);
            const auto now = organizations.find(in).value();
            RC_ASSERT(*now.organization == *history.world.organization(in));
            RC_ASSERT(now.position <= log.head());
            RC_ASSERT(organizations.position() == log.head());
        }
    }));
    // Far more organisations were asked for than fit.
    EXPECT_LE(organizations.count(), 8U);
    organizations.forget_all();
    EXPECT_EQ(organizations.count(), 0U);
    const auto again = organizations.find(organization(1'000)).value().organization;
    EXPECT_EQ(*again, *history.world.organization(organization(1'000)));
}

}  // namespace
}  // namespace muster::projections_tests
