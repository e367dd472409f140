// Mail that is owed, oldest first, in the part `outbox`: "q" position organisation invitation ->
// person and send number, and "i" organisation invitation -> where it stands in that queue.
#pragma once

#include "eventstore/form/commit.h"
#include "eventstore/keys/keys.h"
#include "projections/rows.h"
#include "projections/view_store.h"

#include <vector>

namespace muster {

void apply_to_outbox(Draft& draft, const KeyStore& keys, const Commit& commit);

std::vector<OwedMail> owed_mail(const ViewReader& reader, std::size_t at_most);

}  // namespace muster
