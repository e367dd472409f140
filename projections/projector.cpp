// Applying commits to the views.
#include "projections/projector.h"

#include "domain/ensure.h"
#include "eventstore/machine/crypto.h"
#include "projections/bytes.h"
#include "projections/text.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::size_t group_bytes = std::size_t{256} << 10;

constexpr std::string_view log_key = "log";
constexpr std::string_view format_key = "format";
constexpr std::string_view leaf_key = "leaf";
constexpr std::string_view recorded_key = "recorded_at";

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

std::unexpected<NotApplied> of_the_log(Failure failure) {
    return std::unexpected(NotApplied{std::move(failure), false});
}

/// Gives the commit to every view that runs. One that cannot take it joins those that stand; what
/// is the store's or of keys/ is in the way of all of them.
std::expected<void, NotApplied> take_commit(Draft& draft, const ViewSources& sources,
                                            const Commit& commit, UnreadableRow unreadable,
                                            std::vector<StoppedView>& stopped) {
    for (const View& view : sources.views) {
        if (find_stop(stopped, view.name) != nullptr) continue;
        draft.begin_part();
        view.apply(draft, sources.keys, commit);
        if (!draft.failure()) continue;
        Failure failure = *draft.failure();
        const bool is_damage =
            failure.kind == FailureKind::corrupted && unreadable == UnreadableRow::damage;
        if (draft.whose() != FailureOf::view || is_damage) {
            failure.detail = "the view " + std::string{view.name} + " at position " +
                             std::to_string(number(commit.position)) + ": " + failure.detail;
            return std::unexpected(
                NotApplied{std::move(failure), draft.whose() != FailureOf::keys});
        }
        draft.take_back_part();
        const Position before{number(commit.position) - 1};
        stopped.push_back({std::string{view.name}, before, std::move(failure.detail)});
        put_stop(draft, stopped.back());
    }
    return {};
}

}  // namespace

std::expected<void, Failure> begin_generation(ViewStore& store, const EventLog& log) {
    Draft draft{store};
    draft.put(Part::meta, log_key, log_identity(log));
    draft.put(Part::meta, format_key, format_bytes());
    draft.put(Part::meta, applied_key, bytes_of(Position{}));
    draft.put(Part::meta, whole_from_key, bytes_of(log.head()));
    return draft.write();
}

Position whole_from(const ViewReader& reader) {
    const auto bytes = reader.get(Part::meta, whole_from_key);
    return bytes ? ByteReader{*bytes}.position() : Position{};
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

std::expected<AppliedGroup, NotApplied> apply_group(ViewStore& store, const ViewSources& sources,
                                                    std::span<const Commit> commits,
                                                    UnreadableRow unreadable) {
    ENSURE(!commits.empty());
    Draft draft{store};
    Position applied = draft.applied();
    AppliedGroup group{.stopped = stops_of(draft, sources.views)};
    if (draft.failure()) return std::unexpected(NotApplied{*draft.failure()});
    for (const Commit& commit : commits) {
        if (commit.position != next(applied)) {
            return of_the_log({FailureKind::corrupted,
                               "the log gave position " + std::to_string(number(commit.position)) +
                                   " after " + std::to_string(number(applied))});
        }
        if (auto taken = take_commit(draft, sources, commit, unreadable, group.stopped); !taken) {
            return std::unexpected(taken.error());
        }
        applied = commit.position;
        ++group.commits;
        if (draft.bytes() >= group_bytes) break;
    }
    const auto leaf = leaf_at(sources.log, applied);
    if (!leaf) return of_the_log(leaf.error());
    draft.put(Part::meta, applied_key, bytes_of(applied));
    draft.put(Part::meta, leaf_key, *leaf);
    draft.put(Part::meta, recorded_key, bytes_of(commits[group.commits - 1].recorded_at));
    if (auto written = draft.write(); !written) return std::unexpected(NotApplied{written.error()});
    return group;
}

std::expected<void, NotApplied> replay(ViewStore& store, const ViewSources& sources, Position from,
                                       const Replay& order) {
    while (from < order.until) {
        if (order.stopping)
            return of_the_log({FailureKind::shutting_down, "the views are closing"});
        const std::size_t wanted = std::min<std::size_t>(
            commits_per_read, static_cast<std::size_t>(number(order.until) - number(from)));
        const auto commits = sources.log.read(next(from), wanted);
        if (!commits) return of_the_log(commits.error());
        if (commits->empty()) {
            return of_the_log(
                {FailureKind::corrupted, "the log ends at " + std::to_string(number(from))});
        }
        for (std::span<const Commit> rest{*commits}; !rest.empty();) {
            const auto group = apply_group(store, sources, rest);
            if (!group) return std::unexpected(group.error());
            from = rest[group->commits - 1].position;
            rest = rest.subspan(group->commits);
        }
        if (order.progress) order.progress(from);
    }
    return {};
}

}  // namespace muster
