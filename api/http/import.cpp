// Lines to commands, commands to the engine in order, and the first that fails.
#include "api/http/import.h"

#include "api/address.h"
#include "api/http/people_in_bodies.h"
#include "api/http/problems.h"
#include "api/timestamps.h"
#include "eventstore/blueprint_json.h"

#include <boost/json.hpp>

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace muster::http {
namespace {

/// One line as it is read: what it says goes through `body`, what went wrong outside into
/// `failure`.
struct Line {
    Engine& engine;
    Body& body;
    std::optional<Failure> failure;

    OrganizationId organization() {
        return {id_of_label("organization", body.text("organization"))};
    }
    WorkspaceId workspace(Body& part, OrganizationId within) const {
        return {id_of_label(to_string(within), part.text("workspace"))};
    }
    InvitationId invitation(OrganizationId within) const {
        return {id_of_label(to_string(within) + "/invitation", body.text("invitation"))};
    }
    NamedPerson person(Body& part) {
        return read_person(part, engine.keys(), ByIds::yes, failure).value_or(NamedPerson{});
    }
    SealedPerson sealed(const NamedPerson& who, OrganizationId within) {
        auto result = seal_person(engine, who, within);
        if (result) return std::move(*result);
        failure = result.error();
        return {};
    }
};

Command read_founding(Line& line) {
    const OrganizationId organization = line.organization();
    FoundOrganization command{.organization = organization, .name = line.body.text("name")};
    const std::string name = line.body.text("blueprint");
    const auto blueprint = read_blueprint(shipped_blueprint(name));
    if (blueprint) {
        command.blueprint = *blueprint;
    } else {
        line.body.wrong("blueprint", "must be the name of a shipped blueprint");
    }
    Body part = line.body.object("founder");
    const NamedPerson founder = line.person(part);
    SealedPerson sealed = line.sealed(founder, organization);
    command.founder = founder.person;
    command.founder_name = std::move(sealed.name);
    command.founder_address = std::move(sealed.address);
    return command;
}

Command read_registration(Line& line) {
    const bool verified = line.body.boolean("verified", true);
    const NamedPerson person = line.person(line.body);
    if (person.name.empty()) line.body.wrong("name", "is needed");
    SealedPerson sealed = line.sealed(person, {});
    return RegisterPerson{.person = person.person,
                          .name = std::move(sealed.name),
                          .address = std::move(sealed.address),
                          .verified = verified};
}

Command read_invitation(Line& line) {
    const OrganizationId organization = line.organization();
    InviteMember command{.organization = organization, .rows = {}};
    const auto workspace = [&](Body& part) { return line.workspace(part, organization); };
    const InvitationId invitation =
        line.body.has("invitation") ? line.invitation(organization) : InvitationId{random_uuid()};
    auto row = read_row(line.body, line.engine.keys(), ByIds::yes, line.failure, workspace);
    if (!row) return command;
    auto sealed = seal_row(line.engine, std::move(*row), invitation, organization);
    if (sealed) {
        command.rows.push_back(std::move(*sealed));
    } else {
        line.failure = sealed.error();
    }
    return command;
}

Command read_acceptance(Line& line, Context& context) {
    const OrganizationId organization = line.organization();
    AcceptInvitation command{
        .organization = organization,
        .invitation = line.invitation(organization),
        .send_number = static_cast<std::uint32_t>(line.body.integer("send_number").value_or(1)),
        .signed_in = line.body.boolean("signed_in", false)};
    const NamedPerson person = line.person(line.body);
    context.actor = Actor::of(person.person);
    SealedPerson sealed = line.sealed(person, {});
    command.account_name = std::move(sealed.name);
    command.account_address = std::move(sealed.address);
    return command;
}

Command read_new_role(Line& line) {
    const OrganizationId organization = line.organization();
    CreateRole command{.organization = organization,
                       .role = {line.body.text("role")},
                       .name = line.body.text("name"),
                       .permissions = {}};
    for (std::string& id : line.body.texts("permissions")) {
        command.permissions.push_back({std::move(id)});
    }
    return command;
}

Command read_plan(Line& line) {
    ChangePlan command{.organization = line.organization(), .plan = {line.body.text("plan")}};
    for (const auto& [licence_class, limit] : line.body.numbers("limits")) {
        command.limits[{licence_class}] = limit;
    }
    return command;
}

template <class OfMember>
Command read_of_member(Line& line, Context&) {
    const OrganizationId organization = line.organization();
    return OfMember{organization, line.person(line.body).person};
}

template <class OfOneRole>
Command read_of_one_role(Line& line, Context&) {
    const OrganizationId organization = line.organization();
    const PersonId person = line.person(line.body).person;
    return OfOneRole{organization, person, {line.body.text("role")}};
}

using Reader = Command (*)(Line&, Context&);

/// What a line may ask for, and how it is read.
const std::map<std::string, Reader, std::less<>>& readers() {
    static const std::map<std::string, Reader, std::less<>> table{
        {"FoundOrganization", [](Line& line, Context&) { return read_founding(line); }},
        {"RegisterPerson", [](Line& line, Context&) { return read_registration(line); }},
        {"InviteMember", [](Line& line, Context&) { return read_invitation(line); }},
        {"AcceptInvitation", read_acceptance},
        {"CreateRole", [](Line& line, Context&) { return read_new_role(line); }},
        {"ChangePlan", [](Line& line, Context&) { return read_plan(line); }},
        {"ResendInvitation",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             return ResendInvitation{organization, line.invitation(organization)};
         }},
        {"CancelInvitation",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             return CancelInvitation{organization, line.invitation(organization)};
         }},
        {"SuspendMember", read_of_member<SuspendMember>},
        {"ReinstateMember", read_of_member<ReinstateMember>},
        {"RemoveMember", read_of_member<RemoveMember>},
        {"AssignRole", read_of_one_role<AssignRole>},
        {"WithdrawRole", read_of_one_role<WithdrawRole>},
        {"ChangeRole",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             const NamedPerson person = line.person(line.body);
             return ChangeRole{organization, person.person, read_roles(line.body)};
         }},
        {"CreateWorkspace",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             const WorkspaceId workspace = line.workspace(line.body, organization);
             return CreateWorkspace{organization, workspace, line.body.text("name")};
         }},
        {"DeleteWorkspace",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             return DeleteWorkspace{organization, line.workspace(line.body, organization)};
         }},
        {"AssignWorkspaceRole",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             const NamedPerson person = line.person(line.body);
             const WorkspaceId workspace = line.workspace(line.body, organization);
             return AssignWorkspaceRole{
                 organization, person.person, {workspace, {line.body.optional_text("role")}}};
         }},
        {"WithdrawWorkspaceRole",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             const NamedPerson person = line.person(line.body);
             return WithdrawWorkspaceRole{organization, person.person,
                                          line.workspace(line.body, organization)};
         }},
        {"RecordSignIn",
         [](Line& line, Context&) -> Command {
             const OrganizationId organization = line.organization();
             return RecordSignIn{line.person(line.body).person, organization};
         }},
        {"EndOrganization",
         [](Line& line, Context&) -> Command { return EndOrganization{line.organization()}; }},
        {"FinishImport",
         [](Line& line, Context&) -> Command { return FinishImport{line.organization()}; }},
    };
    return table;
}

