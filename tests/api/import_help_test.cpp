// What `muster import --help` and the README say of a line is what the import reads.
#include "api/http/routes/import.h"
#include "tests/api/http_api.h"
#include "tests/checkout.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace muster::http {
namespace {

using Fields = std::map<std::string, bool>;  ///< whether it is needed

/// The commands of a help and what each takes.
std::map<std::string, Fields> commands_in(const std::string& help) {
    std::map<std::string, Fields> commands;
    std::istringstream lines{help.substr(help.find("\n\n") + 2)};
    for (std::string line; std::getline(lines, line) && !line.empty();) {
        std::istringstream words{line};
        std::string command;
        words >> command;
        for (std::string word; words >> word;) {
            Fields& fields = commands[command];
            const bool is_needed = !word.ends_with('?');
            if (word == "PERSON") {
                fields.insert({{"address", true}, {"name", false}, {"person", false}});
            } else {
                fields[is_needed ? word : word.substr(0, word.size() - 1)] = is_needed;
            }
        }
    }
    return commands;
}

class ImportHelp : public ApiTest {
 protected:
    std::string complaint(const boost::json::object& line) {
        const Shown shown =
            ask("POST", "/v1/import", {}, boost::json::serialize(line), operator_secret);
        return shown.text("detail");
    }

    /// Where the help and the reading of lines differ.
    std::vector<std::string> differences(const std::string& help) {
        const auto commands = commands_in(help);
        std::set<std::string> names{"nonsense"};
        for (const auto& [command, fields] : commands) {
            for (const auto& [field, is_needed] : fields) names.insert(field);
        }
        std::vector<std::string> found;
        for (const auto& [command, fields] : commands) {
            const boost::json::object bare{{"at", "2020-01-01T00:00:00Z"}, {"command", command}};
            const std::string missing = complaint(bare);
            for (const std::string& name : names) {
                const auto field = fields.find(name);
                boost::json::object line = bare;
                line[name] = 7;
                const bool unknown =
                    complaint(line).contains(" " + name + ": is not a field of this request");
                const bool needed = missing.contains(" " + name + ": is needed") ||
                                    missing.contains(" " + name + ".address: is needed");
                const bool described = field != fields.end();
                const bool differs = described == unknown || (described && field->second != needed);
                if (differs) found.push_back(command + " " + name);
            }
        }
        return found;
    }
};

TEST_F(ImportHelp, NamesEveryFieldThatALineMayHave) {
    EXPECT_GT(commands_in(import_help()).size(), 20U);
    EXPECT_THAT(differences(import_help()), testing::IsEmpty());
}

TEST_F(ImportHelp, ControlAFieldLeftOutOrInventedShowsInTheSameCheck) {
    std::string help = import_help();
    help.replace(help.find(" plan limits?"), 13, " plan role?");
    help.replace(help.find(" details?"), 9, " details");
    EXPECT_THAT(differences(help), testing::ElementsAre("ChangePlan role", "InviteMember details"));
}

TEST_F(ImportHelp, StandsInTheReadme) {
    std::ifstream file{test::checkout() / "README.md"};
    const std::string readme{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_TRUE(readme.contains("```\n" + import_help() + "```\n")) << import_help();
}

TEST_F(ImportHelp, AnUnknownCommandIsToldTheKnown) {
    const std::string told = complaint({{"at", "2020-01-01T00:00:00Z"}, {"command", "Invite"}});
    for (const auto& [command, fields] : commands_in(import_help())) {
        EXPECT_TRUE(told.contains(command)) << told;
    }
}

}  // namespace
}  // namespace muster::http
