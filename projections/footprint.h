// About how many bytes of memory an organisation takes, for caches that are bounded in bytes. Close
// enough that what is kept fits the machine; exact it is not. One thread at a time.
#pragma once

#include "domain/organization.h"
#include "eventstore/form/commit.h"

#include <cstddef>
#include <span>

namespace muster {

/// Costs a pass over the organisation.
std::size_t footprint_of(const Organization& organization);

/// The footprint of one that evolves, at the cost of its events: measured anew only when what was
/// added since may have doubled it.
class Footprint {
 public:
    Footprint() = default;
    explicit Footprint(const Organization& organization) { measure(organization); }

    std::size_t bytes() const { return measured_ + added_; }
    /// `organization` has these events behind it.
    void grow(std::span<const StreamEvent> events, const Organization& organization);

 private:
    void measure(const Organization& organization);

    std::size_t measured_ = 0;
    std::size_t added_ = 0;
};

}  // namespace muster