struct ReadLine {
    Command command;
    Context context;
    Instant at;
};

std::expected<ReadLine, std::string> read_line(Engine& engine, std::string_view text) {
    Body body = Body::parse(text);
    ReadLine result;
    result.context = {.actor = Actor::the_operator(),
                      .command_id = {random_uuid()},
                      .origin = {},
                      .reason = {},
                      .imported = true};
    Line line{engine, body, std::nullopt};
    const auto at = read_rfc3339(body.raw_text("at"));
    if (at) {
        result.at = *at;
    } else if (body.has("at")) {
        body.wrong("at", "must be an RFC 3339 time");
    }
    if (body.has("actor")) {
        Body actor = body.object("actor");
        result.context.actor = Actor::of(line.person(actor).person);
    }
    const std::string name = body.text("command");
    const auto reader = readers().find(name);
    if (reader == readers().end()) {
        if (!name.empty()) body.wrong("command", "is not one that an import knows");
    } else {
        result.command = reader->second(line, result.context);
    }
    if (line.failure) return std::unexpected(std::string{name_of(line.failure->kind)});
    std::string wrong;
    for (const FieldError& error : body.finish()) {
        wrong += (wrong.empty() ? "" : "; ") + (error.field.empty() ? "the line" : error.field) +
                 ": " + error.message;
    }
    if (!wrong.empty()) return std::unexpected(wrong);
    return result;
}

