// Enums, ids, texts, sealed data and blueprints: what the tables are made of.
#include "eventstore/form/codec_parts.h"

#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"

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

}  // namespace

stored::StreamKind Encoder::part(StreamKind value) {
    switch (value) {
        case StreamKind::organization:
            return stored::StreamKind::organization;
        case StreamKind::person:
            return stored::StreamKind::person;
    }
    ENSURE(false);
}

stored::RowMode Encoder::part(RowMode value) {
    switch (value) {
        case RowMode::atomic:
            return stored::RowMode::atomic;
        case RowMode::each:
            return stored::RowMode::each;
    }
    ENSURE(false);
}

stored::SentInvitations Encoder::part(SentInvitations value) {
    switch (value) {
        case SentInvitations::stay:
            return stored::SentInvitations::stay;
        case SentInvitations::cancel:
            return stored::SentInvitations::cancel;
        case SentInvitations::take_over:
            return stored::SentInvitations::take_over;
    }
    ENSURE(false);
}

stored::AttemptLimit Encoder::part(AttemptLimit value) {
    switch (value) {
        case AttemptLimit::api_key:
            return stored::AttemptLimit::api_key;
        case AttemptLimit::actor:
            return stored::AttemptLimit::actor;
        case AttemptLimit::link:
            return stored::AttemptLimit::link;
        case AttemptLimit::address:
            return stored::AttemptLimit::address;
    }
    ENSURE(false);
}

std::uint16_t Encoder::part(const std::optional<Rejection>& value) {
    return value ? static_cast<std::uint16_t>(*value) : std::uint16_t{0};
}

stored::Uuid Encoder::part(const boost::uuids::uuid& value) {
    return stored::Uuid{flatbuffers::span<const std::uint8_t, 16>{value.data, 16}};
}

stored::Digest Encoder::part(const Digest& value) {
    return stored::Digest{flatbuffers::span<const std::uint8_t, 32>{value.data(), 32}};
}

Offset<Text> Encoder::part(const std::string& value) {
    return value.empty() ? 0 : present_text(value);
}

Offset<Text> Encoder::present_text(std::string_view value) {
    decoded_ += value.size();
    return builder.CreateSharedString(value.data(), value.size());
}

Offset<Bytes> Encoder::part(const Sealed& value) {
    if (value.empty()) return 0;
    decoded_ += value.bytes.size();
    const auto known = sealed_.find(value.bytes);
    if (known != sealed_.end()) return known->second;
    const auto written = builder.CreateVector(
        reinterpret_cast<const std::uint8_t*>(value.bytes.data()), value.bytes.size());
    sealed_.emplace(value.bytes, written);
    return written;
}

Offset<Text> Encoder::part(const SharedBlueprint& value) {
    if (!value) return 0;
    // A founding, or a change of the rules, names them twice: in the command and in the event.
    if (last_blueprint_ != &*value) {
        last_blueprint_ = &*value;
        const std::string text = write_blueprint(*value);
        last_blueprint_text_ = blueprint_of(text) == value ? present_text(text) : 0;
    }
    if (last_blueprint_text_.IsNull()) blueprint_left_out_ = true;
    return last_blueprint_text_;
}

Offset<stored::Actor> Encoder::part(const Actor& value) {
    const PersonId person = value.person().value_or(PersonId{});
    const auto stored_person = part(unless_nil(person));
    return stored::CreateActor(builder, stored_kind(value.kind()), argument(stored_person));
}

Offset<stored::LicenceLimit> Encoder::entry(const LicenceClassId& licence_class,
                                            std::uint64_t limit) {
    return stored::CreateLicenceLimit(builder, present_text(licence_class.value), limit);
}

Offset<stored::RoleChange> Encoder::entry(const RoleId& from, const RoleId& to) {
    const auto goes = present_text(from.value);
    const auto becomes = present_text(to.value);
    return stored::CreateRoleChange(builder, goes, becomes);
}

void Decoder::take(stored::StreamKind stored, StreamKind& value) {
    switch (stored) {
        case stored::StreamKind::organization:
            value = StreamKind::organization;
            return;
        case stored::StreamKind::person:
            value = StreamKind::person;
            return;
        case stored::StreamKind::none:
            break;
    }
    fail("kind of stream");
}

void Decoder::take(const stored::Actor* stored, Actor& value) {
    switch (stored->kind()) {
        case stored::ActorKind::person: {
            // An old log may hold a nil person, who is absent: a person still.
            PersonId person;
            take(stored->person(), person);
            value = Actor::of(person);
            return;
        }
        case stored::ActorKind::platform_operator:
            value = Actor::the_operator();
            return;
        case stored::ActorKind::system:
            value = Actor::the_system();
            return;
        case stored::ActorKind::none:
            break;
    }
    fail("kind of actor");
}

void Decoder::take(stored::RowMode stored, RowMode& value) {
    switch (stored) {
        case stored::RowMode::atomic:
            value = RowMode::atomic;
            return;
        case stored::RowMode::each:
            value = RowMode::each;
            return;
        case stored::RowMode::none:
            break;
    }
    fail("mode of rows");
}

void Decoder::take(stored::SentInvitations stored, SentInvitations& value) {
    switch (stored) {
        case stored::SentInvitations::stay:
            value = SentInvitations::stay;
            return;
        case stored::SentInvitations::cancel:
            value = SentInvitations::cancel;
            return;
        case stored::SentInvitations::take_over:
            value = SentInvitations::take_over;
            return;
    }
    fail("what becomes of sent invitations");
}

void Decoder::take(stored::AttemptLimit stored, AttemptLimit& value) {
    switch (stored) {
        case stored::AttemptLimit::api_key:
            value = AttemptLimit::api_key;
            return;
        case stored::AttemptLimit::actor:
            value = AttemptLimit::actor;
            return;
        case stored::AttemptLimit::link:
            value = AttemptLimit::link;
            return;
        case stored::AttemptLimit::address:
            value = AttemptLimit::address;
            return;
        case stored::AttemptLimit::none:
            break;
    }
    fail("limit of attempts");
}

void Decoder::take(std::uint8_t stored, ObstacleKind& value) {
    const auto known = obstacle_numbered(stored);
    if (!known) return fail("kind of obstacle");
    value = *known;
}

void Decoder::take(std::uint16_t stored, std::optional<Rejection>& value) {
    if (stored == 0) return;
    value = rejection_numbered(stored);
    if (!value) fail("rejection");
}

void Decoder::take(const stored::Uuid* stored, boost::uuids::uuid& value) {
    if (stored != nullptr) std::memcpy(value.data, stored->bytes()->data(), value.size());
}

void Decoder::take(const stored::Digest* stored, Digest& value) {
    if (stored != nullptr) std::memcpy(value.data(), stored->bytes()->data(), value.size());
}

void Decoder::take(const Text* stored, std::string& value) {
    if (stored != nullptr && afford(stored->size())) value = view(*stored);
}

void Decoder::take(const Bytes* stored, Sealed& value) {
    if (stored == nullptr || !afford(stored->size())) return;
    value.bytes.assign(reinterpret_cast<const char*>(stored->data()), stored->size());
}

void Decoder::take(const Text* stored, SharedBlueprint& value) {
    if (stored == nullptr || stored->size() == 0) return;
    auto blueprint = blueprint_of(view(*stored));
    if (!blueprint) return fail("blueprint");
    value = *std::move(blueprint);
}

bool Decoder::afford(std::size_t bytes) {
    if (bytes > decoded_limit - decoded_) fail("decodes to more than a commit may hold");
    if (failed()) return false;
    decoded_ += bytes;
    return true;
}

}  // namespace muster::codec
