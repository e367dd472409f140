// Reading the log again and again.
#include "tests/simulation/witness.h"

#include "eventstore/form/codec.h"
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/checkpoint.h"

#include "tests/simulation/edge.h"
#include "tests/simulation/watchers.h"

#include <algorithm>
#include <bit>
#include <span>

namespace muster::simulation {
namespace {

constexpr std::size_t commits_a_read = 256;

std::string where(Position position) {
    return " (position " + std::to_string(number(position)) + ")";
}

/// By the book of RFC 6962, for comparison with the engine's own way.
Digest root_of(std::span<const Digest> leaves) {
    if (leaves.empty()) return empty_tree_root();
    if (leaves.size() == 1) return leaves.front();
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    std::string node(1, '\x01');
    for (const Digest& half : {root_of(leaves.first(left)), root_of(leaves.subspan(left))}) {
        node.append(half.begin(), half.end());
    }
    return sha256(node);
}

Violation differs(const Commit& commit, const std::expected<Decision, Refusal>& decided) {
    const Outcome& outcome = commit.outcome;
    if (!decided) {
        const Refusal& refusal = decided.error();
        const bool same = outcome.rejection == refusal.rejection && outcome.rows == refusal.rows &&
                          outcome.obstacles == refusal.obstacles && commit.events.empty();
        if (same) return std::nullopt;
        return "the rules refuse what is recorded (" + std::string{name_of(refusal.rejection)} +
               ")" + where(commit.position);
    }
    if (outcome.rejection) {
        return "the rules accept what is recorded as refused (" +
               std::string{name_of(*outcome.rejection)} + ")" + where(commit.position);
    }
    const bool same = commit.events == decided->events && outcome.rows == decided->rows;
    return same ? std::nullopt
                : Violation{"the rules decide otherwise than is recorded" + where(commit.position)};
}

/// Of a refused command some may be gone; what is left is as it was meant, in the same order.
bool is_part_of(const std::vector<std::string>& read, const std::vector<std::string>& meant) {
    auto from = meant.begin();
    for (const std::string& text : read) {
        if (text.empty()) continue;
        from = std::find(from, meant.end(), text);
        if (from == meant.end()) return false;
        ++from;
    }
    return true;
}

}  // namespace

Witness::Witness(const Plan& plan, Book& book, bool every_property)
    : book_{book},
      shadow_{
          plan.first, plan.second,
          [this](const World& world, const Command& command, const Context& context, Instant now) {
              decided_ = decide(world, command, context, now);
              return *decided_;
          }},
      watchers_{every_property ? every_watcher() : invariants_watcher()} {}

Witness::~Witness() = default;

Violation Witness::look(const EventLog& log) {
    if (number(log.head()) < seen_.size()) {
        return "the log ends at " + std::to_string(number(log.head())) + ", and " +
               std::to_string(seen_.size()) + " commits were read";
    }
    while (seen_.size() < number(log.head())) {
        const auto commits = log.read_stored(Position{seen_.size() + 1}, commits_a_read);
        // A disk that does not read now is asked again later.
        if (!commits) return std::nullopt;
        if (commits->empty()) return "the log is shorter than its head";
        for (const StoredCommit& stored : *commits) {
            const auto commit = decode(stored.bytes);
            if (!commit) return "a commit cannot be decoded" + where(stored.position);
            leaves_.push_back(leaf_hash(tree_entry(stored.position, stored.bytes)));
            if (auto violation = take(*commit)) return violation;
        }
    }
    return std::nullopt;
}

Violation Witness::take(const Commit& commit) {
    if (number(commit.position) != seen_.size() + 1) return "a hole" + where(commit.position);
    if (auto violation = check_times(commit)) return violation;
    if (auto violation = book_.seen(commit, world())) return violation;
    const Violation broken =
        shadow_.perform(commit.command, commit.context, commit.effective_at, *watchers_);
    if (broken) return *broken + where(commit.position);
    if (auto violation = differs(commit, *decided_)) return violation;
    if (auto violation = check_versions(commit)) return violation;
    seen_.push_back({receipt_of(commit), commit.request, commit.context.command_id});
    sealed_.push_back({commit.command, commit.context, commit.outcome.rejection.has_value()});
    newest_ = commit.recorded_at;
    return std::nullopt;
}

Violation Witness::check_times(const Commit& commit) {
    if (commit.recorded_at < newest_) return "time goes back" + where(commit.position);
    const bool was_due = std::holds_alternative<SettleDue>(commit.command);
    const bool right = was_due ? commit.effective_at <= commit.recorded_at
                               : commit.effective_at == commit.recorded_at;
    return right ? std::nullopt
                 : Violation{"it takes effect at another time" + where(commit.position)};
}

Violation Witness::check_versions(const Commit& commit) const {
    for (const TouchedStream& touched : commit.streams) {
        Version version{};
        if (touched.stream.kind == StreamKind::organization) {
            version = world().organization(OrganizationId{touched.stream.id})->version;
        } else {
            version = world().person(PersonId{touched.stream.id})->version;
        }
        if (touched.version != version) return "a version is skipped" + where(commit.position);
    }
    return std::nullopt;
}

Violation Witness::look_again(const EventLog& log) {
    if (auto violation = look(log)) return violation;
    for (std::size_t read = 0; read < leaves_.size();) {
        const auto commits = log.read_stored(Position{read + 1}, commits_a_read);
        if (!commits) return std::nullopt;
        if (commits->empty()) return "commits that were read are gone" + where(Position{read + 1});
        for (const StoredCommit& stored : *commits) {
            if (leaf_hash(tree_entry(stored.position, stored.bytes)) != leaves_[read++]) {
                return "a commit is another than it was" + where(stored.position);
            }
        }
    }
    if (log.tree_head() != TreeHead{leaves_.size(), root()}) return "the tree's root is wrong";
    return std::nullopt;
}

Violation Witness::look_at(Notary& notary) {
    const std::string note = notary.checkpoint();
    if (note == last_checkpoint_) return std::nullopt;
    const auto checkpoint = open_checkpoint(note, notary.verifier());
    if (!checkpoint) return "the checkpoint cannot be read: " + checkpoint.error().detail;
    const TreeHead& head = checkpoint->head;
    if (head.size > leaves_.size()) return "the checkpoint is ahead of the log";
    if (head.root != root_of(std::span{leaves_}.first(head.size))) {
        return "the checkpoint is of another log";
    }
    last_checkpoint_ = note;
    return std::nullopt;
}

Violation Witness::unseal_all(const KeyStore& keys) const {
    for (const Told& told : sealed_) {
        const Question* asked = book_.question_of(told.context.command_id);
        if (asked == nullptr) continue;
        Command command = told.command;
        Context context = told.context;
        std::vector<std::string> read;
        for_each_personal(command, context, [&](const SealScope& scope, const Sealed& sealed) {
            const auto text = keys.unseal(scope, sealed);
            read.push_back(text && *text ? **text : "(cannot be read)");
        });
        command = asked->command;
        context = asked->context;
        std::vector<std::string> meant;
        for_each_personal(command, context, [&](const SealScope&, const Sealed& clear) {
            meant.push_back(clear.bytes);
        });
        const bool as_meant = told.refused ? is_part_of(read, meant) : read == meant;
        if (!as_meant) return "personal data cannot be read";
    }
    return std::nullopt;
}

Digest Witness::root() const {
    return root_of(leaves_);
}

}  // namespace muster::simulation
