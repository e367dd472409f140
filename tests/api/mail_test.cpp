// The Mailer over a real engine: what reaches the outbox, and what must not.
#include "api/mail/mail.h"

#include "eventstore/machine/crypto.h"
#include "eventstore/machine/rocksdb_environment.h"
#include "tests/api/mail_file.h"
#include "tests/eventstore/raw_log.h"
#include "tests/eventstore/temporary_folder.h"
#include "tests/waiting.h"

#include "eventstore/form/blueprint_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/file_system.h>
#include <atomic>
#include <chrono>
#include <fstream>
#include <set>
#include <thread>

namespace muster {
namespace {

namespace fs = std::filesystem;
using test::bytes_of_file;
using test::MailFile;
using test::read_mail;
using testing::HasSubstr;

using test::in_time;

SharedBlueprint blueprint() {
    Blueprint rules = **read_blueprint(shipped_blueprint("open-source"));
    rules.presentation.mail_words.clear();
    rules.joining.at_once_for_known_accounts = false;
    return SharedBlueprint{std::move(rules)};
}

/// Folders cannot be opened for a sync while `fails` is set.
class FoldersThatMayNotSync final : public rocksdb::FileSystemWrapper {
 public:
    explicit FoldersThatMayNotSync(const std::atomic<bool>& fails)
        : FileSystemWrapper{private_files()}, fails_{fails} {}
    const char* Name() const override { return "FoldersThatMayNotSync"; }
    rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                   std::unique_ptr<rocksdb::FSDirectory>* directory,
                                   rocksdb::IODebugContext* debug) override {
        if (fails_) return rocksdb::IOStatus::IOError("the test's folder does not sync", name);
        return target()->NewDirectory(name, options, directory, debug);
    }

 private:
    const std::atomic<bool>& fails_;
};

/// One organisation in a data folder, its founder, and an outbox.
class MailerTest : public testing::Test {
 protected:
    void SetUp() override {
        open();
        founder_ = person("founder@example.com");
        FoundOrganization found{
            .organization = organization_,
            .name = "Acme",
            .blueprint = blueprint(),
            .founder = founder_,
            .founder_name = seal({organization_, founder_, PersonalField::name}, "Fanny"),
            .founder_address =
                seal({organization_, founder_, PersonalField::address}, "founder@example.com")};
        EXPECT_TRUE(accepted(found));
    }

    fs::path data() const { return folder_.path() / "data"; }
    fs::path outbox() const { return folder_.path() / "outbox"; }

    void open() { open({.data = data()}); }
    void open(const EngineOptions& options) {
        auto opened = open_engine(options);
        ASSERT_TRUE(opened) << opened.error().detail;
        engine_ = std::move(*opened);
    }
    void close() {
        mailer_.reset();
        engine_.reset();
    }
    void start_mailer(std::chrono::milliseconds poll_interval = std::chrono::milliseconds{5},
                      Disk& disk = Disk::of_this_machine()) {
        mailer_ =
            std::make_unique<Mailer>(*engine_, MailOptions{.outbox = outbox(),
                                                           .from = "muster@example.org",
                                                           .link_base = "https://example.org/join/",
                                                           .poll_interval = poll_interval,
                                                           .disk = &disk});
    }

    PersonId person(const std::string& address) { return *engine_->keys().person_for(address); }
    Sealed seal(const SealScope& scope, const std::string& text) {
        return *engine_->keys().seal(scope, text);
    }

    Answer execute(Command command, Actor actor, bool imported = false) {
        const Context context{.actor = actor,
                              .command_id = {random_uuid()},
                              .origin = {},
                              .reason = {},
                              .imported = imported};
        return engine_->execute(std::move(command), context);
    }
    bool accepted(Command command) {
        const Answer answer = execute(std::move(command), Actor::of(founder_));
        return answer && answer->accepted();
    }

    InviteMember invitation_to(const std::string& address, const std::string& message = {}) {
        return invitation_to(organization_, address, message);
    }
    InviteMember invitation_to(OrganizationId to, const std::string& address,
                               const std::string& message = {}) {
        const PersonId invited = person(address);
        InviteMember command{
            .organization = to,
            .rows = {{.invitation = {random_uuid()},
                      .person = invited,
                      .roles = {RoleId{"member"}},
                      .workspaces = {},
                      .name = seal({to, invited, PersonalField::name}, "Zoë"),
                      .address = seal({to, invited, PersonalField::address}, address),
                      .details = seal({to, invited, PersonalField::details}, "Accounting")}},
            .mode = RowMode::atomic,
            .message = {}};
        command.message = seal({to, {}, PersonalField::message}, message);
        return command;
    }
    InvitationId invite(const std::string& address, const std::string& message = {}) {
        const InviteMember command = invitation_to(address, message);
        EXPECT_TRUE(accepted(command));
        return command.rows.front().invitation;
    }

