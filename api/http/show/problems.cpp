// Statuses and bodies of problems.
#include "api/http/show/problems.h"

#include "domain/ensure.h"

#include <spdlog/spdlog.h>
#include <boost/json.hpp>

namespace muster::http {
namespace {

constexpr unsigned forbidden = 403;
constexpr unsigned not_found = 404;
constexpr unsigned conflict = 409;
constexpr unsigned unprocessable = 422;

}  // namespace

unsigned status_of(Rejection rejection) {
    // The numbers are grouped by rung of the ladder (rejection.h).
    const auto number = static_cast<unsigned>(rejection);
    constexpr unsigned allowed_from = 20;
    constexpr unsigned state_from = 40;
    constexpr unsigned arguments_from = 70;
    constexpr unsigned limits_from = 100;
    if (rejection == Rejection::role_not_found ||
        rejection == Rejection::workspace_role_not_found ||
        rejection == Rejection::plan_not_found) {
        return unprocessable;  // named in a body, not in the path
    }
    if (number < allowed_from) return not_found;
    if (number < state_from) return forbidden;
    if (number < arguments_from) return conflict;
    if (number < limits_from) return unprocessable;
    return conflict;
}

Response problem_of(const Failure& failure) {
    struct Shown {
        unsigned status;
        std::string detail;
    };
    const auto shown = [&]() -> Shown {
        switch (failure.kind) {
            case FailureKind::version_conflict:
                return {412, "If-Match names another version than the organisation has now."};
            case FailureKind::key_reused:
                return {422, "This Idempotency-Key was used with another request."};
            case FailureKind::overloaded:
                return {503, "Too many commands are waiting; try again."};
            case FailureKind::outcome_unknown:
                return {503,
                        "The write may or may not have happened; repeat it with the same "
                        "Idempotency-Key to learn."};
            case FailureKind::log_unavailable:
                return {503, "Writing has stopped; reads go on." +
                                 (failure.detail.empty() ? "" : " " + failure.detail + ".")};
            case FailureKind::view_unavailable:
                return {503, "This cannot be read now: " + failure.detail + "."};
            case FailureKind::shutting_down:
                return {503, "The server is shutting down."};
            case FailureKind::not_found:
                return {404, "There is nothing of that id."};
            case FailureKind::skipped:
                return {409, "An earlier command of the sequence failed."};
            case FailureKind::corrupted:
            case FailureKind::log_behind:
            case FailureKind::io_error:
            case FailureKind::disk_full:
            case FailureKind::sync_failed:
                return {503, "What is stored could not be read or written; the operator's log "
                             "says why."};
            case FailureKind::newer_format:
            case FailureKind::in_use:
            case FailureKind::invariant_broken:
                return {500, "Something is wrong here; the operator's log says what."};
        }
        ENSURE(false);
    }();
    constexpr unsigned server_error = 500;
    // Of views that cannot answer the log told when that began.
    if (shown.status >= server_error && failure.kind != FailureKind::view_unavailable) {
        spdlog::error("answered {}: {} {}", shown.status, name_of(failure.kind), failure.detail);
    }
    return problem(shown.status, name_of(failure.kind), shown.detail);
}

Response problem_of(const std::vector<FieldError>& errors) {
    boost::json::array list;
    std::string detail;
    for (const FieldError& error : errors) {
        list.push_back({{"field", error.field}, {"message", error.message}});
        if (!detail.empty()) detail += "; ";
        detail += (error.field.empty() ? "the body" : error.field) + ": " + error.message;
    }
    Response response = problem(400, "invalid_request", detail);
    response.body = boost::json::serialize(boost::json::object{{"type", "about:blank"},
                                                               {"title", "Bad Request"},
                                                               {"status", 400},
                                                               {"code", "invalid_request"},
                                                               {"detail", detail},
                                                               {"errors", list}});
    return response;
}

}  // namespace muster::http
