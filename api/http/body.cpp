// Reading request JSON with Boost.JSON.
#include "api/http/body.h"

#include "api/address.h"
#include "eventstore/strict_json.h"

#include <boost/json.hpp>
#include <set>

namespace muster::http {

/// One object within the document, where it stands and which of its fields were read.
struct Body::Part {
    const boost::json::object* object =
        nullptr;  ///< null when there is none: every field is missing
    std::string path;
    std::set<std::string, std::less<>> read;
};

struct Body::Document {
    boost::json::value root;
    std::vector<Part> parts;
    std::vector<FieldError> errors;
    bool unreadable = false;  ///< the text is no JSON object: one error says all

    std::string path_of(std::size_t part, std::string_view field) const {
        const std::string& path = parts[part].path;
        return path.empty() ? std::string{field} : path + "." + std::string{field};
    }

    void wrong(std::string field, std::string message) {
        if (!unreadable) errors.push_back({std::move(field), std::move(message)});
    }

    const boost::json::value* look(std::size_t part, std::string_view field) {
        Part& here = parts[part];
        here.read.emplace(field);
        if (here.object == nullptr) return nullptr;
        const auto* value = here.object->if_contains(field);
        return value == nullptr || value->is_null() ? nullptr : value;
    }

    const boost::json::value* need(std::size_t part, std::string_view field) {
        const auto* value = look(part, field);
        if (value == nullptr) wrong(path_of(part, field), "is needed");
        return value;
    }

    std::optional<std::string> string_at(const boost::json::value& value, const std::string& path) {
        if (const auto* text = value.if_string()) return std::string{text->data(), text->size()};
        wrong(path, "must be a text");
        return std::nullopt;
    }

