// Signed checkpoints: notes, keys and heads that other people's programs wrote are read, what we
// write is what they would write, and nothing opens that differs in one byte.
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/checkpoint.h"

#include "domain/ensure.h"
#include "tests/eventstore/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <fstream>

namespace muster::test {
namespace {

namespace fs = std::filesystem;

// The example of c2sp.org/signed-note.
constexpr std::string_view example_key =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr std::string_view example_note =
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

// The example of golang.org/x/mod/sumdb/note, whose keys are published with their secrets.
constexpr std::string_view peters_secret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n";
constexpr std::string_view peters_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view enochs_key =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
constexpr std::string_view problem =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view peters_signature =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
constexpr std::string_view enochs_signature =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/"
    "5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

// A checkpoint of Go's checksum database, as its server gave it out.
constexpr std::string_view go_key =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
constexpr std::string_view go_checkpoint =
    "go.sum database tree\n6476701\nmb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=\n\n"
    "— sum.golang.org "
    "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw="
    "\n";

std::string note_of(std::string_view text, std::initializer_list<std::string_view> signatures) {
    auto note = std::string{text} + "\n";
    for (const auto line : signatures) note += line;
    return note;
}

bool opens(std::string_view note, std::string_view key) {
    return open_note(note, *parse_verifier_key(key)).has_value();
}

const boost::uuids::uuid log_id{
    {0x5b, 0x1d, 0x3c, 0x4e, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

Signer our_signer() {
    return {origin_of(log_id), *SecretKey::from(std::string(32, 's'))};
}

Checkpoint our_checkpoint() {
    return {.origin = origin_of(log_id), .head = {20852163, sha256("root")}, .extensions = {}};
}

TEST(Note, OfTheSpecificationOpens) {
    const auto key = parse_verifier_key(example_key);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->name, "example.com/foo");
    EXPECT_EQ(text_of(*key), example_key);
    EXPECT_EQ(open_note(example_note, *key), "This is an example message.\n");
}

TEST(Note, OpensForEachOfItsSigners) {
    const auto note = note_of(problem, {peters_signature, enochs_signature});
    for (const auto key : {peters_key, enochs_key}) {
        EXPECT_EQ(open_note(note, *parse_verifier_key(key)), problem);
    }
    EXPECT_FALSE(opens(note, example_key)) << "it did not sign";
    EXPECT_FALSE(opens(note_of(problem, {enochs_signature}), peters_key));
}

TEST(Note, MayHaveEmptyLinesInItsText) {
    const auto signer = our_signer();
    for (const std::string text : {"\n", "\n\n", "one\n\ntwo\n", "è subito sera\n\n"}) {
        EXPECT_EQ(open_note(sign_note(text, signer), signer.verifier()), text);
    }
}

TEST(Note, OpensNeverWhenOneSignatureOfTheKeyIsFalse) {
    const auto& text = problem;
    const auto signer = our_signer();
    const auto other = sign_note("another text\n", signer);
    const auto of_another_text = other.substr(other.find("—"));
    const auto note = sign_note(text, signer);
    EXPECT_TRUE(open_note(note + std::string{peters_signature}, signer.verifier()).has_value());
    EXPECT_FALSE(open_note(note + of_another_text, signer.verifier()).has_value());
}

TEST(Note, OpensOnlyWhenEveryLineIsWellFormed) {
    const auto signed_with = [](std::string_view line) {
        return opens(note_of(problem, {peters_signature, line}), peters_key);
    };
    EXPECT_TRUE(signed_with(""));
    EXPECT_TRUE(signed_with("— somebody AAAAAAA=\n"));
    EXPECT_TRUE(signed_with("— żółw AAAAAAA=\n"));
    for (const auto* const line : {"\n",
                                   "x\n",
                                   "— somebody AAAAAAA=",
                                   "—somebody AAAAAAA=\n",
                                   "- somebody AAAAAAA=\n",
                                   "— AAAAAAA=\n",
                                   "—  AAAAAAA=\n",
                                   "— some+body AAAAAAA=\n",
                                   "— some body AAAAAAA=\n",
                                   "— some\u00A0body AAAAAAA=\n",
                                   "— some\u3000body AAAAAAA=\n",
                                   "— somebody  AAAAAAA=\n",
                                   "— somebody AAAAAAA= \n",
                                   "— somebody AAAAAAA\n",
                                   "— somebody AAAAAAB=\n",
                                   "— somebody AAAA-AA=\n",
                                   "— somebody AAAAAA==\n",
                                   "— somebody \n",
                                   "— somebody\n",
                                   "— somebody AAAAAAA=\r\n",
                                   "— some\tbody AAAAAAA=\n",
                                   "— some\xFF AAAAAAA=\n"}) {
        EXPECT_FALSE(signed_with(line)) << line;
    }
}

TEST(Note, IsOfBoundedSize) {
    const auto with_unknown = [](std::size_t count) {
        auto note = note_of(problem, {peters_signature});
        for (std::size_t at = 0; at < count; ++at) note += "— somebody AAAAAAA=\n";
        return note;
    };
    EXPECT_TRUE(opens(with_unknown(99), peters_key));
    EXPECT_FALSE(opens(with_unknown(100), peters_key));
    const auto signer = our_signer();
    const auto note = sign_note(std::string(std::size_t{1} << 20, 'x') + "\n", signer);
    EXPECT_FALSE(open_note(note, signer.verifier()).has_value());
}

TEST(Note, IsUtf8WithoutControlCharacters) {
    const auto says_it_is_not_plain = [](std::string_view letters) {
        const auto note = note_of(std::string{letters} + "\n", {peters_signature});
        const auto opened = open_note(note, *parse_verifier_key(peters_key));
        return opened.error().detail == "the note is not made of lines of plain UTF-8";
    };
    using namespace std::string_view_literals;
    for (const auto fine : {"a"sv, "\x7F"sv, "é"sv, "\u0080"sv, "\u07FF"sv, "\u0800"sv, "\uD7FF"sv,
                            "\uE000"sv, "\uFFFF"sv, "\U00010000"sv, "\U0010FFFF"sv}) {
        EXPECT_FALSE(says_it_is_not_plain(fine)) << fine;
    }
    for (const auto wrong :
         {"\0"sv, "\t"sv, "\r"sv, "\x1F"sv, "\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xC3"sv,
          "\xC3("sv, "\xE0\x9F\xBF"sv, "\xED\xA0\x80"sv, "\xED\xBF\xBF"sv, "\xE2\x82"sv,
          "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv}) {
        EXPECT_TRUE(says_it_is_not_plain(wrong));
    }
}

TEST(VerifierKey, IsReadOnlyAsItIsWritten) {
    EXPECT_EQ(text_of(our_signer().verifier())
                  .find("muster.log/5b1d3c4e-0506-0708-090a-"
                        "0b0c0d0e0f10+"),
              0U);
    const std::string good{peters_key};
    EXPECT_EQ(text_of(*parse_verifier_key(good)), good);
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (const char other : {'A', 'b', '0', '+', '=', ' ', '\n', '\0', '\xFF'}) {
            auto changed = good;
            changed[at] = other;
            EXPECT_EQ(parse_verifier_key(changed).has_value(), changed == good) << changed;
        }
        EXPECT_FALSE(parse_verifier_key(good.substr(0, at)).has_value());
        EXPECT_FALSE(parse_verifier_key(good.substr(at + 1)).has_value());
    }
    EXPECT_FALSE(parse_verifier_key(good + "\n").has_value());
    // Whole, but of the type of witnesses' cosignatures.
    EXPECT_FALSE(parse_verifier_key("remora.n621.de+da77ade7+"
                                    "BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2")
                     .has_value());
}

TEST(Checkpoint, OfAnotherLogIsRead) {
    const auto text = open_note(go_checkpoint, *parse_verifier_key(go_key));
    ASSERT_TRUE(text.has_value());
    const auto checkpoint = parse_checkpoint(*text);
    ASSERT_TRUE(checkpoint.has_value());
    EXPECT_EQ(checkpoint->origin, "go.sum database tree");
    EXPECT_EQ(checkpoint->head.size, 6476701U);
    EXPECT_EQ(text_of(*checkpoint), *text);
    EXPECT_FALSE(open_checkpoint(go_checkpoint, *parse_verifier_key(go_key)).has_value())
        << "its key is not named after the log";
}

TEST(Checkpoint, IsWrittenAsTheSpecificationSays) {
    auto checkpoint = our_checkpoint();
    checkpoint.head.root = {};
    EXPECT_EQ(text_of(checkpoint),
              "muster.log/5b1d3c4e-0506-0708-090a-0b0c0d0e0f10\n20852163\n"
              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    checkpoint.head.size = 0;
    checkpoint.extensions = {"one", "two"};
    EXPECT_EQ(text_of(checkpoint),
              "muster.log/5b1d3c4e-0506-0708-090a-0b0c0d0e0f10\n0\n"
              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\none\ntwo\n");
}

TEST(Checkpoint, ComesBack) {
    EXPECT_TRUE(rc::check([](std::uint64_t size, const std::string& seed) {
        auto checkpoint = our_checkpoint();
        checkpoint.head = {size, sha256(seed)};
        if (seed.size() % 2 == 1) checkpoint.extensions = {"an extension"};
        const auto note = sign_note(text_of(checkpoint), our_signer());
        RC_ASSERT(open_checkpoint(note, our_signer().verifier()).value() == checkpoint);
    }));
}

TEST(Checkpoint, OpensNeverWhenOneByteDiffers) {
    const auto signer = our_signer();
    const auto note = sign_note(text_of(our_checkpoint()), signer);
    ASSERT_EQ(open_checkpoint(note, signer.verifier()), our_checkpoint());
    const auto opens_as_ours = [&](const std::string& changed) {
        return open_checkpoint(changed, signer.verifier()).has_value();
    };
    for (std::size_t at = 0; at < note.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            auto changed = note;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            EXPECT_FALSE(opens_as_ours(changed)) << "bit " << bit << " of byte " << at;
        }
        for (const std::string_view added : {"\n", " ", "0", "A", "="}) {
            EXPECT_FALSE(opens_as_ours(std::string{note}.insert(at, added))) << "before " << at;
        }
        EXPECT_FALSE(opens_as_ours(std::string{note}.erase(at, 1))) << "without byte " << at;
        EXPECT_FALSE(opens_as_ours(note.substr(0, at))) << "cut at " << at;
    }
    EXPECT_FALSE(opens_as_ours(note + "\n"));
}

TEST(Checkpoint, OpensForItsLogAlone) {
    const auto signer = our_signer();
    const auto note = sign_note(text_of(our_checkpoint()), signer);
    const Signer other_key{signer.verifier().name, *SecretKey::from(std::string(32, 'o'))};
    EXPECT_FALSE(open_checkpoint(note, other_key.verifier()).has_value());
    const Signer other_name{origin_of(random_uuid()), signer.seed()};
    EXPECT_FALSE(open_checkpoint(note, other_name.verifier()).has_value());
    const auto of_another_log = sign_note(text_of(our_checkpoint()), other_name);
    EXPECT_TRUE(open_note(of_another_log, other_name.verifier()).has_value());
    EXPECT_FALSE(open_checkpoint(of_another_log, other_name.verifier()).has_value());
}

TEST(Checkpoint, IsReadOnlyAsItIsWritten) {
    const std::string root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    EXPECT_TRUE(parse_checkpoint("o\n18446744073709551615\n" + root).has_value());
    const std::vector<std::string> deviations{
        "",
        "o\n1\n",
        "\n1\n" + root,
        "o\n\n" + root,
        "o\r\n1\n" + root,
        "o\n01\n" + root,
        "o\n00\n" + root,
        "o\n+1\n" + root,
        "o\n-1\n" + root,
        "o\n 1\n" + root,
        "o\n1 \n" + root,
        "o\n0x1\n" + root,
        "o\n18446744073709551616\n" + root,
        "o\n1\n\n" + root,
        "o\n1\n" + root + "\n",
        "o\n1\n" + root + "x\n\n",
        "o\n1\n" + root + "x",
        "o\n1\n" + root.substr(0, root.size() - 1),
        "o\n1\nA" + root,
        "o\n1\nAAA=\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        "o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_=\n"};
    for (const auto& text : deviations) {
        EXPECT_FALSE(parse_checkpoint(text).has_value()) << text;
    }
}

/// Some bytes of a text replaced, taken away or doubled, which comes closer to what a reader might
/// wrongly accept than random bytes do.
std::string mangled(std::string text) {
    for (int changes = *rc::gen::inRange(1, 6); changes > 0 && !text.empty(); --changes) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        const auto some = *rc::gen::inRange<std::size_t>(1, 12);
        const auto part = text.substr(at, some);
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                text[at] = *rc::gen::arbitrary<char>();
                break;
            case 1:
                text.erase(at, some);
                break;
            case 2:
                text.insert(at, part);
                break;
            default:
                text.insert(at, *rc::gen::element<std::string>("\n", "\n\n", "— ", "+", "=", "0"));
        }
    }
    return text;
}

TEST(Checkpoint, ReadersTakeAnyBytes) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        const auto key = *parse_verifier_key(example_key);
        RC_ASSERT(!open_note(bytes, key).has_value());
        RC_ASSERT(!parse_verifier_key(bytes).has_value());
        RC_ASSERT(!open_note(mangled(std::string{go_checkpoint}), key).has_value());

        const auto changed_key = mangled(std::string{peters_key});
        if (const auto read = parse_verifier_key(changed_key))
            RC_ASSERT(text_of(*read) == changed_key);
        const auto changed = mangled(text_of(our_checkpoint()) + "extension\n");
        if (const auto read = parse_checkpoint(changed)) RC_ASSERT(text_of(*read) == changed);
    }));
}

