// Who the addresses of one request belong to, and its texts sealed. A request that comes to nothing
// must leave no row in keys/, and whether it does is known only when it was decided. So this begins
// as a trial: nobody is made, somebody unknown gets an id for this request alone, a text without a
// data key is withheld, and `left_out` tells. Only after a yes does `make_rows` make what is
// missing. Of one request, one thread at a time.
#pragma once

#include "eventstore/keys/keys.h"

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace muster::http {

class PersonalData {
 public:
    explicit PersonalData(KeyStore& keys) : keys_{keys} {}

    std::expected<PersonId, Failure> person_for(const std::string& normal_address);
    std::expected<Sealed, Failure> seal(const SealScope& scope, std::string_view text);

    /// Something was missing in keys/, so that what came of this can be refused and not accepted.
    bool left_out() const { return left_out_; }
    /// The same, said by who knows that an accepted one needs more than this.
    void leave_out() { left_out_ = true; }
    bool is_trial() const { return trial_; }
    /// From here on what is missing is made.
    void make_rows();

 private:
    KeyStore& keys_;
    bool trial_ = true;
    bool left_out_ = false;
    std::map<std::string, PersonId> unknown_;  ///< by address
};

}  // namespace muster::http
