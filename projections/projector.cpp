// Applying commits to the views.
#include "projections/projector.h"

#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"
#include "projections/audit_trail.h"
#include "projections/bytes.h"
#include "projections/last_access.h"
#include "projections/member_list.h"
#include "projections/outbox.h"
#include "projections/people.h"
#include "projections/text.h"
#include "projections/unasked.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t group_bytes = std::size_t{64} << 10;

constexpr std::string_view log_key = "log";
constexpr std::string_view format_key = "format";
constexpr std::string_view leaf_key = "leaf";
constexpr std::string_view recorded_key = "recorded_at";

/// What each event does to the views. Every event has its line, so a new one does not compile until
/// it is thought of.
struct ApplyEvent {
    Draft& draft;
    const KeyStore& keys;
    const Commit& commit;
    OrganizationId organization;  ///< of the event's stream; nil for a person's
    MemberList& members;

    void operator()(const OrganizationFounded& event) const { members.apply(event); }
    void operator()(const OrganizationEnded& event) const { members.apply(event); }
    void operator()(const PlanChanged&) const {}
    void operator()(const InvitationIssued& event) const {
        members.apply(event);
        if (commit.context.imported) return;
        owe_mail(draft, commit.position, {organization, event.invitation, event.person, 1});
    }
    void operator()(const InvitationResent& event) const {
        members.apply(event);
        drop_mail(draft, organization, event.invitation);
        if (commit.context.imported) return;
        owe_mail(draft, commit.position,
                 {organization, event.invitation, event.person, event.send_number});
    }
    void operator()(const InvitationCancelled& event) const { members.apply(event); }
    void operator()(const InvitationDeclined& event) const { members.apply(event); }
    void operator()(const InvitationExpired& event) const { members.apply(event); }
    void operator()(const InvitationTakenOver&) const {}
    /// The MemberJoined that follows turns the pending row into a member's.
    void operator()(const InvitationAccepted&) const {}
    void operator()(const MemberJoined& event) const {
        members.apply(event, joined_unasked(commit, organization));
    }
    void operator()(const MemberRolesChanged& event) const { members.apply(event); }
    void operator()(const MemberRemoved& event) const { members.apply(event); }
    void operator()(const WorkspaceCreated&) const {}
    void operator()(const WorkspaceDeleted& event) const { members.apply(event); }
    void operator()(const WorkspaceRoleAssigned& event) const { members.apply(event); }
    void operator()(const WorkspaceRoleWithdrawn& event) const { members.apply(event); }
    void operator()(const LicenceChanged& event) const { members.apply(event); }
    void operator()(const RoleCreated&) const {}
    void operator()(const ImportFinished& event) const { members.apply(event); }
    void operator()(const MailHandedOver& event) const {
        settle_mail(draft, organization, event.invitation, event.send_number);
    }
    void operator()(const AttemptsSuppressed&) const {}
    void operator()(const PersonRegistered& event) const {
        register_person(draft, keys, event, commit);
        take_account(draft, event.person);
    }
    void operator()(const PersonSignedIn& event) const { apply_sign_in(draft, event, commit); }
    void operator()(const MemberSuspended& event) const { members.apply(event); }
    void operator()(const MemberReinstated& event) const { members.apply(event); }
    void operator()(const RoleRenamed&) const {}
    void operator()(const RolePermissionsChanged&) const {}
    void operator()(const RoleDeleted&) const {}
    void operator()(const OrganizationRenamed& event) const { members.apply(event); }
    void operator()(const WorkspaceRenamed&) const {}
    void operator()(const BlueprintChanged& event) const { members.apply(event); }
    void operator()(const TwoFactorChanged& event) const {
        change_two_factor(draft, event, commit);
        take_account(draft, event.person);
    }
    void operator()(const ProfileChanged& event) const {
        change_profile(draft, keys, event, commit);
        take_account(draft, event.person);
    }
};

void apply_commit(Draft& draft, const KeyStore& keys, const Commit& commit) {
    for (const StreamEvent& event : commit.events) {
        OrganizationId organization;
        if (event.stream.kind == StreamKind::organization) organization.value = event.stream.id;
        MemberList members{draft, keys, organization, commit};
        std::visit(ApplyEvent{draft, keys, commit, organization, members}, event.event);
    }
    if (const auto person = who_acts(commit)) {
        show_who_acts(draft, *organization_of(commit.command), *person, commit);
    }
    index_for_audit(draft, commit);
}

std::string bytes_of(const Digest& digest) {
    return {digest.begin(), digest.end()};
}

std::string bytes_of(Position position) {
    std::string bytes;
    append_position(bytes, position);
    return bytes;
}

std::string bytes_of(Instant instant) {
    std::string bytes;
    append_instant(bytes, instant);
    return bytes;
}

std::string log_identity(const EventLog& log) {
    std::string bytes;
    append_id(bytes, log.id());
    return bytes;
}

