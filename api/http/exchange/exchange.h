// One request on its way to an answer: who asks, what for, and the steps that every route shares.
// Made by Api when the head is read, alive until it has answered; a route handler runs on one of
// the server's threads or of the pools (work_pool.h).
#pragma once

#include "api/engine.h"
#include "api/http/read/body.h"
#include "api/http/read/headers.h"
#include "api/http/read/personal_data.h"
#include "api/http/server/server.h"
#include "api/http/show/present.h"

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

namespace muster::http {

class Past;
struct PastOrganization;
class Operations;
class Limits;
class WorkPool;
class Exchange;
using RouteHandler = void (*)(Exchange&);

/// What all requests share.
struct Shared {
    Engine& engine;
    Past& past;
    Operations& operations;
    Limits& limits;
    WorkPool& soon;                             ///< where a request goes on that waited
    WorkPool& at_length;                        ///< where long ones are answered
    std::function<std::string()> mail_problem;  ///< empty text while mails can be written
    /// Exchanges alive now.
    std::shared_ptr<std::atomic<std::size_t>> exchanges =
        std::make_shared<std::atomic<std::size_t>>(0);
};

struct Caller {
    ApiKeyRecord key;            ///< nil id: nobody (a link alone)
    std::optional<Actor> actor;  ///< none: a backend of an organisation that names nobody

    bool is_known() const { return !key.id.is_nil(); }
    bool is_operator() const { return key.platform_operator && actor && actor->is_operator(); }
    bool reaches(OrganizationId organization) const;
    /// An account is everywhere its owner is, so a key of one organisation neither reads nor
    /// changes it: an invitation alone would open it to whoever sent that.
    bool reaches_account(PersonId person) const;
};

/// The organisation's version, and, where it does not say all about the body, a print of that: so
/// that If-None-Match compares what was shown and If-Match what is changed.
std::string etag_of(const Organization& organization);
std::string etag_of(const Organization& organization, std::string_view body);

/// What the log knows a caller's request under an Idempotency-Key by.
Digest request_key(const KeyStore& keys, const Caller& caller, OrganizationId organization,
                   std::string_view idempotency_key);

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
    Exchange(Shared& shared, Request request, Reply reply);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    Shared& shared() { return shared_; }
    Engine& engine() { return shared_.engine; }
    const Request& request() const { return request_; }
    PersonalData& personal() { return personal_; }
    /// Reads the request's headers into `headers`; answers and is false when they are not as they
    /// must be. The first thing that is done with a request.
    bool takes_headers();
    Headers headers;
    Caller caller;
    std::map<std::string, std::string, std::less<>> path;   ///< the route's {names}
    std::map<std::string, std::string, std::less<>> query;  ///< each at most once

    /// An id in the path, whose form was looked at before the route was called (path.h).
    template <class AnyId>
    std::optional<AnyId> path_id(std::string_view name) const {
        return parse_id<AnyId>(path.find(name)->second);
    }
    /// Several of them, all or none.
    template <class... AnyIds>
    std::optional<std::tuple<AnyIds...>> path_ids(const auto&... names) const {
        const std::tuple ids{parse_id<AnyIds>(path.find(names)->second)...};
        return std::apply(
            [](const auto&... id) -> std::optional<std::tuple<AnyIds...>> {
                if ((id && ...)) return std::tuple{*id...};
                return std::nullopt;
            },
            ids);
    }
    /// A text in the path that the route has.
    const std::string& path_text(std::string_view name) const { return path.find(name)->second; }
    std::string query_text(std::string_view name) const;
    bool query_flag(std::string_view name) const { return query_text(name) == "true"; }
    /// A whole number; answers 400 and gives nothing when it is something else.
    std::optional<std::uint64_t> query_number(std::string_view name, std::uint64_t otherwise);
    /// Between 1 and `most`; answers 400 and gives nothing when it is something else.
    std::optional<std::size_t> query_limit(std::size_t otherwise, std::size_t most);

    /// The body, and where the answer goes from here on.
    void take_body(std::string body, Reply reply);
    /// Lets the route answer. A bug in one request must not end the others: what libraries throw is
    /// answered 500.
    void answer_by(RouteHandler handler);
    /// Does this, and whatever the request still needs, among the long ones; or answers 429.
    void go_on_at_length(std::move_only_function<void()> work);

