// The steps of the life that is damaged later.
#include "tests/corruption/history.h"

#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"
#include "eventstore/machine/crypto.h"

namespace muster::corruption {
namespace {

constexpr int people_per_stage = 6;
constexpr int people_per_organization = 100;
constexpr int founder_offset = 99;

boost::uuids::uuid uuid_numbered(std::uint8_t kind, int number) {
    boost::uuids::uuid id{};
    id.data[0] = 0xC0;
    id.data[1] = kind;
    id.data[14] = static_cast<std::uint8_t>(number / 256);
    id.data[15] = static_cast<std::uint8_t>(number % 256);
    return id;
}

/// Gathers the steps of one stage in one organisation.
class Stage {
 public:
    Stage(Engine& engine, int stage, int in, std::vector<Step>& steps)
        : engine_{engine},
          first_person_{in * people_per_organization + stage * people_per_stage},
          founder_{in * people_per_organization + founder_offset},
          number_{in * 100 + stage},
          organization_{organization_number(in)},
          steps_{steps} {}

    void begin() {
        const PersonId founder = person(founder_);
        add(FoundOrganization{
            .organization = organization_,
            .name = "Acme",
            .blueprint = *read_blueprint(shipped_blueprint("open-source")),
            .founder = founder,
            .founder_name = sealed(founder, PersonalField::name, "Ada"),
            .founder_address = sealed(founder, PersonalField::address, address_of(founder_))});
    }
    void go_on() {
        add(RemoveMember{organization_, person(founder_), true});
        for (int who = 0; who < 3; ++who) add(registering(first_person_ + who));
        add(CreateWorkspace{organization_, WorkspaceId{uuid_numbered(3, number_)},
                            "team " + std::to_string(number_)});
        for (int who = 0; who < people_per_stage; ++who) add(inviting(first_person_ + who));
        for (int who = 0; who < 3; ++who) {
            add(AcceptInvitation{.organization = organization_,
                                 .invitation = invitation(first_person_ + who),
                                 .send_number = 1,
                                 .signed_in = true},
                Actor::of(person(first_person_ + who)));
        }
        add(CancelInvitation{organization_, invitation(first_person_ + 3)});
        add(ResendInvitation{organization_, invitation(first_person_ + 4)});
        add(ChangeRole{organization_, person(first_person_), {RoleId{"admin"}}});
        add(RecordSignIn{person(first_person_), organization_});
        add(RecordSignIn{person(first_person_ + 1), {}});
        add(RemoveMember{organization_, person(first_person_ + 2), true});
        add(RenameOrganization{organization_, "Acme " + std::to_string(number_)});
    }

 private:
    // Damaged keys may fail here; a receipt is found by its request alone.
    PersonId person(int who) {
        return engine_.keys().person_for(address_of(who)).value_or(PersonId{});
    }
    static InvitationId invitation(int who) { return {uuid_numbered(2, who)}; }
    Sealed sealed(PersonId whose, PersonalField field, const std::string& text) {
        return engine_.keys().seal({organization_, whose, field}, text).value_or(Sealed{});
    }
    InviteMember inviting(int who) {
        const PersonId invited = person(who);
        InviteMember command{.organization = organization_};
        command.rows.push_back(
            {.invitation = invitation(who),
             .person = invited,
             .roles = {RoleId{"member"}},
             .name = sealed(invited, PersonalField::name, "Person " + std::to_string(who)),
             .address = sealed(invited, PersonalField::address, address_of(who))});
        return command;
    }
    RegisterPerson registering(int who) {
        const PersonId registered = person(who);
        const auto sealed_for = [&](PersonalField field, const std::string& text) {
            return engine_.keys().seal({{}, registered, field}, text).value_or(Sealed{});
        };
        return {.person = registered,
                .name = sealed_for(PersonalField::name, "Account " + std::to_string(who)),
                .address = sealed_for(PersonalField::address, address_of(who)),
                .verified = true};
    }
    void add(Command command, Actor actor = Actor::the_operator()) {
        const auto key = "request " + std::to_string(number_) + "-" + std::to_string(steps_.size());
        steps_.push_back({std::move(command), actor, {sha256(key), sha256("body of " + key)}});
    }

    Engine& engine_;
    const int first_person_;
    const int founder_;
    const int number_;
    const OrganizationId organization_;
    std::vector<Step>& steps_;
};

}  // namespace

OrganizationId organization_number(int number) {
    return {uuid_numbered(1, number)};
}

std::string address_of(int person) {
    return "person" + std::to_string(person) + "@example.org";
}

std::vector<int> people_until(int stage) {
    std::vector<int> people;
    for (int in = 0; in < organization_count; ++in) {
        for (int who = 0; who < (stage + 1) * people_per_stage; ++who) {
            people.push_back(in * people_per_organization + who);
        }
        people.push_back(in * people_per_organization + founder_offset);
    }
    return people;
}

std::vector<Step> steps_of_stage(Engine& engine, int stage) {
    std::vector<Step> steps;
    for (int in = 0; in < organization_count; ++in) {
        Stage part{engine, stage, in, steps};
        if (stage == 0) part.begin();
        part.go_on();
    }
    return steps;
}

Answer run(Engine& engine, const Step& step) {
    Context context{.actor = step.actor, .command_id = {random_uuid()}};
    return engine.execute(step.command, std::move(context), {.request = step.request});
}

void live_through(Engine& engine, int stage) {
    for (const Step& step : steps_of_stage(engine, stage)) {
        const Answer answer = run(engine, step);
        ENSURE(answer.has_value());
    }
}

}  // namespace muster::corruption
