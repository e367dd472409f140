// Importing history: one command a line as JSON, with the time it took effect and who did it. The
// operator only, into organisations that the import itself founds, until FinishImport.
//
//   {"at":"2018-08-23T04:11:39Z","command":"InviteMember","organization":"acme",
//    "address":"ann@example.org","role":"member"}
//
// import_help() says what a line may hold. A line is known by its number and text, so that
// repeating an interrupted import doubles nothing.
#pragma once

#include "api/engine.h"
#include "api/http/server/server.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::http {

/// Imports the lines of one request in order and stops at the first that is bad, leaving what went
/// before. 200 {"accepted": n}, or 422 with `line` and the reason. Blocks until all are durable
/// and, for two seconds at most, until the views have them.
Response import_response(Engine& engine, std::string_view lines, std::uint64_t first_line);

/// The form of a line, and every command with its fields, in lines of at most 90 characters.
std::string import_help();

/// The id that a label (or an id in its canonical form) stands for.
boost::uuids::uuid id_of_label(std::string_view scope, std::string_view label);

}  // namespace muster::http
