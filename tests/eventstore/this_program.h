// Runs one disabled test of this very program in a process of its own, so that it can be killed or
// find a folder taken. A forked copy would not do: RocksDB's threads do not survive a fork.
#pragma once

#include "domain/ensure.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace muster::test {

constexpr int report_descriptor = 9;

/// In the child: what the parent named.
inline std::filesystem::path folder_from_parent() {
    const char* folder = std::getenv("MUSTER_TEST_FOLDER");
    ENSURE(folder != nullptr);
    return folder;
}

class ThisProgram {
 public:
    ThisProgram(const std::string& test, const std::filesystem::path& folder) {
        int ends[2] = {-1, -1};
        ENSURE(::pipe2(ends, O_CLOEXEC) == 0);
        reports_ = ends[0];
        ::setenv("MUSTER_TEST_FOLDER", folder.c_str(), 1);
        // The child has one test, whichever shard of the suite this is.
        ::unsetenv("GTEST_TOTAL_SHARDS");
        ::unsetenv("GTEST_SHARD_INDEX");
        const std::string filter = "--gtest_filter=" + test;
        std::string name = "child";
        std::string disabled_too = "--gtest_also_run_disabled_tests";
        char* arguments[] = {name.data(), const_cast<char*>(filter.data()), disabled_too.data(),
                             nullptr};
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], report_descriptor);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        const int spawned =
            ::posix_spawn(&process_, "/proc/self/exe", &actions, nullptr, arguments, environ);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        ENSURE(spawned == 0);
    }
    ~ThisProgram() {
        if (process_ > 0) kill();
        ::close(reports_);
    }
    ThisProgram(const ThisProgram&) = delete;
    ThisProgram& operator=(const ThisProgram&) = delete;

    /// Waits for the next number that the child reports; false when there will be none.
    bool next_report(std::uint64_t& number) {
        return ::read(reports_, &number, sizeof(number)) == sizeof(number);
    }
    void kill() {
        ::kill(process_, SIGKILL);
        exit_status();
    }
    /// Waits for the end; -1 when the child was killed.
    int exit_status() {
        int status = 0;
        ENSURE(::waitpid(process_, &status, 0) == process_);
        process_ = -1;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

 private:
    pid_t process_ = -1;
    int reports_ = -1;
};

/// In the child: tells the parent a number.
inline void report(std::uint64_t number) {
    ENSURE(::write(report_descriptor, &number, sizeof(number)) == sizeof(number));
}

}  // namespace muster::test
