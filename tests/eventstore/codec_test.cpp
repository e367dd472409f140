// What goes through the codec comes back equal, and what did not come out of it does no harm.
#include "eventstore/form/codec.h"

#include "eventstore/form/blueprint_json.h"
#include "tests/eventstore/arbitrary.h"
#include "tests/eventstore/golden_commits.h"

#include <flatbuffers/flatbuffers.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <atomic>
#include <set>
#include <thread>

namespace muster {
namespace {

using flatbuffers::Table;

// Numbers of the fields in schema.fbs, as FlatBuffers counts them in a vtable.
constexpr flatbuffers::voffset_t field_number(int place) {
    return static_cast<flatbuffers::voffset_t>(4 + 2 * place);
}
constexpr auto commit_format_field = field_number(0);
constexpr auto commit_streams_field = field_number(4);
constexpr auto commit_context_field = field_number(5);
constexpr auto commit_command_type_field = field_number(7);
constexpr auto commit_command_field = field_number(8);
constexpr auto commit_outcome_field = field_number(9);
constexpr auto commit_events_field = field_number(10);

Table& root_of(std::string& bytes) {
    return *flatbuffers::GetMutableRoot<Table>(bytes.data());
}
Table& table_in(Table& table, flatbuffers::voffset_t field) {
    return *table.GetPointer<Table*>(field);
}
Table& first_in(Table& table, flatbuffers::voffset_t field) {
    auto* list = table.GetPointer<flatbuffers::Vector<flatbuffers::Offset<Table>>*>(field);
    return *list->GetMutableObject(0);
}

FailureKind failure_of(std::string_view bytes) {
    const auto decoded = decode(bytes);
    if (decoded) ADD_FAILURE() << "decodes";
    return decoded ? FailureKind::not_found : decoded.error().kind;
}

/// A refused bulk invitation with an event: it has every table that an enum is stored in.
Commit rich_commit() {
    Commit commit = golden::commits().at(3);
    commit.outcome.rejection = Rejection::seat_limit_reached;
    commit.outcome.obstacles = {{ObstacleKind::seats_over_limit, "full", 6}};
    return commit;
}

/// Whether decoding is harmless: a failure, or a commit that can be stored and read again.
bool is_harmless(std::string_view bytes) {
    const auto decoded = decode(bytes);
    if (!decoded) return decoded.error().kind != FailureKind::io_error;
    const auto again = decode(encode(*decoded));
    return again && *again == *decoded;
}

TEST(Codec, GivesBackEveryCommit) {
    EXPECT_TRUE(rc::check([] {
        const auto commit = *rc::gen::arbitrary<Commit>();
        const auto decoded = decode(encode(commit));
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(*decoded == commit);
    }));
}

TEST(Codec, GivesBackEveryAlternativeOfCommandsAndEvents) {
    std::set<std::size_t> commands;
    std::set<std::size_t> events;
    EXPECT_TRUE(rc::check([&] {
        const auto stream = *rc::gen::arbitrary<StreamId>();
        Commit commit;
        for (std::size_t number = 0; number < std::variant_size_v<Event>; ++number) {
            commit.events.push_back({stream, arbitrary::drawn_event(number)});
        }
        for (std::size_t number = 0; number < std::variant_size_v<Command>; ++number) {
            commit.command = arbitrary::drawn_command(number);
            const auto decoded = decode(encode(commit));
            RC_ASSERT(decoded.has_value());
            RC_ASSERT(*decoded == commit);
            commands.insert(decoded->command.index());
            for (const StreamEvent& event : decoded->events) events.insert(event.event.index());
        }
    }));
    EXPECT_EQ(commands.size(), std::variant_size_v<Command>);
    EXPECT_EQ(events.size(), std::variant_size_v<Event>);
}

TEST(Codec, WritesEqualCommitsAsEqualBytes) {
    EXPECT_TRUE(rc::check([] {
        const auto commit = *rc::gen::arbitrary<Commit>();
        const std::string bytes = encode(commit);
        RC_ASSERT(encode(commit) == bytes);
        const auto decoded = decode(bytes);
        RC_ASSERT(decoded.has_value());
        RC_ASSERT(encode(*decoded) == bytes);
    }));
}

TEST(Codec, TellsAnAbsentLicenceFromAnEmptyOne) {
    Commit commit;
    const PersonId person{golden::uuid_of(1)};
    commit.events = {{StreamId::of(person), LicenceChanged{person, std::nullopt}},
                     {StreamId::of(person), LicenceChanged{person, LicenceClassId{}}}};
    const auto decoded = decode(encode(commit));
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(*decoded == commit);
    EXPECT_FALSE(decoded->events[0].event == decoded->events[1].event);
}

TEST(Codec, StoresEqualTextsOfOneCommitOnce) {
    Commit commit;
    commit.context.origin.bytes = std::string(10'000, 'o');
    const std::size_t once = encode(commit).size();
    commit.context.reason = commit.context.origin;
    EXPECT_LT(encode(commit).size(), once + 100);
    commit.context.reason.bytes.back() = 'r';
    EXPECT_GT(encode(commit).size(), once + 10'000);
}

TEST(Codec, ReadsBytesAtAnyAddress) {
    const Commit commit = rich_commit();
    const std::string bytes = encode(commit);
    for (std::size_t shift = 0; shift < 16; ++shift) {
        const std::string shifted = std::string(shift, 'x') + bytes;
        const auto decoded = decode(std::string_view{shifted}.substr(shift));
        ASSERT_TRUE(decoded);
        EXPECT_TRUE(*decoded == commit);
    }
}

TEST(Codec, RefusesALaterFormatWhateverElseIsInIt) {
    std::string bytes = encode(rich_commit());
    ASSERT_TRUE(root_of(bytes).SetField<std::uint8_t>(commit_command_type_field, 250, 0));
    EXPECT_EQ(failure_of(bytes), FailureKind::corrupted);
    ASSERT_TRUE(root_of(bytes).SetField<std::uint32_t>(commit_format_field, commit_format + 1, 0));
    EXPECT_EQ(failure_of(bytes), FailureKind::newer_format);
    ASSERT_TRUE(root_of(bytes).SetField<std::uint8_t>(commit_command_type_field, 0, 0));
    EXPECT_EQ(failure_of(bytes), FailureKind::newer_format);
    bytes.back() = '\x7f';
    bytes.resize(bytes.size() / 2);
    EXPECT_EQ(failure_of(bytes), FailureKind::newer_format);
}

TEST(Codec, RefusesAFormatThatWasNeverWritten) {
    std::string bytes = encode(rich_commit());
    ASSERT_TRUE(root_of(bytes).SetField<std::uint32_t>(commit_format_field, 0, 1));
    EXPECT_EQ(failure_of(bytes), FailureKind::corrupted);
}

TEST(Codec, RefusesAnotherIdentifier) {
    std::string bytes = encode(rich_commit());
    bytes[4] = 'X';
    EXPECT_EQ(failure_of(bytes), FailureKind::corrupted);
}

/// Writes a number into one field of an otherwise sound commit.
template <class Number, class Find>
std::string with_number(Find find, flatbuffers::voffset_t field, Number number) {
    std::string bytes = encode(rich_commit());
    EXPECT_TRUE(find(root_of(bytes)).template SetField<Number>(field, number, Number{0}));
    return bytes;
}

TEST(Codec, RefusesNumbersThatNoEnumHas) {
    const auto context = [](Table& commit) -> Table& {
        return table_in(commit, commit_context_field);
    };
    const auto actor = [&](Table& commit) -> Table& {
        return table_in(context(commit), field_number(0));
    };
    const auto stream = [](Table& commit) -> Table& {
        return first_in(commit, commit_streams_field);
    };
    const auto event = [](Table& commit) -> Table& {
        return first_in(commit, commit_events_field);
    };
    const auto command = [](Table& commit) -> Table& {
        return table_in(commit, commit_command_field);
    };
    const auto outcome = [](Table& commit) -> Table& {
        return table_in(commit, commit_outcome_field);
    };
    const auto obstacle = [&](Table& commit) -> Table& {
        return first_in(outcome(commit), field_number(2));
    };
    const auto kind = field_number(0);
    ASSERT_TRUE(decode(with_number<std::uint8_t>(actor, kind, 2)));
    ASSERT_TRUE(decode(with_number<std::uint8_t>(stream, kind, 2)));
    ASSERT_TRUE(decode(with_number<std::uint8_t>(event, kind, 2)));
    ASSERT_TRUE(decode(with_number<std::uint8_t>(command, field_number(2), 1)));
    ASSERT_TRUE(decode(with_number<std::uint16_t>(outcome, field_number(0), 20)));
    ASSERT_TRUE(decode(with_number<std::uint8_t>(obstacle, kind, 2)));
    for (const std::uint8_t wrong : std::to_array<std::uint8_t>({0, 9, 255})) {
        EXPECT_EQ(failure_of(with_number(actor, kind, wrong)), FailureKind::corrupted);
        EXPECT_EQ(failure_of(with_number(stream, kind, wrong)), FailureKind::corrupted);
        EXPECT_EQ(failure_of(with_number(event, kind, wrong)), FailureKind::corrupted);
        EXPECT_EQ(failure_of(with_number(command, field_number(2), wrong)), FailureKind::corrupted);
    }
    for (const std::uint8_t wrong : std::to_array<std::uint8_t>({0, 250})) {
        EXPECT_EQ(failure_of(with_number(event, field_number(2), wrong)), FailureKind::corrupted);
        EXPECT_EQ(failure_of(with_number(obstacle, kind, wrong)), FailureKind::corrupted);
    }
    for (const std::uint16_t wrong : std::to_array<std::uint16_t>({19, 999, 65'535})) {
        EXPECT_EQ(failure_of(with_number(outcome, field_number(0), wrong)), FailureKind::corrupted);
    }
}

TEST(Codec, RefusesLimitsThatAreOutOfOrderOrRepeated) {
    Commit commit;
    commit.command = ChangePlan{golden::organization,
                                PlanId{"p"},
                                {{LicenceClassId{"aaaa"}, 1}, {LicenceClassId{"bbbb"}, 2}}};
    const std::string bytes = encode(commit);
    ASSERT_TRUE(decode(bytes));
    const std::size_t later = bytes.find("bbbb");
    ASSERT_NE(later, std::string::npos);
    std::string repeated = bytes;
    repeated.replace(later, 4, "aaaa");
    EXPECT_EQ(failure_of(repeated), FailureKind::corrupted);
    std::string reversed = bytes;
    reversed.replace(later, 4, "AAAA");
    EXPECT_EQ(failure_of(reversed), FailureKind::corrupted);
}

TEST(Codec, RefusesRoleChangesThatAreOutOfOrderOrRepeated) {
    Commit commit;
    commit.command = ChangeBlueprint{
        .organization = golden::organization,
        .roles = {{RoleId{"aaaa"}, RoleId{"zzzz"}}, {RoleId{"bbbb"}, RoleId{"yyyy"}}}};
    const std::string bytes = encode(commit);
    ASSERT_TRUE(decode(bytes));
    for (const char* wrong : {"aaaa", "AAAA"}) {
        std::string changed = bytes;
        changed.replace(changed.find("bbbb"), 4, wrong);
        EXPECT_EQ(failure_of(changed), FailureKind::corrupted) << wrong;
    }
}

TEST(Codec, TellsTheEmptyWorkspaceRoleFromAnyOther) {
    Commit commit;
    commit.command = ChangeBlueprint{
        .organization = golden::organization,
        .workspace_roles = {{RoleId{}, RoleId{"editor"}}, {RoleId{"viewer"}, RoleId{}}}};
    const auto decoded = decode(encode(commit));
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(*decoded == commit);
}

TEST(Codec, TellsTheAbsentPlanOfAChangeOfRulesFromAnEmptyOne) {
    Commit commit;
    commit.command = ChangeBlueprint{.organization = golden::organization, .plan = PlanId{}};
    const auto named = decode(encode(commit));
    std::get<ChangeBlueprint>(commit.command).plan = std::nullopt;
    const auto absent = decode(encode(commit));
    ASSERT_TRUE(named && absent);
    EXPECT_TRUE(std::get<ChangeBlueprint>(named->command).plan.has_value());
    EXPECT_FALSE(std::get<ChangeBlueprint>(absent->command).plan.has_value());
}

TEST(Codec, RefusesRandomBytes) {
    EXPECT_TRUE(rc::check([] {
        const auto bytes = *rc::gen::arbitrary<std::string>();
        const auto decoded = decode(bytes);
        RC_ASSERT_FALSE(decoded.has_value());
        RC_ASSERT(decoded.error().kind == FailureKind::corrupted);
    }));
}

TEST(Codec, IsNotHarmedByRandomBytesBehindASoundBeginning) {
    EXPECT_TRUE(rc::check([] {
        const auto tail = *rc::gen::arbitrary<std::string>();
        const std::string bytes = encode(rich_commit());
        const auto kept = *rc::gen::inRange<std::size_t>(8, bytes.size());
        RC_ASSERT(is_harmless(bytes.substr(0, kept) + tail));
    }));
}

TEST(Codec, IsNotHarmedByAFlippedBitAnywhere) {
    std::size_t refused = 0;
    std::size_t read = 0;
    for (const std::size_t at : {3, 9, 11, 19, 30}) {
        std::string bytes = encode(golden::commits().at(at));
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            const auto flip = static_cast<char>(1U << (bit % 8));
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ flip);
            ASSERT_TRUE(is_harmless(bytes)) << "bit " << bit << " of sample " << at;
            ++(decode(bytes) ? read : refused);
            bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ flip);
        }
    }
    EXPECT_GT(refused, 0U);
    EXPECT_GT(read, 0U);
}

TEST(Codec, IsNotHarmedByManyChangedBytesOfAnyCommit) {
    EXPECT_TRUE(rc::check([] {
        const auto commit = *rc::gen::arbitrary<Commit>();
        std::string bytes = encode(commit);
        for (int change = 0; change < 20; ++change) {
            bytes[*rc::gen::inRange<std::size_t>(8, bytes.size())] = *rc::gen::arbitrary<char>();
            RC_ASSERT(is_harmless(bytes));
        }
    }));
}

TEST(Codec, ReadsNothingElseOutOfATruncatedCommit) {
    for (const Commit& commit : golden::commits()) {
        const std::string bytes = encode(commit);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            // On the heap at its exact size, so that a read beyond it is seen.
            const std::vector<char> part(bytes.data(), bytes.data() + size);
            const auto decoded = decode({part.data(), part.size()});
            // The last bytes may be padding, which nothing is read from.
            const bool whole = size + 8 > bytes.size() && decoded && *decoded == commit;
            ASSERT_TRUE(!decoded || whole) << size << " of " << bytes.size();
        }
    }
}

/// A commit of few bytes whose invitation names one row, with one large name, `rows` times.
std::string with_shared_rows(std::size_t rows, std::size_t name_size) {
    flatbuffers::FlatBufferBuilder builder;
    const std::array<std::uint8_t, 16> id{};
    const auto put_id = [&](flatbuffers::voffset_t field) {
        builder.Align(1);
        builder.PushBytes(id.data(), id.size());
        builder.TrackField(field, builder.GetSize());
    };
    const auto name = builder.CreateVector(std::vector<std::uint8_t>(name_size, 1));
    auto start = builder.StartTable();
    put_id(field_number(0));
    put_id(field_number(1));
    builder.AddOffset(field_number(4), name);
    const flatbuffers::Offset<Table> row{builder.EndTable(start)};
    const auto list = builder.CreateVector(std::vector(rows, row));
    start = builder.StartTable();
    put_id(field_number(0));
    builder.AddOffset(field_number(1), list);
    builder.AddElement<std::uint8_t>(field_number(2), 1, 0);
    const flatbuffers::Offset<Table> command{builder.EndTable(start)};
    start = builder.StartTable();
    builder.AddElement<std::uint8_t>(field_number(0), 3, 0);
    const flatbuffers::Offset<Table> actor{builder.EndTable(start)};
    start = builder.StartTable();
    builder.AddOffset(field_number(0), actor);
    put_id(field_number(1));
    const flatbuffers::Offset<Table> context{builder.EndTable(start)};
    start = builder.StartTable();
    const flatbuffers::Offset<Table> outcome{builder.EndTable(start)};
    start = builder.StartTable();
    builder.AddElement<std::uint32_t>(commit_format_field, commit_format, 0);
    builder.AddOffset(commit_context_field, context);
    builder.AddElement<std::uint8_t>(commit_command_type_field, 4, 0);
    builder.AddOffset(commit_command_field, command);
    builder.AddOffset(commit_outcome_field, outcome);
    const flatbuffers::Offset<Table> root{builder.EndTable(start)};
    builder.Finish(root, "MUST");
    return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

TEST(Codec, RefusesFewBytesThatStandForVeryMany) {
    const auto sound = decode(with_shared_rows(10, 100'000));
    ASSERT_TRUE(sound) << sound.error().detail;
    EXPECT_EQ(std::get<InviteMember>(sound->command).rows.size(), 10U);
    EXPECT_EQ(failure_of(with_shared_rows(4'000, 100'000)), FailureKind::corrupted);
}

Commit founding_of(const SharedBlueprint& blueprint) {
    Commit commit;
    commit.command = FoundOrganization{.organization = golden::organization,
                                       .name = "One",
                                       .blueprint = blueprint,
                                       .founder = golden::person,
                                       .founder_name = {},
                                       .founder_address = {}};
    return commit;
}

const SharedBlueprint& blueprint_in(const Commit& commit) {
    return std::get<FoundOrganization>(commit.command).blueprint;
}

SharedBlueprint rules_named(const std::string& name) {
    return SharedBlueprint{sample_blueprint(name)};
}

TEST(CodecBlueprints, EveryShippedOneComesBack) {
    ASSERT_FALSE(shipped_blueprints().empty());
    for (const std::string_view name : shipped_blueprints()) {
        const auto blueprint = read_blueprint(shipped_blueprint(name));
        ASSERT_TRUE(blueprint) << name;
        Commit commit = founding_of(*blueprint);
        commit.events = {{StreamId::of(golden::organization),
                          OrganizationFounded{.organization = golden::organization,
                                              .name = "One",
                                              .blueprint = *blueprint,
                                              .plan = (*blueprint)->first_plan}}};
        const auto decoded = decode(encode(commit));
        ASSERT_TRUE(decoded) << name;
        EXPECT_TRUE(*decoded == commit) << name;
    }
}

TEST(CodecBlueprints, AnAbsentOneStaysAbsent) {
    const auto decoded = decode(encode(founding_of({})));
    ASSERT_TRUE(decoded);
    EXPECT_FALSE(blueprint_in(*decoded));
}

TEST(CodecBlueprints, OneThatContradictsItselfIsLeftOutOfItsRefusedCommand) {
    Blueprint contradictory = sample_blueprint("One");
    contradictory.founder_role = RoleId{"nobody"};
    Commit commit = founding_of(SharedBlueprint{contradictory});
    commit.outcome.rejection = Rejection::blueprint_invalid;
    const auto decoded = decode(encode(commit));
    ASSERT_TRUE(decoded);
    EXPECT_FALSE(blueprint_in(*decoded));
    EXPECT_EQ(decoded->outcome.rejection, Rejection::blueprint_invalid);
}

TEST(CodecBlueprints, TheSameHoldsForARefusedChangeOfTheRules) {
    Blueprint contradictory = sample_blueprint("One");
    contradictory.first_plan = PlanId{"nowhere"};
    Commit commit;
    commit.command = ChangeBlueprint{.organization = golden::organization,
                                     .blueprint = SharedBlueprint{contradictory}};
    commit.outcome.rejection = Rejection::blueprint_invalid;
    const auto decoded = decode(encode(commit));
    ASSERT_TRUE(decoded);
    EXPECT_FALSE(std::get<ChangeBlueprint>(decoded->command).blueprint);
}

TEST(CodecBlueprints, NothingHappensByOneThatContradictsItself) {
    Blueprint contradictory = sample_blueprint("One");
    contradictory.first_plan = PlanId{"nowhere"};
    Commit commit;
    commit.command = SettleDue{golden::organization};
    commit.events = {{StreamId::of(golden::organization),
                      BlueprintChanged{.blueprint = SharedBlueprint{contradictory}}}};
    EXPECT_DEATH(encode(commit), "blueprint_left_out");
}

TEST(CodecBlueprints, DamagedTextIsRefused) {
    std::string bytes = encode(founding_of(rules_named("Damaged")));
    const std::size_t at = bytes.find("founder_role");
    ASSERT_NE(at, std::string::npos);
    bytes[at] = 'F';
    EXPECT_EQ(failure_of(bytes), FailureKind::corrupted);
}

TEST(CodecBlueprints, TheSameTextIsReadOnceWhileItIsRemembered) {
    const std::string bytes = encode(founding_of(rules_named("Remembered")));
    const auto one = decode(bytes);
    const auto two = decode(bytes);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(&*blueprint_in(*one), &*blueprint_in(*two));
    for (int other = 0; other < 200; ++other) {
        ASSERT_TRUE(decode(encode(founding_of(rules_named("Other " + std::to_string(other))))));
    }
    const auto later = decode(bytes);
    ASSERT_TRUE(later);
    EXPECT_NE(&*blueprint_in(*one), &*blueprint_in(*later)) << "the memory is not bounded";
    EXPECT_TRUE(*one == *later);
}

TEST(CodecBlueprints, ManyThreadsMayReadAtOnce) {
    std::vector<Commit> commits;
    std::vector<std::string> stored;
    for (int at = 0; at < 50; ++at) {
        commits.push_back(founding_of(rules_named("Rules " + std::to_string(at))));
        stored.push_back(encode(commits.back()));
    }
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> readers;
        for (std::size_t reader = 0; reader < 4; ++reader) {
            readers.emplace_back([&, reader] {
                for (std::size_t turn = 0; turn < 200; ++turn) {
                    const std::size_t at = (turn * (reader + 1)) % stored.size();
                    const auto decoded = decode(stored[at]);
                    if (!decoded || !(*decoded == commits[at])) ++wrong;
                }
            });
        }
    }
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace muster
