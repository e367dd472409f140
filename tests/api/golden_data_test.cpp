// What a release wrote opens for ever: golden/data-format-N is a small DATA folder as the first
// release of format N left it, golden/data-format-N.txt what is in it. A later release must read
// the same from it and go on writing. Running with MUSTER_WRITE_GOLDEN=1 makes both anew, which is
// right only before a format is released.
#include "api/engine.h"
#include "api/verify.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"
#include "tests/checkout.h"
#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace muster {
namespace {

namespace fs = std::filesystem;

const fs::path golden = test::checkout() / "tests" / "eventstore" / "golden";
const std::vector<std::string> formats{"data-format-1"};
constexpr Instant written_at{1'767'225'600'000'000};

/// An engine whose clocks stand still, so that nothing falls due in what was written long ago.
std::expected<std::unique_ptr<Engine>, Failure> opened(const fs::path& data) {
    return open_engine({.data = data,
                        .clock = [] { return written_at; },
                        .steady_clock = [] { return std::chrono::microseconds{1}; }});
}

void give_to_owner_alone(const fs::path& folder) {
    fs::permissions(folder, fs::perms::owner_all);
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        fs::permissions(entry.path(), entry.is_directory()
                                          ? fs::perms::owner_all
                                          : fs::perms::owner_read | fs::perms::owner_write);
    }
}

/// A founding, an invitation accepted, one cancelled, one open, a refusal, a sign-in, a retry's
/// key.
class History {
 public:
    History(Engine& engine, OrganizationId organization)
        : engine_{engine}, organization_{organization} {}

    void begin() {
        const PersonId ada = person("ada");
        const auto found = FoundOrganization{
            .organization = organization_,
            .name = "Atelier",
            .blueprint = *read_blueprint(shipped_blueprint("open-source")),
            .founder = ada,
            .founder_name = sealed(ada, PersonalField::name, "Ada"),
            .founder_address = sealed(ada, PersonalField::address, "ada@example.org")};
        run(found);
        const InvitationId invitation = invite("bo", "Bo");
        run(AcceptInvitation{.organization = organization_,
                             .invitation = invitation,
                             .send_number = 1,
                             .signed_in = false,
                             .account_name = account("bo", "Bo"),
                             .account_address = account("bo", "bo@example.org")},
            Actor::of(person("bo")));
    }
    void go_on() {
        run(CancelInvitation{organization_, invite("cy", "Cy")});
        invite("di", "Di");
        run(InviteMember{.organization = organization_, .rows = {row("bo", "Bo")}},
            Actor::of(person("bo")));
        run(RecordSignIn{.person = person("bo"), .organization = organization_});
    }

 private:
    PersonId person(const std::string& name) {
        return *engine_.keys().person_for(name + "@example.org");
    }
    Sealed sealed(PersonId person, PersonalField field, const std::string& text) {
        return *engine_.keys().seal({organization_, person, field}, text);
    }
    Sealed account(const std::string& name, const std::string& text) {
        const auto field = text.contains('@') ? PersonalField::address : PersonalField::name;
        return *engine_.keys().seal({{}, person(name), field}, text);
    }
    InvitationRow row(const std::string& name, const std::string& shown) {
        const PersonId who = person(name);
        return {.invitation = {random_uuid()},
                .person = who,
                .roles = {RoleId{"member"}},
                .workspaces = {},
                .name = sealed(who, PersonalField::name, shown),
                .address = sealed(who, PersonalField::address, name + "@example.org"),
                .details = {}};
    }
    InvitationId invite(const std::string& name, const std::string& shown) {
        InviteMember command{.organization = organization_, .rows = {row(name, shown)}};
        const InvitationId invitation = command.rows.front().invitation;
        run(std::move(command));
        return invitation;
    }
    void run(Command command, Actor actor = Actor::the_operator()) {
        const Context context{.actor = actor, .command_id = {random_uuid()}};
        const RequestRecord request{.key = sha256(to_string(context.command_id)),
                                    .fingerprint = sha256("request")};
        const auto answer = engine_.execute(std::move(command), context, {.request = request});
        ENSURE(answer.has_value());
    }

