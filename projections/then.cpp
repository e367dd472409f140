// Folding what was.
#include "projections/then.h"

#include "domain/fold.h"
#include "projections/snapshots.h"
#include "projections/unasked.h"

#include <algorithm>
#include <utility>

namespace muster {
namespace {

constexpr std::size_t commits_in_step = 256;

/// Calls `each` for the commits of a stream in order, from a version on, until it says that it has
/// seen enough.
template <class Each>
std::expected<void, Failure> walk_stream(const EventLog& log, StreamId stream, Version from,
                                         const Each& each) {
    while (true) {
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

/// Calls `each` for those of a person up to the moment's position, whenever they took effect.
template <class Each>
std::expected<void, Failure> walk_person(const EventLog& log, PersonId id, const Moment& moment,
                                         const Each& each) {
    return walk_stream(log, StreamId::of(id), Version{1}, [&](const Commit& commit) {
        if (commit.position > moment.position) return false;
        each(commit);
        return true;
    });
}

/// Folds an organisation and keeps whom it loses.
class FoldThen {
 public:
    explicit FoldThen(OrganizationId id) : stream_{StreamId::of(id)} {}
    FoldThen(OrganizationId id, OrganizationThen begin)
        : stream_{StreamId::of(id)},
          organization_{std::make_shared<Organization>(*begin.organization)},
          former_{std::move(begin.former)},
          unasked_{std::move(begin.unasked)} {}

    Version next_version() const {
        return next(organization_ ? organization_->version : Version{});
    }

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
            FormerThen& former = former_[removed->person];
            former = {*member, commit.effective_at, commit.position};
            const auto unasked = unasked_.find(removed->person);
            if (unasked == unasked_.end()) return;
            former.unasked = unasked->second;
            unasked_.erase(removed->person);
        }
        if (const auto* joined = std::get_if<MemberJoined>(&event)) former_.erase(joined->person);
        if (std::holds_alternative<OrganizationEnded>(event)) {
            former_.clear();
            unasked_.clear();
        }
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
    PersistentMap<PersonId, FormerThen> former_;
    PersistentMap<PersonId, Position> unasked_;
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

std::expected<OrganizationThen, Failure> organization_then(const EventLog& log,
                                                           const Snapshots* snapshots,
                                                           OrganizationId id,
                                                           const Moment& moment) {
    auto nearest = snapshots != nullptr ? snapshots->nearest(id, moment) : std::nullopt;
    FoldThen fold = nearest ? FoldThen{id, std::move(*nearest)} : FoldThen{id};
    const auto take = [&](const Commit& commit) {
        // Effective times of an organisation never go back.
        if (!moment.has(commit)) return false;
        fold.take(commit);
        return true;
    };
    if (const auto walked = walk_stream(log, StreamId::of(id), fold.next_version(), take);
        !walked) {
        return std::unexpected(walked.error());
    }
    return std::move(fold).result();
}

std::expected<Person, Failure> person_then(const EventLog& log, PersonId id, const Moment& moment) {
    const StreamId stream = StreamId::of(id);
    Person person;
    person.id = id;
    Version read{};
    const auto walked = walk_person(log, id, moment, [&](const Commit& commit) {
        read = next(read);
        if (!moment.has(commit)) return;
        fold(person, stream, commit.events);
        person.version = read;
    });
    if (!walked) return std::unexpected(walked.error());
    return person;
}

std::expected<AccountThen, Failure> account_then(const EventLog& log, PersonId id,
                                                 const Moment& moment) {
    const StreamId stream = StreamId::of(id);
    AccountThen account;
    const auto walked = walk_person(log, id, moment, [&](const Commit& commit) {
        if (!moment.has(commit)) return;
        for (const StreamEvent& event : commit.events) {
            if (event.stream == stream) evolve_account(account, event.event);
        }
    });
    if (!walked) return std::unexpected(walked.error());
    return account;
}

}  // namespace muster
