// How a Response becomes Beast's message. For this folder's .cpp files only, because it brings
// Beast in. Whatever the handler put into a Response, no header can break out of its line.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "api/http/server/server.h"

namespace muster::http {

using ResponseMessage = boost::beast::http::response<boost::beast::http::string_body>;

/// What the connection adds to an answer.
struct Delivery {
    bool keep_alive = true;
    bool http_1_1 = true;  ///< what the client speaks; 1.0 wants to be told of keep-alive
};

/// The message with its body; of an answer to HEAD only the header is to be sent.
ResponseMessage to_message(Response response, const Delivery& delivery);

}  // namespace muster::http
