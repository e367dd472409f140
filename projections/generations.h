// The folder of the views: one sub-folder a generation, the file CURRENT, which names the one that
// counts, and the file REBUILDING, which names the one that is being built to take its place. Both
// are replaced atomically. Any other generation is debris, which an opening removes: once there are
// comparisons and readers, a generation goes away by its name. The folder is locked against a
// second process.
#pragma once

#include "eventstore/machine/disk.h"

#include <atomic>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace muster {

class Generations {
 public:
    /// Makes the folder where it is missing. `in_use` when another process has it open.
    static std::expected<Generations, Failure> open(const std::filesystem::path& folder,
                                                    Disk& disk);

    /// The generation that counts; nothing when CURRENT is missing or is not a name.
    std::optional<std::string> current() const { return name_in("CURRENT"); }
    /// The one that a rebuild has begun and not finished.
    std::optional<std::string> rebuilding() const { return name_in("REBUILDING"); }
    /// A name that no generation here had since the folder was opened. Any thread.
    std::string fresh_name();
    std::filesystem::path path_of(const std::string& name) const { return folder_ / name; }
    const std::filesystem::path& folder() const { return folder_; }
    Disk& disk() const { return disk_.get(); }

    /// Durable when it returns.
    std::expected<void, Failure> make_current(const std::string& name) const;
    std::expected<void, Failure> remember_rebuilding(const std::string& name) const;
    /// What cannot be removed is noted, and removed at another opening.
    void forget_rebuilding() const { remove("REBUILDING"); }
    void remove(const std::string& name) const;
    void remove_all_but(const std::set<std::string>& names) const;

 private:
    Generations(std::filesystem::path folder, Disk& disk, std::unique_ptr<Disk::Lock> lock)
        : folder_{std::move(folder)}, disk_{disk}, lock_{std::move(lock)} {}

    std::optional<std::string> name_in(const char* file) const;

    std::filesystem::path folder_;
    std::reference_wrapper<Disk> disk_;
    std::unique_ptr<Disk::Lock> lock_;
    std::unique_ptr<std::atomic<std::uint64_t>> newest_ =
        std::make_unique<std::atomic<std::uint64_t>>();
};

}  // namespace muster
