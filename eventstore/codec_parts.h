// What the parts of the codec share: a Writer that lays stored parts into one FlatBuffer, and a
// Reader that takes verified ones out again and remembers the first thing that is wrong. Private to
// the codec's sources, the only ones that see the generated schema. One thread at a time each.
#pragma once

#include "eventstore/commit.h"
#include "eventstore/schema_generated.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

stored::Uuid to_stored(const boost::uuids::uuid& value);
template <class Tag>
stored::Uuid to_stored(Id<Tag> id) {
    return to_stored(id.value);
}
stored::Digest to_stored(const Digest& digest);
stored::StreamKind to_stored(StreamKind kind);

/// Parts must be written before the table that holds them, each in a statement of its own: the
/// order of a call's arguments is the compiler's choice, the order of the bytes must not be.
/// What is written must outlive the writer, which remembers it by view to store equal parts once.
class Writer {
 public:
    flatbuffers::FlatBufferBuilder builder;

    /// Absent when empty.
    Offset<Text> text(std::string_view value);
    template <class Tag>
    Offset<Text> key(const Key<Tag>& value) {
        return text(value.value);
    }
    /// Absent when there is none; an empty one is present.
    Offset<Text> optional_key(const std::optional<LicenceClassId>& value);
    Offset<Bytes> sealed(const Sealed& value);
    /// Absent when there is none, and when its text would not read back as the same rules: only one
    /// that contradicts itself does not, and no organisation was ever founded on such.
    Offset<Text> blueprint(const SharedBlueprint& value);
    Offset<stored::Actor> actor(const Actor& value);
    Offset<stored::WorkspacePlace> place(const WorkspacePlace& value);
    Offset<TableList<stored::WorkspacePlace>> places(const std::vector<WorkspacePlace>& values);
    Offset<TableList<stored::LicenceLimit>> limits(
        const std::map<LicenceClassId, std::uint64_t>& values);

    template <class Tag>
    Offset<TextList> keys(const std::vector<Key<Tag>>& values) {
        return tables<Text>(values,
                            [this](const Key<Tag>& value) { return present_text(value.value); });
    }

    /// One table for each value, absent when there are no values.
    template <class Table, class Values, class Write>
    Offset<TableList<Table>> tables(const Values& values, Write write) {
        if (values.empty()) return 0;
        count(values.size() * sizeof(*values.begin()));
        std::vector<Offset<Table>> written;
        written.reserve(values.size());
        for (const auto& value : values) written.push_back(write(value));
        return builder.CreateVector(written);
    }

    /// Notes that so many bytes will be read again from what is written.
    void count(std::size_t bytes) { decoded_ += bytes; }
    std::size_t decoded_bytes() const { return decoded_; }

 private:
    Offset<Text> present_text(std::string_view value);

    std::size_t decoded_ = 0;
    std::map<std::string_view, Offset<Bytes>> sealed_;
    const Blueprint* last_blueprint_ = nullptr;
    Offset<Text> last_blueprint_text_;
};

/// Every function is total: what is wrong gives some value and makes `failed()` true for good.
class Reader {
 public:
    void fail(std::string_view what) {
        if (error_.empty()) error_ = what;
    }
    bool failed() const { return !error_.empty(); }
    const std::string& error() const { return error_; }

    /// Absent reads as nil.
    boost::uuids::uuid uuid(const stored::Uuid* value) const;
    template <class AnyId>
    AnyId id(const stored::Uuid* value) const {
        return AnyId{uuid(value)};
    }
    template <class AnyId>
    std::optional<AnyId> optional_id(const stored::Uuid* value) const {
        if (value == nullptr) return std::nullopt;
        return id<AnyId>(value);
    }

    std::string text(const Text* value);
    template <class AnyKey>
    AnyKey key(const Text* value) {
        return AnyKey{text(value)};
    }
    std::optional<LicenceClassId> optional_key(const Text* value);
    Sealed sealed(const Bytes* value);
    Digest digest(const stored::Digest& value) const;
    SharedBlueprint blueprint(const Text* value);
    StreamId stream(stored::StreamKind kind, const stored::Uuid* id);
    Actor actor(const stored::Actor& value);
    WorkspacePlace place(const stored::WorkspacePlace& value);
    std::vector<WorkspacePlace> places(const TableList<stored::WorkspacePlace>* values);
    std::map<LicenceClassId, std::uint64_t> limits(const TableList<stored::LicenceLimit>* values);
    /// 0 is none.
    std::optional<Rejection> rejection(std::uint16_t number);

    template <class AnyKey>
    std::vector<AnyKey> keys(const TextList* values) {
        return all<AnyKey>(values, [this](const Text* value) { return key<AnyKey>(value); });
    }

    /// One value for each element, none when the list is absent.
    template <class Value, class Element, class Read>
    std::vector<Value> all(const List<Element>* values, Read read) {
        std::vector<Value> result;
        if (values == nullptr) return result;
        for (const auto* value : *values) {
            if (!afford(sizeof(Value))) break;
            result.push_back(read(value));
        }
        return result;
    }

 private:
    bool afford(std::size_t bytes);

    std::string error_;
    std::size_t decoded_ = 0;
};

/// A union as FlatBuffers wants it: the number of the member, and the member.
struct StoredCommand {
    stored::Command type;
    Offset<void> value;
};
struct StoredEvent {
    stored::Event type;
    Offset<void> value;
};

StoredCommand write(Writer& writer, const Command& command);
StoredEvent write(Writer& writer, const Event& event);
Command read_command(Reader& reader, const stored::Commit& commit);
Event read_event(Reader& reader, const stored::StreamEvent& event);

}  // namespace muster::codec
