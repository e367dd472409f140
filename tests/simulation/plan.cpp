// Drawing a plan.
#include "tests/simulation/plan.h"

#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"

#include "tests/domain/rules_to_live_by.h"

#include <rapidcheck.h>

#include <array>
#include <ostream>
#include <random>
#include <utility>

namespace muster::simulation {
namespace {

struct Card {
    Act act;
    std::string_view name;
    unsigned weight;  ///< of 1,000 steps that are no commands
};

// Most runs have a few of each fault in 1,000 commands.
constexpr std::array<Card, 14> cards{{
    {Act::command, "command", 0},
    {Act::retry, "retry", 70},
    {Act::reuse_key, "reuse_key", 4},
    {Act::turns, "turns", 851},
    {Act::pass_time, "pass_time", 50},
    {Act::set_clock, "set_clock", 3},
    {Act::confirm_clock, "confirm_clock", 4},
    {Act::cut_power, "cut_power", 3},
    {Act::kill, "kill", 1},
    {Act::restart, "restart", 1},
    {Act::fail_disk, "fail_disk", 2},
    {Act::fill_disk, "fill_disk", 2},
    {Act::free_disk, "free_disk", 8},
    {Act::compare_views, "compare_views", 1},
}};

class Drawing {
 public:
    explicit Drawing(std::uint64_t seed) : seed_{seed}, random_{seed} {}

    SharedBlueprint rules() {
        static const auto shipped = shipped_rules();
        const auto& shapes = domain_tests::all_shapes();
        switch (below(3)) {
            case 0:
                return shipped[below(shipped.size())];
            case 1:
                return shapes[below(shapes.size())];
            default:
                return domain_tests::drawn_rules(below(100));
        }
    }

    std::vector<PlanStep> steps(std::size_t commands) {
        const std::vector<domain_tests::Move> moves = some_moves(commands);
        std::vector<PlanStep> drawn;
        for (std::size_t next = 0; next < moves.size();) {
            // Commands come in bursts, so that they meet in groups.
            for (std::size_t burst = 1 + below(8); burst > 0 && next < moves.size(); --burst) {
                drawn.push_back({Act::command, moves[next++], number()});
            }
            for (std::size_t between = 1 + below(4); between > 0; --between) {
                drawn.push_back({other_act(), {}, number()});
            }
        }
        return drawn;
    }

    std::size_t below(std::size_t limit) { return random_() % limit; }

 private:
    static std::vector<SharedBlueprint> shipped_rules() {
        std::vector<SharedBlueprint> rules;
        for (const std::string_view name : shipped_blueprints()) {
            const auto read = read_blueprint(shipped_blueprint(name));
            ENSURE(read.has_value());
            rules.push_back(*read);
        }
        return rules;
    }

    std::uint32_t number() { return static_cast<std::uint32_t>(random_()); }

    std::vector<domain_tests::Move> some_moves(std::size_t count) {
        std::vector<domain_tests::Move> moves;
        rc::Random random{seed_};
        while (moves.size() < count) {
            const auto some = domain_tests::any_moves()(random.split(), rc::kNominalSize).value();
            moves.insert(moves.end(), some.begin(), some.end());
        }
        moves.resize(count);
        return moves;
    }

    Act other_act() {
        std::size_t drawn = below(1000);
        for (const Card& card : cards) {
            if (drawn < card.weight) return card.act;
            drawn -= card.weight;
        }
        return Act::turns;
    }

    const std::uint64_t seed_;
    std::mt19937_64 random_;
};

}  // namespace

std::string_view name_of(Act act) {
    return cards.at(static_cast<std::size_t>(act)).name;
}

std::ostream& operator<<(std::ostream& out, const PlanStep& step) {
    out << name_of(step.act) << ' ' << step.number;
    if (step.act == Act::command) out << ' ' << step.move;
    return out;
}

std::vector<PlanStep> simpler(const PlanStep& step) {
    if (step.act != Act::cut_power) return {};
    const std::uint32_t events = step.number % events_until_cut;
    std::vector<PlanStep> sooner;
    for (const std::uint32_t fewer : {events / 8, events / 2, events - 1}) {
        if (fewer < events) sooner.push_back({step.act, step.move, fewer});
    }
    return sooner;
}

Plan plan_of(std::uint64_t seed, std::size_t commands) {
    Drawing drawing{seed};
    Plan plan;
    plan.seed = seed;
    plan.first = drawing.rules();
    plan.second = drawing.below(2) == 0 ? plan.first : drawing.rules();
    plan.steps = drawing.steps(commands);
    return plan;
}

}  // namespace muster::simulation
