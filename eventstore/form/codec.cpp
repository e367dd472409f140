// The commit as a whole: what surrounds the command and its events, and the checks that bytes pass
// before anything in them is read.
#include "eventstore/form/codec.h"

#include "domain/ensure.h"
#include "eventstore/form/codec_parts.h"

#include <cstring>

namespace muster {

using codec::Stored;
using codec::table;
using codec::unless_nil;

auto form_of(Stored<TouchedStream> auto& touched) {
    return table<stored::TouchedStream>(touched.stream.kind, touched.stream.id, touched.version);
}

auto form_of(Stored<Context> auto& context) {
    return table<stored::Context>(context.actor, context.command_id, context.origin, context.reason,
                                  context.imported);
}

auto form_of(Stored<RequestRecord> auto& request) {
    return table<stored::RequestRecord>(request.key, request.fingerprint);
}

auto form_of(Stored<RowVerdict> auto& row) {
    return table<stored::RowVerdict>(row.invitation, row.person, row.joined, row.rejection,
                                     unless_nil(row.organization), row.role);
}

auto form_of(Stored<Obstacle> auto& obstacle) {
    return table<stored::Obstacle>(obstacle.kind, obstacle.subject, obstacle.count);
}

auto form_of(Stored<Outcome> auto& outcome) {
    return table<stored::Outcome>(outcome.rejection, outcome.rows, outcome.obstacles);
}

namespace {

using namespace codec;

Commit read_commit(Decoder& decoder, const stored::Commit& stored) {
    Commit commit;
    commit.position = Position{stored.position()};
    decoder.take(stored.recorded_at(), commit.recorded_at);
    decoder.take(stored.effective_at(), commit.effective_at);
    decoder.take(stored.streams(), commit.streams);
    decoder.take(stored.context(), commit.context);
    decoder.take(stored.request(), commit.request);
    commit.command = read_command(decoder, stored);
    decoder.take(stored.outcome(), commit.outcome);
    decoder.take(stored.events(), commit.events);
    commit.key_seq = stored.key_seq();
    return commit;
}

std::unexpected<Failure> corrupted_commit(std::string_view what) {
    return std::unexpected(Failure{FailureKind::corrupted, "commit: " + std::string{what}});
}

flatbuffers::Verifier verifier_of(std::string_view bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), nesting_limit,
            table_limit};
}

/// The format that the bytes claim, whatever the rest of them is like: a later release may have
/// changed more than this one can verify. Nothing when even that cannot be read.
std::optional<std::uint32_t> format_of(std::string_view bytes) {
    auto verifier = verifier_of(bytes);
    const auto root = flatbuffers::ReadScalar<flatbuffers::uoffset_t>(bytes.data());
    if (root == 0 || !verifier.Verify(root, 1)) return std::nullopt;
    const auto* table = flatbuffers::GetRoot<flatbuffers::Table>(bytes.data());
    constexpr auto field = stored::Commit::VT_FORMAT;
    if (!table->VerifyTableStart(verifier)) return std::nullopt;
    if (!table->VerifyField<std::uint32_t>(verifier, field, sizeof(std::uint32_t))) {
        return std::nullopt;
    }
    return table->GetField<std::uint32_t>(field, 0);
}

/// `bytes` must be aligned as the format wants it.
std::expected<Commit, Failure> decode_aligned(std::string_view bytes) {
    constexpr std::size_t smallest =
        sizeof(flatbuffers::uoffset_t) + flatbuffers::FlatBufferBuilder::kFileIdentifierLength;
    if (bytes.size() <= smallest || bytes.size() > commit_bytes_limit)
        return corrupted_commit("size");
    if (!stored::CommitBufferHasIdentifier(bytes.data())) return corrupted_commit("identifier");
    const auto format = format_of(bytes);
    if (!format || *format == 0) return corrupted_commit("format");
    if (*format > commit_format) {
        return std::unexpected(
            Failure{FailureKind::newer_format, "commit: format " + std::to_string(*format)});
    }
    auto verifier = verifier_of(bytes);
    if (!stored::VerifyCommitBuffer(verifier)) return corrupted_commit("structure");
    Decoder decoder;
    auto commit = read_commit(decoder, *stored::GetCommit(bytes.data()));
    if (decoder.failed()) return corrupted_commit(decoder.error());
    return commit;
}

}  // namespace

std::string encode(const Commit& commit) {
    Encoder encoder;
    const auto streams = encoder.part(commit.streams);
    const auto context = encoder.part(commit.context);
    const auto request = encoder.part(commit.request);
    const auto command = write(encoder, commit.command);
    const auto outcome = encoder.part(commit.outcome);
    const auto events = encoder.part(commit.events);
    // Nothing happens by rules that contradict themselves.
    ENSURE(commit.events.empty() || !encoder.blueprint_left_out());
    const auto root = stored::CreateCommit(encoder.builder, commit_format, number(commit.position),
                                           commit.recorded_at.micros, commit.effective_at.micros,
                                           streams, context, request, command.type, command.value,
                                           outcome, events, commit.key_seq);
    stored::FinishCommitBuffer(encoder.builder, root);
    ENSURE(encoder.builder.GetSize() <= commit_bytes_limit);
    ENSURE(encoder.decoded_bytes() <= decoded_limit);
    return {reinterpret_cast<const char*>(encoder.builder.GetBufferPointer()),
            encoder.builder.GetSize()};
}

std::expected<Commit, Failure> decode(std::string_view bytes) {
    using Word = std::uint64_t;
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(Word) == 0) {
        return decode_aligned(bytes);
    }
    if (bytes.size() > commit_bytes_limit) return corrupted_commit("size");
    std::vector<Word> words(bytes.size() / sizeof(Word) + 1);
    std::memcpy(words.data(), bytes.data(), bytes.size());
    return decode_aligned({reinterpret_cast<const char*>(words.data()), bytes.size()});
}

}  // namespace muster
