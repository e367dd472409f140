// The JSON form of blueprints: a reader and a writer that both follow one description of every
// struct. Any thread; nothing is thrown.
#include "eventstore/form/blueprint_json.h"

#include "eventstore/form/blueprint_description.h"
#include "eventstore/form/shipped_blueprints.h"
#include "eventstore/machine/strict_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <concepts>
#include <limits>
#include <set>

namespace muster {

namespace {

namespace json = boost::json;

constexpr std::string_view everything_word = "*";
constexpr std::string_view all_word = "all";
constexpr std::string_view none_word = "none";
constexpr std::string_view custom_word = "@custom";
constexpr std::string_view held_word = "@held";
constexpr std::string_view refused_word = "refused";
constexpr std::string_view operator_replaces_word = "operator_replaces";

constexpr std::size_t longest_shown_name = 100;
constexpr std::size_t most_errors = 1000;
/// No list of a blueprint that can be used is longer, since its ids differ.
constexpr std::size_t longest_list = 256;
constexpr std::uint64_t most_seconds =
    static_cast<std::uint64_t>(std::numeric_limits<Duration::rep>::max()) / 1'000'000;

/// Makes the JSON of one object, its members in the order of the description.
class ObjectWriter {
 public:
    template <class Value>
    static json::value written(const Value& rules) {
        ObjectWriter writer;
        describe(writer, rules);
        return std::move(writer.object_);
    }

    template <class Value>
    void required(std::string_view name, const Value& value) {
        object_.emplace(name, form_of(value));
    }
    template <class Value>
    void optional(std::string_view name, const Value& value) {
        required(name, value);
    }
    /// One that earlier releases did not know: left out where it is as usual, so that what they
    /// wrote stays word for word what is written.
    template <class Value>
    void added(std::string_view name, const Value& value, const Value& usual) {
        if (value != usual) required(name, value);
    }
    template <class Value>
    void added(std::string_view name, const std::optional<Value>& value) {
        if (value) required(name, *value);
    }

 private:
    static json::value form_of(bool value) { return value; }
    static json::value form_of(std::uint32_t value) { return value; }
    static json::value form_of(std::uint64_t value) { return value; }
    static json::value form_of(const std::string& value) { return json::string(value); }
    static json::value form_of(Duration value) {
        return std::chrono::duration_cast<std::chrono::seconds>(value).count();
    }
    static json::value form_of(LastHolderGuard value) {
        switch (value) {
            case LastHolderGuard::refused:
                return json::string(refused_word);
            case LastHolderGuard::operator_replaces:
                return json::string(operator_replaces_word);
        }
        ENSURE(false);
    }
    static json::value form_of(const PermissionGrant& grant) {
        if (grant.everything) return json::string(everything_word);
        return form_of(grant.permissions);
    }
    static json::value form_of(const TargetSelector& selector) {
        if (selector.all) return json::string(all_word);
        json::array items;
        if (selector.custom) items.emplace_back(custom_word);
        if (selector.held) items.emplace_back(held_word);
        for (const RoleId& role : selector.roles) items.emplace_back(role.value);
        if (items.empty()) return json::string(none_word);
        return items;
    }
    template <class Tag>
    static json::value form_of(const Key<Tag>& key) {
        return json::string(key.value);
    }
    template <class Value>
    static json::value form_of(const std::optional<Value>& value) {
        return value ? form_of(*value) : json::value(nullptr);
    }
    template <class Value>
    static json::value form_of(const std::vector<Value>& values) {
        json::array items;
        for (const Value& value : values) items.push_back(form_of(value));
        return items;
    }
    template <class Name, class Value>
    static json::value form_of(const std::map<Name, Value>& values) {
        json::object members;
        for (const auto& [name, value] : values) members.emplace(text_of(name), form_of(value));
        return members;
    }
    template <class Rules>
    static json::value form_of(const Rules& rules) {
        return written(rules);
    }

    static std::string_view text_of(const std::string& name) { return name; }
    static std::string_view text_of(Operation operation) { return name_of(operation); }
    static std::string_view text_of(Reach reach) { return name_of(reach); }
    template <class Tag>
    static std::string_view text_of(const Key<Tag>& key) {
        return key.value;
    }

    json::object object_;
};

std::string member(const std::string& parent, std::string_view name) {
    if (name.size() > longest_shown_name) name = "(a long name)";
    return parent.empty() ? std::string{name} : parent + '.' + std::string{name};
}

std::string item(const std::string& list, std::size_t index) {
    return list + '[' + std::to_string(index) + ']';
}

/// Reads one object by its description and reports whatever does not fit; a member that does not
/// fit keeps its default, so that reading can go on.
class ObjectReader {
 public:
    using Errors = std::vector<BlueprintError>;

