// Playing a plan.
#include "tests/simulation/run.h"

#include "tests/simulation/book.h"
#include "tests/simulation/clients.h"
#include "tests/simulation/last_look.h"
#include "tests/simulation/seeded_randomness.h"
#include "tests/simulation/witness.h"

#include <array>
#include <iostream>
#include <ostream>
#include <sstream>

namespace muster::simulation {
namespace {

using std::chrono::microseconds;

/// FNV-1a over what happens.
class Trace {
 public:
    void note(std::string_view text) {
        for (const char byte : text) {
            hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
        }
    }
    std::uint64_t hash() const { return hash_; }

 private:
    std::uint64_t hash_ = 0xCBF29CE484222325U;
};

class Run {
 public:
    Run(const Plan& plan, const RunOptions& options)
        : plan_{plan},
          options_{options},
          randomness_{plan.seed},
          computer_{plan.seed, options.weakness},
          witness_{plan, book_, options.every_property},
          clients_{plan, computer_, book_, witness_,
                   [this](const std::string& what) { note(what); }} {}

    RunResult play();

 private:
    void note(std::string_view what);
    Violation take(const PlanStep& step);
    Violation act(const PlanStep& step);
    void take_turns(std::uint32_t number);
    void pass_time(std::uint32_t number);
    void set_clock(std::uint32_t number);
    void fail_disk(std::uint32_t number);
    Violation compare_views();

    Violation start();
    Violation restart();
    Violation after_step();
    Violation check_clock();
    Violation come_to_rest(LastLook& last);
    Violation finish();

