"""Catalogue entries as text, for `noemie explain`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import UnsetType
from msgspec.structs import replace

from cli.explain.model import (
    Answer,
    CodeEntry,
    Deduced,
    Entry,
    FieldEntry,
    MotiveEntry,
    Received,
    RecordEntry,
    RejectEntry,
    RuleEntry,
)
from cli.io.inputs import STANDARD
from cli.words.page import QUIET, SEVERITY_STYLES, STRONG, Page
from cli.words.reason import Reason
from cli.words.reason_text import action_style, print_banner, print_reason, print_rows
from cli.words.reject_words import speaker_of
from cli.words.severities import severity_word
from cli.words.speech import plural, say

#: What two fields of different norms must share to be told as one.
_SAME: Final = (
    "record",
    "name",
    "start",
    "end",
    "value_kind",
    "presence",
    "personal",
    "list",
    "label",
    "confidence",
    "note",
)

#: Codes of a list shown under a field.
_MOST_CODES: Final = 15
#: Entries of the same kind beyond which only a line each is shown.
_MOST_WHOLE: Final = 4


def print_answers(answers: list[Answer]) -> None:
    """Every answer, an empty line between two."""
    page = Page()
    for rank, answer in enumerate(answers):
        if rank:
            page.blank()
        if answer.returned:
            _print_return(page, answer)
            continue
        if answer.entries:
            print_entries(page, answer.entries)
        if answer.near:
            _print_near(page, answer)
        if not (answer.entries or answer.near):
            _print_unknown(page, answer)


def _print_near(page: Page, answer: Answer) -> None:
    if answer.entries:
        page.blank()
        page.line(say("Le plus proche dans les catalogues :", "The nearest in the catalogues:"))
    else:
        page.line(
            say(
                f"Rien sous le nom exact « {answer.asked} ». Le plus proche :",
                f"Nothing is called exactly “{answer.asked}”. The nearest:",
            )
        )
    for entry in answer.near or ():
        print_short(page, entry)


def _print_unknown(page: Page, answer: Answer) -> None:
    page.line(
        say(
            f"« {answer.asked} » : inconnu de nos catalogues, qui viennent de sources publiques"
            " et sont incomplets. Rien n'en est déduit.",
            f"“{answer.asked}”: not in our catalogues, which come from public sources and are"
            " incomplete. Nothing is deduced.",
        )
    )
    page.line(
        say(
            "→ Essayer le libellé entre guillemets, ou demander à l'émetteur du code."
            " Ce n'est pas non plus le nom d'un fichier.",
            "→ Try the label in quotes, or ask who sent the code. There is no file of that name either.",
        ),
        indent=2,
    )


def _print_return(page: Page, answer: Answer) -> None:
    """A whole return: the invoices by action, then each reject once."""
    found, entries = answer.returned, answer.entries
    if not found or isinstance(entries, UnsetType):
        return
    counts = [
        plural(found.factures, say("facture", "invoice"), say("factures", "invoices")),
        plural(found.rejets, say("rejet", "reject"), say("rejets", "rejects")),
        plural(len(entries), say("cause", "cause"), say("causes", "causes")),
    ]
    name = say("entrée standard", "standard input") if found.file == STANDARD else found.file
    page.line((name, STRONG), say(" : ", ": "), ", ".join(counts))
    for chosen in found.actions:
        print_banner(page, chosen, 2)
        page.line(say("factures ", "invoices ") + ", ".join(chosen.factures), indent=4, hang=2)
    if not entries:
        page.line(say("Aucun rejet dans ce retour.", "No reject in this return."), indent=2)
    for entry in entries:
        page.blank()
        _print_whole(page, entry)
    if found.undocumented:
        missing = plural(
            found.undocumented,
            say("code ou libellé absent", "code or label missing"),
            say("codes ou libellés absents", "codes or labels missing"),
        )
        page.blank()
        page.line(
            (
                missing
                + say(
                    " du catalogue : à documenter dans un fichier de votre site (--codes DIR).",
                    " from the catalogue: to be documented in a file of your site (--codes DIR).",
                ),
                QUIET,
            )
        )


def _print_received(page: Page, entry: Received) -> None:
    label = say(f"« {entry.label} »", f"“{entry.label}”") if entry.label else ""
    where = [speaker_of(entry.namespace), f"× {entry.count}"]
    where += entry.niveaux
    if entry.part:
        where.append(entry.part_label or f"part {entry.part}")
    page.line(
        (entry.code or say("sans code", "no code"), STRONG),
        f"  {label}",
        (f"  {', '.join(where)}", QUIET),
        hang=2,
    )
    print_reason(page, entry, whole=True)


def print_entries(page: Page, entries: Sequence[Entry]) -> None:
    """What was asked: whole when there are few entries of a kind, a line each otherwise."""
    merged = _merged(entries)
    counts = Counter(map(type, merged))
    whole_before = True
    for rank, entry in enumerate(merged):
        whole = counts[type(entry)] <= _MOST_WHOLE
        if rank and (whole or whole_before):
            page.blank()
        whole_before = whole
        if whole:
            _print_whole(page, entry)
        else:
            print_short(page, entry)


def _print_whole(page: Page, entry: Entry) -> None:
    match entry:
        case RejectEntry():
            _print_reject(page, entry)
        case Received():
            _print_received(page, entry)
        case Deduced():
            _print_deduced(page, entry)
        case MotiveEntry():
            _print_motive(page, entry)
        case RuleEntry():
            _print_rule(page, entry)
        case RecordEntry():
            _print_record(page, entry)
        case FieldEntry():
            _print_field(page, entry)
        case CodeEntry():
            _print_code(page, entry)


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    """The same field of several norms as one entry, that names them all."""
    merged: dict[object, Entry] = {}
    for rank, entry in enumerate(entries):
        key: object = rank
        if isinstance(entry, FieldEntry):
            key = tuple(getattr(entry, name) for name in _SAME)
            first = merged.get(key)
            if isinstance(first, FieldEntry):
                entry = replace(first, family=f"{first.family}, {entry.family}")
        merged[key] = entry
    return list(merged.values())


def print_short(page: Page, entry: Entry) -> None:
    """One candidate on a line."""
    name, words = _short(entry)
    tail = ("", "")
    if isinstance(entry, (Reason, MotiveEntry)):
        tail = (f" → {entry.banner}", action_style(entry.action))
    page.line("- ", (f"{name}  ", STRONG), words, tail, indent=2, hang=2)


def _short(entry: Entry) -> tuple[str, str]:
    match entry:
        case RejectEntry() | Received():
            name = " ".join(part for part in (entry.namespace, entry.code) if part)
            return name, entry.label or entry.meaning
        case MotiveEntry() | Deduced():
            return say("motif ", "motive ") + entry.motive, entry.title
        case RuleEntry():
            return entry.rule, entry.title
        case FieldEntry():
            where = f"{entry.start}-{entry.end}" if entry.end > entry.start else f"{entry.start}"
            return f"{entry.family} {entry.record}.{entry.name}", f"{entry.label} ({where})"
        case RecordEntry():
            return f"{entry.family} {entry.record}", entry.title
        case CodeEntry():
            return f"{entry.list} {entry.code}", entry.label


def _print_reject(page: Page, entry: RejectEntry) -> None:
    name = entry.code or say("sans code", "no code")
    page.line((name, STRONG), (f"  {speaker_of(entry.namespace)}", QUIET))
    if entry.label:
        page.line(say("« ", "“") + entry.label + say(" »", "”"), indent=2)
    print_reason(page, entry, whole=True)


def _print_motive(page: Page, entry: MotiveEntry) -> None:
    page.line((entry.title, STRONG), (say(f"  motif {entry.motive}", f"  motive {entry.motive}"), QUIET))
    print_reason(page, entry.reason(), whole=True)


def _print_deduced(page: Page, entry: Deduced) -> None:
    words, others = entry.words, ", ".join(entry.other_motives)
    page.line(
        (entry.title, STRONG),
        (
            say(
                f"  déduit du libellé : « {words} », motif {entry.motive}",
                f"  deduced from the label: “{words}”, motive {entry.motive}",
            ),
            QUIET,
        ),
        hang=2,
    )
    print_reason(page, entry, whole=True)
    if others:
        page.line((say("mais aussi  ", "but also  "), QUIET), others, indent=2, hang=2)


def _print_rule(page: Page, entry: RuleEntry) -> None:
    page.line((entry.rule, STRONG), f"  {entry.title}")
    page.line((severity_word(entry.severity), SEVERITY_STYLES[entry.severity]), indent=2)
    rows = [
        (say("constat", "finding"), entry.message, ""),
        (say("pourquoi", "why"), entry.why, ""),
        (say("à faire", "to do"), entry.fix, ""),
        (say("normes", "norms"), ", ".join(entry.norms), ""),
        (say("évite", "prevents"), entry.motive and say("rejet ", "reject ") + entry.motive, ""),
        ("source", f"{entry.source}, {say('confiance', 'confidence')} {entry.confidence}", QUIET),
    ]
    print_rows(page, [row for row in rows if row[1]], 2)


def _print_record(page: Page, entry: RecordEntry) -> None:
    page.line(
        (f"{entry.family} {entry.record}", STRONG),
        f"  {entry.title}",
        (
            f"  {entry.length} {say('octets', 'bytes')}, {len(entry.fields)} {say('zones', 'fields')}",
            QUIET,
        ),
    )
    silent = ("type_enregistrement", "blanc", "reserve", "delimiteur", "complement_type", "sequence")
    names = [field.name for field in entry.fields if not field.name.startswith(silent)]
    page.line(", ".join(names), indent=2)
    page.line((f"→ noemie layouts {entry.family} {entry.record}", QUIET), indent=2)


def _print_field(page: Page, entry: FieldEntry) -> None:
    single = entry.start == entry.end
    where = (
        say(f"position {entry.start}", f"position {entry.start}")
        if single
        else say(f"positions {entry.start} à {entry.end}", f"positions {entry.start} to {entry.end}")
    )
    page.line((f"{entry.record}.{entry.name}", STRONG), f"  {entry.label}")
    presence = {"O": say("obligatoire", "mandatory"), "F": say("facultatif", "optional")}.get(
        entry.presence, ""
    )
    title = f" ({entry.title})" if entry.title else ""
    personal = entry.personal and say("donnée personnelle, masquée", "personal, masked")
    length = plural(entry.length, say("octet", "byte"), say("octets", "bytes"))
    rows = [
        (say("où", "where"), f"{entry.family} {entry.record}{title}, {where} ({length})", ""),
        (
            say("nature", "kind"),
            ", ".join(part for part in (entry.value_kind, presence, personal) if part),
            "",
        ),
        (say("codes", "codes"), _codes(entry), ""),
        # Layout tables have their notes in English only.
        (say("réserve", "caveat"), entry.note and say("(en anglais) ", "") + entry.note, QUIET),
        (say("confiance", "confidence"), entry.confidence, QUIET),
    ]
    print_rows(page, [row for row in rows if row[1]], 2)


def _codes(entry: FieldEntry) -> str:
    if not entry.list:
        return ""
    shown = [f"{code.code or say('blanc', 'blank')} {code.label}" for code in entry.codes[:_MOST_CODES]]
    text = say(" ; ", "; ").join(shown)
    if len(entry.codes) > _MOST_CODES:
        text += say(
            f" ; et {len(entry.codes) - _MOST_CODES} autres (noemie codes {entry.list})",
            f"; and {len(entry.codes) - _MOST_CODES} more (noemie codes {entry.list})",
        )
    return text if entry.complete else text + say(" (liste partielle)", " (partial list)")


def _print_code(page: Page, entry: CodeEntry) -> None:
    page.line((entry.code, STRONG), f"  {entry.label}", (f"  {entry.list}", QUIET))
    rows = [
        (say("réserve", "caveat"), entry.note, QUIET),
        ("source", f"{entry.source}, {say('confiance', 'confidence')} {entry.confidence}", QUIET),
    ]
    print_rows(page, [row for row in rows if row[1]], 2)
