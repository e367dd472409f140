// Random sequences of appends, stale appends and reopenings leave the log on RocksDB with exactly
// what the log in memory has.
#include "eventstore/log/rocksdb_log.h"
#include "tests/eventstore/log_commits.h"
#include "tests/eventstore/memory_log.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>
#include <iostream>

namespace muster::test {
namespace {

struct Model {
    CommitMaker maker;
    std::vector<Commit> commits;
};

/// `forgets` is the control: the newest commits are gone after a reopening.
enum class Reopening { keeps, forgets };

struct Store {
    TemporaryFolder folder;
    Reopening reopening;
    std::unique_ptr<EventLog> log;

    explicit Store(Reopening how) : reopening{how} { reopen(); }
    void reopen() {
        auto kept = std::vector<Commit>{};
        if (log && reopening == Reopening::forgets) {
            kept = *log->read(Position{1}, number(log->head()) / 2);
        }
        log.reset();
        if (reopening == Reopening::forgets) std::filesystem::remove_all(folder.path() / "log");
        auto opened = open_rocksdb_log(folder.path() / "log");
        ENSURE(opened.has_value());
        log = std::move(*opened);
        ENSURE(kept.empty() || log->append(Position{0}, kept).has_value());
    }
};

using LogCommand = rc::state::Command<Model, Store>;

OrganizationId organization_numbered(int number) {
    return id_numbered<OrganizationId>(static_cast<std::uint8_t>(number));
}

PersonId person_numbered(int number) {
    return id_numbered<PersonId>(static_cast<std::uint8_t>(number));
}

/// One event of a few people in a few organisations, so that they meet again and again.
struct Step {
    int kind = 0;
    int organization = 0;
    int person = 0;

    StreamEvent event() const {
        const auto who = person_numbered(person);
        const auto stream = StreamId::of(organization_numbered(organization));
        InvitationIssued issued;
        issued.person = who;
        const std::vector<Event> events{
            issued,
            InvitationResent{.invitation = {}, .person = who, .send_number = 2, .expires_at = {}},
            InvitationCancelled{.invitation = {}, .person = who},
            InvitationDeclined{.invitation = {}, .person = who},
            InvitationExpired{.invitation = {}, .person = who},
            CommitMaker::member_joined(who),
            MemberRemoved{.person = who, .workspaces = {}, .licence = {}},
            OrganizationEnded{},
        };
        if (kind == static_cast<int>(events.size())) {
            return {StreamId::of(who), PersonSignedIn{.person = who, .organization = {}}};
        }
        return {stream, events[static_cast<std::size_t>(kind)]};
    }
};

rc::Gen<Step> any_step() {
    return rc::gen::build<Step>(rc::gen::set(&Step::kind, rc::gen::inRange(0, 9)),
                                rc::gen::set(&Step::organization, rc::gen::inRange(0, 3)),
                                rc::gen::set(&Step::person, rc::gen::inRange(0, 4)));
}

std::vector<Commit> commits_of(CommitMaker& maker, const std::vector<std::vector<Step>>& groups) {
    std::vector<Commit> commits;
    for (const auto& steps : groups) {
        std::vector<StreamEvent> events;
        for (const auto& step : steps) events.push_back(step.event());
        commits.push_back(maker.make(std::move(events)));
    }
    return commits;
}

struct Append : LogCommand {
    // Kept small, because the model answers every question by decoding every commit.
    std::vector<std::vector<Step>> groups =
        *rc::gen::resize(4, rc::gen::container<std::vector<std::vector<Step>>>(
                                rc::gen::container<std::vector<Step>>(any_step())));

    void apply(Model& model) const override {
        const auto commits = commits_of(model.maker, groups);
        model.commits.insert(model.commits.end(), commits.begin(), commits.end());
    }
    void run(const Model& before, Store& store) const override {
        auto maker = before.maker;
        const auto head = store.log->append(before.maker.head(), commits_of(maker, groups));
        RC_ASSERT(head.has_value());
        RC_ASSERT(*head == maker.head());
    }
    void show(std::ostream& out) const override { out << "Append " << groups.size(); }
};

struct AppendWithStaleHead : LogCommand {
    std::uint64_t behind = *rc::gen::inRange<std::uint64_t>(1, 5);
    Step step = *any_step();

