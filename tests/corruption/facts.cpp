// Asking an engine everything.
#include "tests/corruption/facts.h"

#include "api/verify.h"
#include "eventstore/machine/crypto.h"
#include "tests/corruption/history.h"

#include <fstream>
#include <sstream>

namespace muster::corruption {
namespace {

constexpr std::string_view failure_mark = "failure: ";

std::string told(const Failure& failure) {
    return std::string{failure_mark} + std::string{name_of(failure.kind)} + ": " + failure.detail;
}

std::string text_of(const MemberRow& row) {
    std::ostringstream text;
    text << to_string(row.person) << ' ' << name_of(row.status) << ' ' << row.name << ' '
         << row.address << ' ' << row.since.micros << ' ' << row.send_number;
    for (const auto& role : row.roles) text << ' ' << role.value;
    if (row.last_access) text << " seen " << row.last_access->micros;
    if (row.left_at) text << " left " << row.left_at->micros;
    if (row.invitation) text << " by " << to_string(*row.invitation);
    return text.str() + "; ";
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += line + "; ";
    return text;
}

/// Notes the answer to one question, a Failure as such.
class Asker {
 public:
    Asker(Engine& engine, int last_stage) : engine_{engine}, last_stage_{last_stage} {}

    Facts ask() {
        ask_log();
        ask_keys();
        for (int in = 0; in < organization_count; ++in) ask_organization(organization_number(in));
        for (const int who : people_until(last_stage_)) ask_person(who);
        ask_checks();
        return std::move(facts_);
    }

 private:
    template <class Value, class Print>
    void note(const std::string& question, const std::expected<Value, Failure>& answer,
              Print print) {
        facts_[question] = answer ? print(*answer) : told(answer.error());
    }