    /// Of the closed folder: what sealed the messages of the organisation does not open, or again.
    void flip_the_key_of_messages() const {
        const auto& organization = organization_.value;
        const std::string owner{organization.begin(), organization.end()};
        const std::string key = "d" + owner + std::string(organization.size(), '\0');
        test::RawLog keys{data() / "keys"};
        std::string row = keys.get("rows", key);
        row.back() = static_cast<char>(row.back() ^ 1);
        keys.put("rows", key, row);
        keys.forget_what_was_erased("rows");
    }

    bool nothing_owed() {
        const auto owed = engine_->views().owed_mail(100);
        return owed && owed->empty();
    }
    std::size_t hand_overs() {
        const auto commits = engine_->log().read(Position{1}, 1'000);
        EXPECT_TRUE(commits);
        std::size_t count = 0;
        for (const Commit& commit : *commits) {
            for (const StreamEvent& event : commit.events) {
                count += std::holds_alternative<MailHandedOver>(event.event) ? 1 : 0;
            }
        }
        return count;
    }
    std::set<std::string> files() const {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator{outbox()}) {
            names.insert(entry.path().filename().string());
        }
        return names;
    }
    MailFile mail(InvitationId invitation, std::uint32_t send_number = 1) const {
        return read_mail(bytes_of_file(outbox() / mail_file_name(invitation, send_number)));
    }
    std::optional<InvitationLink> link_in(const MailFile& mail) {
        const std::string base = "https://example.org/join/";
        const auto start = mail.body.find(base);
        if (start == std::string::npos) return std::nullopt;
        const auto end = mail.body.find('\n', start);
        const auto token_start = start + base.size();
        return engine_->read_link(mail.body.substr(token_start, end - token_start));
    }

