// One connection, over TCP or the unix socket: reads requests through the gate, one at a time and
// in order, asks the entrance with each head, hands over what it lets in and writes the answer. No
// body is read before the entrance has said yes. For this folder's .cpp files only,
// because it brings Asio in.
// Everything of a session runs on its strand, except the making of it and what is said otherwise.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "api/http/server/gate.h"
#include "api/http/server/server.h"

namespace muster::http {

class Session;

/// Where replies from any thread arrive. It outlives the server as long as somebody holds a reply,
/// so that a late one finds a closed door and not a destroyed event loop.
struct Mailroom {
    std::shared_mutex mutex;
    bool open = true;
};

/// The sessions of one server. Any thread.
class SessionRegistry {
 public:
    /// False once close() was called.
    bool add(const std::shared_ptr<Session>& session);
    void remove(const Session* session);
    std::size_t size() const;
    /// Takes nothing more and lets each session know that it should end.
    void close();
    /// Returns when no session is left or the time is over.
    void wait_until_empty(std::chrono::milliseconds at_most);

 private:
    mutable std::mutex mutex_;
    std::condition_variable emptied_;
    std::unordered_map<const Session*, std::weak_ptr<Session>> sessions_;
    bool closed_ = false;
};

/// What requests may hold in memory until they are answered, of all sessions together. Any thread.
class MemoryBudget {
 public:
    using Owner = std::optional<boost::uuids::uuid>;

    explicit MemoryBudget(std::size_t bytes) : bytes_(bytes), left_(bytes) {}
    /// False, and nothing is taken, when not so much is left, or not of the owner's share.
    bool take(std::size_t bytes, const Owner& owner);
    void give_back(std::size_t bytes, const Owner& owner);

 private:
    const std::size_t bytes_;
    std::mutex mutex_;
    std::size_t left_;
    std::map<boost::uuids::uuid, std::size_t> taken_;
};

/// How fast the long bodies of one owner are read: a megabyte at once, then 32 MiB a second, of
/// nobody known 4 MiB. What comes faster waits in the sockets, where it costs nobody else anything.
/// Any thread.
class BodyPace {
 public:
    using Clock = std::chrono::steady_clock;

    /// When so many bytes more of the owner's are to be read.
    Clock::time_point next(const MemoryBudget::Owner& owner, std::size_t bytes,
                           Clock::time_point now);

 private:
    std::mutex mutex_;
    std::map<boost::uuids::uuid, Clock::time_point> paid_until_;
};

/// What the sessions of one server have in common. The server owns it and outlives them.
struct Site {
    ServerOptions options;
    Entrance entrance;
    MemoryBudget memory{options.unfinished_bytes};
    BodyPace pace;
    SessionRegistry sessions;
    std::shared_ptr<Mailroom> mailroom = std::make_shared<Mailroom>();
};

struct Peer {
    std::string name;
    bool local_socket = false;
};

class Session : public std::enable_shared_from_this<Session> {
 public:
    using Socket = boost::asio::generic::stream_protocol::socket;

    /// The socket's executor is the session's strand.
    Session(Site& site, Socket socket, Peer peer);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Serves the connection to its end. An overloaded server only says so and closes.
    void start(bool overloaded);
    /// Ends when idle, otherwise after the request under way. Any thread.
    void drain();
    /// What was said to question number `exchange`; ignored when that is not waited for. On the
    /// strand.
    void take_reply(std::uint64_t exchange, HeadVerdict verdict);

    boost::asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
    enum class Step {
        go_on,
        refuse,  ///< answer refusal_ and close
        close,   ///< all is answered: close so that the client can still read it
        lost     ///< nothing can be said any more
    };
    /// Cancelling leaves the socket usable for a last answer.
    enum class OnTimeout { cancel, close };

    boost::asio::awaitable<void> run();
    boost::asio::awaitable<Step> receive_head();
    boost::asio::awaitable<Step> enter();
    boost::asio::awaitable<Step> turn_away();
    boost::asio::awaitable<Step> skip_body();
    boost::asio::awaitable<Step> receive_body();
    boost::asio::awaitable<Step> receive_plain_body();
    boost::asio::awaitable<Step> receive_chunked_body();
    boost::asio::awaitable<Step> answer();
    boost::asio::awaitable<void> linger();
    boost::asio::awaitable<bool> read_more();
    boost::asio::awaitable<void> keep_pace(std::size_t bytes);
    boost::asio::awaitable<bool> send(bool keep_alive, bool head_only);

    bool hold(std::size_t bytes);
    void let_go();
    Step read_failed(std::string_view what_came_late);
    Step refused(const NotTaken& refusal);
    boost::asio::awaitable<void> wait_for_reply();
    void ask_entrance();
    void hand_over();
    void set_deadline(std::chrono::milliseconds from_now, OnTimeout action);
    void watch();
    void wake();

    Site& site_;
    const GateLimits limits_;
    Socket socket_;
    const Peer peer_;

    std::string buffer_;    ///< what was read and not used yet
    std::size_t held_ = 0;  ///< of the budget
    MemoryBudget::Owner owner_;
    Head head_;
    bool head_only_ = false;              ///< a HEAD request
    std::optional<Admission> admission_;  ///< of the request whose head was read
    std::string body_;
    NotTaken refusal_{};
    Response response_;

    /// The numbers tell a late reply from the one that is waited for.
    std::uint64_t exchange_ = 0;
    std::optional<HeadVerdict> reply_;
    boost::asio::steady_timer reply_signal_;

    /// One timer watches every deadline. It wakes at its own time, looks and goes on sleeping, so
    /// that a deadline which moves later costs nothing.
    boost::asio::steady_timer watchdog_;
    std::chrono::steady_clock::time_point deadline_;
    OnTimeout on_timeout_ = OnTimeout::close;
    bool watching_ = false;
    bool timed_out_ = false;

    bool idle_ = false;
    bool draining_ = false;
};

}  // namespace muster::http
