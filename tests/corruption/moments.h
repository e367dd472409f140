// The data folders that damage is done to: one life (history.h) at several moments, and another
// store, with what was true at each.
#pragma once

#include "tests/corruption/facts.h"
#include "tests/corruption/stored_files.h"

#include <filesystem>
#include <string>

namespace muster::corruption {

struct Moment {
    Stored stored;
    Facts facts;
    int last_stage = 0;
};

/// early: after two stages, each followed by a restart. clean: one more, then closed. killed: one
/// more, then kill -9, its newest records in write-ahead logs only. other: another store.
struct Moments {
    Moment early;
    Moment clean;
    Moment killed;
    Moment other;

    /// A damaged moment's own past.
    const Moment& before(const Moment& moment) const { return &moment == &killed ? clean : early; }
};

/// Lives the lives, in a folder of their own, in processes of their own.
void make_moments(const std::filesystem::path& folder);
Moments load_moments(const std::filesystem::path& folder);

}  // namespace muster::corruption
