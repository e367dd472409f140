// Who founds organisations: which keys may, in whose name, and that a key reaches what it founded.
#pragma once

#include "api/http/exchange/people_in_bodies.h"

namespace muster::http {

/// Answers and is false for a key that may not found.
bool may_found(Exchange& exchange);

/// Whether the key may found in the name of whoever was written down; answers when it may not. An
/// id alone must be of somebody who is known: an account, or a member somewhere. Nobody is made.
bool may_name_founder(Exchange& exchange, const WrittenPerson& founder);

/// Founds, and answers; where nobody acts, the founder does, who signs up. A key of organisations
/// reaches the new one before that is there, so that a crash between the two leaves nothing that
/// nobody can see.
void found(Exchange& exchange, FoundOrganization command);

}  // namespace muster::http
