// Measures the engine in process beside its floors, part by part. Figures are medians; compare
// ratios, not machines.
#include "tools/bench/measured.h"

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <algorithm>

namespace {

using namespace muster::bench;

struct Part {
    std::string name;
    void (*measure)(Figures&, const std::filesystem::path&);
};

const std::vector<Part> parts{{"machine", measure_machine},
                              {"writes", measure_writes},
                              {"checks", measure_checks},
                              {"history", measure_history},
                              {"import", measure_import}};

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Measures Muster in process beside its floors"};
    std::filesystem::path folder = std::filesystem::temp_directory_path() / "muster-bench";
    std::filesystem::path figures_file;
    std::vector<std::string> wanted;
    for (const Part& part : parts) wanted.push_back(part.name);
    app.add_option("--folder", folder, "Where to write; removed at the beginning and the end")
        ->capture_default_str();
    app.add_option("--figures", figures_file, "A file to add figures to, a line of JSON each");
    app.add_option("--parts", wanted, "What to measure")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    spdlog::set_level(spdlog::level::warn);
    Figures figures{figures_file};
    for (const Part& part : parts) {
        if (std::ranges::count(wanted, part.name) == 0) continue;
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        part.measure(figures, folder);
    }
    std::filesystem::remove_all(folder);
    return 0;
}
