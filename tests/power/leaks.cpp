// What the leak checker is not to report in this suite.

/// When a full disk fails a write, RocksDB starts a thread of its own that tries to recover, and
/// never frees what that thread found last.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:rocksdb::ErrorHandler::RecoverFromBGError\n";
}
