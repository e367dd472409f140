// One step of a random life: what kind of command, and a handful of small numbers that choose among
// whatever the life has come to (the third member, the newest invitation). So every list of moves
// means something, and shrinks well. move_reader.h reads them.
#pragma once

#include <rapidcheck.h>
#include <cstdint>
#include <iosfwd>
#include <string_view>
#include <vector>

namespace muster::domain_tests {

enum class Kind : std::uint8_t {
    invite,
    accept,
    decline,
    resend,
    cancel,
    register_person,
    change_role,
    assign_role,
    withdraw_role,
    remove,
    suspend,
    reinstate,
    replace_address,
    transfer_ownership,
    replace_holder,
    create_role,
    rename_role,
    set_role_permissions,
    delete_role,
    copy_role,
    create_workspace,
    rename_workspace,
    delete_workspace,
    assign,
    assign_several,
    withdraw,
    change_plan,
    change_blueprint,
    rename_organization,
    two_factor,
    profile,
    sign_in,
    wait,
    end,
};
constexpr std::uint8_t kinds = 34;
std::string_view name_of(Kind kind);

/// Each number is below 16.
struct Move {
    Kind kind = Kind::invite;
    std::uint8_t actor = 0;
    std::uint8_t target = 0;
    std::uint8_t role = 0;
    std::uint8_t place = 0;
    std::uint8_t variant = 0;
    bool elsewhere = false;  ///< in the second organisation
};

/// As it would be written in a test.
std::ostream& operator<<(std::ostream& out, const Move& move);

/// A life of 100 moves at most.
rc::Gen<std::vector<Move>> any_moves();

}  // namespace muster::domain_tests
