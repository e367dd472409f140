// The commit as a whole: what surrounds the command and its events, and the checks that bytes pass
// before anything in them is read.
#include "eventstore/codec.h"

#include "domain/ensure.h"
#include "eventstore/codec_parts.h"

#include <cstring>

namespace muster {
namespace {

using namespace codec;

Offset<stored::Context> write_context(Writer& writer, const Context& context) {
    const auto actor = writer.actor(context.actor);
    const auto command_id = to_stored(context.command_id);
    const auto origin = writer.sealed(context.origin);
    const auto reason = writer.sealed(context.reason);
    return stored::CreateContext(writer.builder, actor, &command_id, origin, reason,
                                 context.imported);
}

Offset<stored::RequestRecord> write_request(Writer& writer,
                                            const std::optional<RequestRecord>& request) {
    if (!request) return 0;
    const auto key = to_stored(request->key);
    const auto fingerprint = to_stored(request->fingerprint);
    return stored::CreateRequestRecord(writer.builder, &key, &fingerprint);
}

std::uint16_t number_of(const std::optional<Rejection>& rejection) {
    return rejection ? static_cast<std::uint16_t>(*rejection) : std::uint16_t{0};
}

Offset<stored::Outcome> write_outcome(Writer& writer, const Outcome& outcome) {
    const auto rows =
        writer.tables<stored::RowVerdict>(outcome.rows, [&writer](const RowVerdict& row) {
            const auto invitation = to_stored(row.invitation);
            const auto person = to_stored(row.person);
            return stored::CreateRowVerdict(writer.builder, &invitation, &person, row.joined,
                                            number_of(row.rejection));
        });
    return stored::CreateOutcome(writer.builder, number_of(outcome.rejection), rows);
}

Offset<stored::TouchedStream> write_stream(Writer& writer, const TouchedStream& touched) {
    const auto id = to_stored(touched.stream.id);
    return stored::CreateTouchedStream(writer.builder, to_stored(touched.stream.kind), &id,
                                       number(touched.version));
}

Offset<stored::StreamEvent> write_event(Writer& writer, const StreamEvent& event) {
    const auto id = to_stored(event.stream.id);
    const auto written = write(writer, event.event);
    return stored::CreateStreamEvent(writer.builder, to_stored(event.stream.kind), &id,
                                     written.type, written.value);
}

Context read_context(Reader& reader, const stored::Context& context) {
    return {.actor = reader.actor(*context.actor()),
            .command_id = reader.id<CommandId>(context.command_id()),
            .origin = reader.sealed(context.origin()),
            .reason = reader.sealed(context.reason()),
            .imported = context.imported()};
}

std::optional<RequestRecord> read_request(Reader& reader, const stored::RequestRecord* request) {
    if (request == nullptr) return std::nullopt;
    return RequestRecord{.key = reader.digest(*request->key()),
                         .fingerprint = reader.digest(*request->fingerprint())};
}

Outcome read_outcome(Reader& reader, const stored::Outcome& outcome) {
    return {.rejection = reader.rejection(outcome.rejection()),
            .rows = reader.all<RowVerdict>(
                outcome.rows(), [&reader](const stored::RowVerdict* row) -> RowVerdict {
                    return {.invitation = reader.id<InvitationId>(row->invitation()),
                            .person = reader.id<PersonId>(row->person()),
                            .joined = row->joined(),
                            .rejection = reader.rejection(row->rejection())};
                })};
}

Commit read_commit(Reader& reader, const stored::Commit& commit) {
    const auto stream = [&reader](const stored::TouchedStream* touched) -> TouchedStream {
        return {.stream = reader.stream(touched->kind(), touched->id()),
                .version = Version{touched->version()}};
    };
    const auto event = [&reader](const stored::StreamEvent* stored_event) -> StreamEvent {
        return {.stream = reader.stream(stored_event->stream_kind(), stored_event->stream_id()),
                .event = read_event(reader, *stored_event)};
    };
    return {.position = Position{commit.position()},
            .recorded_at = Instant{commit.recorded_at()},
            .effective_at = Instant{commit.effective_at()},
            .streams = reader.all<TouchedStream>(commit.streams(), stream),
            .context = read_context(reader, *commit.context()),
            .request = read_request(reader, commit.request()),
            .command = read_command(reader, commit),
            .outcome = read_outcome(reader, *commit.outcome()),
            .events = reader.all<StreamEvent>(commit.events(), event),
            .key_seq = commit.key_seq()};
}

std::unexpected<Failure> corrupted(std::string_view what) {
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
    if (bytes.size() <= smallest || bytes.size() > commit_bytes_limit) return corrupted("size");
    if (!stored::CommitBufferHasIdentifier(bytes.data())) return corrupted("identifier");
    const auto format = format_of(bytes);
    if (!format || *format == 0) return corrupted("format");
    if (*format > commit_format) {
        return std::unexpected(
            Failure{FailureKind::newer_format, "commit: format " + std::to_string(*format)});
    }
    auto verifier = verifier_of(bytes);
    if (!stored::VerifyCommitBuffer(verifier)) return corrupted("structure");
    Reader reader;
    auto commit = read_commit(reader, *stored::GetCommit(bytes.data()));
    if (reader.failed()) return corrupted(reader.error());
    return commit;
}

}  // namespace

std::string encode(const Commit& commit) {
    Writer writer;
    const auto streams = writer.tables<stored::TouchedStream>(
        commit.streams,
        [&writer](const TouchedStream& touched) { return write_stream(writer, touched); });
    const auto context = write_context(writer, commit.context);
    const auto request = write_request(writer, commit.request);
    const auto command = write(writer, commit.command);
    const auto outcome = write_outcome(writer, commit.outcome);
    const auto events = writer.tables<stored::StreamEvent>(
        commit.events, [&writer](const StreamEvent& event) { return write_event(writer, event); });
    const auto root = stored::CreateCommit(writer.builder, commit_format, number(commit.position),
                                           commit.recorded_at.micros, commit.effective_at.micros,
                                           streams, context, request, command.type, command.value,
                                           outcome, events, commit.key_seq);
    stored::FinishCommitBuffer(writer.builder, root);
    ENSURE(writer.builder.GetSize() <= commit_bytes_limit);
    ENSURE(writer.decoded_bytes() <= decoded_limit);
    return {reinterpret_cast<const char*>(writer.builder.GetBufferPointer()),
            writer.builder.GetSize()};
}

std::expected<Commit, Failure> decode(std::string_view bytes) {
    using Word = std::uint64_t;
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(Word) == 0) {
        return decode_aligned(bytes);
    }
    if (bytes.size() > commit_bytes_limit) return corrupted("size");
    std::vector<Word> words(bytes.size() / sizeof(Word) + 1);
    std::memcpy(words.data(), bytes.data(), bytes.size());
    return decode_aligned({reinterpret_cast<const char*>(words.data()), bytes.size()});
}

}  // namespace muster
