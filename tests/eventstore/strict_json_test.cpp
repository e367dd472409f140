// What Muster takes for JSON, and what it refuses although other parsers let it pass.
#include "eventstore/machine/strict_json.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <string>

namespace muster {
namespace {

namespace json = boost::json;

JsonError error_of(std::string_view text, JsonLimits limits = {}) {
    const auto parsed = parse_strict(text, limits);
    if (parsed) ADD_FAILURE() << "was accepted: " << text;
    return parsed ? JsonError{} : parsed.error();
}

json::value value_of(std::string_view text) {
    const auto parsed = parse_strict(text);
    if (!parsed) ADD_FAILURE() << parsed.error().field << ' ' << parsed.error().message;
    return parsed ? *parsed : json::value{};
}

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(StrictJson, ReadsEveryKindOfValue) {
    const json::value value = value_of(
        " {\"a\":[1,-2,3.5,true,false,null,\"\\u00e9\\n\"],\"b\":{\"\":18446744073709551615},"
        "\"c\":-9223372036854775808}\n\t ");
    const json::object& object = value.as_object();
    EXPECT_EQ(object.at("a").as_array().size(), 7U);
    EXPECT_EQ(object.at("a").at(1).as_int64(), -2);
    EXPECT_EQ(object.at("a").at(2).as_double(), 3.5);
    EXPECT_EQ(object.at("a").at(6).as_string(), "\u00e9\n");
    EXPECT_EQ(object.at("b").at("").as_uint64(), UINT64_MAX);
    EXPECT_EQ(object.at("c").as_int64(), INT64_MIN);
    EXPECT_EQ(value_of("7").as_int64(), 7);
    EXPECT_EQ(value_of("\"x\"").as_string(), "x");
}

TEST(StrictJson, RefusesAMemberNamedTwiceAtAnyDepth) {
    EXPECT_EQ(error_of(R"({"a":1,"a":1})").field, "a");
    EXPECT_EQ(error_of(R"({"a":{"b":[0,{"c":1,"d":2,"c":3}]}})").field, "a.b[1].c");
    EXPECT_EQ(error_of(R"([[],{"x":{},"x":{}}])").field, "[1].x");
    // The same name in another spelling.
    EXPECT_EQ(error_of(R"({"ab":1,"\u0061b":2})").field, "ab");
    EXPECT_EQ(error_of(R"({"a":1,"a":1})").message, "this member is there twice");
}

TEST(StrictJson, TheLibrarysOwnParserWouldTakeAMemberNamedTwice) {
    EXPECT_EQ(json::parse(R"({"a":1,"a":2})").at("a").as_int64(), 2);
}

TEST(StrictJson, AllowsTheSameNameInDifferentObjects) {
    EXPECT_TRUE(value_of(R"([{"a":1},{"a":{"a":2}},{"a":3}])").is_array());
}

TEST(StrictJson, RefusesTheThirtyThirdLevel) {
    EXPECT_TRUE(value_of(nested(32)).is_array());
    EXPECT_NE(error_of(nested(33)).message.find("too many levels"), std::string::npos);
    EXPECT_NE(error_of(std::string(1'000'000, '[')).message.find("too many levels"),
              std::string::npos);
    EXPECT_NE(error_of("{\"a\":[]}", {.max_depth = 1}).message.find("too many levels"),
              std::string::npos);
}

TEST(StrictJson, RefusesMoreBytesThanAllowed) {
    EXPECT_TRUE(parse_strict("[1]", {.max_bytes = 3}));
    EXPECT_EQ(error_of("[12]", {.max_bytes = 3}).field, "");
}

TEST(StrictJson, RefusesMoreMembersThanAllowedInAnyObject) {
    EXPECT_TRUE(parse_strict(R"({"a":{"x":1,"y":2},"b":{"x":1,"y":2}})", {.max_members = 2}));
    EXPECT_EQ(error_of(R"({"a":[{"x":1,"y":2,"z":3}]})", {.max_members = 2}),
              (JsonError{"a[0]", "has more than 2 members"}));
}

TEST(StrictJson, RefusesInvalidUtf8InStringsAndNames) {
    const std::string_view malformed[] = {
        "\x80",              // a continuation without a start
        "\xc3",              // a start without its continuation
        "\xc0\xaf",          // overlong
        "\xe0\x80\xaf",      // overlong
        "\xed\xa0\x80",      // a surrogate
        "\xf4\x90\x80\x80",  // beyond the last code point
        "\xff",
    };
    for (const std::string_view bytes : malformed) {
        EXPECT_FALSE(parse_strict("\"" + std::string{bytes} + "\""));
        EXPECT_FALSE(parse_strict("{\"" + std::string{bytes} + "\":1}"));
    }
    EXPECT_FALSE(parse_strict(R"(["\ud800"])"));
    EXPECT_FALSE(parse_strict(R"(["\udc00\ud800"])"));
    EXPECT_EQ(value_of(R"(["\ud83d\ude00"])").at(0).as_string(), "\U0001f600");
    EXPECT_EQ(error_of("{\"a\":[\"ok\",\"\x80\"]}").field, "a[1]");
}

TEST(StrictJson, RefusesWhateverFollowsTheValue) {
    for (const char* text : {"{} x", "{}{}", "[],", "1 2", "null null", "{}\x01"}) {
        EXPECT_NE(error_of(text).message.find("more after the end"), std::string::npos) << text;
    }
    EXPECT_FALSE(parse_strict(std::string_view{"{}\0", 3}));
}

TEST(StrictJson, RefusesNumbersThatDoNotFit) {
    EXPECT_EQ(error_of(R"({"a":[1,18446744073709551616]})").field, "a[1]");
    EXPECT_EQ(error_of("-9223372036854775809").message, "this number is out of range");
    EXPECT_EQ(error_of("[" + std::string(400, '9') + "]").field, "[0]");
    EXPECT_EQ(error_of("[1e999]").field, "[0]");
    EXPECT_FALSE(parse_strict("[1e99999999999]"));
    EXPECT_EQ(value_of("[1e3]").at(0).as_double(), 1000.0);
}

TEST(StrictJson, RefusesWhatIsNotJson) {
    for (const char* text : {"",
                             " ",
                             "{",
                             "[1,]",
                             "{\"a\":1,}",
                             "{a:1}",
                             "'a'",
                             "[1 2]",
                             "// note\n1",
                             "/**/1",
                             "NaN",
                             "[Infinity]",
                             "[-Infinity]",
                             "01",
                             "+1",
                             "1.",
                             ".5",
                             "\"\x01\"",
                             "\"\\x41\"",
                             "tru",
                             "\xef\xbb\xbf{}"}) {
        EXPECT_FALSE(parse_strict(text)) << text;
    }
}

TEST(StrictJson, NamesTheMemberInWhichTheTextBreaks) {
    EXPECT_EQ(error_of(R"({"roles":[{},{"name": oops}]})").field, "roles[1].name");
}

TEST(StrictJson, DoesNotRepeatAMonstrousName) {
    const std::string name(100'000, 'n');
    EXPECT_LT(error_of("{\"" + name + "\":1,\"" + name + "\":2}").field.size(), 100U);
}

}  // namespace
}  // namespace muster
