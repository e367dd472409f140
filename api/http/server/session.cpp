// One connection: its requests one after the other, each within its deadlines.
#include "api/http/server/session.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <utility>
#include <variant>

#include "api/http/server/message.h"
#include "domain/ensure.h"

namespace muster::http {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t read_bytes = 4 * 1024;
constexpr std::size_t body_step_bytes = 32 * 1024;
constexpr std::size_t short_body_bytes = 16 * 1024;  ///< longer ones keep a pace
// How long a client may take to read the last answer and close its side.
constexpr std::chrono::milliseconds linger_deadline{1'000};
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

constexpr NotTaken out_of_memory{503, "too_much_unfinished",
                                 "Too many requests are under way. Try again."};
// A longer body that nobody wants costs the connection.
constexpr std::size_t skipped_body_bytes = 64 * 1024;

/// Carries one answer to its session, from any thread; dropped without an answer, it says 500.
class Ticket {
 public:
    Ticket(std::shared_ptr<Mailroom> mailroom, std::weak_ptr<Session> session,
           std::uint64_t exchange)
        : mailroom_(std::move(mailroom)), session_(std::move(session)), exchange_(exchange) {}
    Ticket(Ticket&&) noexcept = default;
    Ticket& operator=(Ticket&&) = delete;
    ~Ticket() {
        if (mailroom_) deliver(problem(500, "no_answer", "The request was dropped unanswered."));
    }

    void operator()(HeadVerdict verdict) {
        if (mailroom_) deliver(std::move(verdict));
    }

 private:
    void deliver(HeadVerdict verdict) {
        const std::shared_ptr<Mailroom> mailroom = std::move(mailroom_);
        // Held to the end, so that the event loop is not destroyed under our hands.
        const std::shared_lock lock(mailroom->mutex);
        if (!mailroom->open) return;
        std::shared_ptr<Session> session = session_.lock();
        if (!session) return;
        const asio::any_io_executor executor = session->executor();
        asio::dispatch(executor, [session = std::move(session), exchange = exchange_,
                                  verdict = std::move(verdict)]() mutable {
            session->take_reply(exchange, std::move(verdict));
        });
    }

    std::shared_ptr<Mailroom> mailroom_;  ///< empty once answered
    std::weak_ptr<Session> session_;
    std::uint64_t exchange_;
};

}  // namespace

bool MemoryBudget::take(std::size_t bytes, const Owner& owner) {
    constexpr std::size_t of_nobody_known = 8;
    constexpr std::size_t of_one = 2;
    const std::scoped_lock lock(mutex_);
    if (bytes > left_) return false;
    if (owner) {
        const std::size_t share = bytes_ / (owner->is_nil() ? of_nobody_known : of_one);
        const auto found = taken_.find(*owner);
        const std::size_t before = found == taken_.end() ? 0 : found->second;
        if (before + bytes > share) return false;
        taken_[*owner] = before + bytes;
    }
    left_ -= bytes;
    return true;
}

void MemoryBudget::give_back(std::size_t bytes, const Owner& owner) {
    const std::scoped_lock lock(mutex_);
    left_ += bytes;
    if (!owner || bytes == 0) return;
    const auto found = taken_.find(*owner);
    ENSURE(found != taken_.end() && found->second >= bytes);
    found->second -= bytes;
    if (found->second == 0) taken_.erase(found);
}

BodyPace::Clock::time_point BodyPace::next(const MemoryBudget::Owner& owner, std::size_t bytes,
                                           Clock::time_point now) {
    constexpr std::size_t at_once = 1024 * 1024;
    constexpr std::size_t of_nobody_known = 4 * 1024 * 1024;
    constexpr std::size_t of_one = 32 * 1024 * 1024;
    constexpr std::size_t most_remembered = 1'024;
    if (!owner) return now;
    const auto lasting = [rate = owner->is_nil() ? of_nobody_known : of_one](std::size_t amount) {
        constexpr std::size_t nanoseconds = 1'000'000'000;
        return std::chrono::nanoseconds{amount * nanoseconds / rate};
    };
    const std::scoped_lock lock(mutex_);
    if (paid_until_.size() > most_remembered) {
        std::erase_if(paid_until_, [&](const auto& each) { return each.second < now; });
    }
    auto& paid_until = paid_until_[*owner];
    paid_until = std::max(paid_until, now - lasting(at_once)) + lasting(bytes);
    return paid_until;
}

bool SessionRegistry::add(const std::shared_ptr<Session>& session) {
    const std::scoped_lock lock(mutex_);
    if (closed_) return false;
    sessions_.emplace(session.get(), session);
    return true;
}

void SessionRegistry::remove(const Session* session) {
    const std::scoped_lock lock(mutex_);
    sessions_.erase(session);
    if (sessions_.empty()) emptied_.notify_all();
}

std::size_t SessionRegistry::size() const {
    const std::scoped_lock lock(mutex_);
    return sessions_.size();
}

void SessionRegistry::close() {
    std::vector<std::shared_ptr<Session>> open;
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
        for (const auto& [raw, session] : sessions_) open.push_back(session.lock());
    }
    // Outside the lock: the last owner of a session removes it here.
    for (const auto& session : open) {
        if (session) session->drain();
    }
}

