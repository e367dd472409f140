// What the tests of the views stand on: keys that seal readably and can forget, a log in memory
// that can be told to fail, a history that records commits made by hand or decided by the domain,
// and the views over them in a folder of their own.
#pragma once

#include "domain/decide.h"
#include "domain/fold.h"
#include "projections/then.h"
#include "projections/views.h"
#include "tests/domain/memory_world.h"
#include "tests/eventstore/memory_log.h"
#include "tests/eventstore/sample_blueprint.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <atomic>
#include <set>

namespace muster::projections_tests {

using domain_tests::MemoryWorld;
using namespace std::chrono_literals;
using namespace std::string_literals;

template <class AnyId>
AnyId numbered(std::uint64_t number) {
    AnyId id;
    for (std::size_t place = 0; place < 8; ++place) {
        id.value.data[15 - place] = static_cast<std::uint8_t>(number >> (8 * place));
    }
    return id;
}
inline PersonId person(std::uint64_t number) {
    return numbered<PersonId>(number);
}
inline OrganizationId organization(std::uint64_t number) {
    return numbered<OrganizationId>(number);
}
inline InvitationId invitation(std::uint64_t number) {
    return numbered<InvitationId>(number);
}
inline WorkspaceId workspace(std::uint64_t number) {
    return numbered<WorkspaceId>(number);
}

/// What was sealed is written out behind its scope, so that a wrong scope shows.
class ReadableKeys final : public KeyStore {
 public:
    std::atomic<bool> failing = false;  ///< what was sealed cannot be read while it is set

    static std::string scope_text(const SealScope& scope) {
        return to_string(scope.organization) + "/" + to_string(scope.person) + "/" +
               std::to_string(static_cast<int>(scope.field)) + "/";
    }
    void erase(PersonId person) {
        const std::lock_guard lock{mutex_};
        erased_.insert(person);
    }

    std::expected<Sealed, Failure> seal(const SealScope& scope, std::string_view text) override {
        if (text.empty()) return Sealed{};
        return Sealed{scope_text(scope).append(text)};
    }
    std::expected<std::optional<Sealed>, Failure> seal_if_known(
        const SealScope& scope, std::string_view text) const override {
        return Sealed{scope_text(scope).append(text)};
    }
    std::expected<std::optional<std::string>, Failure> unseal(const SealScope& scope,
                                                              const Sealed& sealed) const override {
        if (failing) return std::unexpected(Failure{FailureKind::io_error, "told to fail"});
        const std::lock_guard lock{mutex_};
        const std::string beginning = scope_text(scope);
        if (erased_.contains(scope.person)) return std::nullopt;
        if (sealed.bytes.starts_with(beginning)) return sealed.bytes.substr(beginning.size());
        return std::unexpected(Failure{FailureKind::corrupted, "sealed for another scope"});
    }

    std::expected<PersonId, Failure> person_for(std::string_view) override { return PersonId{}; }
    std::expected<std::optional<PersonId>, Failure> find_person(std::string_view) const override {
        return std::nullopt;
    }
    Digest token_mac(std::string_view) const override { return {}; }
    Digest request_mac(std::string_view) const override { return {}; }
    std::expected<void, Failure> put_api_key(const ApiKeyRecord&) override { return {}; }
    std::expected<bool, Failure> delete_api_key(const boost::uuids::uuid&) override {
        return false;
    }
    std::vector<ApiKeyRecord> api_keys() const override { return {}; }
    std::optional<ApiKeyRecord> api_key_by_hash(const Digest&) const override {
        return std::nullopt;
    }
    std::expected<bool, Failure> extend_api_key(const boost::uuids::uuid&,
                                                OrganizationId) override {
        return false;
    }
    std::optional<bool> had_operator_key() const override { return std::nullopt; }
    std::uint64_t key_seq() const override { return 0; }
    std::expected<void, Failure> sync() override { return {}; }
    std::expected<void, Failure> reopen() override { return {}; }
    std::expected<void, Failure> copy_to(const TakeKeyRow&) const override { return {}; }

 private:
    mutable std::mutex mutex_;
    std::set<PersonId> erased_;
};

/// The log in memory, with what was appended kept decoded, so that long histories stay fast.
class RecordedLog final : public EventLog {
 public:
    std::atomic<bool> failing = false;          ///< reads fail while it is set
    std::optional<boost::uuids::uuid> goes_by;  ///< another log's id, of which it is a copy