/// Counts answers; the request's thread waits for all of them.
struct Answers {
    std::mutex mutex;
    std::condition_variable all_here;
    std::vector<std::optional<Answer>> answers;
    std::size_t missing = 0;

    void wait() {
        std::unique_lock lock{mutex};
        all_here.wait(lock, [this] { return missing == 0; });
    }
};

/// Why a line did not go in; nothing when it did.
std::optional<std::string> complaint(const Answer& answer) {
    if (!answer) return std::string{name_of(answer.error().kind)};
    if (answer->accepted()) return std::nullopt;
    Rejection rejection = *answer->outcome.rejection;
    return std::string{name_of(rejection)} + ": " + std::string{sentence_of(rejection)};
}

Response stopped_at(std::uint64_t line, std::uint64_t accepted, const std::string& why) {
    Response response = problem(422, "import_stopped", why);
    response.body = boost::json::serialize(
        boost::json::object{{"type", "about:blank"},
                            {"title", "Import stopped"},
                            {"status", 422},
                            {"code", "import_stopped"},
                            {"detail", "line " + std::to_string(line) + ": " + why},
                            {"line", line},
                            {"accepted", accepted}});
    return response;
}

class Import {
 public:
    Import(Engine& engine, std::uint64_t first_line) : engine_{engine}, line_{first_line} {}

    /// False when the line cannot be read: the import ends before it.
    bool take(std::string_view text) {
        auto read = read_line(engine_, text);
        if (!read) {
            unreadable_ = read.error();
            return false;
        }
        const std::string name = std::to_string(line_) + " " + std::string{text};
        const Digest digest = engine_.keys().request_mac("import " + name);
        // FinishImport is the engine's own step and not history: it is not imported.
        const bool finishes = std::holds_alternative<FinishImport>(read->command);
        read->context.imported = !finishes;
        ExecuteOptions options{.request = RequestRecord{digest, digest},
                               .effective_at = finishes ? std::nullopt : std::optional{read->at},
                               .sequence = sequence_,
                               .wait_for_views = false};
        const std::size_t index = texts_++;
        {
            const std::lock_guard lock{answers_->mutex};
            answers_->answers.emplace_back();
            ++answers_->missing;
        }
        engine_.submit(std::move(read->command), std::move(read->context), std::move(options),
                       [answers = answers_, index](Answer answer) {
                           const std::lock_guard lock{answers->mutex};
                           answers->answers[index] = std::move(answer);
                           if (--answers->missing == 0) answers->all_here.notify_all();
                       });
        ++line_;
        return true;
    }

    Response finish() {
        answers_->wait();
        const std::uint64_t first = line_ - texts_;
        for (std::size_t i = 0; i < answers_->answers.size(); ++i) {
            const auto why = complaint(*answers_->answers[i]);
            if (why) return stopped_at(first + i, i, *why);
        }
        if (unreadable_) return stopped_at(line_, texts_, *unreadable_);
        constexpr std::chrono::seconds patience{2};
        engine_.views().wait_for(engine_.log().head(), patience);
        Response response;
        response.body = boost::json::serialize(boost::json::object{{"accepted", texts_}});
        return response;
    }

 private:
    Engine& engine_;
    std::uint64_t line_;
    std::size_t texts_ = 0;
    std::optional<std::string> unreadable_;
    std::shared_ptr<CommandSequence> sequence_ = std::make_shared<CommandSequence>();
    std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
};

}  // namespace

boost::uuids::uuid id_of_label(std::string_view scope, std::string_view label) {
    if (const auto id = parse_uuid(label)) return *id;
    const Digest digest = sha256("muster label " + std::string{scope} + " " + std::string{label});
    boost::uuids::uuid id{};
    std::copy_n(digest.begin(), id.size(), id.begin());
    constexpr std::uint8_t version_8 = 0x80;  // RFC 9562: ids by a rule of one's own
    constexpr std::uint8_t variant = 0x80;
    id.data[6] = static_cast<std::uint8_t>((id.data[6] & 0x0FU) | version_8);
    id.data[8] = static_cast<std::uint8_t>((id.data[8] & 0x3FU) | variant);
    return id;
}

Response import_response(Engine& engine, std::string_view lines, std::uint64_t first_line) {
    Import import{engine, first_line};
    while (!lines.empty()) {
        const auto end = std::min(lines.find('\n'), lines.size());
        if (!import.take(lines.substr(0, end))) break;
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    return import.finish();
}

}  // namespace muster::http
