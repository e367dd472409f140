// Which addresses are one, which are two and which are none; and texts for display.
#include "api/text/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace muster {
namespace {

std::string normal_of(std::string_view text) {
    const auto address = read_address(text);
    return address ? address->normal : "refused: " + address.error();
}

TEST(Address, CaseDoesNotMakeTwoPeople) {
    EXPECT_EQ(normal_of("alice@example.com"), "alice@example.com");
    EXPECT_EQ(normal_of("Alice@EXAMPLE.com"), "alice@example.com");
    EXPECT_EQ(normal_of("ice@example.com"), "ice@example.com");
    EXPECT_EQ(normal_of("ΝΊΚΟΣ@example.com"), normal_of("νίκος@example.com"));
    EXPECT_EQ(normal_of("νίκοσ@example.com"), normal_of("νίκος@example.com"));
}

TEST(Address, CompositionAndPunycodeDoNotMakeTwoPeople) {
    const std::string normal = "jos\u00e9@xn--exmple-cua.de";
    EXPECT_EQ(normal_of("jos\u00e9@ex\u00e4mple.de"), normal);
    EXPECT_EQ(normal_of("jose\u0301@exa\u0308mple.de"), normal);
    EXPECT_EQ(normal_of("JOSE\u0301@EXA\u0308MPLE.DE"), normal);
    EXPECT_EQ(normal_of("jos\u00e9@xn--exmple-cua.de"), normal);
    EXPECT_EQ(normal_of("jos\u00e9@XN--EXMPLE-CUA.de"), normal);
    EXPECT_NE(normal_of("jose@ex\u00e4mple.de"), normal);
    EXPECT_EQ(normal_of("a@stra\u00dfe.de"), "a@xn--strae-oqa.de") << "not transitional";
}

TEST(Address, IsShownAsItWasTyped) {
    const auto address = read_address("  Jose\u0301@Exa\u0308mple.DE ");
    ASSERT_TRUE(address) << address.error();
    EXPECT_EQ(address->given, "Jos\u00e9@Ex\u00e4mple.DE");
    EXPECT_EQ(delivery_address(*address), "Jos\u00e9@xn--exmple-cua.de");
}

TEST(Address, TakesWhatMailTakes) {
    const std::string longest_label(63, 'l');
    const std::string longest_address = "a@" + longest_label + "." + longest_label + "." +
                                        longest_label + "." + longest_label.substr(3);
    ASSERT_EQ(longest_address.size(), 254U);
    for (const std::string& text :
         {std::string{"o'brien+tag@mail.example.co.uk"}, std::string{"a!#$%&*/=?^_`{|}~-@b.co"},
          std::string(64, 'x') + "@example.com", "a@" + longest_label + ".de", longest_address,
          std::string{"1@2.example"}, std::string{"a@1.2.3.de"}}) {
        EXPECT_TRUE(read_address(text)) << text;
    }
}

struct RefusedAddress {
    std::string text;
    std::string because;  ///< part of the sentence
};

std::vector<RefusedAddress> refused_addresses() {
    using namespace std::string_literals;
    const std::string label(63, 'l');
    return {
        {"", "empty"},
        {"   ", "empty"},
        {"alice", "no @"},
        {"a@b@example.com", "more than one"},
        {"\"a@b\"@example.com", "more than one"},
        {"@example.com", "before the @"},
        {"alice@", "after the @"},
        {std::string(65, 'x') + "@example.com", "64 bytes"},
        {"a@" + label + "." + label + "." + label + "." + label.substr(2), "254 bytes"},
        {std::string(3'000, 'x'), "254 bytes"},
        {"al ice@example.com", "white space"},
        {"alice@exam\u00a0ple.com", "white space"},
        {"alice@example.com\r\nBcc: x@y.zz", "white space"},
        {"alice@example.com\n", "white space"},
        {"ali\0ce@example.com"s, "white space"},
        {"ali\u200bce@example.com", "invisible"},
        {"ali\u200dce@example.com", "invisible"},
        {"\u202ealice@example.com", "invisible"},
        {"alice\u200e@example.com", "invisible"},
        {"ali\u00adce@example.com", "invisible"},
        {"ali\u3164ce@example.com", "invisible"},
        {"alice@exam\ufeffple.com", "invisible"},
        {"ali\u0378ce@example.com", "unassigned"},
        {"alice@exa\u0378mple.com", "unassigned"},
        {".alice@example.com", "dot"},
        {"alice.@example.com", "dot"},
        {"al..ice@example.com", "dot"},
        {"al(ice)@example.com", "does not belong"},
        {"<alice@example.com>", "does not belong"},
        {"alice[1]@example.com", "does not belong"},
        {"mailto:alice@example.com", "does not belong"},
        {"alice;bob@example.com", "does not belong"},
        {"al\\ice@example.com", "does not belong"},
        {"alice,bob@example.com", "does not belong"},
        {"\"alice\"@example.com", "does not belong"},
        {"alice@localhost", "no dot"},
        {"alice@example.com.", "dot"},
        {"alice@example..com", "not the name"},
        {"alice@.example.com", "not the name"},
        {"alice@" + label + "l.com", "not the name"},
        {"alice@-example.com", "not the name"},
        {"alice@exam_ple.com", "not the name"},
        {"alice@[127.0.0.1]", "not the name"},
        {"alice@[IPv6:::1]", "not the name"},
        {"alice@127.0.0.1", "number"},
        {"alice@xn--a.com", "not the name"},
        {"ali\xff@example.com", "UTF-8"},
        {"ali\xc0\x80@example.com", "UTF-8"},
        {"ali\xed\xa0\x80@example.com", "UTF-8"},
    };
}

TEST(Address, IsRefusedWithASentenceThatNamesTheRule) {
    for (const RefusedAddress& refused : refused_addresses()) {
        const auto address = read_address(refused.text);
        ASSERT_FALSE(address) << testing::PrintToString(refused.text);
        EXPECT_THAT(address.error(), testing::HasSubstr(refused.because))
            << testing::PrintToString(refused.text);
        EXPECT_TRUE(address.error().ends_with('.'));
        EXPECT_EQ(address.error().find("alice"), std::string::npos);
    }
}

/// Letters that have one small and one capital form, with and without marks, in two forms each.
struct Letter {
    std::string small;
    std::string capital;
    std::string small_decomposed;
};

rc::Gen<std::vector<Letter>> letters() {
    return rc::gen::resize(
        12, rc::gen::nonEmpty(rc::gen::container<std::vector<Letter>>(rc::gen::elementOf(
                std::vector<Letter>{{"a", "A", "a"},
                                    {"z", "Z", "z"},
                                    {"7", "7", "7"},
                                    {"\u00e9", "\u00c9", "e\u0301"},
                                    {"\u00e4", "\u00c4", "a\u0308"},
                                    {"\u1ec7", "\u1ec6", "e\u0302\u0323"},
                                    {"\u03c3", "\u03a3", "\u03c3"},
                                    {"\u03ac", "\u0386", "\u03b1\u0301"},
                                    {"\u0436", "\u0416", "\u0436"},
                                    {"\U00010428", "\U00010400", "\U00010428"}}))));
}

TEST(Address, KeepsItsNormalFormWhenCaseAndCompositionChange) {
    EXPECT_TRUE(rc::check([] {
        std::string small;
        std::string other;
        for (const Letter& letter : *letters()) {
            small += letter.small;
            other += *rc::gen::element(letter.small, letter.capital, letter.small_decomposed);
        }
        const auto one = read_address(small + "@b\u00fccher.example");
        const auto two = read_address(other + "@BU\u0308CHER.Example");
        RC_ASSERT(one.has_value() && two.has_value());
        RC_ASSERT(one->normal == two->normal);
    }));
}

/// Text that is an address more often than chance would have it.
rc::Gen<std::string> likely_address() {
    const auto piece =
        rc::gen::oneOf(rc::gen::elementOf(std::vector<std::string>{
                           "@",      "@",      ".",      "xn--",   "-",      "\u00df", "\u03a3",
                           "\u0130", "\u1e9e", "\u0345", "\u212a", "\u0301", "\u1f88", "\u200b",
                           " ",      "com",    "\uff0e", "\u2126", "\u01c5", "\xff"}),
                       rc::gen::map(rc::gen::inRange<int>(0, 0x250), [](int c) {
                           if (c < 0x80) return std::string(1, static_cast<char>(c));
                           return std::string{static_cast<char>(0xC0 | c >> 6),
                                              static_cast<char>(0x80 | (c & 63))};
                       }));
    const auto pieces = rc::gen::container<std::vector<std::string>>(piece);
    return rc::gen::map(rc::gen::pair(pieces, rc::gen::arbitrary<bool>()), [](const auto& drawn) {
        std::string text;
        for (const std::string& each : drawn.first) text += each;
        return drawn.second ? text + "@ex\u00e4mple.de" : text;
    });
}

TEST(Address, ReadsItsNormalFormAsItself) {
    std::size_t accepted = 0;
    EXPECT_TRUE(rc::check([&accepted] {
        // Most of the likely ones are none, so every other is surely one.
        const std::string sure = "a" + std::to_string(*rc::gen::inRange(0, 1000)) + "@b.example";
        const auto address = read_address(*rc::gen::arbitrary<bool>() ? sure : *likely_address());
        if (!address) return;
        ++accepted;
        const auto again = read_address(address->normal);
        RC_ASSERT(again.has_value());
        RC_ASSERT(again->normal == address->normal);
        RC_ASSERT(again->given == address->normal);
        const auto shown = read_address(address->given);
        RC_ASSERT(shown.has_value());
        RC_ASSERT(*shown == *address);
        const auto delivered = read_address(delivery_address(*address));
        RC_ASSERT(delivered.has_value());
        RC_ASSERT(delivered->normal == address->normal);
    }));
    EXPECT_GT(accepted, 0U);
}

TEST(Address, StandsRandomBytes) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        const auto address = read_address(bytes);
        RC_ASSERT(address.has_value() || !address.error().empty());
        const auto text = read_display_text(bytes, 100, Lines::several);
        RC_ASSERT(text.has_value() || !text.error().empty());
    }));
}

