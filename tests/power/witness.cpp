// Lines of words; notes are coded so that they are one.
#include "tests/power/witness.h"

#include "domain/ensure.h"
#include "eventstore/machine/bytes.h"

#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <fstream>
#include <sstream>

namespace muster::test {

std::uint64_t Witness::acknowledged_count() const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(steps, [](const auto& step) { return step.second.has_value(); }));
}

WitnessFile::WitnessFile(const std::filesystem::path& file)
    : file_{::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)} {
    ENSURE(file_ >= 0);
}

WitnessFile::~WitnessFile() {
    ::close(file_);
}

void WitnessFile::write(const std::string& line) const {
    const std::string whole = line + "\n";
    ENSURE(::write(file_, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()));
}

void WitnessFile::asked(std::uint64_t step) const {
    write("asked " + std::to_string(step));
}

void WitnessFile::answered(std::uint64_t step, const Receipt& receipt) const {
    write("answered " + std::to_string(step) + " " + std::to_string(number(receipt.position)) +
          " " + digest_of(receipt));
}

void WitnessFile::made_api_key(std::uint64_t step) const {
    write("key " + std::to_string(step));
}

void WitnessFile::published(const std::string& checkpoint, const std::string& verifier) const {
    write("checkpoint " + base64(checkpoint) + " " + base64(verifier));
}

void WitnessFile::opened() const {
    write("opened");
}

void WitnessFile::refused(const std::string& why) const {
    write("refused " + base64(why));
}

void WitnessFile::cut(const PowerLoss& loss) const {
    std::ostringstream line;
    line << "cut " << loss.names_undone << ' ' << loss.files_shortened << ' ' << loss.sectors_lost
         << ' ' << loss.sectors_torn << ' ' << loss.sectors_scrambled << ' '
         << loss.everything_kept;
    write(line.str());
}

namespace {

void take_in_line(Witness& witness, std::istringstream line) {
    std::string what;
    line >> what;
    std::uint64_t step = 0;
    std::string text;
    std::string more;
    if (what == "asked") {
        line >> step;
        witness.steps.try_emplace(step);
    } else if (what == "answered") {
        std::uint64_t position = 0;
        line >> step >> position >> text;
        witness.steps[step] = Acknowledged{Position{position}, text};
    } else if (what == "key") {
        line >> step;
        witness.api_keys.insert(step);
    } else if (what == "checkpoint") {
        line >> text >> more;
        witness.checkpoint = from_base64(text).value_or("");
        witness.verifier = from_base64(more).value_or("");
    } else if (what == "opened") {
        witness.had_opened = true;
        witness.loss = {};
    } else if (what == "refused") {
        line >> text;
        witness.refusal = from_base64(text).value_or("");
    } else if (what == "cut") {
        PowerLoss loss;
        line >> loss.names_undone >> loss.files_shortened >> loss.sectors_lost >>
            loss.sectors_torn >> loss.sectors_scrambled >> loss.everything_kept;
        witness.loss += loss;
        witness.was_cut = true;
    }
}

}  // namespace

void take_in(Witness& witness, const std::filesystem::path& file) {
    witness.refusal.clear();
    witness.was_cut = false;
    witness.had_opened = false;
    std::ifstream stream{file};
    for (std::string line; std::getline(stream, line);) {
        take_in_line(witness, std::istringstream{line});
    }
    std::filesystem::remove(file);
}

}  // namespace muster::test
