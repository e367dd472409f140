// What the parts of the codec share. `form_of` says once for each struct which fields go into which
// table; an Encoder lays values into one FlatBuffer by it, and a Decoder takes verified ones out
// again by it and remembers the first thing that is wrong. So both directions agree, and a struct
// without a form, or a field of the schema that no form names, does not compile. Private to the
// codec's sources, the only ones that see the generated schema. One thread at a time each.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/form/schema_generated.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace muster::codec {

template <class Table>
using Offset = flatbuffers::Offset<Table>;
template <class Element>
using List = flatbuffers::Vector<Element>;
template <class Table>
using TableList = List<Offset<Table>>;
using Text = flatbuffers::String;
using TextList = TableList<Text>;
using Bytes = List<std::uint8_t>;

/// Limits of both directions, far above what the edge lets through: encode never writes what decode
/// would refuse, and damaged bytes cost no more than this.
constexpr std::size_t commit_bytes_limit = std::size_t{64} << 20;
constexpr std::uint32_t nesting_limit = 64;
/// Our tables take more than 16 bytes each, so the limit on bytes is reached first.
constexpr std::uint32_t table_limit = commit_bytes_limit / 16;
/// Bytes of texts and list elements that one commit may decode to. Parts of a buffer can be shared,
/// so that few stored bytes stand for many.
constexpr std::size_t decoded_limit = std::size_t{256} << 20;

/// `Value` is `Type`, or const `Type` when it is being written.
template <class Value, class Type>
concept Stored = std::same_as<std::remove_const_t<Value>, Type>;

/// The fields of a struct that a table holds, in the order of the schema.
template <class Table, class... Fields>
struct Form {
    std::tuple<Fields...> fields;
};

template <class Table, class... Fields>
Form<Table, Fields...> table(Fields&&... fields) {
    static_assert(sizeof...(Fields) == Table::Traits::fields_number);
    return {{std::forward<Fields>(fields)...}};
}

/// A `form_of` in namespace muster is found through its argument.
template <class Value>
concept HasForm = requires(Value& value) {
    form_of(value);
};

/// An id that is absent when it is nil.
template <class AnyId>
struct UnlessNil {
    AnyId& id;
};

template <class AnyId>
UnlessNil<AnyId> unless_nil(AnyId& id) {
    return {id};
}

/// A union as FlatBuffers wants it: the number of the member, and the member.
template <class Number>
struct StoredUnion {
    Number type;
    Offset<void> value;
};

/// Parts are written before the table that holds them, one after the other: the order of a call's
/// arguments is the compiler's choice, the order of the bytes must not be. What is written must
/// outlive the encoder, which remembers it by view to store equal parts once.
class Encoder {
 public:
    flatbuffers::FlatBufferBuilder builder;

    template <std::integral Number>
    Number part(Number value) {
        return value;
    }
    std::uint64_t part(Version value) { return number(value); }
    std::int64_t part(Instant value) { return value.micros; }
    stored::StreamKind part(StreamKind value);
    static stored::RowMode part(RowMode value);
    static stored::SentInvitations part(SentInvitations value);
    static stored::AttemptLimit part(AttemptLimit value);
    std::uint8_t part(ObstacleKind value) { return static_cast<std::uint8_t>(value); }
    /// 0 when there is none.
    std::uint16_t part(const std::optional<Rejection>& value);
    stored::Uuid part(const boost::uuids::uuid& value);
    stored::Digest part(const Digest& value);

    template <class Tag>
    stored::Uuid part(Id<Tag> value) {
        return part(value.value);
    }
    /// Absent when there is none.
    template <class Tag>
    std::optional<stored::Uuid> part(const std::optional<Id<Tag>>& value) {
        if (!value) return std::nullopt;
        return part(*value);
    }
    template <class AnyId>
    std::optional<stored::Uuid> part(UnlessNil<AnyId> value) {
        if (value.id.is_nil()) return std::nullopt;
        return part(value.id);
    }