class SigningKey : public testing::Test {
 protected:
    fs::path file() const { return temporary_.path() / "signing-key"; }
    void write(std::string_view text) const {
        std::ofstream{file(), std::ios::binary} << text;
        fs::permissions(file(), fs::perms::owner_read | fs::perms::owner_write);
    }
    void expect_refused(FailureKind kind, const std::string& saying) const {
        const auto loaded = load_signer(Disk::of_this_machine(), file(), "PeterNeumann");
        ASSERT_FALSE(loaded.has_value());
        EXPECT_EQ(name_of(loaded.error().kind), name_of(kind)) << loaded.error().detail;
        EXPECT_THAT(loaded.error().detail, testing::HasSubstr(saying));
        EXPECT_THAT(loaded.error().detail, testing::Not(testing::HasSubstr("AYEKFALVFGyN")));
    }

    TemporaryFolder temporary_;
};

TEST_F(SigningKey, OfAnotherProgramSignsAsItDoes) {
    write(peters_secret);
    const auto peter = load_signer(Disk::of_this_machine(), file(), "PeterNeumann");
    ASSERT_TRUE(peter.has_value()) << peter.error().detail;
    EXPECT_EQ(text_of(peter->verifier()), peters_key);
    EXPECT_EQ(sign_note(problem, *peter), note_of(problem, {peters_signature}));
}

