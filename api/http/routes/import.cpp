// Lines to commands, commands to the engine in order, and the first that fails.
#include "api/http/routes/import.h"

#include "api/http/exchange/people_in_bodies.h"
#include "api/http/read/known.h"
#include "api/http/show/problems.h"
#include "api/text/address.h"
#include "api/text/timestamps.h"
#include "domain/key_text.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace muster::http {
namespace {

/// One line as it is read. What is wrong with it goes into `body`; a failure outside is noted there
/// too, and told instead.
struct Line {
    Engine& engine;
    PersonalData& personal;
    Body& body;
    Field<Actor> actor = Actor::the_operator();
    std::optional<Failure> failure = {};

    Field<OrganizationId> organization() const {
        return body.text("organization").then([](const std::string& label) {
            return OrganizationId{id_of_label("organization", label)};
        });
    }
    static Field<WorkspaceId> workspace(Body& part, const Field<OrganizationId>& within) {
        const auto labelled = [](OrganizationId organization, const std::string& label) {
            return WorkspaceId{id_of_label(to_string(organization), label)};
        };
        return together(labelled, within, part.text("workspace"));
    }
    Field<InvitationId> invitation(const Field<OrganizationId>& within) const {
        const auto labelled = [](OrganizationId organization, const std::string& label) {
            return InvitationId{id_of_label(to_string(organization) + "/invitation", label)};
        };
        return together(labelled, within, body.text("invitation"));
    }
    Field<NamedPerson> person(Body& part) {
        return read_person(part, ByIds::yes).then([this](const WrittenPerson& written) {
            return or_failed(resolve(personal, written));
        });
    }
    Field<SealedPerson> sealed(const Field<NamedPerson>& who, const Field<OrganizationId>& within) {
        const auto seal = [this](const NamedPerson& person, OrganizationId organization) {
            return or_failed(seal_person(engine, personal, person, organization));
        };
        return together(seal, who, within);
    }
    template <class Value>
    Field<Value> or_failed(std::expected<Value, Failure> result) {
        if (result) return std::move(*result);
        failure = result.error();
        return body.wrong("", "cannot be taken now");
    }
};

Field<Command> read_founding(Line& line) {
    const auto organization = line.organization();
    const auto name = line.body.text("name");
    const auto blueprint = line.body.read(
        "blueprint", [](std::string_view shipped) -> std::expected<SharedBlueprint, std::string> {
            const auto rules = read_blueprint(shipped_blueprint(shipped));
            if (rules) return *rules;
            return std::unexpected("must be the name of a shipped blueprint");
        });
    Body part = line.body.object("founder");
    const auto founder = line.person(part);
    const auto sealed = line.sealed(founder, organization);
    const auto founding = [](OrganizationId id, const std::string& called,
                             const SharedBlueprint& rules, const NamedPerson& who,
                             const SealedPerson& sealed_texts) -> Command {
        return FoundOrganization{.organization = id,
                                 .name = called,
                                 .blueprint = rules,
                                 .founder = who.person,
                                 .founder_name = sealed_texts.name,
                                 .founder_address = sealed_texts.address};
    };
    return together(founding, organization, name, blueprint, founder, sealed);
}

Field<Command> read_registration(Line& line) {
    const auto verified = line.body.boolean("verified", true);
    const auto person =
        line.person(line.body).then([&](const NamedPerson& who) -> Field<NamedPerson> {
            if (who.name.empty()) return line.body.wrong("name", "is needed");
            return who;
        });
    const auto sealed = line.sealed(person, OrganizationId{});
    const auto registration = [](bool is_verified, const NamedPerson& who,
                                 const SealedPerson& sealed_texts) -> Command {
        return RegisterPerson{.person = who.person,
                              .name = sealed_texts.name,
                              .address = sealed_texts.address,
                              .verified = is_verified};
    };
    return together(registration, verified, person, sealed);
}

Field<Command> read_invitation(Line& line) {
    const auto organization = line.organization();
    const auto invitation =
        line.body.has("invitation") ? line.invitation(organization) : InvitationId{random_uuid()};
    const auto row = read_row(line.body, ByIds::yes, UnreadableAddress::is_wrong,
                              [&](Body& part) { return Line::workspace(part, organization); });
    const auto sealed = together(
        [&](const ReadRow& read, InvitationId id, OrganizationId within) {
            return line.or_failed(seal_row(line.engine, line.personal, read, id, within));
        },
        row, invitation, organization);
    const auto inviting = [](OrganizationId within, const InvitationRow& whole) -> Command {
        return InviteMember{.organization = within, .rows = {whole}};
    };
    return together(inviting, organization, sealed);
}

Field<Command> read_acceptance(Line& line) {
    const auto organization = line.organization();
    const auto invitation = line.invitation(organization);
    const auto send_number = line.body.whole_number("send_number", 1, 1);
    const auto signed_in = line.body.boolean("signed_in", false);
    const auto person = line.person(line.body);
    line.actor = person.then([](const NamedPerson& who) { return Actor::of(who.person); });
    const auto sealed = line.sealed(person, OrganizationId{});
    const auto acceptance = [](OrganizationId within, InvitationId id, std::uint32_t number,
                               bool in_person, const SealedPerson& account) -> Command {
        return AcceptInvitation{.organization = within,
                                .invitation = id,
                                .send_number = number,
                                .signed_in = in_person,
                                .account_name = account.name,
                                .account_address = account.address};
    };
    return together(acceptance, organization, invitation, send_number, signed_in, sealed);
}

Field<Command> read_new_role(Line& line) {
    const auto organization = line.organization();
    // It stands in addresses from then on.
    const auto role = line.body.read(
        "role", [](std::string_view text) -> std::expected<std::string, std::string> {
            if (is_key_text(text)) return std::string{text};
            return std::unexpected("must be 1 to 64 characters of a-z, 0-9, '_', '.' and '-'");
        });
    const auto name = line.body.text("name");
    const auto permissions = line.body.keys<PermissionId>("permissions");
    const auto creation = [](OrganizationId within, const std::string& id,
                             const std::string& called,
                             const std::vector<PermissionId>& given) -> Command {
        return CreateRole{within, {id}, called, given};
    };
    return together(creation, organization, role, name, permissions);
}

Field<Command> read_plan(Line& line) {
    const auto change = [](OrganizationId within, const std::string& plan,
                           const std::map<std::string, std::uint64_t>& limits) -> Command {
        ChangePlan command{.organization = within, .plan = {plan}, .limits = {}};
        for (const auto& [licence_class, limit] : limits) command.limits[{licence_class}] = limit;
        return command;
    };
    const auto organization = line.organization();
    const auto plan = line.body.text("plan");
    return together(change, organization, plan, line.body.numbers("limits"));
}

Field<Command> read_role_change(Line& line) {
    const auto change = [](OrganizationId within, const NamedPerson& who,
                           const std::vector<RoleId>& roles) -> Command {
        return ChangeRole{within, who.person, roles};
    };
    const auto organization = line.organization();
    const auto person = line.person(line.body);
    return together(change, organization, person, read_roles(line.body));
}

Field<Command> read_new_workspace(Line& line) {
    const auto creation = [](OrganizationId within, WorkspaceId id,
                             const std::string& name) -> Command {
        return CreateWorkspace{within, id, name};
    };
    const auto organization = line.organization();
    const auto workspace = Line::workspace(line.body, organization);
    return together(creation, organization, workspace, line.body.text("name"));
}

Field<Command> read_assignment(Line& line) {
    const auto assignment = [](OrganizationId within, const NamedPerson& who, WorkspaceId workspace,
                               const std::string& role) -> Command {
        return AssignWorkspaceRole{within, who.person, {workspace, {role}}};
    };
    const auto organization = line.organization();
    const auto person = line.person(line.body);
    const auto workspace = Line::workspace(line.body, organization);
    return together(assignment, organization, person, workspace, line.body.optional_text("role"));
}

Field<Command> read_withdrawal(Line& line) {
    const auto withdrawal = [](OrganizationId within, const NamedPerson& who,
                               WorkspaceId workspace) -> Command {
        return WithdrawWorkspaceRole{within, who.person, workspace};
    };
    const auto organization = line.organization();
    const auto person = line.person(line.body);
    return together(withdrawal, organization, person, Line::workspace(line.body, organization));
}

Field<Command> read_workspace_deletion(Line& line) {
    const auto organization = line.organization();
    return together(
        [](OrganizationId within, WorkspaceId id) -> Command {
            return DeleteWorkspace{within, id};
        },
        organization, Line::workspace(line.body, organization));
}

Field<Command> read_access(Line& line) {
    const auto organization = line.organization();
    return together(
        [](OrganizationId within, const NamedPerson& who) -> Command {
            return RecordSignIn{who.person, within};
        },
        organization, line.person(line.body));
}

template <class OfOrganization>
Field<Command> read_of_organization(Line& line) {
    return line.organization().then(
        [](OrganizationId within) -> Command { return OfOrganization{within}; });
}

template <class OfInvitation>
Field<Command> read_of_invitation(Line& line) {
    const auto organization = line.organization();
    return together(
        [](OrganizationId within, InvitationId id) -> Command {
            return OfInvitation{within, id};
        },
        organization, line.invitation(organization));
}

template <class OfMember>
Field<Command> read_of_member(Line& line) {
    const auto organization = line.organization();
    return together(
        [](OrganizationId within, const NamedPerson& who) -> Command {
            return OfMember{within, who.person};
        },
        organization, line.person(line.body));
}

template <class OfOneRole>
Field<Command> read_of_one_role(Line& line) {
    const auto organization = line.organization();
    const auto person = line.person(line.body);
    return together(
        [](OrganizationId within, const NamedPerson& who, const std::string& role) -> Command {
            return OfOneRole{within, who.person, {role}};
        },
        organization, person, line.body.text("role"));
}

/// What a line may ask for.
struct Kind {
    std::string_view command;
    std::string_view fields;  ///< as the help has them
    Field<Command> (*read)(Line&);
};

constexpr auto kinds = std::to_array<Kind>({
    {"FoundOrganization", "organization name blueprint founder", read_founding},
    {"RegisterPerson", "PERSON verified?", read_registration},
    {"InviteMember", "organization PERSON role? roles? workspaces? details? invitation?",
     read_invitation},
    {"AcceptInvitation", "organization invitation PERSON send_number? signed_in?", read_acceptance},
    {"CreateRole", "organization role name permissions?", read_new_role},
    {"ChangePlan", "organization plan limits?", read_plan},
    {"ResendInvitation", "organization invitation", read_of_invitation<ResendInvitation>},
    {"CancelInvitation", "organization invitation", read_of_invitation<CancelInvitation>},
    {"SuspendMember", "organization PERSON", read_of_member<SuspendMember>},
    {"ReinstateMember", "organization PERSON", read_of_member<ReinstateMember>},
    {"RemoveMember", "organization PERSON", read_of_member<RemoveMember>},
    {"AssignRole", "organization PERSON role", read_of_one_role<AssignRole>},
    {"WithdrawRole", "organization PERSON role", read_of_one_role<WithdrawRole>},
    {"ChangeRole", "organization PERSON role? roles?", read_role_change},
    {"CreateWorkspace", "organization workspace name", read_new_workspace},
    {"DeleteWorkspace", "organization workspace", read_workspace_deletion},
    {"AssignWorkspaceRole", "organization PERSON workspace role?", read_assignment},
    {"WithdrawWorkspaceRole", "organization PERSON workspace", read_withdrawal},
    {"RecordSignIn", "organization PERSON", read_access},
    {"EndOrganization", "organization", read_of_organization<EndOrganization>},
    {"FinishImport", "organization", read_of_organization<FinishImport>},
});

Field<Command> read_command(Line& line) {
    return line.body.text("command").then([&](const std::string& name) -> Field<Command> {
        const auto* kind = std::ranges::find(kinds, name, &Kind::command);
        if (kind != kinds.end()) return kind->read(line);
        std::vector<std::string> known;
        for (const Kind& other : kinds) known.emplace_back(other.command);
        return line.body.wrong(
            "command", "is not one that an import knows, which are " + listed(known, known.size()));
    });
}

struct ReadLine {
    Command command;
    Context context;
    Instant at;
};

std::expected<ReadLine, std::string> read_line(Engine& engine, PersonalData& personal,
                                               std::string_view text) {
    Body body = Body::parse(text);
    Line line{engine, personal, body};
    const auto read_time = [](std::string_view sent) -> std::expected<Instant, std::string> {
        const auto read = read_rfc3339(sent);
        if (read) return *read;
        return std::unexpected("must be an RFC 3339 time");
    };
    const auto at = body.read("at", read_time);
    if (body.has("actor")) {
        Body actor = body.object("actor");
        line.actor =
            line.person(actor).then([](const NamedPerson& who) { return Actor::of(who.person); });
    }
    const auto command = read_command(line);
    if (line.failure) return std::unexpected(std::string{name_of(line.failure->kind)});
    const auto accepted = body.finish();
    if (accepted) {
        return ReadLine{.command = command.in(*accepted),
                        .context = {.actor = line.actor.in(*accepted),
                                    .command_id = {random_uuid()},
                                    .origin = {},
                                    .reason = {},
                                    .imported = true},
                        .at = at.in(*accepted)};
    }
    std::string wrong;
    for (const FieldError& error : accepted.error()) {
        wrong += (wrong.empty() ? "" : "; ") + (error.field.empty() ? "the line" : error.field) +
                 ": " + error.message;
    }
    return std::unexpected(wrong);
}

/// A line that cannot be read makes nobody. What is decided on it is known only after those before
/// it, so that whom it names must be made first.
std::expected<ReadLine, std::string> read_line(Engine& engine, std::string_view text) {
    PersonalData personal{engine.keys()};
    auto read = read_line(engine, personal, text);
    if (!read || !personal.left_out()) return read;
    personal.make_rows();
    return read_line(engine, personal, text);
}

/// Lines that are decided and written at a time: each waits for the one so many before it. The last
/// of so many waits for the views, so that whoever else writes finds no more than twice as many
/// before them, there and in the writer.
constexpr std::size_t most_under_way = 256;

/// Collects answers; the request's thread waits for them.
struct Answers {
    std::mutex mutex;
    std::condition_variable one_more;
    std::vector<std::optional<Answer>> answers;
    std::size_t missing = 0;

