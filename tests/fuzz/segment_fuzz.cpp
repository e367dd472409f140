// Segments of a backup, under a checksum that is right whatever the bytes are: one is refused or
// is byte for byte what would have been written.
#include "domain/ensure.h"
#include "eventstore/copies/backup_segment.h"
#include "eventstore/machine/crypto.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace muster;
    std::string bytes{fuzz::view_of(data, size)};
    const Digest checksum = sha256(bytes);
    bytes.append(checksum.begin(), checksum.end());
    const SegmentIdentity identity{.log_id = {}, .name = {Position{1}, Position{2}}};
    const auto commits = read_segment(bytes, identity);
    if (!commits) return 0;
    SegmentWriter writer{identity.log_id, identity.name.first};
    for (const StoredCommit& commit : *commits) writer.add(commit);
    ENSURE(writer.name() == identity.name);
    ENSURE(writer.finish() == bytes);
    return 0;
}
