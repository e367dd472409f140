// The byte forms that rows and index keys of the views are made of. Numbers are big-endian, so that
// the order of keys is the order of what they stand for. Pure functions, any thread.
#pragma once

#include "domain/ids.h"
#include "domain/time.h"
#include "eventstore/machine/bytes.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

void append_byte(std::string& bytes, std::uint8_t value);
void append_number(std::string& bytes, std::uint32_t value);
void append_number(std::string& bytes, std::uint64_t value);
void append_position(std::string& bytes, Position position);
/// Earlier instants sort first, those before 1970 too.
void append_instant(std::string& bytes, Instant instant);
template <class Tag>
void append_id(std::string& bytes, const Id<Tag>& id) {
    append_id(bytes, id.value);
}
/// What the keys of a kind begin with that are of one thing.
template <class Tag>
std::string kind_key(std::uint8_t kind, const Id<Tag>& id) {
    std::string key;
    append_byte(key, kind);
    append_id(key, id);
    return key;
}
/// Length and bytes: for values.
void append_text(std::string& bytes, std::string_view text);
/// Sorts as the text does, whatever follows: for keys. 00 is written 00 FF, the end 00 01.
void append_ordered_text(std::string& bytes, std::string_view text);
/// The same without the end: what every longer text with this beginning begins with.
void append_ordered_beginning(std::string& bytes, std::string_view beginning);

/// Reads values back. After a read beyond the end everything is empty and `whole()` is false.
class ByteReader {
 public:
    explicit ByteReader(std::string_view bytes) : rest_{bytes} {}

    std::uint8_t byte();
    std::uint32_t number32();
    std::uint64_t number64();
    Position position() { return Position{number64()}; }
    Instant instant();
    boost::uuids::uuid uuid();
    template <class AnyId>
    AnyId id() {
        return AnyId{uuid()};
    }
    std::string text();
    /// So many bytes, as long as those that are read live.
    std::string_view take(std::size_t count);

    std::string_view rest() const { return rest_; }
    bool broken() const { return broken_; }
    /// What was read cannot be: from here on it is as if bytes were missing.
    void break_off() { broken_ = true; }
    /// Everything was read and nothing was missing.
    bool whole() const { return !broken_ && rest_.empty(); }

 private:
    std::string_view rest_;
    bool broken_ = false;
};

}  // namespace muster
