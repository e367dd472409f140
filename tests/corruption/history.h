// The life that a data folder holds before it is damaged: three organisations, their people and
// invitations, refusals too. The same commands under the same request keys whenever it is asked
// for, so that any process can ask for the receipts again.
#pragma once

#include "api/engine.h"

#include <string>
#include <vector>

namespace muster::corruption {

struct Step {
    Command command;
    Actor actor;
    RequestRecord request;
};

/// The steps of one stage, from 0 on; each builds on the ones before. The addresses get their
/// people from the engine's keys.
std::vector<Step> steps_of_stage(Engine& engine, int stage);
/// Does a step as it was done the first time, or retries it.
Answer run(Engine& engine, const Step& step);
/// Does a whole stage and demands an answer to every step.
void live_through(Engine& engine, int stage);

constexpr int organization_count = 3;
OrganizationId organization_number(int number);
std::string address_of(int person);
/// Everybody who has been named in the stages up to this one.
std::vector<int> people_until(int stage);

}  // namespace muster::corruption