    Engine& engine_;
    const OrganizationId organization_;
};

/// Half of the history lies in files that RocksDB sorted, the other half in its write-ahead log.
void write_golden() {
    const fs::path folder = golden / formats.back();
    const OrganizationId organization{random_uuid()};
    fs::remove_all(folder);
    {
        const auto engine = *opened(folder);
        History{*engine, organization}.begin();
    }
    {
        const auto engine = *opened(folder);
        History{*engine, organization}.go_on();
    }
    fs::remove_all(folder / "views");
}

std::string hex_of(const Digest& digest) {
    std::ostringstream text;
    for (const auto byte : digest) text << std::hex << byte / 16 << byte % 16;
    return text.str();
}

/// Everything that is in it, for comparing: commits, names as they unseal, the root.
std::string told(Engine& engine) {
    std::ostringstream text;
    const auto commits = *engine.log().read(Position{1}, 1'000);
    for (const Commit& commit : commits) {
        text << number(commit.position) << ' ' << name_of(commit.command);
        if (commit.outcome.rejection) text << " refused: " << name_of(*commit.outcome.rejection);
        for (const StreamEvent& event : commit.events) text << ' ' << name_of(event.event);
        text << '\n';
    }
    const auto organization = std::get<FoundOrganization>(commits.front().command).organization;
    engine.views().wait_for(engine.log().head(), std::chrono::seconds{20});
    const auto members = *engine.views().members({.organization = organization});
    for (const MemberRow& row : members.rows) {
        text << row.name << " <" << row.address << ">\n";
    }
    text << "root " << hex_of(engine.log().tree_head().root) << '\n';
    return text.str();
}

/// A copy of a golden folder, with the permissions that git does not keep.
class Copy {
 public:
    explicit Copy(const std::string& format) {
        fs::copy(golden / format, data(), fs::copy_options::recursive);
        give_to_owner_alone(data());
    }
    fs::path data() const { return folder_.path() / "data"; }

 private:
    test::TemporaryFolder folder_;
};

class GoldenData : public ::testing::TestWithParam<std::string> {
 protected:
    static void SetUpTestSuite() {
        if (std::getenv("MUSTER_WRITE_GOLDEN") == nullptr) return;
        write_golden();
        const Copy written{formats.back()};
        std::ofstream{golden / (formats.back() + ".txt")} << told(**opened(written.data()));
    }
    fs::path data() const { return copy_.data(); }
    void overwrite(const fs::path& file, const std::string& bytes) const {
        std::ofstream{data() / file, std::ios::binary} << bytes;
    }

    Copy copy_{GetParam()};
};

TEST_P(GoldenData, OpensReadsTheSameAndGoesOn) {
    const auto engine = opened(data());
    ASSERT_TRUE(engine.has_value()) << engine.error().detail;
    EXPECT_EQ(told(**engine), test::bytes_of_file(golden / (GetParam() + ".txt")));
    EXPECT_EQ(*verify_log((*engine)->log(), [](Position) {}), std::vector<std::string>{});
    const auto head = (*engine)->log().head();
    const Context context{.actor = Actor::the_operator(), .command_id = {random_uuid()}};
    const auto again = (*engine)->execute(RecordSignIn{.person = {random_uuid()}}, context);
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    EXPECT_EQ(again->position, next(head));
}

TEST_P(GoldenData, OfANewerFormatIsRefusedAndUntouched) {
    for (const std::string part : {"log", "keys"}) {
        const std::string known = test::bytes_of_file(data() / part / "FORMAT");
        overwrite(fs::path{part} / "FORMAT", "muster-" + part + " 99\n");
        const auto before = test::files_below(data());
        const auto engine = opened(data());
        ASSERT_FALSE(engine.has_value());
        EXPECT_EQ(engine.error().kind, FailureKind::newer_format) << engine.error().detail;
        EXPECT_TRUE(test::files_below(data()) == before) << "touched, with a newer " << part;
        overwrite(fs::path{part} / "FORMAT", known);
    }
    EXPECT_TRUE(opened(data()).has_value()) << "the control: as it was, it opens";
}

TEST_P(GoldenData, ControlWithAnotherByteIsRefused) {
    int damaged = 0;
    for (const auto& [file, bytes] : test::files_below(data() / "log" / "store")) {
        if (file.extension() != ".sst") continue;
        std::string changed = bytes;
        changed[changed.size() / 3] ^= 1;
        std::ofstream{file, std::ios::binary} << changed;
        ++damaged;
    }
    ASSERT_GT(damaged, 0);
    const auto engine = opened(data());
    if (!engine) return;
    const auto findings = verify_log((*engine)->log(), [](Position) {});
    EXPECT_TRUE(!findings || !findings->empty());
}

TEST(GoldenDataFolders, AreAllOpened) {
    std::vector<std::string> folders;
    for (const auto& entry : fs::directory_iterator{golden}) {
        if (entry.is_directory()) folders.push_back(entry.path().filename().string());
    }
    std::ranges::sort(folders);
    EXPECT_EQ(folders, formats);
}

INSTANTIATE_TEST_SUITE_P(Formats, GoldenData, testing::ValuesIn(formats), [](const auto& tested) {
    std::string name = tested.param;
    std::ranges::replace(name, '-', '_');
    return name;
});

}  // namespace
}  // namespace muster