    test::TemporaryFolder folder_;
    const OrganizationId organization_{random_uuid()};
    PersonId founder_;
    std::atomic<bool> folders_fail_ = false;
    Disk failing_disk_{std::make_shared<FoldersThatMayNotSync>(folders_fail_)};
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Mailer> mailer_;
};

TEST(LinkBase, IsAnAddressThatALinkCanFollow) {
    EXPECT_EQ(read_link_base("https://example.org/join/"), "https://example.org/join");
    EXPECT_EQ(read_link_base("HTTP://[::1]:8080"), "HTTP://[::1]:8080");
    for (const char* wrong :
         {"", "example.org/join", "/join", "ftp://example.org", "https://", "https:/join",
          "http:join", "https:///join", "https://example.org/?x=1", "https://example.org/#top",
          "https://example.org/join?", "https://a:b@example.org", "https://exa mple.org",
          "javascript:alert(1)", "https://example.org/\r\nBcc: all"}) {
        EXPECT_FALSE(read_link_base(wrong)) << wrong;
    }
    EXPECT_FALSE(read_link_base("https://example.org/" + std::string(1'000, 'x')));
}

TEST_F(MailerTest, WritesOneMailWhoseLinkNamesTheInvitation) {
    start_mailer();
    const InvitationId invitation = invite("Zoe@exämple.de", "Join us,\nplease");
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files(), std::set{mail_file_name(invitation, 1)});
    EXPECT_EQ(hand_overs(), 1U);

    const MailFile written = mail(invitation);
    EXPECT_EQ(written.headers.at("To"), "Zoë <Zoe@xn--exmple-cua.de>");
    EXPECT_EQ(written.headers.at("From"), "muster@example.org");
    EXPECT_EQ(written.headers.at("Subject"), "You are invited to Acme");
    EXPECT_THAT(written.body, HasSubstr("Invited by: Fanny\n\nJoin us,\nplease\n\n"));
    const auto link = link_in(written);
    ASSERT_TRUE(link);
    EXPECT_EQ(link->organization, organization_);
    EXPECT_EQ(link->invitation, invitation);
    EXPECT_EQ(link->send_number, 1U);
    EXPECT_EQ(fs::status(outbox() / mail_file_name(invitation, 1)).permissions(),
              fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(MailerTest, E18_SaysTheSameToWhoIsRegisteredAndToWhoIsNot) {
    const PersonId known = person("known@example.com");
    ASSERT_TRUE(execute(RegisterPerson{.person = known,
                                       .name = seal({{}, known, PersonalField::name}, "Known"),
                                       .address = {},
                                       .verified = true},
                        Actor::the_operator())
                    ->accepted());
    start_mailer();
    const InvitationId to_known = invite("known@example.com");
    const InvitationId to_unknown = invite("unknown@example.com");
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    const auto without_link = [&](InvitationId invitation) {
        std::string body = mail(invitation).body;
        const auto start = body.find("https://");
        return body.erase(start, body.find('\n', start) - start);
    };
    EXPECT_EQ(without_link(to_known), without_link(to_unknown));
    EXPECT_THAT(without_link(to_known), HasSubstr("Name: Zoë\n\nRole: "));
    EXPECT_THAT(without_link(to_known), HasSubstr("Details: Accounting\n\n"));
}

TEST_F(MailerTest, WritesAnotherMailWhenTheInvitationIsSentAgain) {
    start_mailer();
    const InvitationId invitation = invite("zoe@example.com");
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    ASSERT_TRUE(accepted(ResendInvitation{organization_, invitation}));
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files(), (std::set{mail_file_name(invitation, 1), mail_file_name(invitation, 2)}));
    EXPECT_NE(mail(invitation, 1).headers.at("Message-ID"),
              mail(invitation, 2).headers.at("Message-ID"));
    const auto link = link_in(mail(invitation, 2));
    ASSERT_TRUE(link);
    EXPECT_EQ(link->send_number, 2U);
}

TEST_F(MailerTest, WritesNothingForWhatWasCancelledRefusedOrImported) {
    const InvitationId cancelled = invite("cancelled@example.com");
    ASSERT_TRUE(accepted(CancelInvitation{organization_, cancelled}));
    const InvitationId resent = invite("resent@example.com");
    ASSERT_TRUE(accepted(ResendInvitation{organization_, resent}));

    const Answer refused =
        execute(invitation_to("refused@example.com"), Actor::of(person("nobody@example.com")));
    ASSERT_TRUE(refused && !refused->accepted());

    const OrganizationId imported{random_uuid()};
    FoundOrganization found{.organization = imported,
                            .name = "Imported",
                            .blueprint = blueprint(),
                            .founder = founder_,
                            .founder_name = {},
                            .founder_address = {}};
    ASSERT_TRUE(execute(found, Actor::the_operator(), true)->accepted());
    const InviteMember past = invitation_to(imported, "imported@example.com");
    ASSERT_TRUE(execute(past, Actor::the_operator(), true)->accepted());
    ASSERT_TRUE(execute(FinishImport{imported}, Actor::the_operator())->accepted());

    // Mails go out in the order they became owed: when the last is there, all would be.
    const InvitationId last = invite("last@example.com");
    start_mailer();
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files(), (std::set{mail_file_name(resent, 2), mail_file_name(last, 1)}));
    EXPECT_EQ(hand_overs(), 2U);

    // The control: the imported one is open, and sent again by hand it does go out.
    ASSERT_TRUE(accepted(ResendInvitation{imported, past.rows.front().invitation}));
    ASSERT_TRUE(in_time([&] { return files().size() == 3; }));
}

TEST_F(MailerTest, ReplacesWhatAnInterruptedHandOverLeft) {
    const InvitationId invitation = invite("zoe@example.com");
    fs::create_directory(outbox());
    const std::string file = mail_file_name(invitation, 1);
    std::ofstream{outbox() / file} << "half a ma";
    std::ofstream{outbox() / (file + ".new")} << "hal";
    start_mailer();
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files(), std::set{file});
    EXPECT_TRUE(link_in(mail(invitation)));
}

TEST_F(MailerTest, RepeatsAMailUnderItsMessageIdWhenTheLogLacksTheHandOver) {
    const InvitationId invitation = invite("zoe@example.com");
    close();
    const fs::path before = folder_.path() / "before";
    fs::copy(data(), before, fs::copy_options::recursive);

    open();
    start_mailer();
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    const std::string first = mail(invitation).headers.at("Message-ID");
    close();
    fs::rename(outbox() / mail_file_name(invitation, 1), folder_.path() / "picked up");

    open({.data = before});
    start_mailer();
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files(), std::set{mail_file_name(invitation, 1)});
    EXPECT_EQ(mail(invitation).headers.at("Message-ID"), first);
    EXPECT_EQ(hand_overs(), 1U);
}

TEST_F(MailerTest, SendsNothingAgainAfterARestartOrARebuild) {
    start_mailer();
    const InvitationId first = invite("first@example.com");
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    for (const bool without_views : {false, true}) {
        close();
        fs::remove_all(outbox());
        if (without_views) fs::remove_all(data() / "views");
        open();
        const std::string address = without_views ? "third@example.com" : "second@example.com";
        const InvitationId next_one = invite(address);
        start_mailer();
        ASSERT_TRUE(in_time([&] { return fs::exists(outbox()) && !files().empty(); }));
        ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
        EXPECT_EQ(files(), std::set{mail_file_name(next_one, 1)}) << "and not " << to_string(first);
    }
    EXPECT_EQ(hand_overs(), 3U);
}

TEST_F(MailerTest, KeepsAMailThatCannotBeWrittenUntilItCan) {
    start_mailer();
    ASSERT_TRUE(in_time([&] { return fs::exists(outbox()); }));
    EXPECT_EQ(mailer_->problem(), "");
    fs::remove(outbox());
    const InvitationId one = invite("one@example.com");
    const InvitationId two = invite("two@example.com");
    ASSERT_TRUE(in_time([&] { return !mailer_->problem().empty(); }));
    EXPECT_FALSE(nothing_owed());
    EXPECT_EQ(hand_overs(), 0U);

    fs::create_directory(outbox());
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files(), (std::set{mail_file_name(one, 1), mail_file_name(two, 1)}));
    EXPECT_EQ(hand_overs(), 2U);
    EXPECT_EQ(mailer_->problem(), "");
}

