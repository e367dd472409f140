// How the descriptors of the process are shared out: so many to each store, so many to an engine,
// and what is left to connections. Any thread.
#pragma once

#include <cstddef>

namespace muster {

/// Raises the limit to the most that the process may have; how many that is now.
std::size_t raise_descriptor_limit();
std::size_t descriptor_limit();

/// The most table files that one store keeps open at a time.
std::size_t open_files_of_a_store();
/// What an engine may take: log/, keys/ and views/, a rebuild and a comparison beside them, each
/// with its write-ahead logs, and files of its own.
std::size_t descriptors_of_an_engine();

}  // namespace muster
