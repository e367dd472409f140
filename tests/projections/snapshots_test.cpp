// Snapshots of organisations: what is folded from them is what the log says, whatever became of
// their files, and they are made as often as they must be.
#include "projections/snapshots.h"

#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "projections/snapshot_form.h"
#include "projections/snapshotter.h"
#include "tests/projections/cast.h"
#include "tests/projections/random_commands.h"

#include <filesystem>
#include <fstream>

namespace muster::projections_tests {
namespace {

bool same(const OrganizationThen& one, const OrganizationThen& other) {
    const bool both = one.organization && other.organization;
    return both && *one.organization == *other.organization && one.former == other.former &&
           one.unasked == other.unasked;
}

class SnapshotFiles : public ::testing::Test, public ViewsFixture {
 protected:
    Snapshots snapshots{Disk::of_this_machine(), folder.path() / "snapshots", log};

    OrganizationThen from_the_log(OrganizationId id, const Moment& moment) {
        return organization_then(log, nullptr, id, moment).value();
    }
    OrganizationThen now(OrganizationId id) { return from_the_log(id, {log.head(), {}}); }
    OrganizationThen with_snapshots(OrganizationId id, const Moment& moment) {
        return organization_then(log, &snapshots, id, moment).value();
    }
    std::optional<OrganizationThen> nearest(OrganizationId id) {
        return snapshots.nearest(id, {log.head(), {}});
    }
    std::filesystem::path only_file() {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(folder.path() / "snapshots")) {
            if (entry.is_regular_file()) return entry.path();
        }
        ADD_FAILURE() << "there is no snapshot";
        return {};
    }
    /// An organisation with a member and an open invitation, and a snapshot of it.
    void keep_one() {
        happens(atelier, {founded(atelier), joined(atelier, founder, "Founder", "f@example.org")});
        happens(atelier,
                {issued(atelier, her_invitation, ann, history.now + 24h, "Ann", "a@x.org")});
        ASSERT_TRUE(snapshots.keep(now(atelier)).has_value());
    }
};

std::string bytes_in(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out << bytes;
    ASSERT_TRUE(out.flush().good());
}

TEST_F(SnapshotFiles, WhatIsFoldedFromThemIsWhatTheLogSaysAtAnyMoment) {
    std::uint64_t cases = 0;
    std::size_t begun_from_one = 0;
    EXPECT_TRUE(rc::check([&] {
        const Cast cast{.world = history.world, .first = 1'000 * ++cases};
        const Position before = log.head();
        found_both(*this, cast, pick(0, 3) == 0);
        for (auto count = pick(1, 60); count > 0; --count) {
            run_random_command(*this, cast);
            const auto id = cast.any_organization();
            if (pick(0, 10) == 0) RC_ASSERT(snapshots.keep(now(id)).has_value());
        }
        const auto commits = log.read(next(before), 1'000).value();
        for (int times = 0; times < 4; ++times) {
            const auto& commit = commits[pick<std::size_t>(0, commits.size())];
            const bool by_time = pick(0, 2) == 0;
            const Moment moment = by_time ? Moment{log.head(), commit.effective_at}
                                          : Moment{commit.position, std::nullopt};
            for (const auto id : {organization(cast.first), organization(cast.first + 1)}) {
                const auto expected = from_the_log(id, moment);
                const auto folded = with_snapshots(id, moment);
                if (expected.organization) RC_ASSERT(same(folded, expected));
                if (!expected.organization) RC_ASSERT(folded.organization == nullptr);
                if (snapshots.nearest(id, moment)) ++begun_from_one;
            }
        }
    }));
    EXPECT_GT(begun_from_one, 100U);
}

TEST_F(SnapshotFiles, BytesThatWereChangedAnywhereAreNotTrustedAndGo) {
    keep_one();
    const std::filesystem::path file = only_file();
    const std::string bytes = bytes_in(file);
    ASSERT_TRUE(nearest(atelier).has_value());
    for (std::size_t at = 0; at < bytes.size(); at += 7) {
        std::string damaged = bytes;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        write(file, damaged);
        EXPECT_TRUE(same(with_snapshots(atelier, {log.head(), {}}), now(atelier))) << at;
        EXPECT_FALSE(std::filesystem::exists(file)) << at;
    }
    for (std::size_t length = 0; length < bytes.size(); length += 11) {
        write(file, std::string_view{bytes}.substr(0, length));
        EXPECT_FALSE(nearest(atelier).has_value()) << length;
    }
    write(file, bytes);
    EXPECT_TRUE(nearest(atelier).has_value()) << "what was written is what is trusted";
}

/// The control of the test before: without the sums what was changed would be shown.
TEST_F(SnapshotFiles, TheFormAloneWouldTakeAChangedName) {
    keep_one();
    std::string body = encode(now(atelier));
    const std::size_t name = body.find("Atelier");
    ASSERT_NE(name, std::string::npos);
    body[name] = 'B';
    const auto taken = decode_organization_then(body);
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->organization->name, "Btelier");
}

TEST_F(SnapshotFiles, BytesOfAnyKindAreReadOrRefused) {
    keep_one();
    const std::string body = encode(now(atelier));
    EXPECT_TRUE(rc::check([&] {
        std::string changed = body;
        for (auto count = pick(1, 6); count > 0; --count) {
            changed[pick<std::size_t>(0, changed.size())] = static_cast<char>(pick(0, 256));
        }
        if (pick(0, 2) == 0) changed.resize(pick<std::size_t>(0, changed.size()));
        const auto read = decode_organization_then(changed);
        if (read) RC_ASSERT(read->organization != nullptr);
    }));
    EXPECT_FALSE(decode_organization_then(body + "x").has_value());
}

/// Whoever puts back an older log and goes on from there has other commits under the same versions.
TEST_F(SnapshotFiles, OneOfAnotherHistoryIsNotTrusted) {
    keep_one();
    RecordedLog other;
    other.goes_by = log.id();
    History goes_on_otherwise{other};
    goes_on_otherwise.record(
        {.command = SettleDue{atelier},
         .events = {of(atelier, founded(atelier)),
                    of(atelier, joined(atelier, founder, "Founder", "f@example.org"))}});
    goes_on_otherwise.record({.command = SettleDue{atelier},
                              .events = {of(atelier, OrganizationRenamed{.name = "Elsewhere"})}});
    const Snapshots of_the_other{Disk::of_this_machine(), folder.path() / "snapshots", other};
    const Moment moment{other.head(), {}};
    const auto then = organization_then(other, &of_the_other, atelier, moment).value();
    EXPECT_EQ(then.organization->name, "Elsewhere");
    EXPECT_TRUE(then.organization->invitations.empty());
}

TEST_F(SnapshotFiles, AreMadeWhenEnoughChangedAndTheOlderOnesThinOut) {
    constexpr std::uint64_t least = 10;
    Snapshotter snapshotter{log, snapshots, least};
    happens(atelier, {founded(atelier), joined(atelier, founder, "Founder", "f@example.org")});
    const auto change = [&](int at) {
        happens(atelier, {OrganizationRenamed{.name = "Atelier " + std::to_string(at)}});
        snapshotter.changed(*now(atelier).organization);
    };
    for (int at = 2; at < 10; ++at) change(at);
    EXPECT_FALSE(snapshotter.make_one()) << "nine changes are too few";
    change(10);
    EXPECT_TRUE(snapshotter.make_one());
    EXPECT_FALSE(snapshotter.make_one());
    EXPECT_EQ(snapshots.kept(atelier), std::vector<Version>{Version{10}});
    for (int at = 11; at <= 100; ++at) {
        change(at);
        snapshotter.make_one();
    }
    const std::vector<Version> kept = snapshots.kept(atelier);
    EXPECT_EQ(kept.back(), Version{100});
    EXPECT_LE(kept.size(), 11U);
    const auto near = nearest(atelier);
    ASSERT_TRUE(near.has_value());
    EXPECT_EQ(near->organization->name, "Atelier 100");
}

/// Ended invitations stay in memory for good, and so in every snapshot.
TEST_F(SnapshotFiles, AreTheFartherApartTheMoreTheyHold) {
    constexpr std::uint64_t least = 10;
    Snapshotter snapshotter{log, snapshots, least};
    happens(atelier, {founded(atelier), joined(atelier, founder, "Founder", "f@example.org")});
    for (std::uint64_t at = 1; at <= 400; ++at) {
        const PersonId who = person(100 + at);
        happens(atelier, {issued(atelier, invitation(at), who, history.now + 24h, "Ann", "a@x.org"),
                          InvitationCancelled{.invitation = invitation(at), .person = who}});
    }
    for (int at = 0; at < 400; ++at) {
        happens(atelier, {OrganizationRenamed{.name = "Atelier " + std::to_string(at)}});
        snapshotter.changed(*now(atelier).organization);
        snapshotter.make_one();
    }
    const std::vector<Version> kept = snapshots.kept(atelier);
    EXPECT_GE(kept.size(), 2U);
    EXPECT_LE(kept.size(), 6U) << "those who were invited once were not counted";
}

TEST_F(SnapshotFiles, OfWhatTheLogHasGivenUpDoNotKeepNewOnesFromBeingMade) {
    keep_one();
    const Version there = now(atelier).organization->version;
    const auto later = only_file().parent_path() / "00000000000000009999";
    std::filesystem::copy(only_file(), later);
    write(only_file().parent_path() / "00000000000000009998.new", "half of one");
    ASSERT_EQ(snapshots.kept(atelier).back(), Version{9'999}) << "the control";
    Snapshotter snapshotter{log, snapshots, 1};
    happens(atelier, {OrganizationRenamed{.name = "Atelier again"}});
    snapshotter.changed(*now(atelier).organization);
    EXPECT_TRUE(snapshotter.make_one());
    EXPECT_EQ(snapshots.kept(atelier).back(), next(there));
    for (const auto& entry : std::filesystem::directory_iterator(later.parent_path())) {
        EXPECT_NE(entry.path().extension(), ".new") << "what was interrupted stays";
    }
}

TEST_F(SnapshotFiles, ABoundedRestIsReadBehindOne) {
    happens(atelier, {founded(atelier), joined(atelier, founder, "Founder", "f@example.org")});
    for (int at = 0; at < 3'000; ++at) {
        happens(atelier, {OrganizationRenamed{.name = "Atelier " + std::to_string(at)}});
    }
    const auto read_for = [&](const Snapshots* from) {
        const std::size_t before = log.stream_commits_read();
        EXPECT_EQ(
            organization_then(log, from, atelier, {log.head(), {}}).value().organization->name,
            "Atelier 2999");
        return log.stream_commits_read() - before;
    };
    EXPECT_GT(read_for(&snapshots), 3'000U) << "the control: there is none yet";
    ASSERT_TRUE(snapshots.keep(now(atelier)).has_value());
    EXPECT_LE(read_for(&snapshots), 2U);
}

/// Whoever changes what is stored, or what an event makes of an organisation, raises
/// `snapshot_format`; then this digest may change.
TEST_F(SnapshotFiles, TheSameHistoryGivesTheSameBytesUnderOneFormat) {
    keep_one();
    happens(atelier, {InvitationAccepted{.invitation = her_invitation, .person = ann},
                      joined(atelier, ann, "Ann", "a@x.org")});
    happens(atelier, {WorkspaceCreated{.workspace = workspace(1), .name = "Desk"},
                      MemberRolesChanged{.person = ann, .roles = {as_admin}}});
    happens(atelier, {MemberSuspended{.person = ann}});
    happens(atelier, {issued(atelier, invitation(2), bob, history.now + 24h, "Bob", "b@x.org")});
    happens(atelier, {MemberRemoved{.person = founder}});
    ASSERT_EQ(snapshot_format, 1U);
    EXPECT_EQ(hex(view_of(sha256(encode(now(atelier))))),
              "a0b876cac5ba3e26c845fdfba6fdec0c49a8c6c4ecd286031cc0ff12d1298931");
}

}  // namespace
}  // namespace muster::projections_tests