    /// Absent when empty.
    Offset<Text> part(const std::string& value);
    template <class Tag>
    Offset<Text> part(const Key<Tag>& value) {
        return part(value.value);
    }
    /// Absent when there is none; an empty one is present.
    template <class Tag>
    Offset<Text> part(const std::optional<Key<Tag>>& value) {
        return value ? present_text(value->value) : 0;
    }
    /// Absent when empty.
    Offset<Bytes> part(const Sealed& value);
    /// Absent when there is none, and when its text would not read back as the same rules: only one
    /// that contradicts itself does not, and nothing ever happens by such.
    Offset<Text> part(const SharedBlueprint& value);
    Offset<stored::StreamEvent> part(const StreamEvent& value);
    Offset<stored::Actor> part(const Actor& value);
    /// Absent when there is none.
    Offset<stored::Actor> part(const std::optional<Actor>& value) {
        return value ? part(*value) : 0;
    }

    template <HasForm Value>
    auto part(const Value& value) {
        return written(form_of(value));
    }
    template <HasForm Value>
    auto part(const std::optional<Value>& value) {
        return value ? part(*value) : decltype(part(*value)){};
    }

    // Lists are absent when empty.
    template <class Tag>
    Offset<TextList> part(const std::vector<Key<Tag>>& values) {
        return list(values, [this](const Key<Tag>& value) { return present_text(value.value); });
    }
    template <class Tag>
    Offset<List<const stored::Uuid*>> part(const std::vector<Id<Tag>>& values) {
        if (values.empty()) return 0;
        count(values);
        std::vector<stored::Uuid> ids;
        for (const Id<Tag> value : values) ids.push_back(part(value));
        return builder.CreateVectorOfStructs(ids);
    }
    template <class Value>
    auto part(const std::vector<Value>& values) {
        return list(values, [this](const Value& value) { return part(value); });
    }
    template <class Name, class Value>
    auto part(const std::map<Name, Value>& values) {
        return list(values, [this](const auto& value) { return entry(value.first, value.second); });
    }

    template <template <class> class Traits, class... Alternatives>
    auto alternative(const std::variant<Alternatives...>& value) {
        const auto numbered = []<class Table>(Offset<Table> written) {
            return StoredUnion{Traits<Table>::enum_value, written.Union()};
        };
        return std::visit([&](const auto& held) { return numbered(part(held)); }, value);
    }

    /// Whether a blueprint was there and is absent.
    bool blueprint_left_out() const { return blueprint_left_out_; }
    /// The bytes of texts and list elements that will be read again from what is written.
    std::size_t decoded_bytes() const { return decoded_; }

 private:
    template <class Table, class... Fields>
    Offset<Table> written(const Form<Table, Fields...>& form) {
        // Braces are worked off in their order.
        const auto write_parts = [this](const auto&... field) {
            return std::tuple<decltype(part(field))...>{part(field)...};
        };
        const auto create = [this](const auto&... written_part) {
            return Table::Traits::Create(builder, argument(written_part)...);
        };
        return std::apply(create, std::apply(write_parts, form.fields));
    }

    /// What a table's function to create it takes for a part.
    template <class Part>
    static Part argument(Part written_part) {
        return written_part;
    }
    static const stored::Digest* argument(const stored::Digest& digest) { return &digest; }
    static const stored::Uuid* argument(const stored::Uuid& id) { return &id; }
    static const stored::Uuid* argument(const std::optional<stored::Uuid>& id) {
        return id ? &*id : nullptr;
    }

    template <class Values, class Write>
    auto list(const Values& values, Write write) {
        std::vector<decltype(write(*values.begin()))> parts;
        for (const auto& value : values) parts.push_back(write(value));
        count(values);
        return parts.empty() ? 0 : builder.CreateVector(parts);
    }

    template <class Values>
    void count(const Values& values) {
        decoded_ += values.size() * sizeof(typename Values::value_type);
    }

    Offset<stored::LicenceLimit> entry(const LicenceClassId& licence_class, std::uint64_t limit);
    Offset<stored::RoleChange> entry(const RoleId& from, const RoleId& to);
    Offset<Text> present_text(std::string_view value);

    std::size_t decoded_ = 0;
    std::map<std::string_view, Offset<Bytes>> sealed_;
    const Blueprint* last_blueprint_ = nullptr;
    Offset<Text> last_blueprint_text_;
    bool blueprint_left_out_ = false;
};

