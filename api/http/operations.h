// Long work that an operator asks for over HTTP: verifying and rebuilding. One at a time, on a
// thread of its own; its progress is read while it runs.
#pragma once

#include "api/engine.h"

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace muster::http {

struct OperationState {
    std::string kind;
    bool running = false;
    std::uint64_t reached = 0;  ///< position
    std::uint64_t head = 0;
    std::vector<std::string> findings;  ///< what is wrong; empty when all is well
    double seconds = 0;
};

class Operations {
 public:
    explicit Operations(Engine& engine) : engine_{engine} {}
    ~Operations();
    Operations(const Operations&) = delete;
    Operations& operator=(const Operations&) = delete;

    /// "verify" or "rebuild-views"; false while another one runs.
    bool start(const std::string& kind);
    std::optional<OperationState> state() const;

 private:
    void run(const std::string& kind);
    void reached(Position position);

    Engine& engine_;
    mutable std::mutex mutex_;
    std::optional<OperationState> state_;
    std::thread thread_;
};

std::string operation_json(const OperationState& state);

}  // namespace muster::http
