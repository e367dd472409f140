// Snapshots as files.
#include "projections/snapshots.h"

#include "eventstore/machine/bytes.h"
#include "eventstore/machine/crypto.h"
#include "projections/snapshot_form.h"

#include <spdlog/spdlog.h>
#include <algorithm>
#include <charconv>

namespace muster {
namespace {

constexpr std::string_view snapshot_magic = "MUSTSNAP";
constexpr std::size_t version_digits = 20;

std::optional<Version> version_named(const std::string& name) {
    std::uint64_t value = 0;
    const char* end = name.data() + name.size();
    const auto read = std::from_chars(name.data(), end, value);
    const bool is_one = name.size() == version_digits && read.ec == std::errc{} && read.ptr == end;
    return is_one ? std::optional{Version{value}} : std::nullopt;
}

/// In their order; `other` gets the name of what else there is.
template <class Other>
std::vector<Version> versions_in(const Disk& disk, const Disk::Path& folder, const Other& other) {
    std::vector<Version> versions;
    const auto names = disk.names_in(folder);
    if (!names) return versions;
    for (const std::string& name : *names) {
        if (const auto version = version_named(name)) {
            versions.push_back(*version);
        } else {
            other(name);
        }
    }
    std::ranges::sort(versions);
    return versions;
}

/// What is between this beginning and the sum; nothing when either is another.
std::optional<std::string_view> body_of(std::string_view file, std::string_view beginning) {
    if (file.size() < beginning.size() + sizeof(Digest)) return std::nullopt;
    const std::string_view summed = file.substr(0, file.size() - sizeof(Digest));
    const bool whole =
        summed.starts_with(beginning) && view_of(sha256(summed)) == file.substr(summed.size());
    return whole ? std::optional{summed.substr(beginning.size())} : std::nullopt;
}

}  // namespace

std::optional<OrganizationThen> Snapshots::nearest(OrganizationId id, const Moment& moment) const {
    std::vector<Version> versions = kept(id);
    const auto commit_of = [&](Version version) -> std::optional<Commit> {
        const auto commits = log_.read_stream(StreamId::of(id), version, 1);
        if (!commits || commits->empty()) return std::nullopt;
        return commits->front();
    };
    // Positions and effective times of an organisation only grow.
    const auto beyond = std::ranges::partition_point(versions, [&](Version version) {
        const auto commit = commit_of(version);
        return commit && moment.has(*commit);
    });
    versions.erase(beyond, versions.end());
    for (; !versions.empty(); versions.pop_back()) {
        const auto commit = commit_of(versions.back());
        if (!commit) return std::nullopt;
        const auto beginning = beginning_of(id, *commit);
        const auto file = disk_.read_whole_file(file_of(id, versions.back()));
        if (!beginning || !file) continue;
        const auto body = body_of(*file, *beginning);
        auto then = body ? decode_organization_then(*body) : std::nullopt;
        if (then && then->organization->version == versions.back()) return then;
        spdlog::warn(
            "the snapshot of organisation {} at version {} is damaged, of another form or of "
            "another log, and goes",
            to_string(id), number(versions.back()));
        remove(id, versions.back());
    }
    return std::nullopt;
}

std::vector<Version> Snapshots::kept(OrganizationId id) const {
    return versions_in(disk_, folder_of(id), [](const std::string&) {});
}

std::vector<Version> Snapshots::kept_when_tidied(OrganizationId id) {
    return versions_in(disk_, folder_of(id), [&](const std::string& unfinished) {
        if (disk_.remove_all(folder_of(id) / unfinished)) return;
        spdlog::warn("{} stays among the snapshots", unfinished);
    });
}

std::expected<void, Failure> Snapshots::keep(const OrganizationThen& then) {
    const Organization& organization = *then.organization;
    const StreamId stream = StreamId::of(organization.id);
    const auto commits = log_.read_stream(stream, organization.version, 1);
    if (!commits) return std::unexpected(commits.error());
    const auto beginning =
        commits->empty() ? std::nullopt : beginning_of(organization.id, commits->front());
    if (!beginning) {
        return std::unexpected(
            Failure{FailureKind::not_found, "the log lacks what a snapshot is to be made of"});
    }
    if (auto made = disk_.make_private_folder(folder_of(organization.id)); !made) return made;
    std::string bytes = *beginning + encode(then);
    bytes += view_of(sha256(bytes));
    return disk_.write_whole_file(file_of(organization.id, organization.version), bytes);
}

void Snapshots::remove(OrganizationId id, Version version) const {
    const auto removed = disk_.remove_all(file_of(id, version));
    if (!removed) spdlog::warn("a snapshot stays: {}", removed.error().detail);
}

Disk::Path Snapshots::folder_of(OrganizationId id) const {
    return folder_ / to_string(id);
}

Disk::Path Snapshots::file_of(OrganizationId id, Version version) const {
    const std::string digits = std::to_string(number(version));
    return folder_of(id) / (std::string(version_digits - digits.size(), '0') + digits);
}

/// What a file begins with that is made after this commit; nothing where the log cannot tell.
std::optional<std::string> Snapshots::beginning_of(OrganizationId id, const Commit& commit) const {
    const auto stored = log_.read_stored(commit.position, 1);
    if (!stored || stored->empty()) return std::nullopt;
    std::string bytes{snapshot_magic};
    append_big_endian(bytes, snapshot_format, 4);
    append_id(bytes, log_.id());
    append_id(bytes, id.value);
    bytes += view_of(sha256(stored->front().bytes));
    return bytes;
}

}  // namespace muster