std::string format_bytes() {
    std::string bytes;
    append_number(bytes, views_format);
    return bytes + versions_of_text();
}

std::expected<std::string, Failure> leaf_at(const EventLog& log, Position position) {
    const auto stored = log.read_stored(position, 1);
    if (!stored) return std::unexpected(stored.error());
    if (stored->empty()) {
        return std::unexpected(Failure{
            FailureKind::corrupted, "the log has no position " + std::to_string(number(position))});
    }
    return bytes_of(sha256(stored->front().bytes));
}

}  // namespace

std::expected<void, Failure> begin_generation(ViewStore& store, const EventLog& log) {
    Draft draft{store};
    draft.put(Part::meta, log_key, log_identity(log));
    draft.put(Part::meta, format_key, format_bytes());
    draft.put(Part::meta, applied_key, bytes_of(Position{}));
    return draft.write();
}

std::optional<LogMemory> memory_of(const std::shared_ptr<ViewStore>& store) {
    const Snapshot reader{store};
    const auto format = reader.get(Part::meta, format_key);
    const auto identity = reader.get(Part::meta, log_key);
    const auto leaf = reader.get(Part::meta, leaf_key);
    const auto recorded = reader.get(Part::meta, recorded_key);
    LogMemory memory{.who = "views/",
                     .log_id = {},
                     .position = reader.applied(),
                     .root = {},
                     .commit = Digest{},
                     .recorded_at = {}};
    if (reader.failure() || format != format_bytes() || !identity || !leaf || !recorded) {
        return std::nullopt;
    }
    ByteReader id{*identity};
    memory.log_id = id.id<OrganizationId>().value;
    ByteReader at{*recorded};
    memory.recorded_at = at.instant();
    if (!id.whole() || !at.whole() || leaf->size() != sizeof(Digest)) return std::nullopt;
    std::ranges::copy(*leaf, memory.commit->begin());
    return memory;
}

std::expected<void, Failure> check_generation(const std::shared_ptr<ViewStore>& store,
                                              const EventLog& log) {
    const auto differs = [](const char* why) {
        return std::unexpected(Failure{FailureKind::corrupted, why});
    };
    const Snapshot reader{store};
    const auto format = reader.get(Part::meta, format_key);
    const auto identity = reader.get(Part::meta, log_key);
    const Position applied = reader.applied();
    if (reader.failure()) return std::unexpected(*reader.failure());
    if (format != format_bytes()) return differs("they have another format");
    if (identity != log_identity(log)) return differs("they are of another log");
    if (applied == Position{}) return {};
    const auto memory = memory_of(store);
    if (!memory) return differs("they do not say what they applied last");
    return check_memory(log, *memory);
}

std::expected<std::size_t, NotApplied> apply_group(ViewStore& store, const ViewSources& sources,
                                                   std::span<const Commit> commits) {
    const auto of_the_log = [](Failure failure) {
        return std::unexpected(NotApplied{std::move(failure), false});
    };
    ENSURE(!commits.empty());
    Draft draft{store};
    Position applied = draft.applied();
    std::size_t count = 0;
    for (const Commit& commit : commits) {
        if (commit.position != next(applied)) {
            return of_the_log({FailureKind::corrupted,
                               "the log gave position " + std::to_string(number(commit.position)) +
                                   " after " + std::to_string(number(applied))});
        }
        apply_commit(draft, sources.keys, commit);
        applied = commit.position;
        ++count;
        if (draft.bytes() >= group_bytes) break;
    }
    const auto leaf = leaf_at(sources.log, applied);
    if (!leaf) return of_the_log(leaf.error());
    draft.put(Part::meta, applied_key, bytes_of(applied));
    draft.put(Part::meta, leaf_key, *leaf);
    draft.put(Part::meta, recorded_key, bytes_of(commits[count - 1].recorded_at));
    if (const auto written = draft.write(); !written) {
        return std::unexpected(NotApplied{written.error(), !draft.failed_for_keys()});
    }
    return count;
}

std::expected<void, Failure> replay(ViewStore& store, const ViewSources& sources, Position from,
                                    const Replay& order) {
    while (from < order.until) {
        if (order.stopping) {
            return std::unexpected(Failure{FailureKind::shutting_down, "the views are closing"});
        }
        const std::size_t wanted = std::min<std::size_t>(
            commits_per_read, static_cast<std::size_t>(number(order.until) - number(from)));
        const auto commits = sources.log.read(next(from), wanted);
        if (!commits) return std::unexpected(commits.error());
        if (commits->empty()) {
            return std::unexpected(
                Failure{FailureKind::corrupted, "the log ends at " + std::to_string(number(from))});
        }
        for (std::span<const Commit> rest{*commits}; !rest.empty();) {
            const auto count = apply_group(store, sources, rest);
            if (!count) return std::unexpected(count.error().failure);
            from = rest[*count - 1].position;
            rest = rest.subspan(*count);
        }
        if (order.progress) order.progress(from);
    }
    return {};
}

}  // namespace muster
