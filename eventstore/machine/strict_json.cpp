// A handler on Boost.JSON's event parser. The library's own parser keeps the last of two members of
// one name and turns integers beyond 64 bits into doubles; this one refuses both.
#include "eventstore/machine/strict_json.h"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <cmath>
#include <exception>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace muster {

namespace {

namespace json = boost::json;
using ErrorCode = boost::system::error_code;

constexpr std::size_t longest_shown_key = 100;

/// Builds the value and remembers where in the text it is. The member functions are the parser's
/// contract: false with an error set stops it.
class Handler {
 public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    explicit Handler(std::size_t max_members) : max_members_{max_members} {}

    std::optional<JsonError> problem;

    json::value release() { return stack_.release(); }

    std::string place() const {
        std::string path;
        for (const Level& level : levels_) {
            if (level.is_array) {
                path += '[' + std::to_string(level.index) + ']';
            } else if (level.in_member) {
                if (!path.empty()) path += '.';
                path += level.key.size() <= longest_shown_key ? level.key : "(a long name)";
            }
        }
        return path;
    }

    bool on_document_begin(ErrorCode&) {
        stack_.reset();
        return true;
    }
    bool on_document_end(ErrorCode&) { return true; }

    bool on_object_begin(ErrorCode&) {
        levels_.push_back({});
        return true;
    }
    bool on_object_end(std::size_t count, ErrorCode&) {
        levels_.pop_back();
        stack_.push_object(count);
        return value_done();
    }
    bool on_array_begin(ErrorCode&) {
        levels_.push_back({});
        levels_.back().is_array = true;
        return true;
    }
    bool on_array_end(std::size_t count, ErrorCode&) {
        levels_.pop_back();
        stack_.push_array(count);
        return value_done();
    }

    bool on_key_part(json::string_view part, std::size_t, ErrorCode&) {
        key_.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, std::size_t, ErrorCode& error) {
        key_.append(part.data(), part.size());
        Level& level = levels_.back();
        if (level.keys.size() == max_members_) {
            return refuse("has more than " + std::to_string(max_members_) + " members", error);
        }
        level.key = std::exchange(key_, {});
        level.in_member = true;
        if (!level.keys.insert(level.key).second)
            return refuse("this member is there twice", error);
        stack_.push_key(level.key);
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, ErrorCode&) {
        stack_.push_chars(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, ErrorCode&) {
        stack_.push_string(part);
        return value_done();
    }

    bool on_number_part(json::string_view part, ErrorCode&) {
        number_.append(part.data(), part.size());
        return true;
    }
    bool on_int64(std::int64_t number, json::string_view, ErrorCode&) {
        number_.clear();
        stack_.push_int64(number);
        return value_done();
    }
    bool on_uint64(std::uint64_t number, json::string_view, ErrorCode&) {
        number_.clear();
        stack_.push_uint64(number);
        return value_done();
    }
    bool on_double(double number, json::string_view part, ErrorCode& error) {
        number_.append(part.data(), part.size());
        const bool is_integer = number_.find_first_of(".eE") == std::string::npos;
        number_.clear();
        if (is_integer || !std::isfinite(number)) {
            return refuse("this number is out of range", error);
        }
        stack_.push_double(number);
        return value_done();
    }

    bool on_bool(bool value, ErrorCode&) {
        stack_.push_bool(value);
        return value_done();
    }
    bool on_null(ErrorCode&) {
        stack_.push_null();
        return value_done();
    }
    bool on_comment_part(json::string_view, ErrorCode&) { return true; }
    bool on_comment(json::string_view, ErrorCode&) { return true; }

 private:
    struct Level {
        bool is_array = false;
        std::size_t index = 0;
        bool in_member = false;
        std::string key;
        std::set<std::string> keys;
    };

    bool value_done() {
        if (levels_.empty()) return true;
        Level& level = levels_.back();
        if (level.is_array) ++level.index;
        level.in_member = false;
        return true;
    }

    bool refuse(std::string message, ErrorCode& error) {
        problem = JsonError{place(), std::move(message)};
        error = json::error::syntax;
        return false;
    }

    const std::size_t max_members_;
    json::value_stack stack_;
    std::vector<Level> levels_;
    std::string key_;
    std::string number_;
};

std::string message_of(const ErrorCode& error, std::size_t offset) {
    const std::string at = ", at byte " + std::to_string(offset);
    if (error == json::error::too_deep) return "too many levels within each other" + at;
    if (error == json::error::extra_data) return "there is more after the end" + at;
    if (error == json::error::exponent_overflow) return "this number is out of range" + at;
    if (error == json::error::incomplete) return "the text ends too early" + at;
    return "this is not JSON (" + error.message() + ")" + at;
}

}  // namespace

std::expected<json::value, JsonError> parse_strict(std::string_view text, JsonLimits limits) try {
    if (text.size() > limits.max_bytes) {
        return std::unexpected(JsonError{
            "", "the text is longer than " + std::to_string(limits.max_bytes) + " bytes"});
    }
    json::parse_options options;
    options.max_depth = limits.max_depth;
    json::basic_parser<Handler> parser{options, limits.max_members};
    ErrorCode error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size()) error = json::error::extra_data;
    if (error) {
        Handler& handler = parser.handler();
        if (handler.problem) return std::unexpected(std::move(*handler.problem));
        return std::unexpected(JsonError{handler.place(), message_of(error, used)});
    }
    return parser.handler().release();
} catch (const std::exception& exception) {
    return std::unexpected(JsonError{"", std::string{"cannot be read: "} + exception.what()});
}

}  // namespace muster
