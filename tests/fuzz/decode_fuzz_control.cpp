// The control of decode_fuzz: the same decoder, read in here with the one call left out that
// verifies bytes before they are read. The fuzzer must find that within seconds.
#include "eventstore/form/schema_generated.h"

namespace muster::stored {

inline bool believe_without_verifying(flatbuffers::Verifier&) {
    return true;
}

}  // namespace muster::stored

#define VerifyCommitBuffer believe_without_verifying
#include "eventstore/form/codec.cpp"

#include "tests/fuzz/decode_fuzz.cpp"
