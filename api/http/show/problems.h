// What a "no" looks like over HTTP: rejections, failures and bad input as problem+json (RFC 9457).
#pragma once

#include "api/engine.h"
#include "api/http/read/body.h"
#include "api/http/server/server.h"

namespace muster::http {

unsigned status_of(Rejection rejection);
Response problem_of(const Failure& failure);
/// 400 with every field that is wrong.
Response problem_of(const std::vector<FieldError>& errors);

}  // namespace muster::http
