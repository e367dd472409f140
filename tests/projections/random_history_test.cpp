// Random histories that the domain decided, and what the views must be after them: derived here
// once more, naively, from the folded organisations and the plain list of commits.
#include "projections/access.h"
#include "tests/projections/picking.h"
#include "tests/projections/view_fixture.h"

namespace muster::projections_tests {
namespace {

const RoleId admin{"admin"};
const RoleId member{"member"};

template <class Map>
const typename Map::value_type& any_entry(const Map& map) {
    const auto index = static_cast<std::ptrdiff_t>(pick<std::size_t>(0, map.size()));
    return *std::next(map.begin(), index);
}

/// The ids of one random case, apart from those of every other. Mostly people, invitations and
/// workspaces that are there already, so that most commands come to something.
struct Cast {
    const MemoryWorld& world;
    std::uint64_t first = 0;

    OrganizationId any_organization() const { return organization(first + one_of(2)); }
    PersonId any_person(OrganizationId in) const {
        const Organization* folded = world.organization(in);
        if (folded != nullptr && !folded->members.empty() && one_of(4) > 1) {
            return any_entry(folded->members).first;
        }
        return person(first + one_of(6));
    }
    InvitationId any_invitation(OrganizationId in) const {
        const Organization* folded = world.organization(in);
        if (folded != nullptr && !folded->invitations.empty() && one_of(4) > 0) {
            return any_entry(folded->invitations).first;
        }
        return fresh_invitation();
    }
    InvitationId fresh_invitation() const { return invitation(first + one_of(200)); }
    WorkspaceId any_workspace(OrganizationId in) const {
        const Organization* folded = world.organization(in);
        if (folded != nullptr && !folded->workspaces.empty() && one_of(4) > 0) {
            return any_entry(folded->workspaces).first;
        }
        return workspace(first + one_of(3));
    }
    static std::uint64_t one_of(std::uint64_t count) { return pick<std::uint64_t>(0, count); }
};

class RandomHistory : public ::testing::Test, public ViewsFixture {
 protected:
    Command any_command(const Cast& cast);
    void found_both(const Cast& cast, bool imported);
    void run_random_command(const Cast& cast);
    std::map<PersonId, MemberRow> derived_rows(const Organization& folded,
                                               const std::vector<Commit>& commits);
    std::string text(const SealScope& scope, const Sealed& sealed) {
        return sealed.empty() ? "" : keys.unseal(scope, sealed).value_or("");
    }
};

Command invite_somebody(ViewsFixture& views, const Cast& cast) {
    const auto in = cast.any_organization();
    const auto who = person(cast.first + Cast::one_of(6));
    InvitationRow row{.invitation = cast.fresh_invitation(),
                      .person = who,
                      .roles = {*rc::gen::element(admin, member)},
                      .workspaces = {},
                      .name = views.sealed(in, who, PersonalField::name, "Invited"),
                      .address = views.sealed(in, who, PersonalField::address, "i@example.org")};
    if (Cast::one_of(3) == 0) row.workspaces.push_back({cast.any_workspace(in), {}});
    return InviteMember{in, {row}, RowMode::atomic, {}};
}

/// An answer to an invitation: of the invited person to the newest link where it is open, else of
/// anybody to anything.
std::pair<Command, PersonId> answer_something(ViewsFixture& views, const Cast& cast) {
    const auto in = cast.any_organization();
    auto who = cast.any_person(in);
    const auto what = cast.any_invitation(in);
    std::uint32_t send_number = 1;
    const Organization* folded = views.history.world.organization(in);
    if (const OpenInvitation* open = folded ? folded->invitation(what) : nullptr) {
        who = open->person;
        send_number = open->send_number;
    }
    if (Cast::one_of(5) == 0) return {DeclineInvitation{in, what, send_number, true}, who};
    AcceptInvitation command{
        .organization = in,
        .invitation = what,
        .send_number = send_number,
        .signed_in = *rc::gen::arbitrary<bool>(),
        .account_name = views.sealed({}, who, PersonalField::name, "Account"),
        .account_address = views.sealed({}, who, PersonalField::address, "a@example.org")};
    return {std::move(command), who};
}

Command RandomHistory::any_command(const Cast& cast) {
    const auto in = cast.any_organization();
    const auto who = cast.any_person(in);
    const auto what = cast.any_invitation(in);
    switch (pick(0, 24)) {
        case 0:
        case 1:
        case 2:
        case 18:
        case 19:
        case 20:
            return invite_somebody(*this, cast);
        case 3:
            return ResendInvitation{in, what};
        case 4:
            return CancelInvitation{in, what};
        case 5:
            return DeclineInvitation{in, what, 1, true};
        case 6:
            return ChangeRole{in, who, {*rc::gen::element(admin, member)}};
        case 7:
            return RemoveMember{in, who};
        case 8:
        case 21:
        case 22:
            return CreateWorkspace{in, cast.any_workspace(in),
                                   "W" + std::to_string(Cast::one_of(3))};
        case 9:
            return DeleteWorkspace{in, cast.any_workspace(in)};
        case 10:
        case 11:
            return AssignWorkspaceRole{in, who, {cast.any_workspace(in), {}}};
        case 12:
            return WithdrawWorkspaceRole{in, who, cast.any_workspace(in)};
        case 13:
            return RegisterPerson{who, sealed({}, who, PersonalField::name, "Registered"),
                                  sealed({}, who, PersonalField::address, "r@example.org"),
                                  *rc::gen::arbitrary<bool>()};
        case 14:
            return RecordSignIn{who, {}};
        case 15:
            return RecordSignIn{who, in};
        case 16:
            return RecordMailHandedOver{in, what, pick<std::uint32_t>(1, 3)};
        default:
            return pick(0, 10) == 0 ? Command{EndOrganization{in}} : Command{SettleDue{in}};
    }
}

void RandomHistory::found_both(const Cast& cast, bool imported) {
    for (const auto in : {organization(cast.first), organization(cast.first + 1)}) {
        const bool importing = imported && in == organization(cast.first);
        history.decided(founding(in, person(cast.first)), Actor::the_operator(),
                        importing ? std::optional{history.now} : std::nullopt);
    }
}

void RandomHistory::run_random_command(const Cast& cast) {
    if (pick(0, 4) == 0) {
        const auto [command, who] = answer_something(*this, cast);
        history.decided(command, Actor::of(who));
        return;
    }
    if (pick(0, 20) == 0) {
        history.decided(FinishImport{organization(cast.first)});
        return;
    }
    if (pick(0, 10) == 0) history.now = history.now + 24h * 4;
    const Command command = any_command(cast);
    const Organization* first = history.world.organization(organization(cast.first));
    const bool importing = first != nullptr && first->importing &&
                           organization_of(command) == organization(cast.first);
    const bool by_system = std::holds_alternative<SettleDue>(command) ||
                           std::holds_alternative<RecordMailHandedOver>(command);
    history.decided(command, by_system ? Actor::the_system() : Actor::the_operator(),
                    importing ? std::optional{history.now} : std::nullopt);
}

/// The newest of the person's sign-ins that count in this organisation.
std::optional<Instant> derived_access(const std::vector<Commit>& commits, OrganizationId in,
                                      PersonId who) {
    std::optional<Instant> access;
    for (const Commit& commit : commits) {
        for (const auto& [stream, event] : commit.events) {
            if (stream == StreamId::of(in) && std::holds_alternative<MemberRemoved>(event) &&
                std::get<MemberRemoved>(event).person == who) {
                // An access to the organisation is forgotten with the membership.
                access.reset();
                for (const Commit& earlier : commits) {
                    if (earlier.position >= commit.position) break;
                    for (const auto& [other_stream, other] : earlier.events) {
                        const auto* sign_in = std::get_if<PersonSignedIn>(&other);
                        if (sign_in == nullptr || sign_in->person != who) continue;
                        if (!sign_in->organization)
                            access = std::max(access, {earlier.effective_at});
                    }
                }
            }
            const auto* sign_in = std::get_if<PersonSignedIn>(&event);
            if (sign_in == nullptr || sign_in->person != who) continue;
            if (sign_in->organization && *sign_in->organization != in) continue;
            access = std::max(access, {commit.effective_at});
        }
    }
    return access;
}

std::map<PersonId, MemberRow> RandomHistory::derived_rows(const Organization& folded,
                                                          const std::vector<Commit>& commits) {
    std::map<PersonId, MemberRow> rows;
    const auto account_name = [&](PersonId who) {
        std::string name;
        for (const Commit& commit : commits) {
            for (const auto& [stream, event] : commit.events) {
                const auto* registered = std::get_if<PersonRegistered>(&event);
                if (registered == nullptr || registered->person != who) continue;
                name = text({{}, who, PersonalField::name}, registered->name);
            }
        }
        return name;
    };
    const auto row_of = [&](PersonId who, const Sealed& name, const Sealed& address) {
        MemberRow row;
        row.person = who;
        row.name = text({folded.id, who, PersonalField::name}, name);
        row.address = text({folded.id, who, PersonalField::address}, address);
        return row;
    };
    for (const auto& [who, one] : folded.members) {
        MemberRow row = row_of(who, one.name, one.address);
        if (const std::string name = account_name(who); !name.empty()) row.name = name;
        row.status = RowStatus::active;
        row.roles = one.roles;
        row.workspaces = one.workspaces;
        row.licence = one.licence;
        row.since = one.joined_at;
        row.last_access = derived_access(commits, folded.id, who);
        rows[who] = row;
    }
    for (const auto& [id, one] : folded.invitations) {
        MemberRow row = row_of(one.person, one.name, one.address);
        row.status = RowStatus::pending;
        row.roles = one.roles;
        row.workspaces = one.workspaces;
        row.licence = one.licence;
        row.since = one.invited_at;
        row.invitation = id;
        row.expires_at = one.expires_at;
        row.send_number = one.send_number;
        rows[one.person] = row;
    }
    return rows;
}

/// Mail for every open invitation whose newest link nobody handed over or imported.
std::set<std::pair<InvitationId, std::uint32_t>> derived_mail(const std::vector<Commit>& commits,
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

TEST_F(RandomHistory, TheViewsAreWhatTheFoldedOrganisationsSay) {
    std::uint64_t cases = 0;
    std::size_t joined_later = 0;
    std::size_t pending = 0;
    EXPECT_TRUE(rc::check([&] {
        const Cast cast{.world = history.world, .first = 1'000 * ++cases};
        const Position before = log.head();
        found_both(cast, pick(0, 3) == 0);
        const auto how_many = pick(30, 80);
        for (int count = 0; count < how_many; ++count) run_random_command(cast);
        settle();
        // Each case has people of its own, so nothing earlier matters to it.
        const auto commits = log.read(next(before), 1'000).value();
        for (const auto in : {organization(cast.first), organization(cast.first + 1)}) {
            const Organization* folded = history.world.organization(in);
            RC_ASSERT(folded != nullptr);
            pending += folded->invitations.size();
            for (const auto& [who, one] : folded->members) {
                if (who != person(cast.first)) ++joined_later;
            }
            std::map<PersonId, MemberRow> found;
            for (const MemberRow& row : rows({.organization = in, .limit = 3})) {
                RC_ASSERT(found.emplace(row.person, row).second);
            }
            RC_ASSERT(found == derived_rows(*folded, commits));
            const auto seen = views->organization(in);
            RC_ASSERT(seen.has_value());
            RC_ASSERT(**seen == *folded);
            std::set<std::pair<InvitationId, std::uint32_t>> owed;
            const auto mails = views->owed_mail(100'000).value();
            for (const OwedMail& mail : mails) {
                if (mail.organization == in) owed.emplace(mail.invitation, mail.send_number);
            }
            RC_ASSERT(owed == derived_mail(commits, *folded));
            const auto due = views->with_something_due(history.now, 100'000).value();
            const bool expected = !folded->importing && !folded->due.empty() &&
                                  folded->due.begin()->first <= history.now;
            RC_ASSERT((std::ranges::find(due, in) != due.end()) == expected);
        }
    }));
    // The commands must have come to something for the comparison to mean anything.
    EXPECT_GT(joined_later, 100U);
    EXPECT_GT(pending, 100U);
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
            history.decided(any_command(cast));
            remember();
        }
        RC_ASSERT(fold_organization(log, in, before, {}).value() == nullptr);
        const auto at = pick<std::size_t>(0, past.size());
        const Position position{number(before) + at + 1};
        const auto by_position = fold_organization(log, in, position, {});
        RC_ASSERT(by_position.has_value());
        RC_ASSERT(**by_position == past[at].second);
        // Effective times grow by the position here, so both say the same.
        const auto by_time = fold_organization(log, in, {}, past[at].first);
        RC_ASSERT(**by_time == past[at].second);
        RC_ASSERT(fold_organization(log, in, {}, past[0].first - 1us).value() == nullptr);
    }));
}

TEST_F(RandomHistory, KeptOrganisationsEvolveAndReadersKeepWhatTheyHave) {
    Access access{log, Position{}, 8};
    Position told{};
    const auto tell = [&] {
        const auto commits = log.read(next(told), 1'000).value();
        if (commits.empty()) return;
        access.apply(commits);
        told = commits.back().position;
    };
    EXPECT_EQ(access.organization(organization(1)).value(), nullptr);
    std::uint64_t cases = 0;
    EXPECT_TRUE(rc::check([&] {
        const Cast cast{.world = history.world, .first = 1'000 * ++cases};
        found_both(cast, false);
        tell();
        for (auto count = pick(1, 20); count > 0; --count) {
            const auto in = cast.any_organization();
            const auto held = access.organization(in).value();
            RC_ASSERT(held != nullptr);
            const Organization copy = *held;
            RC_ASSERT(copy == *history.world.organization(in));
            run_random_command(cast);
            tell();
            RC_ASSERT(*held == copy);
            RC_ASSERT(*access.organization(in).value() == *history.world.organization(in));
        }
    }));
    // Far more organisations were asked for than fit.
    EXPECT_LE(access.kept(), 8U);
    access.restart_at(told);
    EXPECT_EQ(access.kept(), 0U);
    const auto again = access.organization(organization(1'000)).value();
    EXPECT_EQ(*again, *history.world.organization(organization(1'000)));
}

}  // namespace
}  // namespace muster::projections_tests
