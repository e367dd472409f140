// Reading request JSON with Boost.JSON.
#include "api/http/read/body.h"

#include "api/text/address.h"
#include "eventstore/machine/strict_json.h"

#include <boost/json.hpp>
#include <algorithm>
#include <limits>
#include <set>

namespace muster::http {
namespace {

std::string path_within(const std::string& object, std::string_view field) {
    return object.empty() ? std::string{field} : object + "." + std::string{field};
}

/// The same for a name that the client chose, short enough to be repeated.
std::string member_path(const std::string& object, std::string_view name) {
    constexpr std::size_t longest_shown = 100;
    return path_within(object, name.size() > longest_shown ? "(a long name)" : name);
}

std::string item_path(const std::string& list, std::size_t index) {
    return list + "[" + std::to_string(index) + "]";
}

std::string longer_than(std::size_t most, std::string_view units) {
    return "is longer than " + std::to_string(most) + " " + std::string{units};
}

std::string more_than(std::size_t most) {
    return "has more than " + std::to_string(most) + " entries";
}

}  // namespace

/// One object within the document, where it stands and which of its fields were read.
struct Body::Part {
    const boost::json::object* object =
        nullptr;  ///< null when there is none: every field is missing
    std::string path;
    std::set<std::string, std::less<>> read;

    std::size_t unread() const {
        if (object == nullptr) return 0;
        const auto is_there = [this](const std::string& name) { return object->contains(name); };
        return object->size() - static_cast<std::size_t>(std::ranges::count_if(read, is_there));
    }
};

struct Body::Document {
    boost::json::value root;
    std::vector<Part> parts;
    std::vector<FieldError> errors;  ///< the first ones
    std::size_t errors_unnamed = 0;
    bool unreadable = false;  ///< the text is no JSON object: one error says all

    std::string path_of(std::size_t part, std::string_view field) const {
        return path_within(parts[part].path, field);
    }

    bool names_enough() const { return errors.size() >= most_errors_named; }

    Noted wrong(std::string field, std::string message) {
        if (unreadable) return {};
        if (names_enough()) {
            ++errors_unnamed;
        } else {
            errors.push_back({std::move(field), std::move(message)});
        }
        return {};
    }

