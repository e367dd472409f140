// A JSON object of a request, read field by field. Every reader notes what is wrong and goes on, so
// that one answer names all errors: missing, repeated, unknown and wrongly typed fields, each by
// its path and rule, the first of them at least. What was read opens only once nothing was wrong
// (field.h). The only door through which request JSON comes in.
#pragma once

#include "api/http/read/field.h"
#include "domain/ids.h"

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

struct FieldError {
    std::string field;    ///< "people[3].address"; empty for the whole body
    std::string message;  ///< the rule that it breaks
};

/// Longest texts, in characters.
constexpr std::size_t name_characters = 200;
constexpr std::size_t free_text_characters = 4'000;
/// Longest ids of roles and the like, and names within objects, in bytes.
constexpr std::size_t key_bytes = 200;
/// Longest texts that have a reader of their own (addresses, times, paths), in bytes.
constexpr std::size_t raw_text_bytes = 4'096;
/// Longest lists: of texts or of an object's members, and of objects.
constexpr std::size_t most_texts = 1'000;
constexpr std::size_t most_objects = 10'000;
/// Of so many errors each is named; the others are counted.
constexpr std::size_t most_errors_named = 20;

class Body {
 public:
    /// An empty text reads as an empty object when `may_be_empty`.
    static Body parse(std::string_view text, bool may_be_empty = false);

    /// Whether the field is given; null is not. It counts as read from then on: who asks reads what
    /// is there or says what is wrong with it.
    bool has(std::string_view field);
    /// NFC, trimmed, 1 to `most` characters, no control characters (free texts may have newlines).
    Field<std::string> text(std::string_view field, std::size_t most = name_characters);
    /// The same; empty when it is not there.
    Field<std::string> optional_text(std::string_view field, std::size_t most = name_characters);
    /// A text as it was sent, of up to `most` bytes.
    Field<std::string> raw_text(std::string_view field, std::size_t most = raw_text_bytes);
    /// A text as it was sent, read by `reader`, which says in a sentence what is wrong.
    template <class Read>
    auto read(std::string_view field, Read reader) {
        using Value = typename std::invoke_result_t<Read, std::string_view>::value_type;
        return raw_text(field).then([&](const std::string& sent) -> Field<Value> {
            auto value = reader(sent);
            if (value) return std::move(*value);
            return wrong(field, std::string{value.error()});
        });
    }
    /// The text that a field holds, if it holds one. Nothing is noted: what has no value here is a
    /// verdict elsewhere.
    std::optional<std::string> text_if_any(std::string_view field);

    /// An id, never nil.
    template <class AnyId>
    Field<AnyId> id(std::string_view field) {
        return uuid(field).then([](const boost::uuids::uuid& id) { return AnyId{id}; });
    }
    template <class AnyId>
    Field<std::optional<AnyId>> optional_id(std::string_view field) {
        if (!has(field)) return std::optional<AnyId>{};
        return id<AnyId>(field).then([](AnyId id) { return std::optional{id}; });
    }
    template <class AnyId>
    Field<std::vector<AnyId>> ids(std::string_view field) {
        return uuids(field).then([](const std::vector<boost::uuids::uuid>& list) {
            std::vector<AnyId> ids;
            for (const auto& id : list) ids.push_back({id});
            return ids;
        });
    }
    /// A list of ids that a blueprint chooses; empty when it is not there.
    template <class AnyKey>
    Field<std::vector<AnyKey>> keys(std::string_view field) {
        return texts(field).then([](const std::vector<std::string>& list) {
            std::vector<AnyKey> keys;
            for (const auto& key : list) keys.push_back({key});
            return keys;
        });
    }
    /// `least` or more; `otherwise` when it is not there.
    Field<std::uint32_t> whole_number(std::string_view field, std::uint32_t otherwise,
                                      std::uint32_t least);
    Field<bool> boolean(std::string_view field, bool otherwise);
    /// Objects of whole numbers and of texts, which may be empty.
    Field<std::map<std::string, std::uint64_t>> numbers(std::string_view field);
    Field<std::map<std::string, std::string>> named_texts(std::string_view field);
    /// One of a few words; `otherwise` when it is not there.
    Field<std::string> word(std::string_view field, const std::vector<std::string>& words,
                            std::string otherwise);
    Body object(std::string_view field);
    std::vector<Body> objects(std::string_view field, std::size_t most = most_objects);
    /// Whether the field holds an object (true) or something else.
    bool is_object(std::string_view field) const;
    /// The JSON text of a field, for readers of their own.
    Field<std::string> json(std::string_view field);

    /// Notes a list or a flag that is missing, where it may not be.
    void need(std::string_view field);
    Noted wrong(std::string_view field, std::string message);
    /// Or all that is wrong, fields that nobody read included. Of the body that was parsed, not of
    /// a part.
    std::expected<Accepted, std::vector<FieldError>> finish();

    struct Document;

 private:
    struct Part;
    explicit Body(std::shared_ptr<Document> document, std::size_t part);
    Field<boost::uuids::uuid> uuid(std::string_view field);
    Field<std::vector<boost::uuids::uuid>> uuids(std::string_view field);
    Field<std::vector<std::string>> texts(std::string_view field);

    std::shared_ptr<Document> document_;
    std::size_t part_ = 0;
};

}  // namespace muster::http