void SessionRegistry::wait_until_empty(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    emptied_.wait_for(lock, at_most, [&] { return sessions_.empty(); });
}

Session::Session(Site& site, Socket socket, Peer peer)
    : site_(site),
      limits_{.header_bytes = site.options.header_bytes,
              .target_bytes = site.options.target_bytes,
              .body_bytes = site.options.body_bytes},
      socket_(std::move(socket)),
      peer_(std::move(peer)),
      reply_signal_(socket_.get_executor(), std::chrono::steady_clock::time_point::max()),
      watchdog_(socket_.get_executor()) {}

Session::~Session() {
    let_go();
    site_.sessions.remove(this);
}

void Session::start(bool overloaded) {
    if (overloaded) {
        refusal_ = {503, "too_many_connections", "There are too many connections. Try again."};
    }
    // The coroutine's frame owns the session.
    auto serve = [self = shared_from_this()]() -> asio::awaitable<void> { return self->run(); };
    asio::co_spawn(executor(), std::move(serve),
                   [self = shared_from_this()](const std::exception_ptr& e) {
                       if (!e) return;
                       try {
                           std::rethrow_exception(e);
                       } catch (const std::exception& error) {
                           spdlog::error("a connection ended by an exception: {}", error.what());
                       }
                   });
}

void Session::drain() {
    asio::post(executor(), [self = shared_from_this()] {
        self->draining_ = true;
        error_code ignored;
        if (self->idle_) self->socket_.cancel(ignored);
    });
}

void Session::take_reply(std::uint64_t exchange, HeadVerdict verdict) {
    if (exchange != exchange_ || reply_) return;
    reply_ = std::move(verdict);
    reply_signal_.cancel();
}

