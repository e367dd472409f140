// Reading proposed blueprints: their JSON, their rules, and each text that people will be shown.
#include "api/proposed_rules.h"

#include "api/text/address.h"
#include "api/text/name_looks.h"
#include "domain/proposed_blueprint.h"
#include "eventstore/form/blueprint_json.h"

#include <optional>
#include <string>

namespace muster {
namespace {

constexpr std::size_t longest_shown_name = 200;
constexpr std::size_t longest_mail_subject = 200;
constexpr std::size_t longest_mail_body = 4'000;
constexpr std::size_t most_proposal_errors = 100;

/// Everything in a blueprint that is shown as it stands.
class ShownTexts {
 public:
    explicit ShownTexts(std::vector<BlueprintError>& errors) : errors_{errors} {}

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
        check_mail(presentation, "subject", longest_mail_subject, Lines::one);
        check_mail(presentation, "body", longest_mail_body, Lines::several);
    }

 private:
    static std::string item(const std::string& list, std::size_t index) {
        return list + "[" + std::to_string(index) + "]";
    }

    void check(const std::string& field, std::string_view text,
               std::size_t most = longest_shown_name, Lines lines = Lines::one) {
        if (const auto error = error_of(text, most, lines)) errors_.push_back({field, *error});
    }

    /// A blueprint's texts are shown untrimmed, so what reading takes off their ends is held to the
    /// rule as well: between two letters nothing is at an end.
    static std::optional<std::string> error_of(std::string_view text, std::size_t most,
                                               Lines lines) {
        if (const auto read = read_display_text(text, most, lines); !read) return read.error();
        const std::string within = "a" + std::string{text} + "a";
        if (const auto read = read_display_text(within, within.size(), lines); !read) {
            return read.error();
        }
        return std::nullopt;
    }

    void check_mail(const Presentation& presentation, const std::string& name, std::size_t most,
                    Lines lines) {
        const auto words = presentation.mail_words.find(name);
        // An empty one is an error already.
        if (words == presentation.mail_words.end() || words->second.empty()) return;
        check("presentation.mail_words." + name, words->second, most, lines);
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
    ShownTexts{errors}.check(**blueprint);
    if (errors.size() > most_proposal_errors) errors.resize(most_proposal_errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return blueprint;
}

}  // namespace muster