    void ask_log() {
        const auto& log = engine_.log();
        facts_["head"] = std::to_string(number(log.head()));
        facts_["log"] = to_string(log.id());
        facts_["root"] = text_of_digest(log.tree_head().root);
        for (std::uint64_t at = 1; at <= number(log.head()); ++at) {
            note("commit " + std::to_string(at), log.read_stored(Position{at}, 1),
                 [](const auto& commits) {
                     return commits.size() == 1 ? text_of_digest(sha256(commits.front().bytes))
                                                : "none";
                 });
        }
    }
    void ask_keys() {
        facts_["token"] = text_of_digest(engine_.keys().token_mac("x"));
        facts_["request"] = text_of_digest(engine_.keys().request_mac("x"));
        std::vector<std::string> keys;
        for (const auto& key : engine_.keys().api_keys()) {
            keys.push_back(key.label + text_of_digest(key.secret_hash));
        }
        std::ranges::sort(keys);
        facts_["api keys"] = joined(keys);
    }
    void ask_organization(OrganizationId id) {
        const auto name = to_string(id.value);
        const auto stream = engine_.log().read_stream(StreamId::of(id), Version{1}, 10'000);
        if (stream) ask_sealed(id, *stream);
        note("stream " + name, stream, [](const auto& commits) {
            std::string text;
            for (const auto& commit : commits) {
                text += std::to_string(number(commit.position)) + ' ';
            }
            return text;
        });
        for (const auto status : {RowStatus::active, RowStatus::pending, RowStatus::former}) {
            MemberQuery query{.organization = id, .status = status, .limit = 1'000};
            note("members " + name + ' ' + std::string{name_of(status)},
                 engine_.views().members(query), [](const auto& page) {
                     std::string text;
                     for (const auto& row : page.rows) text += text_of(row);
                     return text;
                 });
        }
        note("audit " + name, engine_.views().audit({.organization = id, .limit = 1'000}),
             [](const auto& page) {
                 std::string text;
                 for (const auto& commit : page.rows) {
                     text += std::to_string(number(commit.position)) + ' ';
                 }
                 return text;
             });
        note("organization " + name, engine_.organizations().find(id), [](const auto& known) {
            const auto& state = known.organization;
            return state ? std::to_string(number(state->version)) + ' ' + state->name : "none";
        });
    }
    void ask_person(int who) {
        const auto address = address_of(who);
        const auto person = engine_.keys().find_person(address);
        note("person " + address, person,
             [](const auto& id) { return id ? to_string(id->value) : "nobody"; });
        if (!person || !*person) return;
        note("account " + address, engine_.views().person(**person), [](const auto& row) {
            return row ? row->name + ' ' + row->address + ' ' + to_string(row->person.value)
                       : "none";
        });
        note("organizations of " + address, engine_.log().organizations_of(**person), [](auto ids) {
            std::ranges::sort(ids);
            std::string text;
            for (const auto& id : ids) text += to_string(id.value) + ' ';
            return text;
        });
    }
    void ask_checks() {
        note("owed mail", engine_.views().owed_mail(10'000), [](const auto& mails) {
            std::vector<std::string> lines;
            for (const auto& mail : mails) {
                lines.push_back(to_string(mail.invitation.value) +
                                std::to_string(mail.send_number));
            }
            std::ranges::sort(lines);
            return joined(lines);
        });
        ask_verification();
        note("replay", engine_.views().compare_with_replay([](Position) {}), joined);
        facts_["verifier"] = text_of(engine_.notary().verifier());
        const auto note_signed = engine_.notary().sign_now();
        note("checkpoint", note_signed, [&](const std::string& text) {
            const auto opened = open_checkpoint(text, engine_.notary().verifier());
            return opened && opened->head == engine_.log().tree_head() ? "of this log" : text;
        });
    }

    /// A finding is no wrong answer: it is how damage is told that nothing has read yet.
    void ask_verification() {
        const auto findings = verify_log(engine_.log(), [](Position) {});
        facts_["verification"] = findings && findings->empty() ? "all is well"
                                 : findings ? told({FailureKind::corrupted, joined(*findings)})
                                            : told(findings.error());
    }

    /// What the invitations of an organisation hold, as the log has it.
    void ask_sealed(OrganizationId in, const std::vector<Commit>& commits) {
        for (const auto& commit : commits) {
            const auto* invite = std::get_if<InviteMember>(&commit.command);
            if (invite == nullptr) continue;
            const auto& row = invite->rows.front();
            const auto name =
                engine_.keys().unseal({in, row.person, PersonalField::name}, row.name);
            facts_["sealed in " + std::to_string(number(commit.position))] =
                name ? name->value_or("erased") : told(name.error());
        }
    }

    Engine& engine_;
    const int last_stage_;
    Facts facts_;
};

std::string text_of(const Receipt& receipt) {
    std::string text = std::to_string(number(receipt.position)) + " version " +
                       std::to_string(number(receipt.version)) + " events " +
                       std::to_string(receipt.events.size());
    if (receipt.outcome.rejection) text += std::string{name_of(*receipt.outcome.rejection)};
    return text;
}

}  // namespace

std::string text_of_digest(const Digest& digest) {
    std::ostringstream text;
    for (const int byte : digest) text << std::hex << byte << '.';
    return text.str();
}

Facts facts_of(Engine& engine, int last_stage) {
    return Asker{engine, last_stage}.ask();
}

Facts receipts_of(Engine& engine, int last_stage, std::size_t stride) {
    Facts facts;
    std::size_t at = 0;
    for (int stage = 0; stage <= last_stage; ++stage) {
        for (const Step& step : steps_of_stage(engine, stage)) {
            if (at++ % stride != 0) continue;
            const Answer answer = run(engine, step);
            facts["receipt " + std::to_string(at)] =
                answer ? text_of(*answer) : told(answer.error());
        }
    }
    return facts;
}

Differences compare(const Facts& before, const Facts& after) {
    Differences result;
    for (const auto& [question, answer] : after) {
        const auto known = before.find(question);
        const auto expected = known == before.end() ? std::string{"nothing"} : known->second;
        if (answer == expected) continue;
        const bool failed = answer.starts_with(failure_mark);
        (failed ? result.failures : result.wrong)
            .push_back(question + ": " + answer + (failed ? "" : ", and was: " + expected));
    }
    return result;
}

void write_facts(const Facts& facts, const std::filesystem::path& file) {
    std::ofstream out{file};
    for (const auto& [question, answer] : facts) out << question << '\t' << answer << '\n';
}

Facts read_facts(const std::filesystem::path& file) {
    Facts facts;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        const auto tab = line.find('\t');
        facts[line.substr(0, tab)] = line.substr(tab + 1);
    }
    return facts;
}

}  // namespace muster::corruption
