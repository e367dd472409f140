// The folder of the views: one sub-folder a generation, and the file CURRENT, which names the one
// that counts and is replaced atomically. A generation that CURRENT does not name is debris of a
// rebuild that was cut short. The folder is locked against a second process.
#pragma once

#include "eventstore/machine/disk.h"

#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace muster {

class Generations {
 public:
    /// Makes the folder where it is missing. `in_use` when another process has it open.
    static std::expected<Generations, Failure> open(const std::filesystem::path& folder,
                                                    Disk& disk);

    /// The generation that counts; nothing when CURRENT is missing or is not a name.
    std::optional<std::string> current() const;
    /// A name that no generation here had since the folder was opened.
    std::string fresh_name();
    std::filesystem::path path_of(const std::string& name) const { return folder_ / name; }
    const std::filesystem::path& folder() const { return folder_; }
    Disk& disk() const { return disk_.get(); }

    /// Durable when it returns.
    std::expected<void, Failure> make_current(const std::string& name) const;
    void remove_all_but(const std::optional<std::string>& name) const;

 private:
    Generations(std::filesystem::path folder, Disk& disk, std::unique_ptr<Disk::Lock> lock)
        : folder_{std::move(folder)}, disk_{disk}, lock_{std::move(lock)} {}

    std::filesystem::path folder_;
    std::reference_wrapper<Disk> disk_;
    std::unique_ptr<Disk::Lock> lock_;
    std::uint64_t newest_ = 0;
};

}  // namespace muster
