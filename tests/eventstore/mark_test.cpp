// The mark's file: what was marked last is read back, and a torn write costs the mark that it was
// to be, never the one before.
#include "eventstore/machine/crypto.h"
#include "eventstore/proof/mark.h"

#include "tests/eventstore/temporary_folder.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <fstream>

namespace muster::test {
namespace {

constexpr std::size_t slot_size = 4096;

class MarkTest : public testing::Test {
 protected:
    TemporaryFolder folder_;
    Disk& disk_ = Disk::of_this_machine();
    const boost::uuids::uuid log_ = random_uuid();

    std::filesystem::path file() const { return folder_.path() / "mark"; }
    Mark numbered(std::uint64_t size) const {
        return {.log_id = log_, .head = {.size = size, .root = sha256(std::to_string(size))}};
    }
    /// Marks 0 to `size`, one after the other.
    void write_up_to(std::uint64_t size) {
        ENSURE(MarkFile::make(disk_, file(), numbered(0)).has_value());
        auto mark = MarkFile::open(disk_, file());
        ENSURE(mark.has_value());
        for (std::uint64_t each = 1; each <= size; ++each) {
            ENSURE(mark->write(numbered(each)).has_value());
        }
    }
    std::string bytes() const { return bytes_of_file(file()); }
    void replace(const std::string& bytes) { std::ofstream{file(), std::ios::binary} << bytes; }
};

TEST_F(MarkTest, IsTheNewestThatWasWritten) {
    for (std::uint64_t size = 0; size < 9; ++size) {
        write_up_to(size);
        EXPECT_EQ(MarkFile::open(disk_, file())->newest(), numbered(size));
        EXPECT_EQ(bytes().size(), 2 * slot_size);
    }
}

TEST_F(MarkTest, OutlivesADamageToTheSlotThatIsWrittenNext) {
    EXPECT_TRUE(rc::check("a torn write", [&](const std::string& garbage) {
        const auto size = *rc::gen::inRange<std::uint64_t>(1, 9);
        const auto at = *rc::gen::inRange<std::size_t>(0, slot_size);
        write_up_to(size);
        auto damaged = bytes();
        const auto next_slot = (size + 1) % 2 * slot_size;
        const auto length = std::min(garbage.size(), slot_size - at);
        damaged.replace(next_slot + at, length, garbage.substr(0, length));
        replace(damaged);
        const auto mark = MarkFile::open(disk_, file());
        RC_ASSERT(mark.has_value());
        RC_ASSERT(mark->newest() == numbered(size));
    }));
}

TEST_F(MarkTest, NeverTakesADamagedSlotForAMark) {
    write_up_to(7);
    const auto whole = bytes();
    const auto newest_slot = 7 % 2 * slot_size;
    for (std::size_t at = 0; at < slot_size; at += at < 110 ? 1 : 97) {
        auto damaged = whole;
        damaged[newest_slot + at] ^= 0x20;
        replace(damaged);
        EXPECT_EQ(MarkFile::open(disk_, file())->newest(), numbered(6)) << "byte " << at;
    }
}

TEST_F(MarkTest, IsRefusedWhenNoSlotIsWhole) {
    write_up_to(4);
    auto damaged = bytes();
    damaged[20] ^= 1;
    damaged[slot_size + 20] ^= 1;
    for (const auto& text : {damaged, std::string{}, bytes().substr(0, slot_size - 1)}) {
        replace(text);
        const auto mark = MarkFile::open(disk_, file());
        ASSERT_FALSE(mark.has_value());
        EXPECT_EQ(mark.error().kind, FailureKind::corrupted);
    }
    std::filesystem::remove(file());
    EXPECT_EQ(MarkFile::open(disk_, file()).error().kind, FailureKind::not_found);
}

TEST_F(MarkTest, GoesOnOverADamagedSlot) {
    write_up_to(4);
    auto damaged = bytes();
    damaged[slot_size] ^= 1;
    replace(damaged);
    {
        auto mark = MarkFile::open(disk_, file());
        ASSERT_TRUE(mark.has_value());
        ASSERT_TRUE(mark->write(numbered(5)).has_value());
    }
    EXPECT_EQ(MarkFile::open(disk_, file())->newest(), numbered(5));
}

}  // namespace
}  // namespace muster::test
