// Threads for requests that the server's own cannot wait for: long reads, exports and imports, each
// caller bounded, so that nobody's take all of them; and what goes on after it waited. Any thread.
#pragma once

#include <boost/uuid/uuid.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace muster::http {

class WorkPool {
 public:
    static constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();
    struct Size {
        std::size_t threads = 2;
        std::size_t running_of_one = unbounded;  ///< of one owner at a time
        std::size_t of_one = unbounded;          ///< running and waiting, of one owner
        std::size_t of_all = unbounded;
        int niceness = 0;  ///< the processor goes to other threads first when it is above 0
    };
    using Owner = boost::uuids::uuid;
    using Work = std::move_only_function<void()>;

    explicit WorkPool(const Size& size);
    ~WorkPool();
    WorkPool(const WorkPool&) = delete;
    WorkPool& operator=(const WorkPool&) = delete;

    /// False, and nothing is done, when there is too much of this owner's or of all already.
    bool start(const Owner& owner, Work work);
    /// Finishes what runs and drops what waits; takes nothing more.
    void stop();

 private:
    struct Waiting {
        Owner owner;
        Work work;
    };
    struct Count {
        std::size_t running = 0;
        std::size_t waiting = 0;
    };

    void run();
    std::deque<Waiting>::iterator next();

    const Size size_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting> waiting_;
    std::map<Owner, Count> owners_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace muster::http