    // Answers. The first one counts.
    void reply(Response response);
    void reply_json(unsigned status, std::string body);
    /// 200 with a part of the organisation that its version says all about, under its ETag.
    void reply_of(const Organization& organization, std::string body);
    /// The same for what also tells of people, times and the caller, and so changes without it.
    void reply_now_of(const Organization& organization, std::string body);
    void not_found();
    void refuse(unsigned status, std::string_view code, std::string_view detail);
    void refuse(Rejection rejection);
    /// The role that the path names is not there; says which are.
    void refuse_role(const Organization& organization);
    void fail(const Failure& failure);
    /// What opens the fields that were read; answers 400 and gives nothing when anything in the
    /// body was wrong.
    std::optional<Accepted> accepts(Body& body);

    /// From here on what is shown of the organisation is what was found of it, so that views which
    /// are read later are not older.
    void see(OrganizationId id, std::shared_ptr<const Organization> organization) {
        seen_ = {id, std::move(organization)};
    }
    /// The organisation for a reader: it exists, the key reaches it, and the actor, if one is
    /// named, is a member who may do `operation`, if one is asked for. Null when an answer was
    /// given.
    std::shared_ptr<const Organization> readable(OrganizationId id,
                                                 std::optional<Operation> operation);
    /// The same, or as it was at the query's `as_of`, if it has one.
    std::shared_ptr<const Organization> readable_then(OrganizationId id,
                                                      std::optional<Operation> operation);
    /// What the caller could do next with a row of the organisation; empty when nobody in
    /// particular asks.
    RowOperations row_operations(std::shared_ptr<const Organization> organization) const;
    bool require_operator();
    /// False, with an answer given, for a key that names nobody.
    bool require_actor();
    /// The organisation as it was at the query's `as_of`, which it has, at a position that an
    /// earlier page is pinned to, if there is one; nothing when an answer was given.
    std::optional<PastOrganization> as_of(OrganizationId id,
                                          std::optional<Position> pinned_to = {});

    /// Submits a command for the caller and answers its receipt, with `status` when it did
    /// something.
    void run(Command command, unsigned status = 200, std::string_view reason = {});
    /// The same for one that says nothing new: only a refusal of it is written, and a yes answers
    /// that nothing was changed.
    void run_adding_nothing(Command command);
    /// Submits what is known of a command before its body, for the record alone. `admitted` is
    /// called, from any thread, when the caller turns out to be one who may ask.
    void run_to_be_refused(Command command, std::move_only_function<void()> admitted);
    /// The same for a command of which the body says nothing but, perhaps, the reason.
    void run_for_a_reason(Command command);
    /// What would come of a command of the caller's, who is known; waits for it.
    Answer verdict_on(const Command& command);

    /// A person named by an address: the id, and texts sealed for one organisation or the account;
    /// nothing when an answer was given.
    std::optional<PersonId> person_for(const std::string& normal_address);
    std::optional<Sealed> seal(const SealScope& scope, std::string_view text);
    /// What it cannot read is empty in the answer and leaves why in `failure`, which is answered
    /// instead.
    Unseal unseal(std::optional<Failure>& failure);

 private:
    void submit(Command command, unsigned status, std::string_view reason, bool adds_nothing);
    std::optional<Context> context(const Command& command, std::string_view reason);
    bool take_condition(const Command& command, ExecuteOptions& options);
    std::optional<ExecuteOptions> options(const Command& command);
    unsigned status_of(Rejection rejection) const;
    void answer(const Answer& answer, unsigned status, bool dry_run);
    /// What the command would bring about, beside why it is not done yet.
    void refuse_unconfirmed(const Receipt& refused);
    std::vector<SentOffer> sent_offers_of(const Receipt& look);

    void guarded(const std::function<void()>& work);
    void take_answer(Answer answer, unsigned status, bool dry_run);
    void run_again();

    Shared& shared_;
    Request request_;
    Reply reply_;
    PersonalData personal_;
    std::optional<std::pair<OrganizationId, std::shared_ptr<const Organization>>> seen_;
    RouteHandler handler_ = nullptr;
    bool at_length_ = false;
    Caller first_caller_;  ///< as the door left it
};

}  // namespace muster::http