    std::expected<Position, Failure> append(Position expected_head,
                                            std::span<const Commit> commits) override {
        const std::lock_guard lock{mutex_};
        const auto head = stored_.append(expected_head, commits);
        commits_.insert(commits_.end(), commits.begin(), commits.end());
        return head;
    }
    std::expected<void, Failure> reopen() override { return {}; }
    TreeHead tree_head() const override { return stored_.tree_head(); }
    const TreeNodes& tree() const override { return stored_.tree(); }
    std::expected<std::vector<std::string>, Failure> check_rows(
        std::span<const Commit> commits) const override {
        return stored_.check_rows(commits);
    }
    Position head() const override { return stored_.head(); }
    Instant head_recorded_at() const override { return stored_.head_recorded_at(); }
    std::expected<std::vector<Commit>, Failure> read(Position from,
                                                     std::size_t count) const override {
        if (failing) return std::unexpected(Failure{FailureKind::io_error, "told to fail"});
        const std::lock_guard lock{mutex_};
        std::vector<Commit> result;
        for (std::size_t at = number(from) - 1; at < commits_.size() && count > 0; ++at, --count) {
            result.push_back(commits_[at]);
        }
        return result;
    }
    std::expected<std::vector<StoredCommit>, Failure> read_stored(
        Position from, std::size_t count) const override {
        return stored_.read_stored(from, count);
    }
    std::expected<std::vector<Commit>, Failure> read_stream(StreamId stream, Version from,
                                                            std::size_t count) const override {
        const std::lock_guard lock{mutex_};
        std::vector<Commit> result;
        for (const Commit& commit : commits_) {
            for (const TouchedStream& touched : commit.streams) {
                if (touched.stream != stream || touched.version < from) continue;
                if (result.size() < count) result.push_back(commit);
            }
        }
        stream_commits_read_ += result.size();
        return result;
    }
    std::expected<std::optional<RequestHit>, Failure> find_request(const Digest&) const override {
        return std::nullopt;
    }
    std::expected<std::vector<OrganizationId>, Failure> organizations_of(
        PersonId person) const override {
        return stored_.organizations_of(person);
    }
    bool wait_beyond(Position position, std::chrono::milliseconds at_most) const override {
        return stored_.wait_beyond(position, at_most);
    }
    const boost::uuids::uuid& id() const override { return goes_by ? *goes_by : stored_.id(); }
    std::uint64_t key_seq() const override { return 0; }
    std::vector<std::pair<std::string, std::uint64_t>> size_by_part() const override {
        return stored_.size_by_part();
    }

    /// By any stream, so far.
    std::size_t stream_commits_read() const { return stream_commits_read_; }
    std::vector<Commit> all() const {
        const std::lock_guard lock{mutex_};
        return commits_;
    }

 private:
    test::MemoryLog stored_;
    mutable std::atomic<std::size_t> stream_commits_read_ = 0;
    mutable std::mutex mutex_;
    std::vector<Commit> commits_;
};

/// Two roles and whatever an organisation makes itself, workspaces that pending people may be in
/// too, every way to treat a member, and licences enough.
inline const SharedBlueprint& rules() {
    static const SharedBlueprint blueprint = [] {
        Blueprint made = sample_blueprint("views");
        made.workspaces.offered = true;
        made.workspaces.for_pending = true;
        made.members.role_change_while_pending = true;
        made.members.several_roles = true;
        made.members.suspension = true;
        made.members.suspension_frees_licence = true;
        made.members.address_replacement = true;
        made.members.last_holder = LastHolderGuard::operator_replaces;
        made.custom_roles.offered = true;
        made.roles[1].copyable = true;
        made.roles[1].licences = {LicenceClassId{"full"}};
        made.plans[0].limits[LicenceClassId{"full"}] = 1'000'000;
        made.presentation.sign_in_coalescing_seconds = 900;
        return SharedBlueprint{made};
    }();
    return blueprint;
}

/// The same with the role member under another id, a role for every workspace, and sign-ins told
/// apart sooner.
inline const SharedBlueprint& other_rules() {
    static const SharedBlueprint blueprint = [] {
        Blueprint made = *rules();
        made.roles[1].id = RoleId{"reader"};
        made.workspaces.roles = {
            {.id = RoleId{"editor"}, .name = "Editor", .gives = {}, .licences = {}}};
        made.presentation.sign_in_coalescing_seconds = 60;
        return SharedBlueprint{made};
    }();
    return blueprint;
}

/// A commit to be: what a test says of it; the rest is kept by History.
struct Entry {
    Command command;
    std::vector<StreamEvent> events = {};
    Actor actor = Actor::the_operator();
    bool imported = false;
    std::optional<Instant> effective_at = {};
    std::optional<Rejection> rejection = {};
};

class History {
 public:
    explicit History(RecordedLog& log) : log_{log} {}