    void wait_for(std::size_t index) {
        std::unique_lock lock{mutex};
        one_more.wait(lock, [&] { return answers[index].has_value(); });
    }
    void wait_for_all() {
        std::unique_lock lock{mutex};
        one_more.wait(lock, [&] { return missing == 0; });
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
                               .wait_for_views = texts_ % most_under_way == most_under_way - 1};
        const std::size_t index = texts_++;
        if (index >= most_under_way) answers_->wait_for(index - most_under_way);
        {
            const std::lock_guard lock{answers_->mutex};
            answers_->answers.emplace_back();
            ++answers_->missing;
        }
        engine_.submit(std::move(read->command), std::move(read->context), std::move(options),
                       [answers = answers_, index](Answer answer) {
                           const std::lock_guard lock{answers->mutex};
                           answers->answers[index] = std::move(answer);
                           --answers->missing;
                           answers->one_more.notify_all();
                       });
        ++line_;
        return true;
    }

    /// Answers once the views have what was accepted.
    Response finish() {
        answers_->wait_for_all();
        Position newest{};
        for (const auto& answer : answers_->answers) {
            if (*answer) newest = std::max(newest, (**answer).position);
        }
        Response response = told();
        if (newest == Position{}) return response;
        constexpr std::chrono::milliseconds patience{2'000};
        engine_.views().wait_for(newest, patience);
        response.set("Muster-Position", std::to_string(number(newest)));
        return response;
    }

 private:
    Response told() const {
        const std::uint64_t first = line_ - texts_;
        for (std::size_t i = 0; i < answers_->answers.size(); ++i) {
            const auto why = complaint(*answers_->answers[i]);
            if (why) return stopped_at(first + i, i, *why);
        }
        if (unreadable_) return stopped_at(line_, texts_, *unreadable_);
        Response response;
        response.body = boost::json::serialize(boost::json::object{{"accepted", texts_}});
        return response;
    }

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

std::string import_help() {
    std::string help =
        R"(A line is a JSON object with `at`, when it took effect (RFC 3339), `command`, and the
command's fields; those with a ? need not be there. `actor` may hold the PERSON who
did it, which is the operator otherwise.

)";
    std::size_t longest = 0;
    for (const Kind& kind : kinds) longest = std::max(longest, kind.command.size());
    for (const Kind& kind : kinds) {
        help += std::string{kind.command} + std::string(longest + 2 - kind.command.size(), ' ') +
                std::string{kind.fields} + "\n";
    }
    return help + R"(
A PERSON is `address` and perhaps `name`, or `person`, an id; `founder` is an object
with these. `workspaces` is a list of objects with `workspace` and perhaps `role`.
`organization`, `workspace` and `invitation` are ids or labels of your own: a label
means the same id wherever it stands, within its organisation.
)";
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