TEST_F(MailerTest, RecordsNoMailBeforeItsFolderIsSynced) {
    folders_fail_ = true;
    fs::create_directory(outbox());
    constexpr std::size_t count = 3;
    for (std::size_t i = 0; i < count; ++i) invite("p" + std::to_string(i) + "@example.com");
    start_mailer(std::chrono::milliseconds{5}, failing_disk_);
    ASSERT_TRUE(in_time([&] { return !mailer_->problem().empty(); }));
    EXPECT_FALSE(files().empty()) << "they are written";
    EXPECT_EQ(hand_overs(), 0U);
    EXPECT_FALSE(nothing_owed());
    folders_fail_ = false;
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(hand_overs(), count) << "the control: once each where it syncs";
    EXPECT_TRUE(in_time([&] { return mailer_->problem().empty(); }));
}

TEST_F(MailerTest, LetsAMailThatFailsNotHoldUpTheOthers) {
    fs::create_directory(outbox());
    const InvitationId stuck = invite("stuck@example.com");
    const fs::path obstacle = outbox() / (mail_file_name(stuck, 1) + ".new");
    fs::create_directory(obstacle);
    const InvitationId other = invite("other@example.com");
    start_mailer();
    ASSERT_TRUE(in_time([&] { return files().contains(mail_file_name(other, 1)); }));
    EXPECT_FALSE(files().contains(mail_file_name(stuck, 1)));
    fs::remove(obstacle);
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_TRUE(files().contains(mail_file_name(stuck, 1)));
}

TEST_F(MailerTest, GoesOnWhereAnotherMailerStopped) {
    constexpr std::size_t count = 60;
    for (std::size_t i = 0; i < count; ++i) invite("p" + std::to_string(i) + "@example.com");
    // Each Mailer is stopped in the middle of its work, and another goes on.
    for (std::size_t reached = 10; reached < count; reached += 10) {
        start_mailer();
        ASSERT_TRUE(in_time([&] { return fs::exists(outbox()) && files().size() >= reached; }));
        mailer_.reset();
    }
    start_mailer();
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_EQ(files().size(), count);
}

TEST_F(MailerTest, HandsEachMailOverOnceThoughTheViewsLag) {
    close();
    open({.data = data(), .view_wait = std::chrono::milliseconds{0}});
    start_mailer(std::chrono::milliseconds{0});
    constexpr std::size_t count = 60;
    for (std::size_t i = 0; i < count; ++i) invite("p" + std::to_string(i) + "@example.com");
    ASSERT_TRUE(in_time([&] { return hand_overs() >= count && nothing_owed(); }));
    EXPECT_EQ(hand_overs(), count);
}

TEST_F(MailerTest, KeepsAMailWhoseMessageCannotBeReadUntilItCan) {
    const InvitationId invitation = invite("zoe@example.com", "Join us");
    close();
    flip_the_key_of_messages();
    open();
    start_mailer();
    ASSERT_TRUE(in_time([&] { return !mailer_->problem().empty(); }));
    EXPECT_TRUE(files().empty());
    EXPECT_FALSE(nothing_owed());
    close();
    flip_the_key_of_messages();
    open();
    start_mailer();
    ASSERT_TRUE(in_time([&] { return nothing_owed(); }));
    EXPECT_THAT(mail(invitation).body, HasSubstr("Join us")) << "the control";
}

TEST_F(MailerTest, GoesOnBehindAMailThatHasNoAddress) {
    InviteMember unreadable = invitation_to("lost@example.com");
    unreadable.rows.front().address = {};
    ASSERT_TRUE(accepted(unreadable));
    const InvitationId readable = invite("zoe@example.com");
    start_mailer();
    ASSERT_TRUE(in_time([&] { return hand_overs() == 1; }));
    EXPECT_EQ(files(), std::set{mail_file_name(readable, 1)});
    EXPECT_FALSE(nothing_owed());
}

TEST_F(MailerTest, StopsAtOnceWhileItWaits) {
    start_mailer(std::chrono::hours{1});
    ASSERT_TRUE(in_time([&] { return fs::exists(outbox()); }));
    const auto start = std::chrono::steady_clock::now();
    mailer_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{20});
}

}  // namespace
}  // namespace muster