TEST_F(SigningKey, IsMadeOnceForItsOwnerAlone) {
    const auto made = make_signer(Disk::of_this_machine(), file(), origin_of(log_id));
    ASSERT_TRUE(made.has_value()) << made.error().detail;
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_THAT(bytes_of_file(file()), testing::StartsWith("PRIVATE+KEY+muster.log/5b1d3c4e-"));

    const auto loaded = load_signer(Disk::of_this_machine(), file(), origin_of(log_id));
    ASSERT_TRUE(loaded.has_value()) << loaded.error().detail;
    EXPECT_EQ(loaded->verifier(), made->verifier());
    EXPECT_EQ(loaded->seed().bytes, made->seed().bytes);

    const auto kept = bytes_of_file(file());
    EXPECT_EQ(make_signer(Disk::of_this_machine(), file(), origin_of(log_id)).error().kind,
              FailureKind::io_error);
    EXPECT_EQ(bytes_of_file(file()), kept);
    fs::remove(file());
    EXPECT_NE(make_signer(Disk::of_this_machine(), file(), origin_of(log_id))->verifier(),
              made->verifier());
}

TEST_F(SigningKey, IsRefusedWhenOthersMayUseIt) {
    write(peters_secret);
    for (const auto others : {fs::perms::group_read, fs::perms::group_write, fs::perms::others_read,
                              fs::perms::others_write}) {
        fs::permissions(file(), fs::perms::owner_read | others);
        expect_refused(FailureKind::io_error, "chmod 600");
    }
    fs::permissions(file(), fs::perms::owner_read);
    EXPECT_TRUE(load_signer(Disk::of_this_machine(), file(), "PeterNeumann").has_value());
}

TEST_F(SigningKey, IsRefusedWhenItIsNotWhole) {
    expect_refused(FailureKind::not_found, "is missing");
    const std::string whole{peters_secret};
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto changed = whole;
        changed[at] ^= 1;
        write(changed);
        expect_refused(FailureKind::corrupted, "");
        write(whole.substr(0, at));
        expect_refused(FailureKind::corrupted, "does not hold a whole signing key");
    }
    write(whole + "\n");
    expect_refused(FailureKind::corrupted, "does not hold a whole signing key");
}

TEST_F(SigningKey, IsRefusedWhenItIsOfAnotherLog) {
    ASSERT_TRUE(make_signer(Disk::of_this_machine(), file(), origin_of(log_id)).has_value());
    expect_refused(FailureKind::corrupted, "not of PeterNeumann");
}

}  // namespace
}  // namespace muster::test