    std::string display_text(const boost::json::value& value, const std::string& path,
                             std::size_t most) {
        const auto text = string_at(value, path);
        if (!text) return {};
        const auto lines = most > name_characters ? Lines::several : Lines::one;
        auto read = read_display_text(*text, most, lines);
        if (read) return *read;
        wrong(path, read.error());
        return {};
    }
};

Body::Body(std::shared_ptr<Document> document, std::size_t part)
    : document_{std::move(document)}, part_{part} {}

Body Body::parse(std::string_view text, bool may_be_empty) {
    auto document = std::make_shared<Document>();
    document->parts.emplace_back();
    if (text.empty() && may_be_empty) return Body{document, 0};
    auto value = parse_strict(text);
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

bool Body::has(std::string_view field) const {
    const Part& part = document_->parts[part_];
    if (part.object == nullptr) return false;
    const auto* value = part.object->if_contains(field);
    return value != nullptr && !value->is_null();
}

std::string Body::text(std::string_view field, std::size_t most) {
    const auto* value = document_->need(part_, field);
    if (value == nullptr) return {};
    return document_->display_text(*value, document_->path_of(part_, field), most);
}

std::string Body::optional_text(std::string_view field, std::size_t most) {
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return {};
    return document_->display_text(*value, document_->path_of(part_, field), most);
}

std::string Body::raw_text(std::string_view field) {
    const auto* value = document_->need(part_, field);
    if (value == nullptr) return {};
    return document_->string_at(*value, document_->path_of(part_, field)).value_or("");
}

std::optional<boost::uuids::uuid> Body::uuid(std::string_view field) {
    const auto* value = document_->need(part_, field);
    if (value == nullptr) return std::nullopt;
    const std::string path = document_->path_of(part_, field);
    const auto text = document_->string_at(*value, path);
    if (!text) return std::nullopt;
    const auto id = parse_uuid(*text);
    if (!id) document_->wrong(path, "must be an id (a UUID)");
    return id;
}

std::vector<std::string> Body::texts(std::string_view field) {
    std::vector<std::string> result;
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return result;
    const std::string path = document_->path_of(part_, field);
    const auto* list = value->if_array();
    if (list == nullptr) {
        document_->wrong(path, "must be a list of texts");
        return result;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto text = document_->string_at((*list)[i], path + "[" + std::to_string(i) + "]");
        if (text) result.push_back(*text);
    }
    return result;
}

std::vector<boost::uuids::uuid> Body::uuids(std::string_view field) {
    std::vector<boost::uuids::uuid> result;
    for (const std::string& text : texts(field)) {
        if (const auto id = parse_uuid(text)) {
            result.push_back(*id);
        } else {
            wrong(field, "must be a list of ids (UUIDs)");
        }
    }
    return result;
}

bool Body::boolean(std::string_view field, bool otherwise) {
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return otherwise;
    if (const auto* flag = value->if_bool()) return *flag;
    document_->wrong(document_->path_of(part_, field), "must be true or false");
    return otherwise;
}

std::optional<std::int64_t> Body::integer(std::string_view field) {
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return std::nullopt;
    if (const auto* whole = value->if_int64()) return *whole;
    document_->wrong(document_->path_of(part_, field), "must be a whole number");
    return std::nullopt;
}

std::map<std::string, std::uint64_t> Body::numbers(std::string_view field) {
    std::map<std::string, std::uint64_t> result;
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return result;
    const std::string path = document_->path_of(part_, field);
    const auto* object = value->if_object();
    if (object == nullptr) {
        document_->wrong(path, "must be an object of whole numbers");
        return result;
    }
    for (const auto& member : *object) {
        const std::string name{member.key()};
        const auto* whole = member.value().if_int64();
        if (whole != nullptr && *whole >= 0) {
            result[name] = static_cast<std::uint64_t>(*whole);
        } else {
            document_->wrong(path + "." + name, "must be a whole number, 0 or more");
        }
    }
    return result;
}

std::map<std::string, std::string> Body::named_texts(std::string_view field) {
    std::map<std::string, std::string> result;
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return result;
    const std::string path = document_->path_of(part_, field);
    const auto* object = value->if_object();
    if (object == nullptr) {
        document_->wrong(path, "must be an object of texts");
        return result;
    }
    for (const auto& member : *object) {
        const std::string name{member.key()};
        const auto text = document_->string_at(member.value(), path + "." + name);
        if (text) result[name] = *text;
    }
    return result;
}

Body Body::object(std::string_view field) {
    const auto* value = document_->need(part_, field);
    const std::string path = document_->path_of(part_, field);
    if (value != nullptr && !value->is_object()) document_->wrong(path, "must be an object");
    const auto* object = value == nullptr ? nullptr : value->if_object();
    document_->parts.push_back({object, path, {}});
    return Body{document_, document_->parts.size() - 1};
}

std::vector<Body> Body::objects(std::string_view field) {
    std::vector<Body> result;
    const auto* value = document_->look(part_, field);
    if (value == nullptr) return result;
    const std::string path = document_->path_of(part_, field);
    const auto* list = value->if_array();
    if (list == nullptr) {
        document_->wrong(path, "must be a list of objects");
        return result;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const std::string item_path = path + "[" + std::to_string(i) + "]";
        const auto* object = (*list)[i].if_object();
        if (object == nullptr) {
            document_->wrong(item_path, "must be an object");
            continue;
        }
        document_->parts.push_back({object, item_path, {}});
        result.push_back(Body{document_, document_->parts.size() - 1});
    }
    return result;
}

bool Body::is_object(std::string_view field) const {
    const Part& part = document_->parts[part_];
    const auto* value = part.object == nullptr ? nullptr : part.object->if_contains(field);
    return value != nullptr && value->is_object();
}

std::string Body::json(std::string_view field) {
    const auto* value = document_->need(part_, field);
    return value == nullptr ? std::string{} : boost::json::serialize(*value);
}

void Body::need(std::string_view field) {
    document_->need(part_, field);
}

void Body::wrong(std::string_view field, std::string message) {
    document_->wrong(document_->path_of(part_, field), std::move(message));
}

std::vector<FieldError> Body::finish() {
    for (std::size_t part = 0; part < document_->parts.size(); ++part) {
        const Part& here = document_->parts[part];
        if (here.object == nullptr) continue;
        for (const auto& member : *here.object) {
            if (here.read.contains(std::string_view{member.key()})) continue;
            document_->wrong(document_->path_of(part, member.key()),
                             "is not a field of this request");
        }
    }
    return document_->errors;
}

}  // namespace muster::http
