// How often each kind of move is drawn.
#include "tests/domain/moves.h"

#include <array>
#include <ostream>
#include <utility>

namespace muster::domain_tests {
namespace {

constexpr std::array<std::pair<std::string_view, int>, kinds> names_and_weights{{
    {"invite", 8},
    {"accept", 9},
    {"decline", 1},
    {"resend", 3},
    {"cancel", 2},
    {"register_person", 3},
    {"change_role", 6},
    {"assign_role", 3},
    {"withdraw_role", 2},
    {"remove", 2},
    {"suspend", 5},
    {"reinstate", 4},
    {"replace_address", 4},
    {"transfer_ownership", 2},
    {"replace_holder", 4},
    {"create_role", 3},
    {"rename_role", 2},
    {"set_role_permissions", 3},
    {"delete_role", 2},
    {"copy_role", 4},
    {"create_workspace", 3},
    {"rename_workspace", 1},
    {"delete_workspace", 1},
    {"assign", 4},
    {"assign_several", 3},
    {"withdraw", 2},
    {"change_plan", 2},
    {"change_blueprint", 3},
    {"rename_organization", 1},
    {"two_factor", 1},
    {"profile", 1},
    {"sign_in", 1},
    {"wait", 3},
    {"end", 2},
}};

std::vector<Kind> deck() {
    std::vector<Kind> cards;
    for (std::uint8_t kind = 0; kind < kinds; ++kind) {
        for (int left = names_and_weights.at(kind).second; left > 0; --left) {
            cards.push_back(Kind{kind});
        }
    }
    return cards;
}

Move drawn(rc::Random random) {
    static const std::vector<Kind> cards = deck();
    auto number = random.next();
    const auto digit = [&number] {
        const auto value = static_cast<std::uint8_t>(number % 16);
        number /= 16;
        return value;
    };
    return {.kind = cards[random.next() % cards.size()],
            .actor = digit(),
            .target = digit(),
            .role = digit(),
            .place = digit(),
            .variant = digit(),
            .elsewhere = digit() > 10};
}

/// The same with one number smaller, or in the first organisation.
rc::Seq<Move> simpler(const Move& move) {
    std::vector<Move> found;
    for (auto number : {&Move::actor, &Move::target, &Move::role, &Move::place, &Move::variant}) {
        for (const int less : {0, move.*number / 2, move.*number - 1}) {
            if (less < 0 || less >= move.*number) continue;
            found.push_back(move);
            found.back().*number = static_cast<std::uint8_t>(less);
        }
    }
    if (move.elsewhere) {
        found.push_back(move);
        found.back().elsewhere = false;
    }
    return rc::seq::fromContainer(std::move(found));
}

}  // namespace

std::string_view name_of(Kind kind) {
    return names_and_weights.at(static_cast<std::size_t>(kind)).first;
}

std::ostream& operator<<(std::ostream& out, const Move& move) {
    return out << "{Kind::" << name_of(move.kind) << ", " << int{move.actor} << ", "
               << int{move.target} << ", " << int{move.role} << ", " << int{move.place} << ", "
               << int{move.variant} << (move.elsewhere ? ", true}" : "}");
}

rc::Gen<std::vector<Move>> any_moves() {
    const rc::Gen<Move> any_move{[](const rc::Random& random, int) {
        return rc::shrinkable::shrinkRecur(drawn(random), simpler);
    }};
    // Also the first of many lives may be long.
    return rc::gen::resize(rc::kNominalSize, rc::gen::container<std::vector<Move>>(any_move));
}

}  // namespace muster::domain_tests
