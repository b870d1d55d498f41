"""`noemie diff`: what differs between two flows, or two returns, invoice by invoice."""

from __future__ import annotations

import sys
from enum import StrEnum
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli import status
from cli.guard import CommandError
from cli.options import LangOption, Language, LayoutsOption, NormOption, ShowValues
from cli.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from cli.report.page import Page
    from fse import Flux
    from noemie import Retour
    from noemie.diff import Difference, FieldDiff, Place, RecordDiff, UnitDiff


class DiffFormat(StrEnum):
    """How differences are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="B2 flow or NOEMIE return; - to read it.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The file to compare with it, of the same kind.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write there.", show_default=False),
    ] = None,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    show_values: ShowValues = False,
    format: Annotated[
        DiffFormat, typer.Option("--format", help="How the result is written.")
    ] = DiffFormat.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Compare two B2 flows, or two NOEMIE returns: invoices added, removed, moved, changed, field by field.

    Invoices are aligned by number and professional, then by what they hold. Exit status 0 when both files
    have the same bytes, 1 when they differ, 2 when one cannot be read.
    """
    from cli.inputs import STANDARD, title
    from cli.outputs import refuse_overwrite
    from noemie.diff import DifferentFamiliesError, compare

    say = speaker(lang.lang)
    if before == after == STANDARD:
        raise CommandError(
            say("noemie diff : un seul fichier peut être -.", "noemie diff: only one file may be -.")
        )
    if output is not None:
        refuse_overwrite([output], [before, after])
    read = [_load(name, norm and norm.value, layouts, lang.lang) for name in (before, after)]
    if read[0] is None or read[1] is None:
        return status.UNREADABLE
    try:
        found = compare(read[0], read[1], values=show_values)
    except DifferentFamiliesError:
        raise CommandError(
            say(
                "noemie diff : un flux B2 ne se compare pas à un retour NOEMIE."
                "\n  → Pour rapprocher un flux et ses retours : noemie reconcile.",
                "noemie diff: a B2 flow cannot be compared with a NOEMIE return."
                "\n  → To match a flow with its returns: noemie reconcile.",
            )
        ) from None
    _write(found, (title(before), title(after)), format, output, lang.lang)
    return status.FINDINGS if found else status.OK


def _load(name: str, norm: str | None, layouts: Path | None, lang: Lang) -> Flux | Retour | None:
    from cli.inputs import Input
    from cli.problems import report, site_tables
    from flatfile import FormatError
    from noemie.diff import load

    try:
        with site_tables(lang), Input(name, twice=True) as input:
            return load(input.source(), norm=norm, layouts=layouts, name=name)
    except FormatError as error:
        report(error, name, lang)
        return None


def _write(
    found: Difference, names: tuple[str, str], format: DiffFormat, output: Path | None, lang: Lang
) -> None:
    if format is DiffFormat.TEXT and output is None:
        from cli.report.page import Page

        _Report(found, names, lang).print(Page())
        return
    if format is DiffFormat.JSON and output is None:
        from cli.screen import write_json

        write_json("diff", _data(found, names, lang))
        return
    data = _text_of(found, names, format, lang).encode("utf-8")
    if output is not None:
        from cli.outputs import write_file

        write_file(output, data)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _text_of(found: Difference, names: tuple[str, str], format: DiffFormat, lang: Lang) -> str:
    if format is DiffFormat.HTML:
        return _html(found, names, lang)
    if format is DiffFormat.JSON:
        import json

        from cli.screen import SCHEMA_VERSION

        document = {"schema_version": SCHEMA_VERSION, "command": "diff", **_data(found, names, lang)}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return "\n".join(_Report(found, names, lang).lines()) + "\n"


def _data(found: Difference, names: tuple[str, str], lang: Lang) -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(found)
    for key in ("units", "outside", "physical"):
        told[key] = list(told[key])
    return {"lang": lang, "before": names[0], "after": names[1], "counts": found.counts, **told}