asio::awaitable<void> Session::run() {
    Step step = refusal_.status == 0 ? Step::go_on : Step::refuse;
    while (step == Step::go_on) {
        step = co_await receive_head();
        if (step == Step::go_on) step = co_await enter();
        if (step != Step::go_on || !admission_) continue;
        step = co_await receive_body();
        if (step == Step::go_on) step = co_await answer();
    }
    if (step == Step::refuse) {
        // While the client reads the answer nothing of the request is needed any more.
        body_ = {};
        let_go();
        response_ = problem(refusal_.status, refusal_.code, refusal_.detail);
        constexpr unsigned busy = 503;
        if (refusal_.status == busy) response_.set("Retry-After", "1");
        const bool sent = co_await send(false, false);
        step = sent ? Step::close : Step::lost;
    }
    if (step == Step::close) co_await linger();
    watchdog_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

/// Whether the request may hold so much in memory. What a connection needs to say anything is its
/// own.
bool Session::hold(std::size_t bytes) {
    if (bytes <= held_ + read_bytes) return true;
    const std::size_t more = bytes - read_bytes - held_;
    if (!site_.memory.take(more, owner_)) return false;
    held_ += more;
    return true;
}

void Session::let_go() {
    site_.memory.give_back(std::exchange(held_, 0), std::exchange(owner_, std::nullopt));
}

Session::Step Session::refused(const NotTaken& refusal) {
    refusal_ = refusal;
    return Step::refuse;
}

Session::Step Session::read_failed(std::string_view what_came_late) {
    if (!timed_out_) return Step::lost;
    return refused({408, "request_timeout", what_came_late});
}

asio::awaitable<Session::Step> Session::receive_head() {
    if (buffer_.empty()) {
        if (draining_) co_return Step::lost;
        idle_ = true;
        set_deadline(site_.options.idle_deadline, OnTimeout::cancel);
        const bool arrived = co_await read_more();
        idle_ = false;
        if (!arrived) co_return Step::lost;
    }
    set_deadline(site_.options.header_deadline, OnTimeout::cancel);
    HeadScan scan;
    while (true) {
        const auto end = scan.find_end(buffer_, limits_);
        if (!end) co_return refused(end.error());
        if (!*end) {
            if (!hold(buffer_.size() + read_bytes)) co_return refused(out_of_memory);
            const bool arrived = co_await read_more();
            if (!arrived) co_return read_failed("The request head took too long.");
            continue;
        }
        auto head = read_head(std::string_view(buffer_).substr(0, **end), limits_);
        if (!head) co_return refused(head.error());
        head_ = std::move(*head);
        buffer_.erase(0, **end);
        co_return Step::go_on;
    }
}

asio::awaitable<Session::Step> Session::receive_body() {
    body_.clear();
    if (head_.framing == Framing::none) co_return Step::go_on;
    set_deadline(site_.options.body_deadline, OnTimeout::cancel);
    if (head_.expects_continue && buffer_.empty()) {
        error_code failed;
        co_await asio::async_write(socket_, asio::buffer(continue_line),
                                   asio::redirect_error(asio::use_awaitable, failed));
        if (failed) co_return Step::lost;
    }
    if (head_.framing == Framing::content_length) co_return co_await receive_plain_body();
    co_return co_await receive_chunked_body();
}

asio::awaitable<Session::Step> Session::receive_plain_body() {
    const std::size_t already = std::min(buffer_.size(), head_.body_bytes);
    body_.assign(buffer_, 0, already);
    buffer_.erase(0, already);
    while (body_.size() < head_.body_bytes) {
        if (timed_out_) co_return read_failed("The request body took too long.");
        // Memory follows what has arrived, not what was announced.
        const std::size_t have = body_.size();
        const std::size_t room = std::min(head_.body_bytes - have, body_step_bytes);
        if (body_.capacity() < have + room) {
            const std::size_t twice = std::min(head_.body_bytes, 2 * (have + room));
            if (!hold(buffer_.capacity() + twice)) co_return refused(out_of_memory);
            body_.reserve(twice);
        }
        body_.resize(have + room);
        error_code failed;
        const std::size_t arrived =
            co_await socket_.async_read_some(asio::buffer(body_.data() + have, room),
                                             asio::redirect_error(asio::use_awaitable, failed));
        body_.resize(have + arrived);
        if (failed) co_return read_failed("The request body took too long.");
        if (body_.size() > short_body_bytes) co_await keep_pace(arrived);
    }
    co_return Step::go_on;
}

asio::awaitable<Session::Step> Session::receive_chunked_body() {
    ChunkedBody chunks(admission_->body_bytes);
    while (true) {
        const auto used = chunks.feed(buffer_, body_);
        if (!used) co_return refused(used.error());
        buffer_.erase(0, *used);
        if (chunks.complete()) co_return Step::go_on;
        if (!hold(buffer_.capacity() + body_.capacity())) co_return refused(out_of_memory);
        const bool arrived = co_await read_more();
        if (!arrived) co_return read_failed("The request body took too long.");
        if (body_.size() > short_body_bytes) co_await keep_pace(buffer_.size());
        if (timed_out_) co_return read_failed("The request body took too long.");
    }
}

/// Waits after so many bytes of a body until more of it are to be read.
asio::awaitable<void> Session::keep_pace(std::size_t bytes) {
    const auto now = BodyPace::Clock::now();
    const auto next = site_.pace.next(owner_, bytes, now);
    if (next <= now) co_return;
    asio::steady_timer timer(executor(), next);
    error_code cancelled;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<void> Session::wait_for_reply() {
    while (!reply_ && !timed_out_) {
        error_code cancelled;
        co_await reply_signal_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
    if (!reply_) reply_ = problem(503, "handler_timeout", "The answer took too long.");
}

asio::awaitable<Session::Step> Session::enter() {
    admission_.reset();
    head_only_ = head_.method == "HEAD";
    reply_.reset();
    ++exchange_;
    set_deadline(site_.options.handler_deadline, OnTimeout::cancel);
    ask_entrance();
    co_await wait_for_reply();
    if (std::holds_alternative<Response>(*reply_)) co_return co_await turn_away();
    admission_ = std::get<Admission>(std::move(*reply_));
    let_go();
    owner_ = admission_->owner;
    admission_->body_bytes = std::min(admission_->body_bytes, limits_.body_bytes);
    if (head_.body_bytes > admission_->body_bytes) co_return refused(body_too_large);
    co_return Step::go_on;
}

asio::awaitable<Session::Step> Session::turn_away() {
    response_ = std::get<Response>(std::move(*reply_));
    let_go();
    // Whoever waits for 100 Continue may send the body or not, and a chunked one has no end yet.
    const bool skips = head_.framing == Framing::content_length && !head_.expects_continue &&
                       head_.body_bytes <= skipped_body_bytes;
    const bool has_end = head_.framing == Framing::none || skips;
    const bool keep_alive = head_.keep_alive && !draining_ && has_end;
    const bool sent = co_await send(keep_alive, head_only_);
    if (!sent) co_return Step::lost;
    if (!keep_alive) co_return Step::close;
    co_return co_await skip_body();
}

asio::awaitable<Session::Step> Session::skip_body() {
    std::size_t left = head_.body_bytes;
    set_deadline(site_.options.body_deadline, OnTimeout::cancel);
    while (true) {
        const std::size_t here = std::min(buffer_.size(), left);
        buffer_.erase(0, here);
        left -= here;
        if (left == 0) co_return Step::go_on;
        const bool arrived = co_await read_more();
        if (!arrived) co_return Step::lost;
    }
}

asio::awaitable<Session::Step> Session::answer() {
    reply_.reset();
    ++exchange_;
    set_deadline(site_.options.handler_deadline, OnTimeout::cancel);
    hand_over();
    co_await wait_for_reply();
    let_go();
    response_ = std::get<Response>(std::move(*reply_));
    const bool keep_alive = head_.keep_alive && !draining_;
    const bool sent = co_await send(keep_alive, head_only_);
    if (!sent) co_return Step::lost;
    co_return keep_alive ? Step::go_on : Step::close;
}

void Session::ask_entrance() {
    Request request{.method = std::move(head_.method),
                    .target = std::move(head_.target),
                    .headers = std::move(head_.headers),
                    .body = {},
                    .peer = peer_.name,
                    .local_socket = peer_.local_socket};
    try {
        site_.entrance(std::move(request), Ticket(site_.mailroom, weak_from_this(), exchange_));
    } catch (const std::exception& error) {
        // The ticket died with the entrance and has said 500.
        spdlog::error("the entrance threw: {}", error.what());
    }
}

void Session::hand_over() {
    try {
        admission_->take(std::move(body_), Ticket(site_.mailroom, weak_from_this(), exchange_));
    } catch (const std::exception& error) {
        spdlog::error("a request handler threw: {}", error.what());
    }
    admission_.reset();
}

asio::awaitable<bool> Session::send(bool keep_alive, bool head_only) {
    set_deadline(site_.options.write_deadline, OnTimeout::close);
    const Delivery delivery{.keep_alive = keep_alive, .http_1_1 = head_.http_1_1};
    const ResponseMessage message = to_message(std::move(response_), delivery);
    boost::beast::http::response_serializer<boost::beast::http::string_body> serializer(message);
    error_code failed;
    if (head_only) {
        co_await boost::beast::http::async_write_header(
            socket_, serializer, asio::redirect_error(asio::use_awaitable, failed));
    } else {
        co_await boost::beast::http::async_write(socket_, serializer,
                                                 asio::redirect_error(asio::use_awaitable, failed));
    }
    co_return !failed;
}

asio::awaitable<void> Session::linger() {
    // Closing with unread bytes would reset the connection and could take the answer away from the
    // client, so what still comes is read and thrown away for a moment.
    set_deadline(linger_deadline, OnTimeout::close);
    error_code failed;
    socket_.shutdown(Socket::shutdown_send, failed);
    while (!failed) {
        buffer_.resize(read_bytes);
        co_await socket_.async_read_some(asio::buffer(buffer_),
                                         asio::redirect_error(asio::use_awaitable, failed));
    }
}

asio::awaitable<bool> Session::read_more() {
    // The deadline may have passed while no read was there to be cancelled.
    if (timed_out_) co_return false;
    const std::size_t have = buffer_.size();
    buffer_.resize(have + read_bytes);
    error_code failed;
    const std::size_t arrived =
        co_await socket_.async_read_some(asio::buffer(buffer_.data() + have, read_bytes),
                                         asio::redirect_error(asio::use_awaitable, failed));
    buffer_.resize(have + arrived);
    co_return !failed;
}

void Session::set_deadline(std::chrono::milliseconds from_now, OnTimeout action) {
    deadline_ = std::chrono::steady_clock::now() + from_now;
    on_timeout_ = action;
    timed_out_ = false;
    if (!watching_ || deadline_ < watchdog_.expiry()) watch();
}

void Session::watch() {
    watching_ = true;
    watchdog_.expires_at(deadline_);
    watchdog_.async_wait([weak = weak_from_this()](error_code cancelled) {
        if (cancelled) return;
        if (const auto self = weak.lock()) self->wake();
    });
}

void Session::wake() {
    if (std::chrono::steady_clock::now() < deadline_) {
        watch();
        return;
    }
    watching_ = false;
    timed_out_ = true;
    error_code ignored;
    if (on_timeout_ == OnTimeout::close) {
        socket_.close(ignored);
    } else {
        socket_.cancel(ignored);
    }
    reply_signal_.cancel();
}

}  // namespace muster::http
