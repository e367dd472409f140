// Sixteen steps in the life of an organisation.
#include "tests/power/script.h"

#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/form/codec.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"

#include <algorithm>

namespace muster::test {
namespace {

constexpr std::uint64_t steps_of_one = 16;

Digest digest_named(std::string_view kind, const Step& step) {
    return sha256(std::string{kind} + " " + std::to_string(step.seed) + " " +
                  std::to_string(step.number));
}

template <class Id>
Id id_named(std::string_view kind, const Step& step) {
    Id id;
    std::copy_n(digest_named(kind, step).begin(), id.value.size(), id.value.begin());
    return id;
}

/// The commands of one organisation's life. Nothing here depends on what happened before, so that
/// a step that was lost is only refused a successor.
class Life {
 public:
    Life(Engine& engine, const Step& step)
        : engine_{engine},
          founding_{step.seed, step.number / steps_of_one * steps_of_one},
          organization_{id_named<OrganizationId>("organisation", founding_)} {}

    Command command(std::uint64_t number) {
        switch (number % steps_of_one) {
            case 0:
                return found();
            case 1:
                return invite("bo");
            case 2:
                return invite("cy");
            case 3:
                return accept("bo");
            case 4:
                return CreateWorkspace{organization_, workspace(), "Team"};
            case 5:
                return AssignWorkspaceRole{
                    organization_, person("bo"), {workspace(), RoleId{"maintainer"}}};
            case 6:
                return ChangeRole{organization_, person("bo"), {RoleId{"admin"}}};
            case 7:
                return RecordSignIn{person("bo"), organization_};
            case 8:
                return registration("di");
            case 9:
                return RemoveMember{organization_, person("nobody"), true};
            case 10:
                return ResendInvitation{organization_, invitation("cy")};
            case 11:
                return accept("di");
            case 12:
                return RenameOrganization{organization_, "Acme & Sons"};
            case 13:
                return invite("ed");
            case 14:
                return RemoveMember{organization_, person("bo"), true};
            default:
                return CancelInvitation{organization_, invitation("ed")};
        }
    }
    Actor actor(std::uint64_t number) {
        const std::uint64_t which = number % steps_of_one;
        if (which == 3) return Actor::of(person("bo"));
        return which == 11 ? Actor::of(person("di")) : Actor::the_operator();
    }

 private:
    std::string address(const std::string& name) const {
        return name + std::to_string(founding_.number) + "@example.org";
    }
    PersonId person(const std::string& name) {
        // A disk without power may refuse; then the command is never answered either.
        return engine_.keys().person_for(address(name)).value_or(PersonId{});
    }
    InvitationId invitation(const std::string& name) const {
        return id_named<InvitationId>("invitation of " + name, founding_);
    }
    WorkspaceId workspace() const { return id_named<WorkspaceId>("workspace", founding_); }
    Sealed sealed(OrganizationId in, PersonId whose, PersonalField field, const std::string& text) {
        return engine_.keys().seal({in, whose, field}, text).value_or(Sealed{});
    }

    FoundOrganization found() {
        const PersonId ada = person("ada");
        return {
            .organization = organization_,
            .name = "Acme",
            .blueprint = *read_blueprint(shipped_blueprint("open-source")),
            .founder = ada,
            .founder_name = sealed(organization_, ada, PersonalField::name, "Ada"),
            .founder_address = sealed(organization_, ada, PersonalField::address, address("ada"))};
    }
    InviteMember invite(const std::string& name) {
        const PersonId who = person(name);
        InviteMember command{.organization = organization_};
        command.rows.push_back(
            {.invitation = invitation(name),
             .person = who,
             .roles = {RoleId{"member"}},
             .name = sealed(organization_, who, PersonalField::name, name),
             .address = sealed(organization_, who, PersonalField::address, address(name))});
        return command;
    }
    AcceptInvitation accept(const std::string& name) {
        const PersonId who = person(name);
        return {.organization = organization_,
                .invitation = invitation(name),
                .send_number = 1,
                .signed_in = true,
                .account_name = sealed({}, who, PersonalField::name, name),
                .account_address = sealed({}, who, PersonalField::address, address(name))};
    }
    RegisterPerson registration(const std::string& name) {
        const PersonId who = person(name);
        return {.person = who,
                .name = sealed({}, who, PersonalField::name, name),
                .address = sealed({}, who, PersonalField::address, address(name)),
                .verified = true};
    }

    Engine& engine_;
    const Step founding_;
    const OrganizationId organization_;
};

}  // namespace

RequestRecord request_of(const Step& step) {
    return {.key = digest_named("request", step), .fingerprint = digest_named("body", step)};
}

Answer run(Engine& engine, const Step& step) {
    Life life{engine, step};
    const Context context{.actor = life.actor(step.number),
                          .command_id = id_named<CommandId>("command", step)};
    return engine.execute(life.command(step.number), context, {.request = request_of(step)});
}

std::string digest_of(const Receipt& receipt) {
    Commit commit;
    commit.position = receipt.position;
    commit.command = receipt.command;
    commit.outcome = receipt.outcome;
    commit.events = receipt.events;
    const Digest digest =
        sha256(encode(commit) + std::to_string(static_cast<std::uint64_t>(receipt.version)));
    return base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

ApiKeyRecord api_key_of(const Step& step) {
    ApiKeyRecord key;
    const Digest id = digest_named("api key", step);
    std::copy_n(id.begin(), key.id.size(), key.id.begin());
    key.label = "key " + std::to_string(step.number);
    key.secret_hash = digest_named("secret", step);
    key.platform_operator = true;
    return key;
}

}  // namespace muster::test
