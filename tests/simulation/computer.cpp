// Starting and ending the process.
#include "tests/simulation/computer.h"

#include "tests/simulation/memory_files.h"

#include <utility>

namespace muster::simulation {
namespace {

/// What ends a process from within.
struct ProcessEnds {};

/// Small, so that it is reached.
constexpr std::size_t queue_limit = 64;

}  // namespace

Computer::Computer(std::uint64_t seed, const Weakness& weakness)
    : seed_{seed},
      weakness_{weakness},
      workers_{[this] { return time_.steady(); }},
      power_{[] {
          auto memory = make_memory_files();
          memory->CreateDir("/data", {}, nullptr).PermitUncheckedError();
          return std::make_shared<test::PowerLossFiles>(std::move(memory), "/data");
      }()},
      faults_{std::make_shared<test::FailingFiles>(power_)} {}

Computer::~Computer() {
    if (is_running()) kill();
}

EngineOptions Computer::options() {
    EngineOptions options;
    options.least_changes_between_snapshots = 10;
    options.data = data();
    options.queue_limit = queue_limit;
    options.disk = disk_.get();
    options.workers = &workers_;
    options.clock = [this] { return time_.wall(); };
    options.steady_clock = [this] { return time_.steady(); };
    options.on_failed_sync = [this](const std::string&) {
        failed_sync_ = true;
        // A destructor cannot be left this way; what it does from here on is not heard.
        if (dying_ || stopping_) {
            dying_ = true;
            return;
        }
        throw ProcessEnds{};
    };
    options.log = weakness_.log;
    return options;
}

std::expected<void, Failure> Computer::start() {
    ++life_;
    failed_sync_ = false;
    std::shared_ptr<rocksdb::FileSystem> files = faults_;
    if (weakness_.lies_about) files = make_lying_files(files, weakness_.lies_about);
    disk_ = std::make_unique<Disk>(files);
    auto engine = open_engine(options());
    if (!engine) {
        disk_.reset();
        return std::unexpected(engine.error());
    }
    engine_ = std::move(*engine);
    MailOptions mail;
    mail.outbox = outbox();
    mail.from = "muster@example.org";
    mail.link_base = "https://example.org/join";
    mail.disk = disk_.get();
    mail.workers = &workers_;
    mail.steady_clock = [this] { return time_.steady(); };
    mailer_ = std::make_unique<Mailer>(*engine_, mail);
    return {};
}

void Computer::end() {
    mailer_.reset();
    engine_.reset();
    disk_.reset();
    dying_ = stopping_ = false;
}

void Computer::stop() {
    stopping_ = true;
    end();
}

void Computer::kill() {
    dying_ = true;
    // Taking the process apart would write more.
    faults_->fail({.kinds = test::changing_calls(), .stays = true});
    end();
    heal_disk();
}

void Computer::lose_power() {
    dying_ = true;
    power_->cut_now();
    end();
    // Where sectors were scrambled, or written in another order, the log may refuse to open;
    // tests/power sees to that. Here the process must always come back.
    power_->lose_power(seed_ + life_, {.scrambled_percent = 0, .reordered_percent = 0});
    heal_disk();
}

std::optional<std::string> Computer::take_turn(std::size_t number) {
    try {
        return workers_.take_turn(number);
    } catch (const ProcessEnds&) {
        kill();
        return "the end";
    }
}

void Computer::set_fault(const test::Fault& fault) {
    has_fault_ = true;
    faults_->fail(fault);
}

void Computer::heal_disk() {
    has_fault_ = false;
    faults_->heal();
}

}  // namespace muster::simulation
