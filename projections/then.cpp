// Folding what was.
#include "projections/then.h"

#include "domain/fold.h"
#include "projections/unasked.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

constexpr std::size_t commits_in_step = 256;

/// Calls `each` for the commits of a stream in order until it says that it has seen enough.
template <class Each>
std::expected<void, Failure> walk_stream(const EventLog& log, StreamId stream, const Each& each) {
    for (Version from{1};;) {
        const auto commits = log.read_stream(stream, from, commits_in_step);
        if (!commits) return std::unexpected(commits.error());
        for (const Commit& commit : *commits) {
            if (std::ranges::count(commit.streams, TouchedStream{stream, from}) != 1) {
                return std::unexpected(
                    Failure{FailureKind::corrupted, "the stream of " + to_string(stream.id) +
                                                        " has a hole at version " +
                                                        std::to_string(number(from))});
            }
            if (!each(commit)) return {};
            from = next(from);
        }
        if (commits->size() < commits_in_step) return {};
    }
}

/// Folds an organisation and keeps whom it loses.
class FoldThen {
 public:
    explicit FoldThen(OrganizationId id) : stream_{StreamId::of(id)} {}

    void take(const Commit& commit) {
        if (!organization_) organization_ = std::make_shared<Organization>();
        fold(*organization_, stream_, commit.events, commit.effective_at, [&](const Event& event) {
            note_former(event, commit);
            note_unasked(event, commit);
        });
        const auto acts = who_acts(commit);
        if (acts && StreamId::of(*organization_of(commit.command)) == stream_) {
            unasked_.erase(*acts);
        }
    }
    OrganizationThen result() && {
        return {std::move(organization_), std::move(former_), std::move(unasked_)};
    }

 private:
    void note_former(const Event& event, const Commit& commit) {
        if (const auto* removed = std::get_if<MemberRemoved>(&event)) {
            const Member* member = organization_->member(removed->person);
            if (member == nullptr) return;
            former_[removed->person] = {*member, commit.effective_at, commit.position};
            const auto unasked = unasked_.find(removed->person);
            if (unasked == unasked_.end()) return;
            former_[removed->person].unasked = unasked->second;
            unasked_.erase(unasked);
        }
        if (const auto* joined = std::get_if<MemberJoined>(&event)) former_.erase(joined->person);
        if (std::holds_alternative<OrganizationEnded>(event)) former_.clear();
    }

    void note_unasked(const Event& event, const Commit& commit) {
        const auto* joined = std::get_if<MemberJoined>(&event);
        if (joined == nullptr) return;
        unasked_.erase(joined->person);
        const bool unasked = joined_unasked(commit, OrganizationId{stream_.id});
        if (unasked) unasked_[joined->person] = commit.position;
    }

    StreamId stream_;
    std::shared_ptr<Organization> organization_;
    std::map<PersonId, FormerThen> former_;
    std::map<PersonId, Position> unasked_;
};

/// As the views fold it: whatever is told of somebody without an account is not the account's.
void evolve_account(AccountThen& account, const Event& event) {
    if (const auto* registered = std::get_if<PersonRegistered>(&event)) {
        account.registered = true;
        account.name = registered->name;
    }
    if (!account.registered) return;
    if (const auto* changed = std::get_if<ProfileChanged>(&event)) {
        account.name = changed->name;
        account.avatar = changed->avatar;
    }
    if (const auto* changed = std::get_if<TwoFactorChanged>(&event)) {
        account.two_factor = changed->enabled;
    }
}

}  // namespace

std::expected<OrganizationThen, Failure> organization_then(const EventLog& log, OrganizationId id,
                                                           const Moment& moment) {
    FoldThen fold{id};
    const auto walked = walk_stream(log, StreamId::of(id), [&](const Commit& commit) {
        // Effective times of an organisation never go back.
        const bool later =
            commit.position > moment.position || (moment.at && commit.effective_at > *moment.at);
        if (!later) fold.take(commit);
        return !later;
    });
    if (!walked) return std::unexpected(walked.error());
    return std::move(fold).result();
}

std::expected<AccountThen, Failure> account_then(const EventLog& log, PersonId id,
                                                 const Moment& moment) {
    const StreamId stream = StreamId::of(id);
    AccountThen account;
    const auto walked = walk_stream(log, stream, [&](const Commit& commit) {
        if (commit.position > moment.position) return false;
        // Those of a person may go back, as each import has its own.
        if (moment.at && commit.effective_at > *moment.at) return true;
        for (const StreamEvent& event : commit.events) {
            if (event.stream == stream) evolve_account(account, event.event);
        }
        return true;
    });
    if (!walked) return std::unexpected(walked.error());
    return account;
}

}  // namespace muster
