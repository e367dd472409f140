// Running long work and telling how far it is.
#include "api/http/operations.h"

#include "api/verify.h"

#include <spdlog/spdlog.h>
#include <boost/json.hpp>

namespace muster::http {
namespace {

std::vector<std::string> verify(Engine& engine, const std::function<void(Position)>& progress) {
    auto findings = verify_log(engine.log(), progress);
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
    return {"the views were not rebuilt: " + rebuilt.error().detail};
}

}  // namespace

Operations::~Operations() {
    if (thread_.joinable()) thread_.join();
}

bool Operations::start(const std::string& kind) {
    const std::lock_guard lock{mutex_};
    if (state_ && state_->running) return false;
    if (thread_.joinable()) thread_.join();
    state_ = OperationState{.kind = kind, .running = true, .head = number(engine_.log().head())};
    thread_ = std::thread{[this, kind] { run(kind); }};
    return true;
}

void Operations::run(const std::string& kind) {
    const auto begun = std::chrono::steady_clock::now();
    const auto progress = [this](Position position) { reached(position); };
    auto findings = kind == "verify" ? verify(engine_, progress) : rebuild(engine_, progress);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
    spdlog::info("{}: {} findings in {:.1f} s", kind, findings.size(), taken.count());
    const std::lock_guard lock{mutex_};
    state_->findings = std::move(findings);
    state_->seconds = taken.count();
    state_->running = false;
}

void Operations::reached(Position position) {
    const std::lock_guard lock{mutex_};
    state_->reached = number(position);
}

std::optional<OperationState> Operations::state() const {
    const std::lock_guard lock{mutex_};
    return state_;
}

std::string operation_json(const OperationState& state) {
    boost::json::array findings;
    for (const std::string& line : state.findings) findings.push_back(boost::json::string{line});
    return boost::json::serialize(boost::json::object{{"kind", state.kind},
                                                      {"running", state.running},
                                                      {"reached", state.reached},
                                                      {"head", state.head},
                                                      {"seconds", state.seconds},
                                                      {"findings", std::move(findings)}});
}

}  // namespace muster::http
