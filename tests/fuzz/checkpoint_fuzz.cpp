// Checkpoints, signed notes and verifier keys: reading is strict, so that what is read at all is
// byte for byte what would have been written.
#include "domain/ensure.h"
#include "eventstore/proof/checkpoint.h"
#include "tests/fuzz/notes.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace muster;
    const auto text = fuzz::view_of(data, size);
    if (const auto checkpoint = parse_checkpoint(text)) ENSURE(text_of(*checkpoint) == text);
    if (const auto key = parse_verifier_key(text)) ENSURE(text_of(*key) == text);
    static const Signer signer = fuzz::signer();
    if (const auto opened = open_checkpoint(text, signer.verifier())) {
        ENSURE(text.starts_with(text_of(*opened) + "\n"));
        ENSURE(opened->origin == signer.verifier().name);
    }
    return 0;
}