    const boost::json::value* look(std::size_t part, std::string_view field) {
        Part& here = parts[part];
        here.read.emplace(field);
        if (here.object == nullptr) return nullptr;
        const auto* value = here.object->if_contains(field);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    Field<const boost::json::value*> need(std::size_t part, std::string_view field) {
        const auto* value = look(part, field);
        if (value == nullptr) return wrong(path_of(part, field), "is needed");
        return value;
    }

    Field<std::string> string_at(const boost::json::value& value, const std::string& path,
                                 std::size_t most) {
        const auto* text = value.if_string();
        if (text == nullptr) return wrong(path, "must be a text");
        if (text->size() > most) return wrong(path, longer_than(most, "bytes"));
        return std::string{text->data(), text->size()};
    }

    Field<std::string> display_text(const boost::json::value& value, const std::string& path,
                                    std::size_t most) {
        const auto* text = value.if_string();
        if (text == nullptr) return wrong(path, "must be a text");
        const auto lines = most > name_characters ? Lines::several : Lines::one;
        auto read = read_display_text(std::string_view{text->data(), text->size()}, most, lines);
        if (!read) return wrong(path, read.error());
        return std::move(*read);
    }

    /// The object of a field, of at most so many members; null when the field is not there.
    Field<const boost::json::object*> small_object(std::size_t part, std::string_view field,
                                                   std::string_view holds) {
        const auto* value = look(part, field);
        const boost::json::object* none = nullptr;
        if (value == nullptr) return none;
        const auto* object = value->if_object();
        if (object == nullptr) {
            return wrong(path_of(part, field), "must be an object of " + std::string{holds});
        }
        if (object->size() > most_texts) {
            return wrong(path_of(part, field), more_than(most_texts));
        }
        for (const auto& member : *object) {
            if (member.key().size() <= key_bytes) continue;
            return wrong(path_of(part, field),
                         "has a name that " + longer_than(key_bytes, "bytes"));
        }
        return object;
    }

    void note_unread(const Part& part) {
        std::size_t unread = part.unread();
        if (unread == 0) return;
        for (const auto& member : *part.object) {
            if (unread == 0 || names_enough()) break;
            if (part.read.contains(std::string_view{member.key()})) continue;
            wrong(member_path(part.path, member.key()), "is not a field of this request");
            --unread;
        }
        errors_unnamed += unread;
    }
};

Body::Body(std::shared_ptr<Document> document, std::size_t part)
    : document_{std::move(document)}, part_{part} {}

Body Body::parse(std::string_view text, bool may_be_empty) {
    auto document = std::make_shared<Document>();
    document->parts.emplace_back();
    if (text.empty() && may_be_empty) return Body{document, 0};
    auto value = parse_strict(text, {.max_members = most_texts});
    if (!value) {
        document->wrong(value.error().field, value.error().message);
        document->unreadable = true;
    } else if (!value->is_object()) {
        document->wrong("", "the body must be a JSON object");
        document->unreadable = true;
    } else {
        document->root = std::move(*value);
        document->parts.front().object = &document->root.get_object();
    }
    return Body{document, 0};
}

bool Body::has(std::string_view field) {
    return document_->look(part_, field) != nullptr;
}

Field<std::string> Body::text(std::string_view field, std::size_t most) {
    return document_->need(part_, field).then([&](const boost::json::value* value) {
        return document_->display_text(*value, document_->path_of(part_, field), most);
    });
}

Field<std::string> Body::optional_text(std::string_view field, std::size_t most) {
    if (document_->look(part_, field) == nullptr) return std::string{};
    return text(field, most);
}

Field<std::string> Body::raw_text(std::string_view field, std::size_t most) {
    return document_->need(part_, field).then([&](const boost::json::value* value) {
        return document_->string_at(*value, document_->path_of(part_, field), most);
    });
}

std::optional<std::string> Body::text_if_any(std::string_view field) {
    const auto* value = document_->look(part_, field);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (text == nullptr) return std::nullopt;
    return std::string{text->data(), text->size()};
}

Field<boost::uuids::uuid> Body::uuid(std::string_view field) {
    return read(field,
                [](std::string_view text) -> std::expected<boost::uuids::uuid, std::string> {
                    const auto id = parse_uuid(text);
                    if (!id) return std::unexpected("must be an id (a UUID)");
                    if (id->is_nil()) return std::unexpected("must not be the nil id");
                    return *id;
                });
}

Field<std::vector<std::string>> Body::texts(std::string_view field) {
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return std::vector<std::string>{};
    const std::string path = document_->path_of(part_, field);
    const auto* list = value->if_array();
    if (list == nullptr) return wrong(field, "must be a list of texts");
    if (list->size() > most_texts) return wrong(field, more_than(most_texts));
    std::vector<Field<std::string>> texts;
    for (std::size_t i = 0; i < list->size(); ++i) {
        texts.push_back(document_->string_at((*list)[i], item_path(path, i), key_bytes));
    }
    return all(std::move(texts));
}

Field<std::vector<boost::uuids::uuid>> Body::uuids(std::string_view field) {
    return texts(field).then([&](const std::vector<std::string>& list) {
        std::vector<Field<boost::uuids::uuid>> ids;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto id = parse_uuid(list[i]);
            if (id && !id->is_nil()) {
                ids.push_back(*id);
            } else {
                ids.push_back(wrong(item_path(std::string{field}, i), "must be an id (a UUID)"));
            }
        }
        return all(std::move(ids));
    });
}

Field<bool> Body::boolean(std::string_view field, bool otherwise) {
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return otherwise;
    if (const auto* flag = value->if_bool()) return *flag;
    return wrong(field, "must be true or false");
}

Field<std::uint32_t> Body::whole_number(std::string_view field, std::uint32_t otherwise,
                                        std::uint32_t least) {
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return otherwise;
    constexpr std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    const auto* whole = value->if_int64();
    if (whole == nullptr || *whole < least || *whole > most) {
        return wrong(field, "must be a whole number from " + std::to_string(least) + " to " +
                                std::to_string(most));
    }
    return static_cast<std::uint32_t>(*whole);
}

Field<std::map<std::string, std::uint64_t>> Body::numbers(std::string_view field) {
    using Numbers = std::map<std::string, std::uint64_t>;
    const auto object = document_->small_object(part_, field, "whole numbers");
    return object.then([&](const boost::json::object* members) -> Field<Numbers> {
        Numbers result;
        if (members == nullptr) return result;
        for (const auto& member : *members) {
            const auto* whole = member.value().if_int64();
            if (whole == nullptr || *whole < 0) {
                return wrong(member_path(std::string{field}, member.key()),
                             "must be a whole number, 0 or more");
            }
            result[std::string{member.key()}] = static_cast<std::uint64_t>(*whole);
        }
        return result;
    });
}

Field<std::map<std::string, std::string>> Body::named_texts(std::string_view field) {
    using Texts = std::map<std::string, std::string>;
    const auto object = document_->small_object(part_, field, "texts");
    return object.then([&](const boost::json::object* members) -> Field<Texts> {
        Texts result;
        if (members == nullptr) return result;
        for (const auto& member : *members) {
            const auto* text = member.value().if_string();
            const std::string path = member_path(std::string{field}, member.key());
            if (text == nullptr) return wrong(path, "must be a text");
            if (text->size() > key_bytes) return wrong(path, longer_than(key_bytes, "bytes"));
            result[std::string{member.key()}] = std::string{text->data(), text->size()};
        }
        return result;
    });
}

Field<std::string> Body::word(std::string_view field, const std::vector<std::string>& words,
                              std::string otherwise) {
    if (document_->look(part_, field) == nullptr) return otherwise;
    return raw_text(field).then([&](const std::string& sent) -> Field<std::string> {
        if (std::ranges::count(words, sent) > 0) return sent;
        std::string list;
        for (const std::string& word : words) list += (list.empty() ? "" : " or ") + word;
        return wrong(field, "must be " + list);
    });
}

Body Body::object(std::string_view field) {
    const auto* value = document_->look(part_, field);
    const auto* object = value == nullptr ? nullptr : value->if_object();
    if (value == nullptr) {
        wrong(field, "is needed");
    } else if (object == nullptr) {
        wrong(field, "must be an object");
    }
    document_->parts.push_back({object, document_->path_of(part_, field), {}});
    return Body{document_, document_->parts.size() - 1};
}

std::vector<Body> Body::objects(std::string_view field, std::size_t most) {
    std::vector<Body> result;
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return result;
    const auto* list = value->if_array();
    if (list == nullptr) {
        wrong(field, "must be a list of objects");
        return result;
    }
    if (list->size() > most) {
        wrong(field, more_than(most));
        return result;
    }
    const std::string path = document_->path_of(part_, field);
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto* object = (*list)[i].if_object();
        if (object == nullptr) {
            document_->wrong(item_path(path, i), "must be an object");
            continue;
        }
        document_->parts.push_back({object, item_path(path, i), {}});
        result.push_back(Body{document_, document_->parts.size() - 1});
    }
    return result;
}

bool Body::is_object(std::string_view field) const {
    const Part& part = document_->parts[part_];
    const auto* value = part.object == nullptr ? nullptr : part.object->if_contains(field);
    return value != nullptr && value->is_object();
}

Field<std::string> Body::json(std::string_view field) {
    return document_->need(part_, field).then([](const boost::json::value* value) {
        return std::string{boost::json::serialize(*value)};
    });
}

void Body::need(std::string_view field) {
    if (document_->look(part_, field) == nullptr) wrong(field, "is needed");
}

Noted Body::wrong(std::string_view field, std::string message) {
    return document_->wrong(document_->path_of(part_, field), std::move(message));
}

std::expected<Accepted, std::vector<FieldError>> Body::finish() {
    for (const Part& part : document_->parts) document_->note_unread(part);
    if (document_->errors.empty()) return Accepted{};
    std::vector<FieldError> errors = document_->errors;
    if (document_->errors_unnamed > 0) {
        errors.push_back({"", std::to_string(document_->errors_unnamed) +
                                  " more things are wrong in it"});
    }
    return std::unexpected(std::move(errors));
}

}  // namespace muster::http