    Instant now{1'700'000'000'000'000};
    MemoryWorld world;  ///< what decided commands have led to

    /// Records a commit as it is given.
    Position record(const Entry& entry) {
        now = now + 1s;
        Commit commit;
        commit.position = next(log_.head());
        commit.recorded_at = now;
        commit.effective_at = entry.effective_at.value_or(now);
        for (const StreamId& stream : streams_changed_by(entry.events)) {
            Version& version = versions_[stream];
            version = next(version);
            commit.streams.push_back({stream, version});
        }
        commit.context.actor = entry.actor;
        commit.context.imported = entry.imported;
        commit.command = entry.command;
        commit.outcome.rejection = entry.rejection;
        commit.events = entry.events;
        const auto head = log_.append(log_.head(), {&commit, 1});
        EXPECT_TRUE(head.has_value());
        return commit.position;
    }

    /// Records what the domain says to a command: its events, or the refusal.
    Position decided(const Command& command, Actor actor = Actor::the_operator(),
                     std::optional<Instant> at = {}) {
        Context context;
        context.actor = actor;
        context.reason = Sealed{"why"};
        context.imported = at.has_value();
        Entry entry{.command = command, .actor = actor, .imported = context.imported};
        entry.effective_at = at.value_or(now + 1s);
        const auto decision = decide(world, command, context, *entry.effective_at);
        if (decision) {
            entry.events = decision->events;
            world.apply(entry.events, *entry.effective_at);
        } else {
            entry.rejection = decision.error().rejection;
        }
        return record(entry);
    }

 private:
    RecordedLog& log_;
    std::map<StreamId, Version> versions_;
};

/// One event of an organisation's stream.
inline StreamEvent of(OrganizationId organization, Event event) {
    return {StreamId::of(organization), std::move(event)};
}
inline StreamEvent of(PersonId person, Event event) {
    return {StreamId::of(person), std::move(event)};
}

class ViewsFixture {
 public:
    test::TemporaryFolder folder;
    ReadableKeys keys;
    RecordedLog log;
    History history{log};
    ViewsOptions options;
    std::unique_ptr<Views> views;

    ViewsFixture() { open(); }

    void open() {
        views.reset();
        auto opened = open_views(folder.path() / "views", log, keys, options);
        ASSERT_TRUE(opened.has_value()) << opened.error().detail;
        views = std::move(*opened);
    }
    void settle() {
        views->log_grew();
        ASSERT_TRUE(views->wait_for(log.head(), 60s)) << views->state().failure;
    }

    /// One commit of one organisation.
    void happens(OrganizationId in, std::vector<Event> events) {
        std::vector<StreamEvent> list;
        for (Event& event : events) list.push_back(of(in, std::move(event)));
        history.record({.command = SettleDue{in}, .events = std::move(list)});
    }

    Sealed sealed(OrganizationId organization, PersonId person, PersonalField field,
                  std::string_view text) {
        return keys.seal({organization, person, field}, text).value();
    }

    FoundOrganization founding(OrganizationId id, PersonId founder) {
        return {
            .organization = id,
            .name = "Atelier",
            .blueprint = rules(),
            .founder = founder,
            .founder_name = sealed(id, founder, PersonalField::name, "Founder"),
            .founder_address = sealed(id, founder, PersonalField::address, "founder@example.org")};
    }
    OrganizationFounded founded(OrganizationId id, bool imported = false) {
        return {.organization = id,
                .name = "Atelier",
                .blueprint = rules(),
                .plan = rules()->first_plan,
                .imported = imported};
    }
    InvitationIssued issued(OrganizationId in, InvitationId id, PersonId who, Instant expires_at,
                            std::string_view name, std::string_view address) {
        return {.invitation = id,
                .person = who,
                .inviter = Actor::the_operator(),
                .roles = {RoleId{"member"}},
                .workspaces = {},
                .licence = {},
                .name = sealed(in, who, PersonalField::name, name),
                .address = sealed(in, who, PersonalField::address, address),
                .message = {},
                .expires_at = expires_at};
    }
    MemberJoined joined(OrganizationId in, PersonId who, std::string_view name,
                        std::string_view address) {
        return {.person = who,
                .invitation = {},
                .roles = {RoleId{"member"}},
                .workspaces = {},
                .licence = {},
                .name = sealed(in, who, PersonalField::name, name),
                .address = sealed(in, who, PersonalField::address, address)};
    }
    PersonRegistered registered(PersonId who, std::string_view name, std::string_view address) {
        return {.person = who,
                .name = sealed({}, who, PersonalField::name, name),
                .address = sealed({}, who, PersonalField::address, address),
                .verified = true};
    }

    ProfileChanged profile(PersonId who, std::string_view name, std::string_view avatar) {
        return {.person = who,
                .name = sealed({}, who, PersonalField::name, name),
                .avatar = sealed({}, who, PersonalField::avatar, avatar)};
    }
    /// One commit of one person's stream.
    void happens(PersonId to, Event event) {
        history.record({.command = ChangeTwoFactor{.person = to, .enabled = true},
                        .events = {of(to, std::move(event))}});
    }

    /// The row as the views have it once they have everything.
    std::optional<MemberRow> row(OrganizationId in, PersonId who) {
        settle();
        const auto found = views->member(in, who);
        EXPECT_TRUE(found.has_value());
        return found ? *found : std::nullopt;
    }
    /// Every row of a query, page by page.
    std::vector<MemberRow> rows(MemberQuery query) {
        settle();
        std::vector<MemberRow> all;
        do {
            auto page = views->members(query);
            EXPECT_TRUE(page.has_value());
            if (!page) return all;
            all.insert(all.end(), page->rows.begin(), page->rows.end());
            query.cursor = page->next_cursor;
        } while (!query.cursor.empty());
        return all;
    }
    std::vector<std::string> names(const MemberQuery& query) {
        std::vector<std::string> result;
        for (const MemberRow& found : rows(query)) result.push_back(found.name);
        return result;
    }
};

}  // namespace muster::projections_tests
