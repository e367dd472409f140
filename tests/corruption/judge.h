// The judgement of a damaged data folder: was it refused with words that help, or does it tell
// nothing but the truth?
#pragma once

#include "tests/corruption/moments.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster::corruption {

enum class Outcome : std::uint8_t {
    unchanged,      ///< nothing was damaged: no case
    harmless,       ///< all is there
    rebuilt,        ///< all is there, after the views were made anew
    refused,        ///< not opened
    error_on_read,  ///< opened; some questions get a Failure, none a wrong answer
    silent,         ///< something is wrong and nobody said so: never
    crashed,        ///< the process ended: never
};
constexpr std::size_t outcome_count = 7;
std::string_view name_of(Outcome outcome);

struct Judgement {
    Outcome outcome = Outcome::unchanged;
    std::string words;                ///< the refusal, or the first of what went wrong
    std::vector<std::string> faults;  ///< beside the outcome: what must not be either
};

struct Judging {
    const Facts& truth;
    int last_stage = 0;
    bool heed_mark = true;
    bool open_again = true;
};

/// Opens the folder, asks everything, retries requests, writes on, closes and opens again.
Judgement judge(const std::filesystem::path& data, const Judging& judging);

/// Salvages the log of a damaged folder into `new_data` and says what is wrong with what came of
/// it. Nothing whole to be found is no fault.
std::vector<std::string> faults_of_salvage(const std::filesystem::path& damaged,
                                           const std::filesystem::path& new_data,
                                           const Facts& truth);

/// Whether a refusal says what is affected and what to do.
bool is_helpful(std::string_view refusal);

}  // namespace muster::corruption
