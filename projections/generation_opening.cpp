// Opening and making generations.
#include "projections/generation_opening.h"

#include <spdlog/spdlog.h>
#include <set>

namespace muster {
namespace {

std::set<std::string> names_of(const std::optional<std::string>& one,
                               const std::optional<std::string>& other) {
    std::set<std::string> names;
    if (one) names.insert(*one);
    if (other) names.insert(*other);
    return names;
}

}  // namespace

std::expected<NamedGeneration, Failure> make_generation(Generations& generations,
                                                        const EventLog& log) {
    NamedGeneration made{.name = generations.fresh_name(), .store = nullptr};
    auto store = ViewStore::create(generations.path_of(made.name), generations.disk());
    if (!store) return std::unexpected(store.error());
    (*store)->remove_when_closed();
    if (const auto begun = begin_generation(**store, log); !begun) {
        return std::unexpected(begun.error());
    }
    made.store = std::move(*store);
    return made;
}

std::expected<std::shared_ptr<ViewStore>, Failure> open_current(const Generations& generations,
                                                                const EventLog& log) {
    const auto current = generations.current();
    if (!current) {
        return std::unexpected(Failure{FailureKind::not_found, "there are no views yet"});
    }
    auto store = ViewStore::open(generations.path_of(*current), generations.disk());
    if (!store) return store;
    if (const auto fits = check_generation(*store, log); !fits) {
        return std::unexpected(fits.error());
    }
    return store;
}

std::expected<std::shared_ptr<ViewStore>, Failure> make_current(Generations& generations,
                                                                const EventLog& log) {
    // Before, since there may be no room for both.
    if (const auto former = generations.current()) generations.remove(*former);
    const auto made = make_generation(generations, log);
    if (!made) return std::unexpected(made.error());
    if (const auto named = generations.make_current(made->name); !named) {
        return std::unexpected(named.error());
    }
    made->store->keep_when_closed();
    return made->store;
}

std::optional<NamedGeneration> open_unfinished(const Generations& generations,
                                               const ViewSources& sources) {
    const auto name = generations.rebuilding();
    if (!name || name == generations.current()) return std::nullopt;
    const auto store = ViewStore::open(generations.path_of(*name), generations.disk());
    if (!store || !check_generation(*store, sources.log)) return std::nullopt;
    const Snapshot reader{*store};
    if (!stops_of(reader, sources.views).empty() || reader.failure()) return std::nullopt;
    return NamedGeneration{*name, *store};
}

std::expected<std::shared_ptr<ViewStore>, Failure> open_or_make_current(
    Generations& generations, const ViewSources& sources) {
    auto store = open_current(generations, sources.log);
    if (!store && store.error().kind == FailureKind::log_behind) return store;
    generations.remove_all_but(
        names_of(store ? generations.current() : std::nullopt, generations.rebuilding()));
    if (store) return store;
    const bool fresh = store.error().kind == FailureKind::not_found;
    spdlog::log(fresh ? spdlog::level::info : spdlog::level::warn,
                "the views are built from the log: {}", store.error().detail);
    if (const auto unfinished = open_unfinished(generations, sources)) {
        const auto named = generations.make_current(unfinished->name);
        if (!named) return std::unexpected(named.error());
        store = unfinished->store;
    } else {
        generations.remove_all_but({});
        store = make_current(generations, sources.log);
    }
    if (store) generations.forget_rebuilding();
    return store;
}

}  // namespace muster
