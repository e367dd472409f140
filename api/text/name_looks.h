// How names look, by ICU: NFKC and case-folded without what cannot be seen, and with every letter
// as the simplest it could be taken for. Domain decides by it (domain/name_look.h).
#pragma once

#include "domain/name_look.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <string>

namespace muster {

/// Any thread.
NameLook look_of_name(std::string_view name);

/// The looks asked for last, since a new name is compared with all that stand beside it. One thread
/// at a time.
class KnownLooks {
 public:
    NameLook look_of(std::string_view name);

 private:
    boost::unordered_flat_map<std::string, NameLook> known_;
    std::size_t bytes_ = 0;  ///< of names and looks
};

}  // namespace muster
