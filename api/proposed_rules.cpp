// Reading proposed blueprints: their JSON, their rules, and each name that people will be shown.
#include "api/proposed_rules.h"

#include "api/address.h"
#include "api/name_looks.h"
#include "domain/proposed_blueprint.h"
#include "eventstore/blueprint_json.h"

#include <string>

namespace muster {
namespace {

constexpr std::size_t longest_shown_name = 200;
constexpr std::size_t most_proposal_errors = 100;

/// Everything in a blueprint that is shown as it stands.
class ShownNames {
 public:
    explicit ShownNames(std::vector<BlueprintError>& errors) : errors_{errors} {}

    void check(const Blueprint& rules) {
        check("product", rules.product);
        check("workspaces.word", rules.workspaces.word);
        for (std::size_t i = 0; i < rules.permissions.size(); ++i) {
            check(item("permissions", i) + ".module", rules.permissions[i].module);
            check(item("permissions", i) + ".label", rules.permissions[i].label);
        }
        check_names("licence_classes", rules.licence_classes);
        check_names("plans", rules.plans);
        check_names("roles", rules.roles);
        check_names("workspaces.roles", rules.workspaces.roles);
        const Presentation& presentation = rules.presentation;
        check_labels("presentation.list_columns", presentation.list_columns);
        check_labels("presentation.csv_columns", presentation.csv_columns);
        for (const auto& [status, word] : presentation.status_words) {
            check("presentation.status_words." + status, word);
        }
    }

 private:
    static std::string item(const std::string& list, std::size_t index) {
        return list + "[" + std::to_string(index) + "]";
    }

    void check(const std::string& field, std::string_view name) {
        const auto read = read_display_text(name, longest_shown_name);
        if (!read) errors_.push_back({field, read.error()});
    }

    template <class Named>
    void check_names(const std::string& list, const std::vector<Named>& items) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            check(item(list, i) + ".name", items[i].name);
        }
    }

    void check_labels(const std::string& list, const std::vector<Column>& columns) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            check(item(list, i) + ".label", columns[i].label);
        }
    }

    std::vector<BlueprintError>& errors_;
};

}  // namespace

std::expected<SharedBlueprint, std::vector<BlueprintError>> read_proposed_blueprint(
    std::string_view json) {
    auto blueprint = read_blueprint(json);
    if (!blueprint) return blueprint;
    std::vector<BlueprintError> errors = errors_of_proposed(**blueprint, look_of_name);
    ShownNames{errors}.check(**blueprint);
    if (errors.size() > most_proposal_errors) errors.resize(most_proposal_errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return blueprint;
}

}  // namespace muster
