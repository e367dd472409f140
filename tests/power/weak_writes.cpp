// Writing without a sync, and cutting a batch in two.
#include "tests/power/weak_writes.h"

#include "domain/ensure.h"
#include "eventstore/log/log_store.h"

#include <rocksdb/write_batch.h>

namespace muster::test {
namespace {

/// Sorts the rows of a batch into commits with their tree and head, and what stands beside them.
class CutInTwo final : public rocksdb::WriteBatch::Handler {
 public:
    explicit CutInTwo(const Database& database) : database_{database} {}

    rocksdb::Status PutCF(std::uint32_t family, const rocksdb::Slice& key,
                          const rocksdb::Slice& value) override {
        for (const auto which : {LogFamily::streams, LogFamily::requests, LogFamily::memberships}) {
            auto* beside = database_.family(static_cast<std::size_t>(which));
            if (beside->GetID() == family) return second.Put(beside, key, value);
        }
        for (const auto which : {LogFamily::meta, LogFamily::commits, LogFamily::tree}) {
            auto* of_commits = database_.family(static_cast<std::size_t>(which));
            if (of_commits->GetID() == family) return first.Put(of_commits, key, value);
        }
        return rocksdb::Status::InvalidArgument("a family that the log does not have");
    }

    rocksdb::WriteBatch first;
    rocksdb::WriteBatch second;

 private:
    const Database& database_;
};

rocksdb::Status write_in_two_batches(const Database& database, rocksdb::WriteBatch& rows) {
    CutInTwo cut{database};
    ENSURE(rows.Iterate(&cut).ok());
    auto written = database->Write(checked_write(true), &cut.first);
    if (!written.ok()) return written;
    return database->Write(checked_write(true), &cut.second);
}

rocksdb::Status write_without_sync(const Database& database, rocksdb::WriteBatch& rows) {
    return database->Write(checked_write(false), &rows);
}

}  // namespace

WriteRows weakly(WeakWrite weakness) {
    switch (weakness) {
        case WeakWrite::none:
            return {};
        case WeakWrite::not_synced:
            return write_without_sync;
        case WeakWrite::in_two_batches:
            return write_in_two_batches;
    }
    ENSURE(false);
}

}  // namespace muster::test
