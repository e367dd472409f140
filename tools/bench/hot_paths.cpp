// Eight hot paths, each a function of its own that is called as often, for callgrind to count the
// instructions of: tools/bench/count compares them with those of tools/bench/instructions.
#include "domain/decide.h"
#include "domain/ensure.h"
#include "domain/fold.h"
#include "domain/world.h"
#include "eventstore/form/codec.h"
#include "eventstore/machine/crypto.h"
#include "projections/projector.h"
#include "tools/bench/load.h"

#include <spdlog/spdlog.h>

#include <cstdio>

namespace muster::bench {
namespace {

/// What a decision about one organisation looks at.
class OneOrganization final : public World {
 public:
    explicit OneOrganization(const Organization& organization) : organization_{organization} {}
    const Organization* organization(OrganizationId id) const override {
        return id == organization_.id ? &organization_ : nullptr;
    }
    const Person* person(PersonId) const override { return nullptr; }
    std::vector<OrganizationId> organizations_of(PersonId) const override { return {}; }
    NameLook look_of(std::string_view) const override { return {}; }

 private:
    const Organization& organization_;
};

/// All that the paths work on, made before.
struct Given {
    Engine& engine;
    OrganizationId organization;
    Organization state;           ///< before the commit
    std::vector<Commit> history;  ///< all of the organisation's
    Commit commit;
    std::string bytes;
    Command role_change;
    Context by_operator;
    PersonId member;
    std::shared_ptr<ViewStore> views;
};

[[gnu::noinline]] void hot_decision(const Given& given) {
    const OneOrganization world{given.state};
    ENSURE(decide(world, given.role_change, given.by_operator, given.engine.now()).has_value());
}
[[gnu::noinline]] void hot_folding(const Given& given) {
    Organization state;
    const StreamId stream = StreamId::of(given.organization);
    for (const Commit& commit : given.history) {
        fold(state, stream, commit.events, commit.effective_at);
    }
    ENSURE(state.version > given.state.version);
}
[[gnu::noinline]] void hot_encoding(const Given& given) {
    ENSURE(encode(given.commit) == given.bytes);
}
[[gnu::noinline]] void hot_decoding(const Given& given) {
    ENSURE(decode(given.bytes).has_value());
}
[[gnu::noinline]] void hot_check(const Given& given) {
    const auto found = given.engine.organizations().find(given.organization);
    ENSURE(found.has_value());
    ENSURE(has_permission(*found->organization, given.member, {"members.view"}).has_value());
}
[[gnu::noinline]] void hot_sealing(const Given& given) {
    const SealScope scope{given.organization, given.member, PersonalField::name};
    ENSURE(given.engine.keys().seal(scope, "Somebody Somewhere").has_value());
}
[[gnu::noinline]] void hot_page(const Given& given) {
    ENSURE(given.engine.views().members({.organization = given.organization}).has_value());
}
[[gnu::noinline]] void hot_views(const Given& given, std::span<const Commit> commits) {
    const ViewSources sources{given.engine.log(), given.engine.keys()};
    ENSURE(apply_group(*given.views, sources, commits).has_value());
}

constexpr std::size_t times = 100;

/// The last of them are what is counted, as many changes of roles as invitations.
std::vector<Commit> all_commits(Engine& engine, Town& town) {
    for (std::size_t i = 0; i < times; ++i) {
        const Asked asked = i % 2 == 0 ? Asked::invitation : Asked::role_change;
        ENSURE(engine.execute(town.next(asked, Spread::one), {.actor = Actor::the_operator()})
                   .has_value());
    }
    auto commits = engine.log().read(Position{1}, SIZE_MAX);
    ENSURE(commits.has_value() && commits->size() > times);
    return std::move(*commits);
}

void run_all(const Given& given, std::span<const Commit> commits) {
    const ViewSources sources{given.engine.log(), given.engine.keys()};
    for (; commits.size() > times; commits = commits.subspan(1)) {
        ENSURE(apply_group(*given.views, sources, commits.first(1)).has_value());
    }
    for (std::size_t i = 0; i < times; ++i) {
        hot_decision(given);
        hot_folding(given);
        hot_encoding(given);
        hot_decoding(given);
        hot_check(given);
        hot_sealing(given);
        hot_page(given);
        hot_views(given, commits.subspan(i, 1));
    }
}

void prepare_and_run(const std::filesystem::path& folder) {
    auto engine = open_engine({.data = folder / "data"});
    ENSURE(engine.has_value());
    Town town{**engine, {.organizations = 2, .members_each = 60}};
    const Town::Place& place = town.places().front();
    const Command command = town.next(Asked::role_change, Spread::one);
    Context context{.actor = Actor::the_operator(), .command_id = {random_uuid()}};
    const auto before = (*engine)->organizations().find(place.id);
    ENSURE(before.has_value());
    const Organization state = *before->organization;
    ENSURE((*engine)->execute(command, context).has_value());
    const auto newest = (*engine)->log().read((*engine)->log().head(), 1);
    ENSURE(newest.has_value() && newest->size() == 1);
    const std::vector<Commit> all = all_commits(**engine, town);
    const auto history = (*engine)->log().read_stream(StreamId::of(place.id), Version{1}, SIZE_MAX);
    ENSURE(history.has_value());
    auto views = ViewStore::create(folder / "views");
    ENSURE(views.has_value() && begin_generation(**views, (*engine)->log()).has_value());
    Given given{**engine, place.id,        state,
                *history, newest->front(), encode(newest->front()),
                command,  context,         place.members.back(),
                *views};
    run_all(given, all);
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: muster_bench_hot_paths FOLDER\n");
        return 1;
    }
    spdlog::set_level(spdlog::level::warn);
    muster::bench::prepare_and_run(argv[1]);
    return 0;
}
