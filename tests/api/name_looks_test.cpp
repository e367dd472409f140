// What names look like to ICU: what the eye cannot tell apart is the same, and what people are
// really called is a name.
#include "api/text/name_looks.h"

#include "api/text/address.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>
#include <string>
#include <vector>

namespace muster {
namespace {

bool same(const std::string& one, const std::string& other) {
    return look_the_same(look_of_name(one), look_of_name(other));
}
bool confused(const std::string& one, const std::string& other) {
    return could_be_confused(look_of_name(one), look_of_name(other));
}

TEST(NameLooks, AreTheSameForWhatTheEyeCannotTellApart) {
    for (const char* name :
         {"admin", "ADMIN", "Admin\u200b", "Ad\u00admin", "\u2060Admin", "Admin\ufeff",
          "Admin\ufe0f", "Ad\u034fmin", "Admin\u2800", "\u00a0Admin\u3000", "Admin\u3164",
          "Admin\U000e0041", "\uff21\uff44\uff4d\uff49\uff4e", "\U0001d400dmin", "\u0410dmin",
          "\u0410D\u041cIN", "\u0430dm\u0456n", "Adm\u0131n", "\u0391dmin"}) {
        EXPECT_TRUE(same("Admin", name)) << name;
    }
    EXPECT_TRUE(same("Night desk", "night \u2003 Desk"));
    EXPECT_TRUE(same("Night desk", "night\u2800desk"));
    EXPECT_TRUE(same("Stra\u00dfe", "STRASSE"));
    EXPECT_TRUE(same("Jos\u00e9", "JOSE\u0301"));
}

TEST(NameLooks, AreTheSameWhereADotHidesInALettersOwn) {
    for (const char* name :
         {"Admi\u0307n", "Adm\u0131\u0307n", "Admi\u0307\u0307n", "Admi\u200b\u0307n", "ADM\u0130N",
          "Adm\u0456\u0307n", "Adm\u03b9\u0307n", "Admi\u1039\u0307n"}) {
        EXPECT_TRUE(same("Admin", name)) << name;
        EXPECT_TRUE(confused("Admin", name)) << name;
    }
    EXPECT_TRUE(same("Editor", "Edi\u0307tor"));
    EXPECT_TRUE(same("Judge", "j\u0307udge"));
    for (const char* name :
         {"Adm\u00edn", "Admi\u0307\u0301n", "Adm\u00efn", "Admin\u0307", "Adm\u1ecbn"}) {
        EXPECT_FALSE(same("Admin", name)) << name << ": the control, this can be seen";
    }
    EXPECT_FALSE(same("Adm\u00edn", "Admi\u0307\u0301n")) << "Lithuanian keeps the dot";
}

TEST(NameLooks, StayWhenAMarkOfAnotherScriptIsPutIn) {
    for (const char* mark : {"\U00016fe4", "\U0001107f", "\U00010a3f", "\u2d7f", "\u1039", "\u17d2",
                             "\U00011f42", "\u0903", "\u0e48", "\u05b0"}) {
        EXPECT_TRUE(same("Admin", std::string{"Admin"} + mark)) << mark;
        EXPECT_TRUE(same("Admin", std::string{mark} + "Ad" + mark + "min")) << mark;
        EXPECT_TRUE(same("Night desk", std::string{"Night "} + mark + "desk")) << mark;
        EXPECT_TRUE(same("7A", std::string{"7"} + mark + "A")) << mark;
    }
    EXPECT_FALSE(same("Admin", "Admin\u0301")) << "the control: it stands on every script";
}

TEST(NameLooks, DifferByTheMarksOfTheirOwnScript) {
    const std::vector<std::vector<std::string>> alike{
        {"\u0e19\u0e32", "\u0e19\u0e49\u0e32", "\u0e19\u0e48\u0e32"},             // Thai
        {"\u0915\u0932", "\u0915\u093f\u0932", "\u0915\u094d\u0932"},             // Devanagari
        {"\u1019\u1014", "\u1019\u1039\u1014", "\u1019\u102d\u1014"},             // Burmese
        {"\u1780\u1798", "\u1780\u17d2\u1798", "\u1780\u17b6\u1798"},             // Khmer
        {"\u0643\u062a\u0628", "\u0643\u064f\u062a\u0628"},                       // Arabic
        {"\u05e9\u05dc", "\u05e9\u05c1\u05dc"},                                   // Hebrew
        {"\u304b", "\u304c"},                                                     // Japanese
        {"ma", "m\u00e1", "m\u1ea1", "m\u1ea5"},                                  // Vietnamese
        {"i\u0328", "i\u0328\u0307\u0301", "i\u0307\u0301", "\u00ed", "\u0117"},  // Lithuanian
    };
    for (const auto& names : alike) {
        for (const std::string& one : names) {
            EXPECT_TRUE(read_display_text(one, 100)) << one;
            for (const std::string& other : names) {
                EXPECT_EQ(same(one, other), one == other) << one << " " << other;
            }
        }
    }
}

TEST(NameLooks, DifferForNamesThatDiffer) {
    for (const char* name : {"Admins", "Ad min", "Admin 2", "Adm\u00edn", "Administrator"}) {
        EXPECT_FALSE(same("Admin", name)) << name;
        EXPECT_FALSE(confused("Admin", name)) << name;
    }
    EXPECT_FALSE(same("Room 1", "Room l"));
    EXPECT_FALSE(same("Hall O", "Hall 0"));
    EXPECT_FALSE(same("7A", "7B"));
    EXPECT_FALSE(same("\u5de5\u7a0b", "\u5de5\u5175"));
    EXPECT_FALSE(same("\U0001f44d\U0001f3fb", "\U0001f44d\U0001f3ff")) << "two tones of skin";
}

TEST(NameLooks, AreConfusedWhereOneCouldBeReadForTheOther) {
    EXPECT_TRUE(confused("Owner", "0wner"));
    EXPECT_TRUE(confused("Admin", "Adrnin"));
    EXPECT_FALSE(same("Owner", "0wner")) << "the control: digits tell ordinary names apart";
}

const std::vector<std::string>& blank_names() {
    static const std::vector<std::string> names{
        "\u2800", "\u0301",  "\u200b", "\u3164",     "\u2800\u0301 \u200d", "\u00ad",     "\u0903",
        "\ufffc", "\U0001d159", "\u00a0", "\U00013441", "\ue000",           "\U000e0001", "\u1160"};
    return names;
}

TEST(NameLooks, HaveNoKeyWhereThereIsNothingToSee) {
    for (const std::string& name : blank_names()) {
        EXPECT_TRUE(look_of_name(name).key.empty()) << testing::PrintToString(name);
        EXPECT_FALSE(read_display_text(name, 100)) << testing::PrintToString(name);
    }
    EXPECT_TRUE(look_of_name("").key.empty());
    EXPECT_FALSE(look_of_name("\xff\xfe").key.empty()) << "it is shown as something";
}

/// Names as people have them.
const std::vector<std::string>& real_names() {
    static const std::vector<std::string> names{
        "Zo\u00eb", "Anne-Marie O\u2019Neil", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        "\u0915\u094d\u0937\u093f\u0924\u093f\u091c", "\uae40\ucca0\uc218", "\u738b\u5c0f\u660e",
        "\u0e2a\u0e21\u0e0a\u0e32\u0e22", "e\u0301a\u0301", "\U0001f468\u200d\U0001f4bb",
        "\u2764\ufe0f", "\U0001f1eb\U0001f1f7", "1\ufe0f\u20e3", "X", "7", "-",
        "\u1112\u1161\u11ab", "\u05d3\u05d5\u05d3"};
    return names;
}

TEST(NameLooks, LetNamesPassThatPeopleHave) {
    std::set<std::string> keys;
    for (const std::string& name : real_names()) {
        EXPECT_TRUE(read_display_text(name, 100)) << name;
        EXPECT_TRUE(keys.insert(look_of_name(name).key).second) << name;
        EXPECT_NE(look_of_name(name).key, "") << name;
    }
}

TEST(NameLooks, StayWhenAnythingInvisibleIsPutIn) {
    EXPECT_TRUE(rc::check([] {
        const auto names = *rc::gen::container<std::vector<std::string>>(
            2, rc::gen::element<std::string>("Admin", "Night desk", "\u00c9quipe", "\u738b", "7A"));
        const auto invisible = rc::gen::element<std::string>("\u200b", "\u200d", "\u00ad", "\u2060",
                                                             "\ufeff", "\ufe0e", "\u061c");
        std::string dressed = *invisible;
        for (const char byte : names[0]) {
            const bool begins = (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
            if (begins && *rc::gen::arbitrary<bool>()) dressed += *invisible;
            dressed += byte;
        }
        dressed += *rc::gen::element<std::string>(" ", "\u2800", "\u3000", "");
        RC_ASSERT(look_of_name(dressed) == look_of_name(names[0]));
        RC_ASSERT(same(dressed, names[1]) == (names[0] == names[1]));  // the control
    }));
}

TEST(NameLooks, StandRandomBytes) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        RC_ASSERT(look_the_same(look_of_name(bytes), look_of_name(bytes)));
    }));
}

TEST(NameLooks, AreKnownAgainWithoutLooking) {
    KnownLooks known;
    for (int round = 0; round < 2; ++round) {
        for (const std::string& name : real_names()) {
            EXPECT_EQ(known.look_of(name), look_of_name(name)) << name;
        }
    }
}

}  // namespace
}  // namespace muster
