// The tables that the products' pages print, as questions to a blueprint: a row asks one thing of
// every role, a cell is the answer that the page gives for one of them. Each cell can be turned
// over in a copy of the blueprint, so that each comparison shows that it would notice.
#pragma once

#include "domain/blueprint.h"

#include <gtest/gtest.h>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace muster::matrices {

/// A blueprint that ships, as read_blueprint reads it.
const Blueprint& shipped(std::string_view product);

/// What one row asks. A printed sign is the answer itself unless `meaning` says what it stands for.
struct Question {
    std::function<std::string(const Blueprint&, const RoleId&)> answer;
    /// Changes the rules so that the answer for the role is another one than `printed`.
    std::function<void(Blueprint&, const RoleId&, char printed)> turn_over;
    std::function<std::string(char)> meaning = [](char sign) { return std::string(1, sign); };
};

struct Row {
    std::string name;   ///< begins with the rule's id
    std::string cells;  ///< a sign for each role, from left to right
    Question question;
};

struct Table {
    std::string product;
    std::vector<std::string> roles;
    std::vector<Row> rows;
};

struct Cell {
    std::string name;
    std::string product;
    RoleId role;
    char printed = '0';
    Question question;
};
std::vector<Cell> cells_of(const Table& table);

inline void PrintTo(const Cell& cell, std::ostream* out) {
    *out << cell.product << ' ' << cell.name;
}
inline std::string name_of_cell(const ::testing::TestParamInfo<Cell>& info) {
    return info.param.name;
}

/// Every cell of a table is tested twice: as shipped, and turned over.
class PrintedCell : public ::testing::TestWithParam<Cell> {};

// Questions that the blueprint alone answers: 1 and 0, or 2, 1 and 0.

/// Whether the role's list names the permission, as the page ticks it.
Question listed(const std::string& permission);
/// Whether the role's list amounts to the permission, implied ones included.
Question held(const std::string& permission);
/// 2: the full right, 1: the limited one alone, 0: neither.
Question level_of(const std::string& full, const std::string& limited);

/// Makes a grant of the blueprint amount to a permission, in every workspace, or no longer.
void give(Blueprint& blueprint, PermissionGrant& grant, const PermissionId& permission);
void take(const Blueprint& blueprint, PermissionGrant& grant, const PermissionId& permission);
/// The same to or from a role of the organisation, by a printed 0 or 1.
void turn_over_right(Blueprint& blueprint, const RoleId& role, const PermissionId& permission,
                     char printed);
OrganizationRole& role_in(Blueprint& blueprint, const RoleId& role);
WorkspaceRole& place_in(Blueprint& blueprint, const RoleId& place);

}  // namespace muster::matrices
