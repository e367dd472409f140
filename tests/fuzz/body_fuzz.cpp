// Bodies of requests: every reader over any JSON. Either all of it opens, as text within its bounds
// and ids that are some, or some errors say in text what is wrong.
#include "api/http/read/body.h"

#include "api/text/address.h"
#include "api/text/valid_text.h"
#include "domain/ensure.h"
#include "tests/fuzz/target.h"

#include <algorithm>

namespace muster::fuzz {
namespace {

using namespace muster::http;

void check_text(const std::string& text, std::size_t most_characters) {
    constexpr std::size_t longest_character = 4;
    ENSURE(is_valid_utf8(text) && text.size() <= most_characters * longest_character);
}

void check_errors(const std::vector<FieldError>& errors) {
    ENSURE(!errors.empty() && errors.size() <= most_errors_named + 1);
    for (const FieldError& error : errors) {
        ENSURE(is_valid_utf8(error.field) && is_valid_utf8(error.message));
        ENSURE(!error.message.empty() && error.message.size() <= 2'000);
    }
}

/// The rows of a list: each is one, whatever is in it.
void read_rows(Body& body) {
    std::vector<Body> rows = body.objects("people");
    ENSURE(rows.size() <= most_objects);
    for (Body& row : rows) {
        if (const auto text = row.text_if_any("address")) {
            const auto address = read_address(*text);
            if (address) check_text(address->given, raw_text_bytes);
        }
        static_cast<void>(row.optional_text("name"));
        static_cast<void>(row.keys<RoleId>("roles"));
    }
}

void read_body(std::string_view bytes) {
    Body body = Body::parse(bytes);
    const auto name = body.text("name");
    const auto reason = body.optional_text("reason", free_text_characters);
    const auto workspace = body.optional_id<WorkspaceId>("workspace");
    const auto organizations = body.ids<OrganizationId>("organizations");
    const auto roles = body.keys<RoleId>("roles");
    const auto number = body.whole_number("number", 1, 1);
    static_cast<void>(body.boolean("flag", false));
    const auto limits = body.numbers("limits");
    const auto texts = body.named_texts("texts");
    const auto word = body.word("mode", {"atomic", "each"}, "atomic");
    if (body.has("person")) {
        static_cast<void>(body.id<PersonId>("person"));
    }
    if (body.has("address")) {
        const auto reader = [](std::string_view text) { return read_address(text); };
        static_cast<void>(body.read("address", reader));
    }
    if (body.is_object("blueprint")) {
        static_cast<void>(body.json("blueprint"));
    }
    if (body.has("founder")) {
        Body founder = body.object("founder");
        static_cast<void>(founder.optional_text("name"));
    }
    read_rows(body);

    const auto accepted = body.finish();
    if (!accepted) return check_errors(accepted.error());
    check_text(name.in(*accepted), name_characters);
    check_text(reason.in(*accepted), free_text_characters);
    ENSURE(!name.in(*accepted).empty());
    ENSURE(!workspace.in(*accepted) || !workspace.in(*accepted)->is_nil());
    ENSURE(organizations.in(*accepted).size() <= most_texts);
    ENSURE(roles.in(*accepted).size() <= most_texts);
    ENSURE(number.in(*accepted) >= 1);
    ENSURE(limits.in(*accepted).size() <= most_texts && texts.in(*accepted).size() <= most_texts);
    ENSURE(word.in(*accepted) == "atomic" || word.in(*accepted) == "each");
}

}  // namespace
}  // namespace muster::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    muster::fuzz::read_body(muster::fuzz::view_of(data, size));
    return 0;
}
