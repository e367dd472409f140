// Who does the work that goes on beside the callers' threads: the writer's, the loader's, the
// views'. Each is a function that does a step of it. In the product every worker has a thread of
// its own; a simulation has them all take turns on one thread, in an order that it decides.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace muster {

/// Does a part of what there is to do and says how long it may wait until the next step, unless it
/// is woken; zero when there is more to do at once. Must not block for long.
using WorkStep = std::function<std::chrono::milliseconds()>;

/// One worker. Any thread but its own.
class Worker {
 public:
    /// No step begins after it, and none is under way.
    virtual ~Worker() = default;
    /// There is something to do.
    virtual void wake() = 0;
};

class Workers {
 public:
    virtual ~Workers() = default;
    /// The first step is taken at once. `name` is the thread's, at most 15 bytes.
    virtual std::unique_ptr<Worker> start(const std::string& name, WorkStep step) = 0;

    /// A thread each. Never destroyed.
    static Workers& with_threads();
};

}  // namespace muster
