// Asking for an operation and polling until it is done.
#include "tools/muster/operation.h"

#include "tools/muster/commands.h"

#include <spdlog/fmt/fmt.h>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <thread>

namespace muster::tool {

namespace json = boost::json;

std::expected<json::value, std::string> ask_json(Door& door, const std::string& method,
                                                 const std::string& target,
                                                 const std::string& body) {
    auto response = door.ask(method, target, body);
    if (!response) return std::unexpected(response.error());
    boost::system::error_code error;
    json::value value = json::parse(response->body, error);
    constexpr unsigned first_error = 400;
    if (error) return std::unexpected("the answer is not JSON: " + response->body);
    if (response->status < first_error) return value;
    const auto* detail = value.is_object() ? value.get_object().if_contains("detail") : nullptr;
    return std::unexpected(detail == nullptr ? response->body : std::string{detail->as_string()});
}

/// Told while it runs and is known; padded, as it is written over what was longer.
std::string pace_of(const json::object& state) {
    const auto* rate = state.if_contains("rate");
    const auto* left = state.if_contains("seconds_left");
    if (rate == nullptr || left == nullptr) return std::string(40, ' ');
    return fmt::format(", {:.0f} a second, {:.0f} s left{:10}", rate->to_number<double>(),
                       left->to_number<double>(), "");
}

std::expected<json::object, std::string> run_to_its_end(Door& door, const std::string& kind,
                                                        const std::string& body) {
    auto state = ask_json(door, "POST", "/v1/operations/" + kind, body);
    if (!state) return std::unexpected(state.error());
    constexpr std::chrono::milliseconds between_looks{200};
    while (state->at("running").as_bool()) {
        std::this_thread::sleep_for(between_looks);
        state = ask_json(door, "GET", "/v1/operations");
        if (!state) return std::unexpected(state.error());
        std::cerr << "\r" << kind << ": position " << json::serialize(state->at("reached"))
                  << " of " << json::serialize(state->at("head")) << pace_of(state->as_object())
                  << std::flush;
    }
    std::cerr << "\n";
    return state->as_object();
}

int run_operation(const DoorOptions& options, const std::string& kind, const std::string& body) {
    auto door = open_door(options);
    const auto state = door ? run_to_its_end(**door, kind, body) : std::unexpected(door.error());
    if (!state) {
        std::cerr << "muster: " << state.error() << "\n";
        return 1;
    }
    const auto& findings = state->at("findings").as_array();
    for (const auto& finding : findings) std::cout << finding.as_string().c_str() << "\n";
    const auto head = state->at("head").to_number<double>();
    const double seconds = state->at("seconds").to_number<double>();
    std::cout << kind << ": " << (findings.empty() ? "all is well" : "NOT well") << ", "
              << json::serialize(state->at("head")) << " commits, " << std::fixed
              << std::setprecision(0) << (seconds > 0 ? head / seconds : 0) << " a second\n";
    return findings.empty() ? 0 : 1;
}

}  // namespace muster::tool
