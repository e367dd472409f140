// Blueprints, which commits hold as JSON: any text is a blueprint or a list of what is wrong with
// it, and what is one is written to the one canonical text that reads as the same.
#include "domain/ensure.h"
#include "eventstore/form/blueprint_json.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace muster;
    const auto blueprint = read_blueprint(fuzz::view_of(data, size));
    if (!blueprint) {
        ENSURE(!blueprint.error().empty());
        return 0;
    }
    const std::string text = write_blueprint(**blueprint);
    const auto again = read_blueprint(text);
    ENSURE(again.has_value());
    ENSURE(*again == *blueprint);
    ENSURE(write_blueprint(**again) == text);
    return 0;
}
