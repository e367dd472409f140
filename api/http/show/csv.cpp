// Cells of the member list, quoted and defused.
#include "api/http/show/csv.h"

#include "api/role_names.h"
#include "api/text/timestamps.h"

#include <algorithm>

namespace muster::http {
namespace {

std::string defused(const std::string& text) {
    constexpr std::string_view begins_a_formula = "=+-@\t\r";
    const bool is_formula =
        !text.empty() && begins_a_formula.find(text.front()) != std::string_view::npos;
    return is_formula ? "'" + text : text;
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + "\"";
}

std::string word_of(const Blueprint& blueprint, RowStatus status) {
    const std::string name{name_of(status)};
    const auto& words = blueprint.presentation.status_words;
    const auto word = words.find(name);
    return word == words.end() ? name : word->second;
}

std::string name_of_licence(const Blueprint& blueprint,
                            const std::optional<LicenceClassId>& licence) {
    if (!licence) return {};
    const auto& classes = blueprint.licence_classes;
    const auto found = std::ranges::find(classes, *licence, &LicenceClass::id);
    return found == classes.end() ? licence->value : found->name;
}

std::string names_of_operations(const MemberRow& row, const RowOperations& operations) {
    std::string names;
    if (!operations) return names;
    for (const std::string_view operation : operations(row)) {
        names.append(names.empty() ? "" : ", ").append(operation);
    }
    return names;
}

/// The fields are those that a blueprint may name (domain/blueprint_validation.cpp).
std::string cell(std::string_view field, const Organization& organization, const MemberRow& row,
                 const RowOperations& operations) {
    const Blueprint& blueprint = *organization.blueprint;
    const bool pending = row.status == RowStatus::pending;
    const bool member = !pending && row.status != RowStatus::former;
    if (field == "id") return to_string(row.person);
    if (field == "name") return row.name;
    if (field == "address") return row.address;
    if (field == "role") return names_of_roles(organization, row.roles);
    if (field == "status") return word_of(blueprint, row.status);
    if (field == "last_access") return row.last_access ? rfc3339(*row.last_access) : "";
    if (field == "since") return pending ? "" : rfc3339(row.since);
    if (field == "workspaces") return names_of_workspaces(organization, row.workspaces);
    if (field == "licence") return name_of_licence(blueprint, row.licence);
    if (field == "avatar") return row.avatar;
    if (field == "two_factor") return !member ? "" : row.two_factor ? "yes" : "no";
    if (field == "operations") return names_of_operations(row, operations);
    if (field == "details") return row.details;
    return {};
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t index = 0; index < cells.size(); ++index) {
        if (index > 0) line += ',';
        line += quoted(defused(cells[index]));
    }
    return line + "\r\n";
}

std::string members_csv_header(const Blueprint& blueprint) {
    std::vector<std::string> labels;
    for (const Column& column : blueprint.presentation.csv_columns) labels.push_back(column.label);
    return csv_line(labels);
}

std::string members_csv_line(const Organization& organization, const MemberRow& row,
                             const RowOperations& operations) {
    std::vector<std::string> cells;
    for (const Column& column : organization.blueprint->presentation.csv_columns) {
        cells.push_back(cell(column.field, organization, row, operations));
    }
    return csv_line(cells);
}

}  // namespace muster::http
