// How much anybody may ask for. Each subject (an API key, one person by one key, a link, a peer
// address) has a budget a minute that fills up evenly; who has used theirs up is told how long to
// wait. What was turned away is counted, for the record, once a minute a subject. Memory is
// bounded: the subject that was idle longest is forgotten, which only gives it a full budget again.
// Any thread.
#pragma once

#include "api/engine.h"
#include "domain/commands.h"
#include "domain/time.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

/// So many a minute; 0: as many as one likes.
struct RateLimits {
    std::size_t key_requests = 3'000'000;    ///< with one API key
    std::size_t key_refusals = 6'000;        ///< of strangers, by one key for all of them
    std::size_t actor_commands = 1'200'000;  ///< by one key for one person
    std::size_t actor_refusals = 600;        ///< of these, the refused ones
    std::size_t link_requests = 600;         ///< by one link
    std::size_t link_answers = 20;           ///< of these, to accept or decline
    std::size_t peer_requests = 600;         ///< without a key or a link, from one address
    std::size_t most_subjects = 65'536;      ///< that are remembered
};

enum class Budget : std::uint8_t {
    key_requests,
    key_refusals,
    actor_commands,
    actor_refusals,
    link_requests,
    link_answers,
    peer_requests,
};
/// "key_requests" and so on.
std::string_view name_of(Budget budget);

/// One thing to ask of one subject's budget.
struct Charge {
    Budget budget = Budget::key_requests;
    std::string subject;
    /// False: it is only looked whether the budget is used up.
    bool takes = true;
};

/// Which budget is used up, and how long to wait; of several the one that takes longest.
struct Exceeded {
    Budget budget = Budget::key_requests;
    std::string subject;
    std::chrono::seconds retry_after{1};
};

/// What is known of whoever was turned away.
struct Suppressed {
    Budget budget = Budget::key_requests;
    std::optional<OrganizationId> organization;
    Actor actor;
    InvitationLink link;  ///< if it is about one
    std::uint64_t count = 0;
    Instant from;
    Instant to;
};

class RateLimiter {
 public:
    explicit RateLimiter(const RateLimits& limits) : limits_{limits} {}

    /// Takes all charges, or none and says which budget was in the way.
    std::optional<Exceeded> admit(const std::vector<Charge>& charges, Instant now);
    /// Takes what turned out to be owed, whether it is there or not.
    void spend(const std::vector<Charge>& charges, Instant now);

    /// Counts an attempt that was turned away; `attempt` says who and when (`to`).
    void turned_away(const Exceeded& exceeded, Suppressed attempt);
    /// What was turned away and is a minute old, or forgotten by now; each is given once.
    std::vector<Suppressed> to_record(Instant now);
    /// All of it, whatever its age.
    std::vector<Suppressed> rest();

    std::size_t subjects() const;

 private:
    struct Account {
        std::string name;  ///< budget and subject
        double left = 0;
        Instant at;
        std::optional<Suppressed> suppressed;
    };
    using Accounts = std::list<Account>;  ///< the one used last is the first

    std::size_t limit_of(Budget budget) const;
    /// Null when there is none yet and none is to be made.
    Account* account(Budget budget, const std::string& subject, Instant now, bool make);
    void forget_the_oldest();
    std::vector<Suppressed> taken_where(const std::function<bool(const Suppressed&)>& is_taken);

    const RateLimits limits_;
    mutable std::mutex mutex_;
    Accounts accounts_;
    std::unordered_map<std::string_view, Accounts::iterator> by_name_;
    std::size_t with_suppressed_ = 0;  ///< of the accounts
    std::vector<Suppressed> of_forgotten_;
};

}  // namespace muster
