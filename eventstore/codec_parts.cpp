// Ids, texts, sealed data, blueprints and the small tables that commands and events are made of.
#include "eventstore/codec_parts.h"

#include "domain/ensure.h"
#include "eventstore/blueprint_json.h"

#include <algorithm>
#include <cstring>
#include <mutex>

namespace muster::codec {
namespace {

/// The blueprints read last, so that a replay of many organisations under the same rules reads
/// their text once. Any thread.
class BlueprintCache {
 public:
    std::optional<SharedBlueprint> find(std::string_view text) {
        const std::scoped_lock lock{mutex_};
        const auto found = std::ranges::find(entries_, text, &Entry::text);
        if (found == entries_.end()) return std::nullopt;
        std::rotate(entries_.begin(), found, found + 1);
        return entries_.front().blueprint;
    }

    void put(std::string_view text, const SharedBlueprint& blueprint) {
        if (text.size() > largest_text) return;
        const std::scoped_lock lock{mutex_};
        if (std::ranges::find(entries_, text, &Entry::text) != entries_.end()) return;
        if (entries_.size() == most_entries) entries_.pop_back();
        entries_.insert(entries_.begin(), {std::string{text}, blueprint});
    }

 private:
    struct Entry {
        std::string text;
        SharedBlueprint blueprint;
    };
    static constexpr std::size_t most_entries = 32;
    static constexpr std::size_t largest_text = std::size_t{1} << 20;

