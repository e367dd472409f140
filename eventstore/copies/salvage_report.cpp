// What an operator and an auditor read about a salvage.
#include "eventstore/copies/salvage.h"

#include "eventstore/machine/time_text.h"

namespace muster {
namespace {

std::string span_of(Position first, Position last) {
    return first == last ? "commit " + text_of(first)
                         : "commits " + text_of(first) + " to " + text_of(last);
}

std::string notes_of(const SalvageReport& report) {
    if (report.said.empty()) return "nothing that could still be read said how far the log got";
    std::string text;
    for (const auto& note : report.said) {
        text += (text.empty() ? "" : ", ") + note.name + " said " + text_of(note.reached);
    }
    return text;
}

std::string losses_of(const SalvageReport& report) {
    const Position copied{report.copied.size};
    const auto had = report.certainly_had();
    std::string text = "lost for certain  ";
    text += had > copied ? span_of(next(copied), had) : "nothing";
    text += " (" + notes_of(report) + ")\n";
    text += "lost perhaps      commits after " + text_of(had) +
            ", acknowledged after the newest of these notes was written:\n"
            "                  the mark is at most 0.1 s behind the log, a checkpoint 1 s\n";
    text += "recorded until    " + rfc3339(report.last_recorded_at) +
            " is in the copy; what was recorded later is lost\n";
    if (report.found_beyond > 0) {
        text += "left behind       " + std::to_string(report.found_beyond) +
                " commits after the damage, the newest " + text_of(report.newest_found) +
                ", can be found in the old\n"
                "                  folder; what follows a gap proves nothing and is not copied\n";
    }
    return text;
}

std::string advice_for(const SalvageReport& report) {
    const Position copied{report.copied.size};
    return "What to do\n"
           "- Is there a backup that reaches beyond commit " +
           text_of(copied) +
           "? Restore it instead: muster restore.\n"
           "- keys/ must stand beside the new log: the copied commits need its rows 1 to " +
           std::to_string(report.key_seq) +
           ".\n  `muster log salvage` has copied it, without signing-key: the new log signs with "
           "a\n"
           "  key of its own, made at the first start.\n"
           "- views/ is made anew at the first start.\n"
           "- Tell auditors the new verifier-key and give them this report. A checkpoint of the "
           "old\n"
           "  log up to commit " +
           text_of(copied) +
           " has the root of the copy at that size.\n"
           "- Keep the old folder. Nothing was changed in it.\n";
}

}  // namespace

std::string text_of(const SalvageReport& report) {
    const Position copied{report.copied.size};
    std::string text = "Salvage of the log in " + report.from.string() + "\n\n";
    text += "old log           " +
            (report.old_origin.empty() ? "its identity could not be read" : report.old_origin) +
            "\nnew log           " + report.new_origin + ", to auditors another log\n";
    text += "copied            " + span_of(Position{1}, copied) + ", byte for byte; recorded " +
            rfc3339(report.first_recorded_at) + " to " + rfc3339(report.last_recorded_at) + "\n";
    text += "root              " + hex(view_of(report.copied.root)) + "\n\n";
    if (report.damaged_at > Position{}) {
        text += "damage            at commit " + text_of(report.damaged_at) + ": " + report.damage;
    } else {
        text += "damage            none in the commits that are there";
        if (!report.damage.empty()) text += "; but " + report.damage;
    }
    text += "\n" + losses_of(report);
    for (const auto& remark : report.remarks) text += "remark            " + remark + "\n";
    return text + "\n" + advice_for(report);
}

}  // namespace muster
