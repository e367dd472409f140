// Lets the engine come to rest, on a disk that works and with a clock that is right, and looks at
// everything that must be so by then.
#pragma once

#include "tests/simulation/book.h"
#include "tests/simulation/clients.h"
#include "tests/simulation/computer.h"
#include "tests/simulation/witness.h"

#include <cstdint>

namespace muster::simulation {

class LastLook {
 public:
    LastLook(Computer& computer, Book& book, Clients& clients, Witness& witness)
        : computer_{computer}, book_{book}, clients_{clients}, witness_{witness} {}

    /// Until everybody is answered, the views have everything and nothing is due; or until the
    /// process ends.
    Violation settle();
    /// At rest: nothing is due that is not done, every mail is handed over or owed.
    Violation look();
    /// The log proves itself to the last byte, personal data can be read, views equal a replay.
    Violation look_closely() const;

    std::uint64_t mails() const { return mails_; }

 private:
    bool is_at_rest() const;
    Violation look_at_rows() const;
    Violation look_at_views() const;
    Violation look_at_mails();
    Violation look_for_what_is_due() const;

    Computer& computer_;
    Book& book_;
    Clients& clients_;
    Witness& witness_;
    std::uint64_t mails_ = 0;
};

}  // namespace muster::simulation