# --- words ------------------------------------------------------------------------------------------------

_NATURES: Final = {
    "added": ("ajoutée", "added"),
    "removed": ("retirée", "removed"),
    "changed": ("modifiée", "changed"),
    "moved": ("déplacée", "moved"),
    "batch": ("changée de lot", "in another batch"),
    "renumbered": ("renumérotée", "renumbered"),
}
_RECORDS: Final = {
    "added": ("ajouté", "added"),
    "removed": ("retiré", "removed"),
    "changed": ("modifié", "changed"),
}
_KINDS: Final = {"facture": ("Facture", "Invoice"), "mouvement": ("Mouvement", "Movement")}
_PHYSICAL: Final = {
    "norme": ("norme", "norm"),
    "envelope": ("enveloppe", "envelope"),
    "line_ends": ("fins de ligne", "line ends"),
    "frame": ("découpage en enregistrements physiques", "cutting in physical records"),
}
_NONE: Final = ("aucune", "none")


class _Report:
    """The differences in words: (depth, text, style) for each line."""

    def __init__(self, found: Difference, names: tuple[str, str], lang: Lang) -> None:
        self.found = found
        self.names = names
        self.lang: Lang = lang
        self.say = speaker(lang)

    def print(self, page: Page) -> None:
        """Write on a page."""
        from cli.report.page import ERROR, GOOD, QUIET, STRONG, WARNING

        styles = {"added": GOOD, "removed": ERROR, "title": STRONG, "quiet": QUIET, "changed": WARNING}
        for depth, text, style in self.rows():
            page.line((text, styles.get(style, "")), indent=2 * depth, hang=2)

    def lines(self) -> list[str]:
        """Plain lines."""
        return ["  " * depth + text for depth, text, _ in self.rows()]

    def rows(self) -> list[tuple[int, str, str]]:
        """Every line."""
        say, found = self.say, self.found
        rows: list[tuple[int, str, str]] = [(0, f"{self.names[0]} → {self.names[1]}", "title")]
        if found.identical:
            return [*rows, (0, say("Fichiers identiques.", "The files are identical."), "added")]
        rows.append((0, self.summary(), ""))
        for one in found.physical:
            label = _PHYSICAL[one.name][self.lang == "en"]
            told = [text or _NONE[self.lang == "en"] for text in (one.before, one.after)]
            text = label if one.name == "frame" else f"{label}{say(' :', ':')} {told[0]} → {told[1]}"
            rows.append((0, text, "changed"))
        for unit in found.units:
            rows.append((0, self.unit(unit), unit.natures[0]))
            for record in unit.records:
                rows += self.record(record, 1)
        if found.outside:
            rows.append((0, say("Hors facture", "Outside invoices"), "title"))
            for record in found.outside:
                rows += self.record(record, 1)
        return rows

    def summary(self) -> str:
        """Counts in one line."""
        say, lang, counts = self.say, self.lang, self.found.counts
        count = plural(self.found.units_before, say("facture", "invoice"), say("factures", "invoices"), lang)
        parts = [f"{count} → {self.found.units_after}"]
        parts += [
            f"{counts[nature]} {words[lang == 'en']}{'s' if lang == 'fr' and counts[nature] > 1 else ''}"
            for nature, words in _NATURES.items()
            if counts[nature] and nature != "batch"
        ]
        if counts["batch"]:
            parts.append(say(f"{counts['batch']} dans un autre lot", f"{counts['batch']} in another batch"))
        if counts["outside"]:
            parts.append(
                plural(
                    counts["outside"],
                    say("enregistrement hors facture", "record outside invoices"),
                    say("enregistrements hors facture", "records outside invoices"),
                    lang,
                )
            )
        return ", ".join(parts)

    def unit(self, unit: UnitDiff) -> str:
        """One invoice."""
        say = self.say
        natures = ", ".join(_NATURES[nature][self.lang == "en"] for nature in unit.natures)
        number = unit.numero or unit.numero_after or "?"
        if "renumbered" in unit.natures:
            number = f"{unit.numero or '?'} → {unit.numero_after or '?'}"
        text = f"{_KINDS[unit.kind][self.lang == 'en']} {number}{say(' :', ':')} {natures}"
        if "moved" in unit.natures:
            text += say(
                f" (de la place {unit.rank_before} à la place {unit.rank_after})",
                f" (from place {unit.rank_before} to place {unit.rank_after})",
            )
        if "batch" in unit.natures:
            text += say(
                f" (lot {unit.lot_before or '?'} → {unit.lot_after or '?'})",
                f" (batch {unit.lot_before or '?'} → {unit.lot_after or '?'})",
            )
        if not unit.records:
            text += f", {self.place(unit.before, unit.after)}"
        return text

    def place(self, before: Place | None, after: Place | None) -> str:
        """Numbers of a record in both files."""
        word = self.say("enregistrement", "record")
        numbers = [str(place.record) if place else "-" for place in (before, after)]
        if before and after:
            return f"{word} {numbers[0]}" if numbers[0] == numbers[1] else f"{word} {' → '.join(numbers)}"
        return f"{word} {numbers[0] if before else numbers[1]}"

    def record(self, record: RecordDiff, depth: int) -> list[tuple[int, str, str]]:
        """One record and its fields."""
        from cli.report.titles import record_title

        say = self.say
        word = _RECORDS[record.nature][self.lang == "en"]
        title = record_title(self.found.family, record.type, self.lang)
        text = f"{record.type}{title and f' {title}'}{say(' :', ':')} {word}, "
        text += self.place(record.before, record.after)
        if record.damaged:
            text += say(" (abîmé : zones non comparées)", " (damaged: fields not compared)")
        rows: list[tuple[int, str, str]] = [(depth, text, record.nature)]
        for field in record.fields:
            label = field.label_en if self.lang == "en" else field.label_fr
            before, after = (self.value(field, text) for text in (field.before, field.after))
            note = say(" (remplissage seul)", " (filling only)") if field.filling else ""
            rows.append((depth + 1, f"{field.name}, {label}{say(' :', ':')} {before} → {after}{note}", ""))
        return rows

    def value(self, field: FieldDiff, text: str) -> str:
        """A value as a person writes it; as it is in the file when nothing else can be made of it."""
        from cli.texts import printable, shown
        from flatfile import kind_of

        if field.filling:
            return printable(f"« {text} »")
        base = field.kind.partition(":")[0]
        if text and not field.hidden and base in ("cents", "date", "decimal"):
            value = kind_of(field.kind, field.length).decode(text.encode("latin-1", "replace"))
            if value is not None:
                return shown(value, base, self.lang)
        return printable(text) or self.say("(vide)", "(empty)")


# --- html -------------------------------------------------------------------------------------------------

_STYLE: Final = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2430;"
    "background:#fff}h1{font-size:1.3rem}ul{list-style:none;padding:0}li{padding:.1rem .6rem;"
    "border-left:4px solid transparent;overflow-wrap:anywhere}.d1{margin-left:1.5rem}.d2{margin-left:3rem;"
    "color:#444}.added{border-color:#2e7d32}.removed{border-color:#b3261e}.changed,.moved,.batch,.renumbered"
    "{border-color:#9a6700}.title{font-weight:600;margin-top:1rem}"
    "@media(prefers-color-scheme:dark){body{background:#14181f;color:#e3e7ee}.d2{color:#b6bdc9}}"
)


_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def _html(found: Difference, names: tuple[str, str], lang: Lang) -> str:
    """One self-contained page: no script, nothing fetched."""
    say = speaker(lang)
    head = say("Différences", "Differences")
    items = "\n".join(
        f'<li class="d{depth} {escape(style)}">{escape(text)}</li>'
        for depth, text, style in _Report(found, names, lang).rows()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{escape(head)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{escape(head)}</h1>\n<ul>\n{items}\n</ul>\n</body>\n</html>\n"
    )
