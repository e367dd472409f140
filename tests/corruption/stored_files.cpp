// Telling the files apart, and spoiling them.
#include "tests/corruption/stored_files.h"

#include "domain/ensure.h"
#include "tests/eventstore/temporary_folder.h"

#include <rocksdb/db.h>
#include <algorithm>
#include <fstream>

namespace muster::corruption {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t block_bytes = 4096;

class Silence final : public rocksdb::Logger {
 public:
    using Logger::Logv;
    void Logv(const char*, std::va_list) override {}
};

/// The file name of each SST -> its column family.
std::map<std::string, std::string> families_of(const fs::path& store) {
    rocksdb::DBOptions options;
    options.info_log = std::make_shared<Silence>();
    std::vector<std::string> names;
    ENSURE(rocksdb::DB::ListColumnFamilies(options, store.string(), &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const auto& name : names) descriptors.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ENSURE(
        rocksdb::DB::OpenForReadOnly(options, store.string(), descriptors, &handles, &opened).ok());
    const std::unique_ptr<rocksdb::DB> database{opened};
    std::vector<rocksdb::LiveFileMetaData> files;
    database->GetLiveFilesMetaData(&files);
    std::map<std::string, std::string> families;
    for (const auto& file : files) families[file.relative_filename] = file.column_family_name;
    for (auto* handle : handles) ENSURE(database->DestroyColumnFamilyHandle(handle).ok());
    return families;
}

std::string kind_in_store(const fs::path& file,
                          const std::map<std::string, std::string>& families) {
    const auto name = file.filename().string();
    if (file.extension() == ".sst") {
        const auto family = families.find(name);
        return family == families.end() ? std::string{} : family->second + ".sst";
    }
    if (file.extension() == ".log") return "WAL";
    for (const auto* kind : {"MANIFEST", "CURRENT", "OPTIONS", "IDENTITY"}) {
        if (name.starts_with(kind)) return kind;
    }
    return {};
}

void add_store(FilesByKind& files, const std::string& part, const fs::path& data,
               const fs::path& store) {
    const auto families = families_of(store);
    for (const auto& entry : fs::directory_iterator{store}) {
        const auto kind = kind_in_store(entry.path(), families);
        if (kind.empty() || entry.file_size() == 0) continue;
        files[part + ' ' + kind].push_back(fs::relative(entry.path(), data));
    }
}

void add_plain(FilesByKind& files, const fs::path& data,
               const std::map<std::string, fs::path>& named) {
    for (const auto& [kind, path] : named) {
        if (fs::exists(data / path)) files[kind].push_back(path);
    }
}

void write(const fs::path& file, std::string_view bytes) {
    std::ofstream out{file, std::ios::binary | std::ios::trunc};
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ENSURE(out.good());
}

std::size_t below(std::size_t limit, std::mt19937& random) {
    return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random);
}

void spoil(std::string& bytes, Damage damage, std::mt19937& random) {
    if (bytes.empty()) return;
    if (damage == Damage::flip) {
        bytes[below(bytes.size(), random)] ^= static_cast<char>(1U << below(8, random));
    } else if (damage == Damage::truncate) {
        bytes.resize(below(bytes.size(), random));
    } else {
        const auto begin = below(bytes.size() / block_bytes + 1, random) * block_bytes;
        const auto end = std::min(begin + block_bytes, bytes.size());
        std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(std::min(begin, end)),
                  bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
    }
}

/// The bytes of the same file of another moment or store, or of another file of its kind there.
std::string bytes_from(const Stored& source, const std::string& kind, const fs::path& file,
                       std::mt19937& random) {
    const auto found = source.files.find(kind);
    if (found == source.files.end()) return {};
    const auto& files = found->second;
    const bool same = std::ranges::find(files, file) != files.end();
    return test::bytes_of_file(source.data / (same ? file : files[below(files.size(), random)]));
}

bool replace_folder(const fs::path& folder, const fs::path& name, Damage damage,
                    const Sources& sources) {
    if (damage != Damage::older && damage != Damage::swap && damage != Damage::remove) return false;
    fs::remove_all(folder);
    if (damage == Damage::remove) return true;
    const auto& source = damage == Damage::older ? sources.earlier : sources.other;
    fs::copy(source.data / name, folder, fs::copy_options::recursive);
    return true;
}

}  // namespace

std::string_view name_of(Damage damage) {
    constexpr std::string_view names[] = {"flip", "zero", "truncate", "remove", "older", "swap"};
    return names[static_cast<std::size_t>(damage)];
}

FilesByKind files_by_kind(const fs::path& data) {
    FilesByKind files;
    add_store(files, "log", data, data / "log" / "store");
    add_store(files, "keys", data, data / "keys" / "store");
    for (const auto& entry : fs::directory_iterator{data / "views"}) {
        if (entry.is_directory()) add_store(files, "views", data, entry.path());
    }
    add_plain(files, data,
              {{"log FORMAT", "log/FORMAT"},
               {"log mark", "log/mark"},
               {"log checkpoint", "log/checkpoint"},
               {"log verifier-key", "log/verifier-key"},
               {"keys mark", "keys/mark"},
               {"keys FORMAT", "keys/FORMAT"},
               {"keys kek", "keys/kek/1"},
               {"keys signing-key", "keys/signing-key"},
               {"views generation", "views/CURRENT"},
               {"log whole store", "log/store"},
               {"keys whole store", "keys/store"},
               {"views whole folder", "views"}});
    for (auto& [kind, paths] : files) std::ranges::sort(paths);
    return files;
}

bool do_damage(const fs::path& data, const Stored& pristine, const std::string& kind, Damage damage,
               const Sources& sources, std::mt19937& random) {
    const auto& files = pristine.files.at(kind);
    const auto& file = files[below(files.size(), random)];
    if (fs::is_directory(data / file)) return replace_folder(data / file, file, damage, sources);
    const auto before = test::bytes_of_file(data / file);
    if (damage == Damage::remove) return fs::remove(data / file);
    auto after = before;
    if (damage == Damage::older || damage == Damage::swap) {
        const auto& source = damage == Damage::older ? sources.earlier : sources.other;
        after = bytes_from(source, kind, file, random);
        if (after.empty()) return false;
    } else {
        // A block of zeros stays what it is, so other places are tried.
        for (int attempt = 0; attempt < 20 && after == before; ++attempt) {
            spoil(after, damage, random);
        }
    }
    if (after == before) return false;
    write(data / file, after);
    return true;
}

}  // namespace muster::corruption
