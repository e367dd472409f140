// A JSON object of a request, read field by field. Every reader notes what is wrong and goes on, so
// that one answer names all errors: missing, repeated, unknown and wrongly typed fields, each by
// its path and rule. The only door through which request JSON comes in.
#pragma once

#include "domain/ids.h"

#include <cstdint>
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

class Body {
 public:
    /// An empty text reads as an empty object when `may_be_empty`.
    static Body parse(std::string_view text, bool may_be_empty = false);

    bool has(std::string_view field) const;
    /// NFC, trimmed, 1 to `most` characters, no control characters (free texts may have newlines).
    std::string text(std::string_view field, std::size_t most = name_characters);
    std::string optional_text(std::string_view field, std::size_t most = name_characters);
    /// A text as it was sent, for what has a reader of its own (addresses).
    std::string raw_text(std::string_view field);
    std::optional<boost::uuids::uuid> uuid(std::string_view field);
    template <class AnyId>
    AnyId id(std::string_view field) {
        const auto value = uuid(field);
        return value ? AnyId{*value} : AnyId{};
    }
    template <class AnyId>
    std::optional<AnyId> optional_id(std::string_view field) {
        if (!has(field)) return std::nullopt;
        return id<AnyId>(field);
    }
    std::vector<std::string> texts(std::string_view field);
    std::vector<boost::uuids::uuid> uuids(std::string_view field);
    bool boolean(std::string_view field, bool otherwise);
    std::optional<std::int64_t> integer(std::string_view field);
    std::map<std::string, std::uint64_t> numbers(std::string_view field);
    /// An object of texts, which may be empty.
    std::map<std::string, std::string> named_texts(std::string_view field);
    Body object(std::string_view field);
    std::vector<Body> objects(std::string_view field);
    /// Whether the field holds an object (true) or something else.
    bool is_object(std::string_view field) const;
    /// The JSON text of a field, for readers of their own.
    std::string json(std::string_view field);

    /// Notes a list or a flag that is missing, where it may not be.
    void need(std::string_view field);
    void wrong(std::string_view field, std::string message);
    /// All that is wrong, fields that nobody read included. Of the body that was parsed, not of a
    /// part.
    std::vector<FieldError> finish();

    struct Document;

 private:
    struct Part;
    explicit Body(std::shared_ptr<Document> document, std::size_t part);

    std::shared_ptr<Document> document_;
    std::size_t part_ = 0;
};

}  // namespace muster::http