TEST(DisplayText, IsNormalisedAndTrimmed) {
    EXPECT_EQ(read_display_text(" Jose\u0301\u00a0 ", 4), "Jos\u00e9");
    EXPECT_EQ(read_display_text("Anne Marie", 10), "Anne Marie");
    EXPECT_EQ(read_display_text("\u0645\u06cc\u200c\u062e", 4), "\u0645\u06cc\u200c\u062e")
        << "a joiner is part of the spelling";
    EXPECT_EQ(read_display_text("line\r\nline\n", 9, Lines::several), "line\nline");
}

TEST(DisplayText, CountsCodePoints) {
    const std::string elephants = "\U0001F418\U0001F418\U0001F418";
    EXPECT_TRUE(read_display_text(elephants, 3));
    EXPECT_FALSE(read_display_text(elephants, 2));
    EXPECT_FALSE(read_display_text(std::string(1'000'000, 'x'), 2));
}

TEST(DisplayText, IsRefusedWhenEmptyOrControlling) {
    using namespace std::string_literals;
    for (const std::string& text :
         {""s, "  "s, "\u200b\u200d"s, "a\nb"s, "a\rb"s, "a\0b"s, "a\x1b[31m"s, "a\u0085b"s,
          "a\u2028b"s, "a\u202eb"s, "a\u2066b"s, "a\xff"s}) {
        EXPECT_FALSE(read_display_text(text, 100)) << testing::PrintToString(text);
    }
    EXPECT_FALSE(read_display_text("a\rb", 100, Lines::several));
    EXPECT_TRUE(read_display_text("a\nb", 100, Lines::several));
}

}  // namespace
}  // namespace muster
