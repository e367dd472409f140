// Building and comparing beside the live generation.
#include "projections/rebuild.h"

#include "projections/comparison.h"

#include <spdlog/spdlog.h>

namespace muster {
namespace {

/// So many commits may be left to apply while the live views are held still for a swap.
constexpr std::uint64_t commits_in_swap = 256;

}  // namespace

std::expected<std::shared_ptr<ViewStore>, Failure> Rebuild::make_scratch(std::string& name) {
    name = generations_.fresh_name();
    auto store = ViewStore::create(generations_.path_of(name), generations_.disk());
    if (!store) return store;
    (*store)->remove_when_closed();
    if (const auto begun = begin_generation(**store, sources_.log); !begun) {
        return std::unexpected(begun.error());
    }
    return store;
}

std::expected<void, Failure> Rebuild::run(const std::function<void(Position)>& progress) {
    const std::lock_guard one_at_a_time{one_at_a_time_};
    std::string name;
    const auto store = make_scratch(name);
    if (!store) return std::unexpected(store.error());
    running_ = true;
    auto done = build(**store, progress);
    if (done) done = live_.swap_in(*store, name);
    running_ = false;
    if (done) {
        spdlog::info("the views were built anew, up to position {}",
                     number(live_.gate().applied()));
    } else {
        spdlog::error("the views could not be built anew: {}", done.error().detail);
    }
    return done;
}

std::expected<void, Failure> Rebuild::build(ViewStore& store,
                                            const std::function<void(Position)>& progress) {
    Position built{};
    while (true) {
        const Position head = sources_.log.head();
        if (auto done = replay(store, sources_, built, {head, stopping_, progress}); !done) {
            return done;
        }
        built = head;
        if (number(sources_.log.head()) - number(built) <= commits_in_swap) return {};
    }
}

std::expected<std::vector<std::string>, Failure> Rebuild::compare(
    const std::function<void(Position)>& progress) {
    const std::lock_guard one_at_a_time{one_at_a_time_};
    const Snapshot reader{live_.store()};
    std::string name;
    const auto store = make_scratch(name);
    if (!store) return std::unexpected(store.error());
    const Position until = reader.applied();
    if (const auto done = replay(**store, sources_, {}, {until, stopping_, progress}); !done) {
        return std::unexpected(done.error());
    }
    const Snapshot replayed{*store};
    std::vector<std::string> lines = differences(reader, replayed);
    if (reader.failure()) return std::unexpected(live_.noted(*reader.failure()));
    if (replayed.failure()) return std::unexpected(*replayed.failure());
    return lines;
}

}  // namespace muster
