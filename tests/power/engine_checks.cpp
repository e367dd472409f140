// The checks, part by part.
#include "tests/power/engine_checks.h"

#include "api/mail/mail_text.h"
#include "api/verify.h"

#include <map>
#include <set>

namespace muster::test {
namespace {

constexpr std::size_t all = 1'000'000;

class Checks {
 public:
    Checks(Engine& engine, std::uint64_t seed, Witness& witness,
           const std::filesystem::path& outbox)
        : engine_{engine}, seed_{seed}, witness_{witness}, outbox_{outbox} {}

    std::vector<std::string> run() {
        check_checkpoint();
        check_log();
        check_api_keys();
        check_mails();
        retry_steps();
        check_log();
        check_views();
        check_names();
        return std::move(findings_);
    }

 private:
    void note(std::string finding) { findings_.push_back(std::move(finding)); }

    void check_checkpoint() {
        remembered_.reset();
        if (witness_.checkpoint.empty()) return;
        const VerifierKey& verifier = engine_.notary().verifier();
        if (text_of(verifier) != witness_.verifier) return note("the log has another signing key");
        const auto checkpoint = open_checkpoint(witness_.checkpoint, verifier);
        if (!checkpoint) return note("a published checkpoint does not open");
        remembered_ = checkpoint->head;
    }

    void check_log() {
        const auto found = verify_log(
            engine_.log(), [](Position) {}, remembered_);
        if (!found) return note("the log cannot be read: " + found.error().detail);
        for (const std::string& finding : *found) note("log: " + finding);
        const auto commits = engine_.log().read(Position{1}, all);
        if (!commits) return note("the log cannot be read: " + commits.error().detail);
        std::map<Digest, Position> requests;
        for (const Commit& commit : *commits) {
            if (!commit.request) continue;
            const auto [first, is_new] = requests.try_emplace(commit.request->key, commit.position);
            if (is_new) continue;
            note("one request was done twice, at " + std::to_string(number(first->second)) +
                 " and " + std::to_string(number(commit.position)));
        }
    }

    void check_api_keys() {
        for (const std::uint64_t step : witness_.api_keys) {
            const ApiKeyRecord made = api_key_of({seed_, step});
            const auto key = engine_.keys().api_key_by_hash(made.secret_hash);
            if (!key || key->label != made.label) note("an API key is lost: " + made.label);
        }
    }

    /// Every mail of an open invitation is owed, or handed over and then in the outbox.
    void check_mails() {
        const auto owed = engine_.views().owed_mail(all);
        const auto commits = engine_.log().read(Position{1}, all);
        if (!owed || !commits) return note("what is owed cannot be read");
        std::set<InvitationId> owed_ids;
        for (const OwedMail& mail : *owed) owed_ids.insert(mail.invitation);
        std::set<OrganizationId> organizations;
        for (const Commit& commit : *commits) {
            if (const auto* handed = std::get_if<RecordMailHandedOver>(&commit.command)) {
                const auto name = mail_file_name(handed->invitation, handed->send_number);
                if (std::filesystem::exists(outbox_ / name)) continue;
                note("a mail that was handed over is not in the outbox: " + name);
            } else if (const auto own = organization_of(commit.command)) {
                organizations.insert(*own);
            }
        }
        for (const OrganizationId id : organizations) check_mails_of(id, owed_ids);
    }
    void check_mails_of(OrganizationId id, const std::set<InvitationId>& owed) {
        const auto found = engine_.organizations().find(id);
        if (!found || !found->organization) return;
        for (const auto& [invitation, open] : found->organization->invitations) {
            const auto name = mail_file_name(invitation, open.send_number);
            if (owed.contains(invitation) || std::filesystem::exists(outbox_ / name)) continue;
            note("a mail is neither owed nor in the outbox: " + name);
        }
    }

    /// Twice, so that what was unanswered is exact from now on, too.
    void retry_steps() {
        const std::uint64_t before = number(engine_.log().head());
        std::uint64_t new_commits = 0;
        for (auto& [step, acknowledged] : witness_.steps) {
            const auto hit = engine_.log().find_request(request_of({seed_, step}).key);
            if (!hit) return note("requests cannot be read: " + hit.error().detail);
            if (acknowledged && (!*hit || (*hit)->position != acknowledged->position)) {
                note("step " + std::to_string(step) + " was acknowledged at " +
                     std::to_string(number(acknowledged->position)) + " and is not there");
            }
            if (step < witness_.settled_below) continue;
            if (!*hit) ++new_commits;
            retry(step, acknowledged, *hit);
            retry(step, acknowledged, {});
        }
        if (!witness_.steps.empty()) witness_.settled_below = witness_.steps.rbegin()->first + 1;
        const std::uint64_t after = number(engine_.log().head());
        if (after - before != new_commits) {
            note("retries added " + std::to_string(after - before) + " commits, not " +
                 std::to_string(new_commits));
        }
    }
    void retry(std::uint64_t step, std::optional<Acknowledged>& acknowledged,
               const std::optional<RequestHit>& hit) {
        const std::string which = "step " + std::to_string(step);
        const Answer answer = test::run(engine_, {seed_, step});
        if (!answer) return note(which + ": the retry failed: " + answer.error().detail);
        if (hit && hit->position != answer->position) note(which + ": answered elsewhere");
        const std::string digest = digest_of(*answer);
        if (acknowledged && acknowledged->digest != digest) {
            note(which + ": the retry got another receipt");
        }
        acknowledged = Acknowledged{answer->position, digest};
    }

    void check_views() {
        const auto differences = engine_.views().compare_with_replay([](Position) {});
        if (!differences) return note("views: " + differences.error().detail);
        for (const std::string& difference : *differences) note("views: " + difference);
    }

    void check_names() {
        const auto commits = engine_.log().read(Position{1}, all);
        if (!commits) return;
        for (const Commit& commit : *commits) {
            const auto* founding = std::get_if<FoundOrganization>(&commit.command);
            if (founding == nullptr) continue;
            const auto page =
                engine_.views().members({.organization = founding->organization, .limit = all});
            if (!page) return note("members cannot be read: " + page.error().detail);
            for (const MemberRow& row : page->rows) {
                if (row.name.empty() || row.address.empty()) note("a member lost their name");
            }
        }
    }

    Engine& engine_;
    const std::uint64_t seed_;
    Witness& witness_;
    const std::filesystem::path outbox_;
    std::optional<TreeHead> remembered_;
    std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> findings_of(Engine& engine, std::uint64_t seed, Witness& witness,
                                     const std::filesystem::path& outbox) {
    return Checks{engine, seed, witness, outbox}.run();
}

}  // namespace muster::test