    void checkPreconditions(const Model& model) const override {
        RC_PRE(model.commits.size() >= behind);
    }
    void apply(Model& model) const override { checkPreconditions(model); }
    void run(const Model& before, Store& store) const override {
        const Position stale{before.commits.size() - behind};
        CommitMaker maker;
        while (maker.head() < stale) maker.make({});
        const auto refused = store.log->append(stale, std::vector{maker.make({step.event()})});
        RC_ASSERT(!refused.has_value());
        RC_ASSERT(refused.error().kind == FailureKind::version_conflict);
    }
    void show(std::ostream& out) const override { out << "AppendWithStaleHead -" << behind; }
};

struct Reopen : LogCommand {
    void run(const Model&, Store& store) const override { store.reopen(); }
    void show(std::ostream& out) const override { out << "Reopen"; }
};

struct Verify : LogCommand {
    void run(const Model& before, Store& store) const override {
        MemoryLog model;
        RC_ASSERT(model.append(Position{0}, before.commits).has_value());
        const auto& log = *store.log;
        const auto everything = before.commits.size() + 10;
        RC_ASSERT(log.head() == model.head());
        RC_ASSERT(log.head_recorded_at() == model.head_recorded_at());
        RC_ASSERT(log.key_seq() == model.key_seq());
        RC_ASSERT(log.tree_head() == model.tree_head());
        RC_ASSERT(*log.read(Position{1}, everything) == *model.read(Position{1}, everything));
        for (int number = 0; number < 4; ++number) {
            const auto person = person_numbered(number);
            RC_ASSERT(*log.organizations_of(person) == *model.organizations_of(person));
            for (const auto stream :
                 {StreamId::of(person), StreamId::of(organization_numbered(number))}) {
                for (const auto from : {Version{1}, Version{3}}) {
                    RC_ASSERT(*log.read_stream(stream, from, 5) ==
                              *model.read_stream(stream, from, 5));
                }
            }
        }
        for (std::uint64_t number = 1; number <= everything; ++number) {
            const auto found = *log.find_request(digest_of(number));
            const auto expected = *model.find_request(digest_of(number));
            RC_ASSERT(found.has_value() == expected.has_value());
            if (!found) continue;
            RC_ASSERT(found->position == expected->position);
            RC_ASSERT(found->fingerprint == expected->fingerprint);
        }
    }
    void show(std::ostream& out) const override { out << "Verify"; }
};

rc::detail::TestResult compared(Reopening reopening) {
    auto parameters = rc::detail::configuration().testParams;
    // Reopening syncs a dozen files, so a run costs a thousand times what one without a disk does.
    parameters.maxSuccess = std::max(parameters.maxSuccess / 5, 1);
    // A control ends at its first failure, which it wants.
    parameters.disableShrinking = reopening == Reopening::forgets;
    return rc::detail::checkTestable(
        [reopening] {
            Store store{reopening};
            rc::state::check(Model{}, store,
                             rc::state::gen::execOneOfWithArgs<Append, Append, Append, Verify,
                                                               AppendWithStaleHead, Reopen>());
        },
        rc::detail::TestMetadata{}, parameters);
}

TEST(TheLogOnRocksdb, HoldsWhatTheLogInMemoryHolds) {
    const auto result = compared(Reopening::keeps);
    if (result.is<rc::detail::SuccessResult>()) return;
    rc::detail::printResultMessage(result, std::cerr);
    ADD_FAILURE() << "the log on RocksDB differs from the one in memory";
}

TEST(TheLogOnRocksdb, IsCaughtWhenItForgets) {
    EXPECT_TRUE(compared(Reopening::forgets).is<rc::detail::FailureResult>());
}

}  // namespace
}  // namespace muster::test
