// What lies in keys/ besides keys of a fixed length: rows of API keys and sealed data. A row is
// refused or is byte for byte what would have been written; nothing unseals that was not sealed.
#include "domain/ensure.h"
#include "eventstore/keys/api_key_rows.h"
#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace muster;
    const auto bytes = fuzz::view_of(data, size);
    const std::string id(16, '\x01');
    if (const auto record = read_api_key(id, bytes)) {
        ENSURE(api_key_row_key(record->id) == "k" + id);
        ENSURE(write_api_key(*record) == bytes);
    }
    ENSURE(!unseal_bytes(SecretKey{}, id, bytes));
    if (const auto plain = from_base64(bytes))
        ENSURE(from_base64(base64(*plain)) == plain);
    return 0;
}
