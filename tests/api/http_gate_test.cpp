// The gate over raw bytes, without sockets. The control shows that Beast's own parser lets through
// what the gate is there to stop.
#include "api/http/server/gate.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <boost/beast/http.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace muster::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr GateLimits limits{.header_bytes = 2048, .target_bytes = 64, .body_bytes = 100};

std::expected<Head, NotTaken> read(std::string_view block) {
    return read_head(block, limits);
}

std::string with_line(std::string_view line) {
    return "POST /a HTTP/1.1\r\nHost: h\r\n" + std::string(line) + "\r\n\r\n";
}

struct BadHead {
    std::string_view name;
    std::string block;
    unsigned status;
    std::string_view code;
};

using namespace std::string_literals;

const std::vector<BadHead> bad_heads{
    {"empty", "\r\n", 400, "bad_request_line"},
    {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_request_line"},
    {"one word", "GET\r\nHost: h\r\n\r\n", 400, "bad_request_line"},
    {"no version", "GET /\r\nHost: h\r\n\r\n", 400, "bad_request_line"},
    {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_target"},
    {"tab for space", "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_request_line"},
    {"space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400, "bad_version"},
    {"method no token", "G@T / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_request_line"},
    {"no method", " / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_request_line"},
    {"lower-case method", "get / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "method_not_implemented"},
    {"CONNECT", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501, "method_not_implemented"},
    {"TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501, "method_not_implemented"},
    {"absolute target", "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_target"},
    {"asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_target"},
    {"fragment", "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_target"},
    {"target not ASCII", "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bad_target"},
    {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 400, "bad_version"},
    {"http/1.1", "GET / http/1.1\r\nHost: h\r\n\r\n", 400, "bad_version"},
    {"long target", "GET /" + std::string(64, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n", 414,
     "target_too_long"},
    {"no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n", 400, "bad_host"},
    {"two Hosts", with_line("Host: h"), 400, "bad_host"},
    {"two Hosts in one", "GET / HTTP/1.1\r\nHost: h, i\r\n\r\n", 400, "bad_host"},
    {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "bad_host"},
    {"two Hosts on 1.0", "GET / HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n", 400, "bad_host"},
    {"folded", with_line("A: b\r\n c"), 400, "folded_header"},
    {"space before colon", with_line("Content-Length : 3"), 400, "bad_header"},
    {"no colon", with_line("Content-Length"), 400, "bad_header"},
    {"no name", with_line(": b"), 400, "bad_header"},
    {"NUL in a value", with_line("A: b\0c"s), 400, "bad_header"},
    {"DEL in a value", with_line("A: b\x7f"), 400, "bad_header"},
    {"bare CR", with_line("A: b\rContent-Length: 3"), 400, "bare_line_end"},
    {"bare LF", with_line("A: b\nContent-Length: 3"), 400, "bare_line_end"},
    {"xchunked", with_line("Transfer-Encoding: xchunked"), 400, "bad_transfer_encoding"},
    {"identity", with_line("Transfer-Encoding: identity"), 400, "bad_transfer_encoding"},
    {"no coding", with_line("Transfer-Encoding:"), 400, "bad_transfer_encoding"},
    {"chunked twice", with_line("Transfer-Encoding: chunked, chunked"), 400,
     "bad_transfer_encoding"},
    {"chunked in two lines", with_line("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
     400, "bad_transfer_encoding"},
    {"chunked not last", with_line("Transfer-Encoding: chunked, gzip"), 400,
     "bad_transfer_encoding"},
    {"gzip", with_line("Transfer-Encoding: gzip, chunked"), 501,
     "transfer_encoding_not_implemented"},
    {"chunked on 1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
     "bad_transfer_encoding"},
    {"both lengths", with_line("Content-Length: 3\r\nTransfer-Encoding: chunked"), 400,
     "two_lengths"},
    {"length list", with_line("Content-Length: 3, 3"), 400, "bad_content_length"},
    {"length twice", with_line("Content-Length: 3\r\nContent-Length: 3"), 400,
     "bad_content_length"},
    {"length with a sign", with_line("Content-Length: +3"), 400, "bad_content_length"},
    {"negative length", with_line("Content-Length: -3"), 400, "bad_content_length"},
    {"hexadecimal length", with_line("Content-Length: 0x3"), 400, "bad_content_length"},
    {"no length", with_line("Content-Length: "), 400, "bad_content_length"},
    {"large length", with_line("Content-Length: 101"), 413, "body_too_large"},
    {"overflowing length", with_line("Content-Length: 18446744073709551617"), 413,
     "body_too_large"},
    {"POST without length on 1.0", "POST / HTTP/1.0\r\n\r\n", 411, "length_required"},
    {"other expectation", with_line("Content-Length: 3\r\nExpect: 200-ok"), 417,
     "expectation_failed"},
    {"101 headers", with_line([] {
         std::string lines = "A: b";
         for (int i = 0; i < 99; ++i) lines += "\r\nA: b";
         return lines;
     }()),
     431, "too_many_headers"},
};

TEST(HttpGate, RefusesEachBadHeadWithItsStatusAndCode) {
    for (const BadHead& bad : bad_heads) {
        const auto head = read(bad.block);
        ASSERT_FALSE(head) << bad.name;
        EXPECT_EQ(head.error().status, bad.status) << bad.name;
        EXPECT_EQ(head.error().code, bad.code) << bad.name;
    }
}

/// The targets of the requests that Beast's parser sees in `bytes`, one after the other.
std::vector<std::string> targets_seen_by_beast(std::string_view bytes) {
    std::vector<std::string> targets;
    while (!bytes.empty()) {
        beast_http::request_parser<beast_http::string_body> parser;
        parser.eager(true);
        boost::system::error_code failed;
        const std::size_t used =
            parser.put(boost::asio::buffer(bytes.data(), bytes.size()), failed);
        if (failed || !parser.is_done()) break;
        targets.emplace_back(parser.get().target());
        bytes.remove_prefix(used);
    }
    return targets;
}

TEST(HttpGate, ControlBeastAloneTakesWhatTheGateRefuses) {
    const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\n\r\n";
    const auto xchunked = targets_seen_by_beast(with_line("Transfer-Encoding: xchunked") + hidden);
    EXPECT_EQ(xchunked, (std::vector<std::string>{"/a", "/hidden"}));
    const auto identity = targets_seen_by_beast(with_line("Transfer-Encoding: identity") + hidden);
    EXPECT_EQ(identity, (std::vector<std::string>{"/a", "/hidden"}));

    const std::vector<std::string_view> taken_by_beast{"no Host", "two Hosts", "folded"};
    for (const BadHead& bad : bad_heads) {
        if (std::ranges::count(taken_by_beast, bad.name) == 0) continue;
        EXPECT_EQ(targets_seen_by_beast(bad.block).size(), 1U) << bad.name;
    }
    EXPECT_EQ(targets_seen_by_beast(with_line("Content-Length: 3, 3") + "abc").size(), 1U);
}

TEST(HttpGate, ControlBeastAloneKeepsALineEndInAHeaderValue) {
    beast_http::response<beast_http::empty_body> response;
    response.set("X-Bad", "a\r\nX-Injected: 1");
    std::ostringstream written;
    written << response.base();
    EXPECT_TRUE(written.str().contains("\r\nX-Injected: 1\r\n"));
}

TEST(HttpGate, ReadsAGoodHead) {
    const auto head = read(
        "PATCH /v1/a?b=%20c HTTP/1.1\r\nHost: example.org:80\r\nX-Name: \t two words \r\n"
        "x-name:again\r\nEmpty:\r\nContent-Length: 007\r\n\r\n");
    ASSERT_TRUE(head) << head.error().detail;
    EXPECT_EQ(head->method, "PATCH");
    EXPECT_EQ(head->target, "/v1/a?b=%20c");
    const std::vector<std::pair<std::string, std::string>> headers{{"host", "example.org:80"},
                                                                   {"x-name", "two words"},
                                                                   {"x-name", "again"},
                                                                   {"empty", ""},
                                                                   {"content-length", "007"}};
    EXPECT_EQ(head->headers, headers);
    EXPECT_EQ(head->framing, Framing::content_length);
    EXPECT_EQ(head->body_bytes, 7U);
    EXPECT_TRUE(head->http_1_1);
    EXPECT_TRUE(head->keep_alive);
    EXPECT_FALSE(head->expects_continue);
}

TEST(HttpGate, ReadsWhatShapesTheConnection) {
    EXPECT_FALSE(read(with_line("Connection: x, Close"))->keep_alive);
    EXPECT_TRUE(read(with_line("Connection: x"))->keep_alive);
    EXPECT_FALSE(read("GET / HTTP/1.0\r\n\r\n")->keep_alive);
    EXPECT_TRUE(read("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->keep_alive);
    EXPECT_EQ(read(with_line("Transfer-Encoding: Chunked"))->framing, Framing::chunked);
    EXPECT_TRUE(read(with_line("Content-Length: 1\r\nExpect: 100-Continue"))->expects_continue);
    EXPECT_FALSE(read(with_line("Expect: 100-continue"))->expects_continue);
    EXPECT_EQ(read(with_line("Content-Length: 0"))->framing, Framing::none);
    EXPECT_EQ(read(with_line("Content-Length: 100"))->body_bytes, 100U);
}

TEST(HttpGate, FindsTheEndOfAHeadHoweverItIsCut) {
    const std::string head = with_line("A: b");
    const std::string bytes = head + "rest\r\n\r\n";
    for (std::size_t first = 0; first <= head.size(); ++first) {
        HeadScan scan;
        if (first < head.size()) {
            const auto early = scan.find_end(std::string_view(bytes).substr(0, first), limits);
            ASSERT_TRUE(early && !*early) << first;
        }
        const auto end = scan.find_end(bytes, limits);
        ASSERT_TRUE(end && *end) << first;
        EXPECT_EQ(**end, head.size());
    }
}

TEST(HttpGate, RefusesAHeadThatCannotBecomeGoodBeforeItsEnd) {
    const auto refusal_of = [](const std::string& bytes) {
        HeadScan scan;
        const auto end = scan.find_end(bytes, limits);
        return end ? 0U : end.error().status;
    };
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\n"), 400U);
    EXPECT_EQ(refusal_of("\n"), 400U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nA: b\r\n\n"), 400U);
    EXPECT_EQ(refusal_of("GET /" + std::string(2048, 'a')), 414U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(2048, 'a')), 431U);
    EXPECT_EQ(refusal_of("GET / HTTP/1.1\r\nA: " + std::string(2000, 'a')), 0U);
}

std::expected<std::string, NotTaken> decode(std::string_view bytes, std::size_t body_bytes = 100) {
    ChunkedBody chunks(body_bytes);
    std::string body;
    const auto used = chunks.feed(bytes, body);
    if (!used) return std::unexpected(used.error());
    return chunks.complete() ? body + std::string(bytes.substr(*used)) : "incomplete";
}

TEST(HttpGate, DecodesChunkedBodies) {
    EXPECT_EQ(decode("3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n"), "abc0123456789");
    EXPECT_EQ(decode("0\r\n\r\n"), "");
    EXPECT_EQ(decode("1\r\na\r\n0\r\n\r\nGET"), "aGET");
    EXPECT_EQ(decode("1\r\na\r\n0\r\n\r"), "incomplete");
}

TEST(HttpGate, RefusesBadChunkedBodies) {
    const std::vector<std::pair<std::string, std::string_view>> cases{
        {"3;a=b\r\nabc\r\n0\r\n\r\n", "bad_chunk"},
        {"3 \r\nabc\r\n0\r\n\r\n", "bad_chunk"},
        {"\r\nabc", "bad_chunk"},
        {"0x3\r\nabc\r\n0\r\n\r\n", "bad_chunk"},
        {"-1\r\n", "bad_chunk"},
        {"3\nabc\r\n0\r\n\r\n", "bad_chunk"},
        {"3\r\nabcd\r\n0\r\n\r\n", "bad_chunk"},
        {"3\r\nabc\n0\r\n\r\n", "bad_chunk"},
        {std::string(17, '0'), "bad_chunk"},
        {"0\r\nHost: x\r\n\r\n", "trailers"},
        {"0\r\n\rX", "bad_chunk"},
        {"65\r\n", "body_too_large"},
        {"FFFFFFFFFFFFFFFF\r\n", "body_too_large"},
    };
    for (const auto& [bytes, code] : cases) {
        const auto body = decode(bytes);
        ASSERT_FALSE(body) << bytes;
        EXPECT_EQ(body.error().code, code) << bytes;
    }
    EXPECT_EQ(decode("3\r\nabc\r\n2\r\n", 4).error().status, 413U);
    EXPECT_EQ(decode("3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n", 4), "abcd");
}

std::string in_hexadecimal(std::size_t number) {
    std::string digits;
    for (; number > 0; number /= 16) digits.insert(digits.begin(), "0123456789abcdef"[number % 16]);
    return digits;
}

TEST(HttpGate, GivesBackAnyBodyHoweverItWasChunkedAndCut) {
    EXPECT_TRUE(rc::check([](const std::vector<std::string>& parts) {
        std::string plain;
        std::string bytes;
        for (const std::string& part : parts) {
            if (part.empty()) continue;
            plain += part;
            bytes += in_hexadecimal(part.size()) + "\r\n" + part + "\r\n";
        }
        bytes += "0\r\n\r\nnext";
        ChunkedBody chunks(plain.size());
        std::string body;
        std::string waiting;
        std::size_t sent = 0;
        while (!chunks.complete()) {
            const auto cut = *rc::gen::inRange<std::size_t>(1, 6);
            waiting += bytes.substr(sent, cut);
            sent = std::min(sent + cut, bytes.size());
            const auto used = chunks.feed(waiting, body);
            RC_ASSERT(used.has_value());
            waiting.erase(0, *used);
        }
        RC_ASSERT(body == plain);
        RC_ASSERT(waiting + bytes.substr(sent) == "next");
    }));
}

TEST(HttpGate, ReadsTheSameRequestAsBeastWheneverItTakesOne) {
    EXPECT_TRUE(rc::check([] {
        std::string block =
            "PUT /v1/members?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nAccept: */*\r\n\r\n";
        const auto changes = *rc::gen::inRange(0, 4);
        for (int i = 0; i < changes; ++i) {
            const auto at = *rc::gen::inRange<std::size_t>(0, block.size());
            const char byte = *rc::gen::oneOf(rc::gen::arbitrary<char>(),
                                              rc::gen::elementOf(std::string(" \t\r\n:,/1H")));
            switch (*rc::gen::inRange(0, 3)) {
                case 0:
                    block[at] = byte;
                    break;
                case 1:
                    block.insert(at, 1, byte);
                    break;
                default:
                    block.erase(at, 1);
                    break;
            }
        }
        HeadScan scan;
        const auto end = scan.find_end(block, limits);
        if (!end || !*end) return;
        const auto head = read(std::string_view(block).substr(0, **end));
        RC_CLASSIFY(head.has_value(), "taken");
        if (!head) return;

        beast_http::request_parser<beast_http::string_body> parser;
        boost::system::error_code failed;
        const std::size_t used = parser.put(boost::asio::buffer(block), failed);
        RC_ASSERT(!failed);
        RC_ASSERT(parser.is_header_done());
        RC_ASSERT(used == **end);
        const auto& message = parser.get();
        RC_ASSERT(std::string(message.method_string()) == head->method);
        RC_ASSERT(std::string(message.target()) == head->target);
        RC_ASSERT(std::distance(message.begin(), message.end()) ==
                  static_cast<std::ptrdiff_t>(head->headers.size()));
        RC_ASSERT(parser.content_length().value_or(0) == head->body_bytes);
    }));
}

}  // namespace
}  // namespace muster::http
