// What a process saw before its machine lost its power. It writes each line before it goes on, to a
// file of the test's own that no power loss touches, and its parent reads them afterwards.
#pragma once

#include "tests/power/power_loss.h"
#include "tests/power/script.h"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace muster::test {

/// What was acknowledged for one step.
struct Acknowledged {
    Position position{};
    std::string digest;
};

/// Everything that was ever seen of one data folder.
struct Witness {
    std::map<std::uint64_t, std::optional<Acknowledged>> steps;  ///< none: never answered
    std::uint64_t settled_below = 0;   ///< steps before this one were retried already
    std::set<std::uint64_t> api_keys;  ///< by their step
    std::string checkpoint;            ///< the newest note
    std::string verifier;              ///< who signed it
    PowerLoss loss;                    ///< all that was lost since it was opened last
    bool had_opened = false;           ///< the last process, before the power went
    std::string refusal;               ///< why the last process could not open the folder
    bool was_cut = false;

    std::uint64_t acknowledged_count() const;
};

/// In the process: appends to the file. Any thread.
class WitnessFile {
 public:
    explicit WitnessFile(const std::filesystem::path& file);
    ~WitnessFile();
    WitnessFile(const WitnessFile&) = delete;
    WitnessFile& operator=(const WitnessFile&) = delete;

    void asked(std::uint64_t step) const;
    void answered(std::uint64_t step, const Receipt& receipt) const;
    void made_api_key(std::uint64_t step) const;
    void published(const std::string& checkpoint, const std::string& verifier) const;
    void opened() const;
    void refused(const std::string& why) const;
    void cut(const PowerLoss& loss) const;

 private:
    void write(const std::string& line) const;

    int file_ = -1;
};

/// Adds what the file says, and empties it.
void take_in(Witness& witness, const std::filesystem::path& file);

}  // namespace muster::test