/// Every function is total: what is wrong leaves some value and makes `failed()` true for good.
/// What is absent leaves the value as it was made.
class Decoder {
 public:
    void fail(std::string_view what) {
        if (error_.empty()) error_ = what;
    }
    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }

    template <std::integral Number>
    void take(Number stored, Number& value) {
        value = stored;
    }
    void take(std::uint64_t stored, Version& value) { value = Version{stored}; }
    void take(std::int64_t stored, Instant& value) { value = Instant{stored}; }
    void take(stored::StreamKind stored, StreamKind& value);
    void take(stored::RowMode stored, RowMode& value);
    void take(stored::SentInvitations stored, SentInvitations& value);
    void take(stored::AttemptLimit stored, AttemptLimit& value);
    void take(std::uint8_t stored, ObstacleKind& value);
    void take(std::uint16_t stored, std::optional<Rejection>& value);
    void take(const stored::Uuid* stored, boost::uuids::uuid& value);
    void take(const stored::Digest* stored, Digest& value);

    template <class Tag>
    void take(const stored::Uuid* stored, Id<Tag>& value) {
        take(stored, value.value);
    }
    template <class AnyId>
    void take(const stored::Uuid* stored, UnlessNil<AnyId>& value) {
        take(stored, value.id);
    }

    void take(const Text* stored, std::string& value);
    template <class Tag>
    void take(const Text* stored, Key<Tag>& value) {
        take(stored, value.value);
    }
    void take(const Bytes* stored, Sealed& value);
    void take(const Text* stored, SharedBlueprint& value);
    void take(const stored::StreamEvent* stored, StreamEvent& value);
    void take(const stored::Actor* stored, Actor& value);

    template <class Table, HasForm Value>
    void take(const Table* stored, Value& value) {
        take_fields(*stored, form_of(value));
    }
    template <class Part, class Value>
    void take(const Part* stored, std::optional<Value>& value) {
        if (stored != nullptr) take(stored, value.emplace());
    }
    template <class Element, class Value>
    void take(const List<Element>* stored, std::vector<Value>& values) {
        if (stored == nullptr) return;
        for (const auto* element : *stored) {
            if (!afford(sizeof(Value))) return;
            take(element, values.emplace_back());
        }
    }
    /// Entries must be in the order of their names, without repeats.
    template <class Entry, class Name, class Value>
    void take(const TableList<Entry>* stored, std::map<Name, Value>& values) {
        if (stored == nullptr) return;
        for (const auto* entry : *stored) {
            std::pair<Name, Value> next;
            take(entry->template get_field<0>(), next.first);
            take(entry->template get_field<1>(), next.second);
            if (!values.empty() && next.first <= values.rbegin()->first) fail("order of entries");
            if (!afford(sizeof(next))) return;
            values.insert(values.end(), std::move(next));
        }
    }

    /// The alternative of that number, which unions count from 1.
    template <template <class> class Traits, class... Alternatives>
    void take_alternative(std::size_t number, const void* stored,
                          std::variant<Alternatives...>& value) {
        using Variant = std::variant<Alternatives...>;
        using Take = void (Decoder::*)(const void*, Variant&);
        static constexpr auto takes = []<std::size_t... At>(std::index_sequence<At...>) {
            return std::array<Take, sizeof...(At)>{&Decoder::take_held<Traits, At, Variant>...};
        }
        (std::index_sequence_for<Alternatives...>{});
        if (number == 0 || number > takes.size()) return fail("kind of a command or event");
        (this->*takes[number - 1])(stored, value);
    }

 private:
    template <template <class> class Traits, std::size_t At, class Variant>
    void take_held(const void* stored, Variant& value) {
        const auto take_table = [&]<class Table, class... Fields>(Form<Table, Fields...> form) {
            static_assert(static_cast<std::size_t>(Traits<Table>::enum_value) == At + 1);
            take_fields(*static_cast<const Table*>(stored), form);
        };
        take_table(form_of(value.template emplace<At>()));
    }

    template <class Table, class... Fields>
    void take_fields(const Table& stored, Form<Table, Fields...> form) {
        if constexpr (sizeof...(Fields) > 0) {
            [&]<std::size_t... At>(std::index_sequence<At...>) {
                (take(stored.template get_field<At>(), std::get<At>(form.fields)), ...);
            }
            (std::index_sequence_for<Fields...>{});
        }
    }

    bool afford(std::size_t bytes);

    std::string error_;
    std::size_t decoded_ = 0;
};

StoredUnion<stored::Command> write(Encoder& encoder, const Command& command);
Command read_command(Decoder& decoder, const stored::Commit& commit);

}  // namespace muster::codec

namespace muster {

auto form_of(codec::Stored<WorkspacePlace> auto& place) {
    return codec::table<stored::WorkspacePlace>(place.workspace, place.role);
}

}  // namespace muster