    template <class Rules>
    static void read(const json::value& value, const std::string& place, Errors& errors,
                     Rules& rules) {
        const json::object* object = value.if_object();
        if (object == nullptr) {
            errors.push_back({place, "this must be an object"});
            return;
        }
        ObjectReader reader{*object, place, errors};
        describe(reader, rules);
        reader.report_unknown_members();
    }

    template <class Value>
    void required(std::string_view name, Value& value) {
        if (!read_member(name, value)) report(member(place_, name), "this member is missing");
    }
    template <class Value>
    void optional(std::string_view name, Value& value) {
        read_member(name, value);
    }
    template <class Value>
    void added(std::string_view name, Value& value, const Value& usual) {
        if (!read_member(name, value)) value = usual;
    }
    template <class Value>
    void added(std::string_view name, std::optional<Value>& value) {
        if (!read_member(name, value)) value.reset();
    }

 private:
    ObjectReader(const json::object& object, const std::string& place, Errors& errors)
        : object_{object}, place_{place}, errors_{errors} {}

    /// A hostile text can hold a mistake every few bytes; nobody reads so many.
    void report(std::string field, std::string message) {
        if (errors_.size() < most_errors) errors_.push_back({std::move(field), std::move(message)});
    }

    template <class Value>
    bool read_member(std::string_view name, Value& value) {
        known_.push_back(name);
        const json::value* form = object_.if_contains(name);
        if (form == nullptr) return false;
        take(*form, member(place_, name), value);
        return true;
    }

    void report_unknown_members() {
        for (const auto& entry : object_) {
            if (errors_.size() >= most_errors) return;
            const std::string_view name = entry.key();
            if (std::ranges::find(known_, name) == known_.end()) {
                report(member(place_, name), "there is no such member");
            }
        }
    }

    void take(const json::value& form, const std::string& place, bool& value) {
        if (form.is_bool()) {
            value = form.get_bool();
        } else {
            report(place, "this must be true or false");
        }
    }

    template <std::unsigned_integral Number>
    void take(const json::value& form, const std::string& place, Number& value) {
        if (const auto number = whole_number(form, std::numeric_limits<Number>::max(), place)) {
            value = static_cast<Number>(*number);
        }
    }

    void take(const json::value& form, const std::string& place, Duration& value) {
        if (const auto number = whole_number(form, most_seconds, place)) {
            value = std::chrono::seconds{static_cast<std::int64_t>(*number)};
        }
    }

    std::optional<std::uint64_t> whole_number(const json::value& form, std::uint64_t most,
                                              const std::string& place) {
        std::optional<std::uint64_t> number;
        if (const std::uint64_t* unsigned_form = form.if_uint64()) {
            number = *unsigned_form;
        } else if (const std::int64_t* signed_form = form.if_int64(); signed_form != nullptr) {
            if (*signed_form >= 0) number = static_cast<std::uint64_t>(*signed_form);
        } else {
            report(place, "this must be a whole number");
            return std::nullopt;
        }
        if (number && *number <= most) return number;
        report(place, "this must be from 0 to " + std::to_string(most));
        return std::nullopt;
    }

    void take(const json::value& form, const std::string& place, std::string& value) {
        if (const json::string* text = form.if_string()) {
            value.assign(text->data(), text->size());
        } else {
            report(place, "this must be a string");
        }
    }

    template <class Tag>
    void take(const json::value& form, const std::string& place, Key<Tag>& value) {
        take(form, place, value.value);
    }

    void take(const json::value& form, const std::string& place, LastHolderGuard& value) {
        if (is_word(form, refused_word)) {
            value = LastHolderGuard::refused;
        } else if (is_word(form, operator_replaces_word)) {
            value = LastHolderGuard::operator_replaces;
        } else {
            report(place, "this must be \"refused\" or \"operator_replaces\"");
        }
    }

    void take(const json::value& form, const std::string& place, PermissionGrant& value) {
        if (is_word(form, everything_word)) {
            value.everything = true;
        } else if (form.is_array()) {
            take(form, place, value.permissions);
        } else {
            report(place, "this must be \"*\" or a list of permissions");
        }
    }

