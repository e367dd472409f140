// Raw requests as a connection brings them: the end of the head, the head, and a chunked body are
// the same however the bytes arrive, and what passes is clean: no byte of it could end its line,
// and it reads as itself when it is written out again.
#include "api/http/server/gate.h"

#include "api/http/read/headers.h"
#include "api/text/valid_text.h"
#include "domain/ensure.h"
#include "tests/fuzz/target.h"

#include <algorithm>

namespace muster::fuzz {
namespace {

using namespace muster::http;

constexpr GateLimits limits{.header_bytes = 2048, .target_bytes = 256, .body_bytes = 1024};

using Found = std::expected<std::optional<std::size_t>, NotTaken>;

/// The end of a head whose bytes arrive `step` at a time.
Found end_of_head(std::string_view bytes, std::size_t step) {
    HeadScan scan;
    for (std::size_t arrived = step; arrived < bytes.size(); arrived += step) {
        const Found found = scan.find_end(bytes.substr(0, arrived), limits);
        if (!found || *found) return found;
    }
    return scan.find_end(bytes, limits);
}

std::string written_out(const Head& head) {
    std::string text = head.method + " " + head.target;
    text += head.http_1_1 ? " HTTP/1.1" : " HTTP/1.0";
    for (const auto& [name, value] : head.headers) text.append("\r\n" + name + ": " + value);
    return text + "\r\n\r\n";
}

void check_head(const Head& head) {
    ENSURE(head.target.size() <= limits.target_bytes && head.target.starts_with('/'));
    ENSURE(head.body_bytes <= limits.body_bytes);
    for (const auto& [name, value] : head.headers) {
        ENSURE(!name.empty() && value.find_first_of(std::string_view{"\r\n\0", 3}) ==
                                    std::string::npos);
        ENSURE(std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }));
    }
    const auto again = read_head(written_out(head), limits);
    ENSURE(again.has_value());
    ENSURE(again->method == head.method && again->target == head.target);
    ENSURE(again->headers == head.headers && again->framing == head.framing);
    ENSURE(again->body_bytes == head.body_bytes && again->keep_alive == head.keep_alive);
}

void check_heeded(const Head& head) {
    Request request;
    request.headers = head.headers;
    const auto headers = read_headers(request);
    if (!headers) {
        for (const FieldError& error : headers.error()) ENSURE(is_valid_utf8(error.message));
        return;
    }
    ENSURE(is_valid_utf8(headers->user_agent));
    ENSURE(!headers->idempotency_key || !headers->idempotency_key->empty());
    ENSURE(!headers->if_match || headers->if_match->any || !headers->if_match->tags.empty());
}

struct Decoded {
    bool complete = false;
    std::optional<NotTaken> refusal;
    std::size_t used = 0;
    std::string body;

    bool operator==(const Decoded&) const = default;
};

Decoded decoded(std::string_view bytes, std::size_t step) {
    ChunkedBody chunks{limits.body_bytes};
    Decoded result;
    std::size_t arrived = 0;
    while (!chunks.complete() && arrived < bytes.size()) {
        arrived = std::min(arrived + step, bytes.size());
        const auto used =
            chunks.feed(bytes.substr(result.used, arrived - result.used), result.body);
        if (!used) {
            // How much was decoded before depends on how the bytes came.
            return {.complete = false, .refusal = used.error(), .used = 0, .body = {}};
        }
        result.used += *used;
    }
    result.complete = chunks.complete();
    return result;
}

void check_chunks(std::string_view bytes) {
    const Decoded whole = decoded(bytes, std::max<std::size_t>(bytes.size(), 1));
    ENSURE(whole.body.size() <= limits.body_bytes && whole.used <= bytes.size());
    ENSURE(decoded(bytes, 1) == whole);
    ENSURE(decoded(bytes, 3) == whole);
}

}  // namespace
}  // namespace muster::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace muster::fuzz;
    const auto bytes = view_of(data, size);
    check_chunks(bytes);
    const Found end = end_of_head(bytes, std::max<std::size_t>(size, 1));
    const Found slowly = end_of_head(bytes, 1);
    // Byte by byte a refusal may come sooner and for another reason; never the other verdict.
    ENSURE(end.has_value() == slowly.has_value());
    if (!end || !*end) return 0;
    ENSURE(**end <= size && *slowly == *end);
    const auto head = muster::http::read_head(bytes.substr(0, **end), limits);
    if (!head) return 0;
    check_head(*head);
    check_heeded(*head);
    if (head->framing == muster::http::Framing::chunked) check_chunks(bytes.substr(**end));
    return 0;
}
