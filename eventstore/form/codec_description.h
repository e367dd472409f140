// Describes structs by their `form_of`, and so under the names that the schema has for their
// fields: the third reader of a form, beside Encoder and Decoder. Private to the codec's sources.
#pragma once

#include "domain/fields.h"
#include "eventstore/form/codec_parts.h"
#include "eventstore/form/described.h"

namespace muster::codec {

/// The values are of a struct that outlives them.
struct Description {
    using Value = described::Value;

    static Value of(bool value) { return {value}; }
    template <std::unsigned_integral Number>
    static Value of(Number value) {
        return {std::uint64_t{value}};
    }
    static Value of(Instant value) { return {value}; }
    // By the words of the schema.
    static Value of(RowMode value) { return word(stored::EnumNameRowMode(Encoder::part(value))); }
    static Value of(AttemptLimit value) {
        return word(stored::EnumNameAttemptLimit(Encoder::part(value)));
    }
    /// None where nothing becomes of them.
    static Value of(SentInvitations value) {
        if (value == SentInvitations::stay) return {};
        return word(stored::EnumNameSentInvitations(Encoder::part(value)));
    }
    static Value of(const Actor& value) { return {value}; }
    static Value of(const Sealed& value) { return {&value}; }
    static Value of(const SharedBlueprint& value) { return {value ? &*value : nullptr}; }
    static Value of(const std::string& value) { return {std::string_view{value}}; }
    template <class Tag>
    static Value of(const Key<Tag>& value) {
        return of(value.value);
    }
    template <class Tag>
    static Value of(const Id<Tag>& value) {
        return {value.value};
    }

    template <class Held>
    static Value of(const std::optional<Held>& value) {
        return value ? of(*value) : Value{};
    }
    template <class Element>
    static Value of(const std::vector<Element>& values) {
        described::List list;
        for (const Element& value : values) list.push_back(of(value));
        return {std::move(list)};
    }
    template <class Name, class Held>
    static Value of(const std::map<Name, Held>& values) {
        described::Object object;
        for (const auto& [name, value] : values) object.members.push_back({name.value, of(value)});
        return {std::move(object)};
    }
    template <HasForm Struct>
    static Value of(const Struct& value) {
        return {object(form_of(value))};
    }

    template <class... Alternatives>
    static described::Object of_held(const std::variant<Alternatives...>& value) {
        return std::visit([](const auto& held) { return object(form_of(held)); }, value);
    }

 private:
    static Value word(std::string_view name) { return {name}; }

    template <class Table, class... Fields>
    static described::Object object(const Form<Table, Fields...>& form) {
        using Traits = typename Table::Traits;
        described::Object described{Traits::name, {}};
        [&]<std::size_t... At>(std::index_sequence<At...>) {
            (described.members.push_back({Traits::field_names[At], of(std::get<At>(form.fields)),
                                          is_optional_field<std::remove_cvref_t<Fields>>}),
             ...);
        }
        (std::index_sequence_for<Fields...>{});
        return described;
    }
};

}  // namespace muster::codec