    void take(const json::value& form, const std::string& place, TargetSelector& value) {
        if (is_word(form, all_word)) {
            value.all = true;
        } else if (const json::array* items = form.if_array();
                   items != nullptr && items->size() <= longest_list) {
            for (std::size_t index = 0; index < items->size(); ++index) {
                take_selected((*items)[index], item(place, index), value);
            }
        } else if (!is_word(form, none_word)) {
            report(place,
                   "this must be \"all\", \"none\" or a list of roles, \"@custom\" and \"@held\", "
                   "at most 256");
        }
    }

    void take_selected(const json::value& form, const std::string& place, TargetSelector& value) {
        if (is_word(form, custom_word) || is_word(form, held_word)) {
            bool& selected = is_word(form, custom_word) ? value.custom : value.held;
            if (selected) report(place, "this word is there twice");
            selected = true;
        } else if (form.is_string()) {
            take(form, place, value.roles.emplace_back());
        } else {
            report(place, "this must be a string");
        }
    }

    template <class Value>
    void take(const json::value& form, const std::string& place, std::optional<Value>& value) {
        if (form.is_null()) return;
        take(form, place, value.emplace());
    }

    template <class Value>
    void take(const json::value& form, const std::string& place, std::vector<Value>& values) {
        const json::array* items = form.if_array();
        if (items == nullptr) {
            report(place, "this must be a list");
            return;
        }
        if (items->size() > longest_list) {
            report(place, "there are more than " + std::to_string(longest_list));
            return;
        }
        values.clear();
        for (std::size_t index = 0; index < items->size(); ++index) {
            take((*items)[index], item(place, index), values.emplace_back());
        }
    }

    template <class Name, class Value>
    void take(const json::value& form, const std::string& place, std::map<Name, Value>& values) {
        const json::object* members = form.if_object();
        if (members == nullptr) {
            report(place, "this must be an object");
            return;
        }
        values.clear();
        for (const auto& entry : *members) {
            const std::string_view text = entry.key();
            if (const std::optional<Name> name = named<Name>(text)) {
                take(entry.value(), member(place, text), values[*name]);
            } else {
                report(member(place, text), "there is no such member");
            }
        }
    }

    template <class Rules>
    void take(const json::value& form, const std::string& place, Rules& rules) {
        read(form, place, errors_, rules);
    }

    static bool is_word(const json::value& form, std::string_view word) {
        const json::string* text = form.if_string();
        return text != nullptr && std::string_view{*text} == word;
    }

    template <class Name>
    static std::optional<Name> named(std::string_view text) {
        if constexpr (std::same_as<Name, Operation>) {
            return operation_named(text);
        } else if constexpr (std::same_as<Name, Reach>) {
            return reach_named(text);
        } else {
            return Name{std::string{text}};
        }
    }

    const json::object& object_;
    const std::string& place_;
    Errors& errors_;
    std::vector<std::string_view> known_;
};

/// Adds the contradictions, except at and below fields that could not be read: what is wrong there
/// is said already.
void add_contradictions(const Blueprint& blueprint, std::vector<BlueprintError>& errors) {
    std::set<std::string> unread;
    for (const BlueprintError& error : errors) unread.insert(error.field);
    for (BlueprintError& contradiction : errors_of(blueprint)) {
        std::string field = contradiction.field;
        bool is_new = !unread.contains(field);
        for (auto end = field.find_last_of(".["); is_new && end != std::string::npos;
             end = field.find_last_of(".[")) {
            field.resize(end);
            is_new = !unread.contains(field);
        }
        if (is_new) errors.push_back(std::move(contradiction));
    }
}

}  // namespace

std::expected<SharedBlueprint, std::vector<BlueprintError>> read_blueprint(std::string_view text) {
    const auto form = parse_strict(text);
    if (!form)
        return std::unexpected(
            std::vector{BlueprintError{form.error().field, form.error().message}});
    Blueprint blueprint;
    std::vector<BlueprintError> errors;
    ObjectReader::read(*form, "", errors, blueprint);
    if (!form->is_object()) return std::unexpected(std::move(errors));
    add_contradictions(blueprint, errors);
    if (errors.size() > most_errors) errors.resize(most_errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return SharedBlueprint{std::move(blueprint)};
}

std::string write_blueprint(const Blueprint& blueprint) {
    return json::serialize(ObjectWriter::written(blueprint));
}

std::string_view shipped_blueprint(std::string_view name) {
    for (const ShippedBlueprint& shipped : shipped_blueprint_table()) {
        if (shipped.name == name) return shipped.json;
    }
    return {};
}

std::vector<std::string_view> shipped_blueprints() {
    std::vector<std::string_view> names;
    for (const ShippedBlueprint& shipped : shipped_blueprint_table()) names.push_back(shipped.name);
    return names;
}

}  // namespace muster
