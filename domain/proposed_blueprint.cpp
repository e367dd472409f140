// Reading the words and the names of a proposed blueprint.
#include "domain/proposed_blueprint.h"

#include <algorithm>
#include <string>

namespace muster {
namespace {

constexpr std::size_t longest_quote = 64;

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// "{organization}, {inviter}, ..."
template <std::size_t count>
std::string list_of(const std::array<std::string_view, count>& names, std::string_view before,
                    std::string_view after) {
    std::string list;
    for (const std::string_view name : names) {
        list.append(list.empty() ? "" : ", ").append(before).append(name).append(after);
    }
    return list;
}

/// What stands between each brace that opens and the one that closes it.
std::vector<std::string_view> placeholders_in(std::string_view text) {
    std::vector<std::string_view> found;
    for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open)) {
        const auto next = text.find_first_of("{}", ++open);
        if (next == std::string_view::npos) break;
        if (text[next] == '}') found.push_back(text.substr(open, next - open));
        open = next;
    }
    return found;
}

class Proposal {
 public:
    Proposal(const Blueprint& rules, const LookOf& look_of)
        : rules_{rules}, look_of_{look_of}, errors_{errors_of(rules)} {}

    std::vector<BlueprintError> errors() && {
        // Lists far too long are an error already, and not worth comparing each with each.
        if (rules_.roles.size() <= permission_limit) check_names("roles", rules_.roles);
        if (rules_.workspaces.roles.size() <= permission_limit) {
            check_names("workspaces.roles", rules_.workspaces.roles);
        }
        for (const auto& [text, words] : rules_.presentation.mail_words) check_mail(text, words);
        return std::move(errors_);
    }

 private:
    void report(std::string field, std::string message) {
        errors_.push_back({std::move(field), std::move(message)});
    }

    static bool is_trusted(const OrganizationRole& role) { return role.is_protected; }
    static bool is_trusted(const WorkspaceRole&) { return false; }

    template <class Role>
    void check_names(const std::string& list, const std::vector<Role>& roles) {
        const auto place = [&](std::size_t index) {
            return list + "[" + std::to_string(index) + "].name";
        };
        std::vector<NameLook> looks;
        for (const Role& role : roles) {
            NameLook look = look_of_(role.name);
            for (std::size_t other = 0; other < looks.size() && !look.key.empty(); ++other) {
                const bool trusted = is_trusted(role) || is_trusted(roles[other]);
                const bool alike = trusted ? could_be_confused(look, looks[other])
                                           : look_the_same(look, looks[other]);
                if (!alike) continue;
                report(place(looks.size()), "this looks the same as " + place(other));
                break;
            }
            looks.push_back(std::move(look));
        }
    }

    void check_mail(const std::string& text, const std::string& words) {
        const std::string place =
            "presentation.mail_words." + (text.size() <= longest_quote ? text : "(a long name)");
        if (!is_one_of(mail_texts, text)) {
            return report(place,
                          "the mail has no such text, it has " + list_of(mail_texts, "", ""));
        }
        const auto named = placeholders_in(words);
        const auto unknown = std::ranges::find_if(
            named, [](std::string_view name) { return !is_one_of(mail_placeholders, name); });
        if (unknown != named.end()) {
            const bool is_long = unknown->size() > longest_quote;
            report(place, (is_long ? "one of them" : "{" + std::string{*unknown} + "}") +
                              " is not known; a text may name " +
                              list_of(mail_placeholders, "{", "}"));
        }
        if (text == "body" && std::ranges::find(named, "link") == named.end()) {
            report(place, "the body of the mail must hold {link}");
        }
    }

    const Blueprint& rules_;
    const LookOf& look_of_;
    std::vector<BlueprintError> errors_;
};

}  // namespace

std::vector<BlueprintError> errors_of_proposed(const Blueprint& blueprint, const LookOf& look_of) {
    return Proposal{blueprint, look_of}.errors();
}

}  // namespace muster
