// Byte forms of numbers, ids and texts.
#include "projections/bytes.h"

#include <algorithm>

namespace muster {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

}  // namespace

void append_byte(std::string& bytes, std::uint8_t value) {
    bytes.push_back(static_cast<char>(value));
}

void append_number(std::string& bytes, std::uint32_t value) {
    append_big_endian(bytes, value, 4);
}

void append_number(std::string& bytes, std::uint64_t value) {
    append_big_endian(bytes, value, 8);
}

void append_position(std::string& bytes, Position position) {
    append_number(bytes, number(position));
}

void append_instant(std::string& bytes, Instant instant) {
    append_number(bytes, static_cast<std::uint64_t>(instant.micros) ^ sign_bit);
}

void append_text(std::string& bytes, std::string_view text) {
    append_number(bytes, static_cast<std::uint64_t>(text.size()));
    bytes.append(text);
}

void append_ordered_text(std::string& bytes, std::string_view text) {
    append_ordered_beginning(bytes, text);
    bytes.append("\x00\x01", 2);
}

void append_ordered_beginning(std::string& bytes, std::string_view beginning) {
    for (const char c : beginning) {
        bytes.push_back(c);
        if (c == '\0') bytes.push_back('\xff');
    }
}

std::string_view ByteReader::take(std::size_t count) {
    if (broken_ || rest_.size() < count) {
        broken_ = true;
        return {};
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
}

std::uint8_t ByteReader::byte() {
    return static_cast<std::uint8_t>(big_endian(take(1)));
}

std::uint32_t ByteReader::number32() {
    return static_cast<std::uint32_t>(big_endian(take(4)));
}

std::uint64_t ByteReader::number64() {
    return big_endian(take(8));
}

Instant ByteReader::instant() {
    return Instant{static_cast<std::int64_t>(number64() ^ sign_bit)};
}

boost::uuids::uuid ByteReader::uuid() {
    boost::uuids::uuid value{};
    const std::string_view taken = take(value.size());
    std::transform(taken.begin(), taken.end(), value.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    return value;
}

std::string ByteReader::text() {
    const std::uint64_t size = number64();
    if (size > rest_.size()) broken_ = true;
    return broken_ ? std::string{} : std::string{take(static_cast<std::size_t>(size))};
}

}  // namespace muster