    const Plan& plan_;
    const RunOptions options_;
    const SeededRandomness randomness_;
    Computer computer_;
    Book book_;
    Witness witness_;
    Clients clients_;
    Trace trace_;
    RunStory story_;
    microseconds trusted_step_{0};  ///< the furthest that the clock may be trusted to be set by
    microseconds clock_step_{0};
};

void Run::note(std::string_view what) {
    trace_.note(what);
    if (options_.trace) std::cerr << "  " << what << '\n';
}

RunResult Run::play() {
    Violation violation = start();
    for (std::size_t i = 0; i < plan_.steps.size() && !violation; ++i) {
        violation = take(plan_.steps[i]);
        if (violation) *violation += ", at step " + std::to_string(i);
    }
    if (!violation) violation = finish();
    story_.questions = book_.questions();
    story_.answers = book_.answers();
    story_.commits = witness_.seen().size();
    story_.failed_calls = computer_.faults().failures();
    const Digest root = witness_.root();
    trace_.note({reinterpret_cast<const char*>(root.data()), root.size()});
    trace_.note(std::to_string(computer_.power().events()));
    return {violation, trace_.hash(), story_};
}

Violation Run::take(const PlanStep& step) {
    if (options_.trace) std::cerr << step << '\n';
    if (auto violation = act(step)) return violation;
    return after_step();
}

Violation Run::act(const PlanStep& step) {
    switch (step.act) {
        case Act::command:
            if (step.move.kind == domain_tests::Kind::wait) {
                computer_.time().pass(std::chrono::hours{12 * (1 + step.move.variant)});
            } else {
                clients_.ask(step);
            }
            break;
        case Act::retry:
            clients_.retry(step.number);
            break;
        case Act::reuse_key:
            clients_.reuse_key(step);
            break;
        case Act::turns:
            take_turns(step.number);
            break;
        case Act::pass_time:
            pass_time(step.number);
            break;
        case Act::set_clock:
            set_clock(step.number);
            break;
        case Act::confirm_clock:
            trusted_step_ = std::max(trusted_step_, clock_step_);
            computer_.engine().confirm_clock();
            break;
        case Act::cut_power:
            computer_.power().cut_at(1 + step.number % events_until_cut);
            break;
        case Act::kill:
            ++story_.kills;
            computer_.kill();
            break;
        case Act::restart:
            return restart();
        case Act::fail_disk:
            fail_disk(step.number);
            break;
        case Act::fill_disk:
            computer_.set_fault({.kinds = {test::CallKind::append, test::CallKind::write,
                                           test::CallKind::make_folder},
                                 .error = step.number % 2 == 0 ? test::Fault::Error::no_space
                                                               : test::Fault::Error::short_write,
                                 .stays = true});
            break;
        case Act::free_disk:
            computer_.heal_disk();
            break;
        case Act::compare_views:
            return compare_views();
    }
    return std::nullopt;
}

void Run::take_turns(std::uint32_t number) {
    std::uint32_t choice = number / 8;
    for (std::uint32_t left = 1 + number % 8; left > 0; --left, choice /= 3) {
        const auto who = computer_.take_turn(choice);
        if (!who) return;
        ++story_.turns;
        note(*who);
        if (!computer_.is_running()) {
            ++story_.failed_syncs;
            return;
        }
    }
}

void Run::pass_time(std::uint32_t number) {
    using namespace std::chrono_literals;
    constexpr std::array<microseconds, 6> times{1ms, 20ms, 100ms, 600ms, 1500ms, 11s};
    computer_.time().pass(times[number % times.size()]);
}

void Run::set_clock(std::uint32_t number) {
    using namespace std::chrono_literals;
    constexpr std::array<microseconds, 6> steps{-2h, -3min, -1s, 2s, 4min, 30h};
    const microseconds step = steps[number % steps.size()];
    clock_step_ += step;
    computer_.time().set_wall_by(step);
    if (clock_step_ - trusted_step_ <= 10min) {
        trusted_step_ = std::max(trusted_step_, clock_step_);
    }
}

void Run::fail_disk(std::uint32_t number) {
    using test::CallKind;
    constexpr std::array<CallKind, 8> kinds{
        CallKind::append, CallKind::append, CallKind::sync,   CallKind::folder_sync,
        CallKind::rename, CallKind::remove, CallKind::append, CallKind::read};
    test::Fault fault;
    const CallKind kind = kinds[number % kinds.size()];
    fault.kinds = {kind};
    fault.first = 1 + number / 8 % 16;
    fault.stays = number / 128 % 2 == 0;
    if (kind == CallKind::read) {
        // RocksDB reads on several threads when it opens, so that no call of those is the n-th.
        fault.first = 1;
        fault.stays = true;
    }
    if (kind == CallKind::append && number / 256 % 2 == 0) {
        fault.error = test::Fault::Error::short_write;
    }
    computer_.set_fault(fault);
}

Violation Run::compare_views() {
    if (computer_.has_fault()) return std::nullopt;
    const auto differences = computer_.engine().views().compare_with_replay({});
    // A cut of the power may come in between.
    if (!differences) return std::nullopt;
    if (differences->empty() || !computer_.power().has_power()) return std::nullopt;
    return "the views differ from a replay: " + differences->front();
}

/// Starts the process, however often it takes. Only a disk that fails may keep it from starting.
Violation Run::start() {
    while (true) {
        const auto started = computer_.start();
        // A new process trusts the clock that it finds.
        trusted_step_ = std::max(trusted_step_, clock_step_);
        if (!computer_.power().has_power()) {
            ++story_.power_cuts;
            computer_.lose_power();
            continue;
        }
        if (started) break;
        note("does not start: " + started.error().detail);
        if (!computer_.has_fault()) return "it does not start: " + started.error().detail;
        computer_.heal_disk();
    }
    // What was heard before is held against the log that is found now.
    if (auto violation = clients_.check(computer_.engine().log())) return violation;
    book_.forget_pending();
    if (computer_.has_fault()) return std::nullopt;
    return witness_.look_again(computer_.engine().log());
}

Violation Run::restart() {
    ++story_.restarts;
    computer_.stop();
    return start();
}

Violation Run::after_step() {
    if (!computer_.power().has_power()) {
        ++story_.power_cuts;
        note("the power goes");
        computer_.lose_power();
    }
    if (!computer_.is_running()) {
        if (auto violation = start()) return violation;
    }
    if (auto violation = clients_.check(computer_.engine().log())) return violation;
    return check_clock();
}

Violation Run::check_clock() {
    const Instant now = Instant{computer_.time().wall().micros - clock_step_.count()};
    if (witness_.newest_recorded_at() <= now + trusted_step_ + std::chrono::minutes{10}) {
        return std::nullopt;
    }
    return "a commit was recorded at a time that nobody confirmed";
}

Violation Run::come_to_rest(LastLook& last) {
    // Whatever the clock was set to, an operator has looked at it.
    computer_.engine().confirm_clock();
    if (auto violation = last.settle()) return violation;
    if (computer_.is_running()) return std::nullopt;
    // A sync that failed on the disk as it was before was noticed only now.
    ++story_.failed_syncs;
    if (auto violation = start()) return violation;
    computer_.engine().confirm_clock();
    if (auto violation = last.settle()) return violation;
    if (!computer_.is_running()) return "the process ends on a disk that works";
    return std::nullopt;
}

Violation Run::finish() {
    computer_.power().cut_at(0);
    computer_.heal_disk();
    trusted_step_ = std::max(trusted_step_, clock_step_);
    LastLook last{computer_, book_, clients_, witness_};
    if (auto violation = come_to_rest(last)) return *violation + ", when it comes to rest";
    if (auto violation = last.look()) return *violation + ", at rest";
    if (auto violation = restart()) return *violation + ", at the last start";
    computer_.engine().confirm_clock();
    for (std::uint32_t number = 0; number < 4; ++number) clients_.retry(4 * number + 2);
    if (auto violation = come_to_rest(last)) return *violation + ", after the last start";
    if (auto violation = last.look()) return *violation + ", after the last start";
    if (auto violation = last.look_closely()) return *violation + ", after the last start";
    story_.mails = last.mails();
    computer_.stop();
    return std::nullopt;
}

}  // namespace

RunStory& RunStory::operator+=(const RunStory& other) {
    questions += other.questions;
    commits += other.commits;
    answers += other.answers;
    turns += other.turns;
    power_cuts += other.power_cuts;
    kills += other.kills;
    restarts += other.restarts;
    failed_syncs += other.failed_syncs;
    failed_calls += other.failed_calls;
    mails += other.mails;
    return *this;
}

std::ostream& operator<<(std::ostream& out, const RunStory& story) {
    return out << story.questions << " questions, " << story.answers << " answers, "
               << story.commits << " commits, " << story.turns << " turns, " << story.power_cuts
               << " cuts of the power, " << story.kills << " kills, " << story.restarts
               << " restarts, " << story.failed_syncs << " failed syncs, " << story.failed_calls
               << " failed calls, " << story.mails << " mails";
}

RunResult run(const Plan& plan, const RunOptions& options) {
    return Run{plan, options}.play();
}

}  // namespace muster::simulation
