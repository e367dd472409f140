// Stored commits: any bytes are a commit or a Failure, and what is a commit is written again to
// bytes that are the same commit.
#include "domain/ensure.h"
#include "eventstore/form/codec.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace muster;
    const auto commit = decode(fuzz::view_of(data, size));
    if (!commit) {
        ENSURE(commit.error().kind == FailureKind::corrupted ||
               commit.error().kind == FailureKind::newer_format);
        return 0;
    }
    const std::string bytes = encode(*commit);
    const auto again = decode(bytes);
    ENSURE(again.has_value());
    ENSURE(*again == *commit);
    ENSURE(encode(*again) == bytes);
    return 0;
}
