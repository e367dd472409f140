// Asking.
#include "tests/simulation/clients.h"

#include "eventstore/machine/crypto.h"
#include "tests/domain/given.h"
#include "tests/domain/move_reader.h"
#include "tests/simulation/edge.h"

#include <string>
#include <utility>

namespace muster::simulation {
namespace {

/// Draws several small choices from one number.
class Choices {
 public:
    explicit Choices(std::uint32_t number) : left_{number} {}
    bool one_in(std::uint32_t count) {
        const bool hit = left_ % count == 0;
        left_ /= count;
        return hit;
    }

 private:
    std::uint32_t left_;
};

}  // namespace

Clients::Clients(const Plan& plan, Computer& computer, Book& book, Witness& witness,
                 std::function<void(const std::string&)> noted)
    : plan_{plan}, computer_{computer}, book_{book}, witness_{witness}, noted_{std::move(noted)} {}

/// Both organisations come first.
std::optional<Command> Clients::founding() const {
    using domain_tests::organization;
    for (const std::uint64_t number : {1U, 2U}) {
        if (witness_.world().organization(organization(number)) != nullptr) continue;
        const SharedBlueprint& rules = number == 1 ? plan_.first : plan_.second;
        return FoundOrganization{organization(number),    "Atelier", rules,
                                 domain_tests::person(1), {},        {}};
    }
    return std::nullopt;
}

RequestRecord Clients::fresh_request() {
    const std::string number = std::to_string(++requests_);
    return {sha256("key " + number), sha256("body " + number)};
}

Question Clients::question_for(const PlanStep& step) {
    Question question;
    Choices choices{step.number};
    if (auto first = founding()) {
        question.command = std::move(*first);
        question.context.actor = Actor::the_operator();
    } else {
        const domain_tests::MemoryWorld& world = witness_.world();
        auto asked = read(world, sensible(world, step.move), ids_);
        question.command = std::move(asked.command);
        question.context.actor = asked.actor;
        question.context.reason = std::move(asked.reason);
    }
    name_people(question.command);
    question.dry_run = choices.one_in(12);
    if (!question.dry_run && !choices.one_in(4)) question.request = fresh_request();
    const auto own = organization_of(question.command);
    const Organization* state = own ? witness_.world().organization(*own) : nullptr;
    if (state != nullptr && choices.one_in(6)) {
        const bool stale = choices.one_in(4);
        question.expected_version = Version{number(state->version) - (stale ? 1 : 0)};
    }
    return question;
}

void Clients::ask(const PlanStep& step) {
    send(book_.ask(question_for(step)));
}

void Clients::retry(std::uint32_t number) {
    if (book_.questions() == 0) return;
    // Mostly one that nobody answered, of the newest.
    const std::size_t from = number % book_.questions();
    std::size_t chosen = from;
    for (std::size_t back = 0; number % 4 != 0 && back < book_.questions(); ++back) {
        const std::size_t candidate = book_.questions() - 1 - back;
        if (!book_.is_open(candidate) || !book_.question(candidate).request) continue;
        chosen = candidate;
        if ((number >> (back % 16)) % 2 == 0) break;
    }
    if (book_.question(chosen).request) send(chosen);
}

void Clients::reuse_key(const PlanStep& step) {
    if (book_.questions() == 0) return;
    Question question = book_.question(step.number % book_.questions());
    if (!question.request) return;
    question.request->fingerprint = fresh_request().fingerprint;
    send(book_.ask(std::move(question)));
}

void Clients::send(std::size_t number) {
    const Question& question = book_.question(number);
    Command command = question.command;
    Context context = question.context;
    Engine& engine = computer_.engine();
    // Whom the edge cannot name it turns away.
    if (!seal_all(engine.keys(), command, context)) return;
    context.command_id = {random_uuid()};
    ExecuteOptions options;
    options.request = question.request;
    if (question.expected_version) options.expected_versions = {*question.expected_version};
    options.dry_run = question.dry_run;
    options.wait_for_views = number % 3 != 0;
    const CommandId id = context.command_id;
    book_.sent(id, number);
    engine.submit(std::move(command), std::move(context), options,
                  [this, id, life = computer_.life()](Answer answer) {
                      if (!computer_.is_heard(life)) return;
                      noted_(answer ? "answer " + std::to_string(muster::number(answer->position))
                                    : "failure " + std::string{name_of(answer.error().kind)});
                      answers_.emplace_back(id, std::move(answer));
                  });
}

Violation Clients::check(const EventLog& log) {
    if (auto violation = witness_.look(log)) return violation;
    // A disk that does not read now is asked again later.
    if (witness_.seen().size() < muster::number(log.head())) return std::nullopt;
    for (const auto& [id, answer] : std::exchange(answers_, {})) {
        if (auto violation = book_.answered(id, answer, witness_.seen())) return violation;
    }
    return std::nullopt;
}

}  // namespace muster::simulation
