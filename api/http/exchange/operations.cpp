// Running long work and telling how far it is.
#include "api/http/exchange/operations.h"

#include "api/verify.h"
#include "eventstore/machine/time_text.h"

#include <spdlog/spdlog.h>
#include <boost/json.hpp>

namespace muster::http {
namespace {

std::vector<std::string> verify(Engine& engine, const std::optional<TreeHead>& remembered,
                                const std::function<void(Position)>& progress) {
    auto findings = verify_log(engine.log(), progress, remembered);
    if (!findings) return {"the log cannot be read: " + findings.error().detail};
    const auto differences = engine.views().compare_with_replay(progress);
    if (!differences) {
        findings->push_back("the views cannot be compared: " + differences.error().detail);
    } else {
        for (const std::string& line : *differences) findings->push_back("views: " + line);
    }
    return *findings;
}

std::vector<std::string> rebuild(Engine& engine, const std::function<void(Position)>& progress) {
    const auto rebuilt = engine.views().rebuild(progress);
    if (rebuilt) return {};
    if (rebuilt.error().kind == FailureKind::view_unavailable) return {rebuilt.error().detail};
    return {"the views were not rebuilt: " + rebuilt.error().detail};
}

boost::json::object backup_object(const BackupDone& done) {
    boost::json::object object{
        {"log", to_string(done.log.log_id)},     {"commits", done.log.head.size},
        {"root", root_text(done.log.head.root)}, {"recorded_at", rfc3339(done.log.recorded_at)},
        {"new_commits", done.log.added},         {"bytes", done.log.bytes}};
    if (done.keys) {
        object["keys"] = {{"rows", done.keys->key_seq}, {"bytes", done.keys->bytes}};
    }
    return object;
}

double seconds_since(std::chrono::microseconds begun) {
    return std::chrono::duration<double>(steady_time() - begun).count();
}

}  // namespace

Operations::~Operations() {
    ending_ = true;
    if (!thread_.joinable()) return;
    engine_.views().stop_long_work();
    thread_.join();
}

bool Operations::start(const OperationOrder& order) {
    const std::lock_guard lock{mutex_};
    if (state_ && state_->running) return false;
    if (thread_.joinable()) thread_.join();
    state_ =
        OperationState{.kind = order.kind, .running = true, .head = number(engine_.log().head())};
    begun_ = steady_time();
    pace_ = {};
    thread_ = std::thread{[this, order] { run(order); }};
    return true;
}

void Operations::run(const OperationOrder& order) {
    auto findings = findings_of(order);
    const std::lock_guard lock{mutex_};
    state_->seconds = seconds_since(begun_);
    spdlog::info("{}: {} findings in {:.1f} s", order.kind, findings.size(), state_->seconds);
    state_->findings = std::move(findings);
    state_->running = false;
}

std::vector<std::string> Operations::findings_of(const OperationOrder& order) {
    const auto progress = [this](Position position) { reached(position); };
    if (order.kind == "verify") return verify(engine_, order.remembered, progress);
    if (order.kind == "backup") return back_up(order);
    return rebuild(engine_, progress);
}

/// The log first and then the keys, so that they have every row that its commits need.
std::vector<std::string> Operations::back_up(const OperationOrder& order) {
    const bool with_keys = !order.keys_folder.empty();
    if (with_keys && !are_apart(order.folder, order.keys_folder)) {
        return {"keys/ is backed up to a folder apart from the log's, and neither in the other"};
    }
    const auto log = back_up_log({.log = engine_.log(),
                                  .notary = engine_.notary(),
                                  .folder = order.folder,
                                  .go_on = [this](Position position) {
                                      reached(position);
                                      return !ending_;
                                  }});
    if (!log) return {"nothing was added to the backup: " + log.error().detail};
    BackupDone done{.log = *log, .keys = {}};
    if (with_keys) {
        const auto keys = back_up_keys(engine_.keys(), engine_.log().id(), order.keys_folder);
        if (!keys) {
            return {"the log is backed up, but keys/ is not: " + keys.error().detail};
        }
        done.keys = *keys;
    }
    const std::lock_guard lock{mutex_};
    state_->backup = done;
    return {};
}

void Operations::reached(Position position) {
    const std::lock_guard lock{mutex_};
    state_->reached = number(position);
    pace_.reach(position, steady_time());
}

std::optional<OperationState> Operations::state() const {
    const std::lock_guard lock{mutex_};
    std::optional<OperationState> state = state_;
    if (!state || !state->running) return state;
    state->seconds = seconds_since(begun_);
    state->rate = pace_.rate();
    state->seconds_left = pace_.seconds_until(Position{state->head});
    return state;
}

std::string operation_json(const OperationState& state) {
    boost::json::array findings;
    for (const std::string& line : state.findings) findings.push_back(boost::json::string{line});
    boost::json::object object{{"kind", state.kind},       {"running", state.running},
                               {"reached", state.reached}, {"head", state.head},
                               {"seconds", state.seconds}, {"findings", std::move(findings)}};
    if (state.rate) object["rate"] = *state.rate;
    if (state.seconds_left) object["seconds_left"] = *state.seconds_left;
    if (state.backup) object["backup"] = backup_object(*state.backup);
    return boost::json::serialize(object);
}

}  // namespace muster::http