    std::mutex mutex_;
    std::vector<Entry> entries_;  ///< the one used last comes first
};

BlueprintCache& blueprint_cache() {
    static BlueprintCache cache;
    return cache;
}

stored::ActorKind stored_kind(ActorKind kind) {
    switch (kind) {
        case ActorKind::person:
            return stored::ActorKind::person;
        case ActorKind::platform_operator:
            return stored::ActorKind::platform_operator;
        case ActorKind::system:
            return stored::ActorKind::system;
    }
    ENSURE(false);
}

std::string_view view(const Text& text) {
    return {text.c_str(), text.size()};
}

/// The rules that a text stands for; nothing where it stands for none.
std::optional<SharedBlueprint> blueprint_of(std::string_view text) {
    if (auto known = blueprint_cache().find(text)) return known;
    auto blueprint = read_blueprint(text);
    if (!blueprint) return std::nullopt;
    blueprint_cache().put(text, *blueprint);
    return *std::move(blueprint);
}

}  // namespace

stored::Uuid to_stored(const boost::uuids::uuid& value) {
    return stored::Uuid{flatbuffers::span<const std::uint8_t, 16>{value.data, 16}};
}

stored::Digest to_stored(const Digest& digest) {
    return stored::Digest{flatbuffers::span<const std::uint8_t, 32>{digest.data(), 32}};
}

stored::StreamKind to_stored(StreamKind kind) {
    switch (kind) {
        case StreamKind::organization:
            return stored::StreamKind::organization;
        case StreamKind::person:
            return stored::StreamKind::person;
    }
    ENSURE(false);
}

Offset<Text> Writer::text(std::string_view value) {
    if (value.empty()) return 0;
    return present_text(value);
}

Offset<Text> Writer::present_text(std::string_view value) {
    count(value.size());
    return builder.CreateSharedString(value.data(), value.size());
}

Offset<Text> Writer::optional_key(const std::optional<LicenceClassId>& value) {
    if (!value) return 0;
    return present_text(value->value);
}

Offset<Bytes> Writer::sealed(const Sealed& value) {
    if (value.empty()) return 0;
    count(value.bytes.size());
    const auto known = sealed_.find(value.bytes);
    if (known != sealed_.end()) return known->second;
    const auto written = builder.CreateVector(
        reinterpret_cast<const std::uint8_t*>(value.bytes.data()), value.bytes.size());
    sealed_.emplace(value.bytes, written);
    return written;
}

Offset<Text> Writer::blueprint(const SharedBlueprint& value) {
    if (!value) return 0;
    // A founding names its blueprint twice, in the command and in the event.
    if (last_blueprint_ != &*value) {
        last_blueprint_ = &*value;
        const std::string text = write_blueprint(*value);
        last_blueprint_text_ = blueprint_of(text) == value ? present_text(text) : 0;
    }
    return last_blueprint_text_;
}

Offset<stored::Actor> Writer::actor(const Actor& value) {
    const stored::Uuid person = to_stored(value.person);
    return stored::CreateActor(builder, stored_kind(value.kind),
                               value.person.is_nil() ? nullptr : &person);
}

Offset<stored::WorkspacePlace> Writer::place(const WorkspacePlace& value) {
    const stored::Uuid workspace = to_stored(value.workspace);
    const auto role = key(value.role);
    return stored::CreateWorkspacePlace(builder, &workspace, role);
}

Offset<TableList<stored::WorkspacePlace>> Writer::places(
    const std::vector<WorkspacePlace>& values) {
    return tables<stored::WorkspacePlace>(
        values, [this](const WorkspacePlace& value) { return place(value); });
}

Offset<TableList<stored::LicenceLimit>> Writer::limits(
    const std::map<LicenceClassId, std::uint64_t>& values) {
    return tables<stored::LicenceLimit>(values, [this](const auto& value) {
        const auto licence_class = present_text(value.first.value);
        return stored::CreateLicenceLimit(builder, licence_class, value.second);
    });
}

boost::uuids::uuid Reader::uuid(const stored::Uuid* value) const {
    boost::uuids::uuid result{};
    if (value != nullptr) std::memcpy(result.data, value->bytes()->data(), result.size());
    return result;
}

std::string Reader::text(const Text* value) {
    if (value == nullptr || !afford(value->size())) return {};
    return std::string{view(*value)};
}

std::optional<LicenceClassId> Reader::optional_key(const Text* value) {
    if (value == nullptr) return std::nullopt;
    return key<LicenceClassId>(value);
}

Sealed Reader::sealed(const Bytes* value) {
    if (value == nullptr || !afford(value->size())) return {};
    return Sealed{{reinterpret_cast<const char*>(value->data()), value->size()}};
}

Digest Reader::digest(const stored::Digest& value) const {
    Digest result{};
    std::memcpy(result.data(), value.bytes()->data(), result.size());
    return result;
}

SharedBlueprint Reader::blueprint(const Text* value) {
    if (value == nullptr || value->size() == 0) return {};
    auto blueprint = blueprint_of(view(*value));
    if (!blueprint) {
        fail("blueprint");
        return {};
    }
    return *std::move(blueprint);
}

StreamId Reader::stream(stored::StreamKind kind, const stored::Uuid* id) {
    switch (kind) {
        case stored::StreamKind::organization:
            return {StreamKind::organization, uuid(id)};
        case stored::StreamKind::person:
            return {StreamKind::person, uuid(id)};
        case stored::StreamKind::none:
            break;
    }
    fail("kind of stream");
    return {};
}

Actor Reader::actor(const stored::Actor& value) {
    const auto person = id<PersonId>(value.person());
    switch (value.kind()) {
        case stored::ActorKind::person:
            return {ActorKind::person, person};
        case stored::ActorKind::platform_operator:
            return {ActorKind::platform_operator, person};
        case stored::ActorKind::system:
            return {ActorKind::system, person};
        case stored::ActorKind::none:
            break;
    }
    fail("kind of actor");
    return {};
}

WorkspacePlace Reader::place(const stored::WorkspacePlace& value) {
    return {.workspace = id<WorkspaceId>(value.workspace()), .role = key<RoleId>(value.role())};
}

std::vector<WorkspacePlace> Reader::places(const TableList<stored::WorkspacePlace>* values) {
    return all<WorkspacePlace>(
        values, [this](const stored::WorkspacePlace* value) { return place(*value); });
}

std::map<LicenceClassId, std::uint64_t> Reader::limits(
    const TableList<stored::LicenceLimit>* values) {
    std::map<LicenceClassId, std::uint64_t> result;
    if (values == nullptr) return result;
    for (const auto* value : *values) {
        auto licence_class = key<LicenceClassId>(value->licence_class());
        if (!result.empty() && licence_class <= result.rbegin()->first) fail("order of limits");
        if (failed()) break;
        result.emplace_hint(result.end(), std::move(licence_class), value->limit());
    }
    return result;
}

std::optional<Rejection> Reader::rejection(std::uint16_t number) {
    if (number == 0) return std::nullopt;
    const auto known = rejection_numbered(number);
    if (!known) fail("rejection");
    return known;
}

bool Reader::afford(std::size_t bytes) {
    if (bytes > decoded_limit - decoded_) fail("decodes to more than a commit may hold");
    if (failed()) return false;
    decoded_ += bytes;
    return true;
}

}  // namespace muster::codec
