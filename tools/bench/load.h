// Commands for an engine in process: organisations with members, what is asked of them, and a load
// of it that keeps so many in flight or comes at a steady rate.
#pragma once

#include "api/engine.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace muster::bench {

enum class Asked : std::uint8_t { invitation, role_change };
/// Which organisation the next command is for.
enum class Spread : std::uint8_t { even, one, zipf };
std::string_view name_of(Asked asked);
std::string_view name_of(Spread spread);

struct TownSize {
    std::size_t organizations = 200;
    std::size_t members_each = 50;
};

/// Organisations of the shipped open-source rules, full of active members.
class Town {
 public:
    explicit Town(Engine& engine, const TownSize& size = {});

    /// A command that will be accepted, with all that an edge does for it: whoever is invited gets
    /// an identity, and their name and address are sealed.
    Command next(Asked asked, Spread spread);

    Engine& engine() { return engine_; }
    struct Place {
        OrganizationId id;
        std::vector<PersonId> members;
        std::size_t turns = 0;  ///< of changed roles
    };
    const std::vector<Place>& places() const { return places_; }

 private:
    PersonId stranger();
    Sealed sealed(OrganizationId organization, PersonId person, PersonalField field,
                  std::string_view text);
    Command invitation(const Place& place);
    void fill(Place& place, std::size_t members);

    Engine& engine_;
    std::vector<Place> places_;
    std::mt19937_64 random_{1};
    std::discrete_distribution<std::size_t> zipf_;
    std::uint64_t strangers_ = 0;
};

/// Hands commands to the engine; each must be accepted. One thread.
class Load {
 public:
    explicit Load(Engine& engine) : engine_{engine} {}
    ~Load() { wait(); }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    /// Waits until fewer than `in_flight` are.
    void submit(Command command, std::size_t in_flight);
    /// Counts the command's latency from `due`, when it should have been sent.
    void submit_due(Command command, std::chrono::steady_clock::time_point due);
    void wait();
    std::vector<double> take_micros();

 private:
    Engine& engine_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t waiting_ = 0;
    std::vector<double> micros_;
};

}  // namespace muster::bench
