"""Records as text: one line in a tree, or byte by byte."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from cli.show.labels import short
from cli.words.page import ERROR, QUIET, STRONG, Page, styled
from cli.words.speech import Lang, speaker
from flatfile import Record


def details(fields: list[dict[str, Any]], lang: Lang, skip: frozenset[str] = frozenset()) -> Text:
    """`name value (meaning), name value`: names quiet, values plain."""
    made = styled()
    for field in fields:
        if field["name"] in skip:
            continue
        if made:
            made.append(", ", QUIET)
        made.append(f"{short(field, lang)} ", QUIET)
        made.append(field["text"])
        if field.get("meaning"):
            made.append(f" ({field['meaning']})")
    return made


def line_of(record: dict[str, Any], lang: Lang, skip: frozenset[str] = frozenset()) -> Text:
    """One record in a tree: its type, its title, its fields."""
    say = speaker(lang)
    made = styled((record["type"], STRONG))
    if record["title"]:
        made.append(f" {record['title']}", STRONG)
    unknown = record["type"] == "?"
    if unknown:
        made.append(say(" enregistrement inconnu", " unknown record"), ERROR)
    if record.get("damaged"):
        made.append(say(" abîmé, valeurs cachées", " damaged, values hidden"), ERROR)
    if unknown or record.get("damaged"):
        where = say(
            f" (enregistrement {record['record']}, octet {record['offset']})",
            f" (record {record['record']}, byte {record['offset']})",
        )
        made.append(where, QUIET)
    hidden = bool(record.get("damaged")) and all(field.get("masked") for field in record["fields"])
    rest = Text() if hidden else details(record["fields"], lang, skip)
    return made.append(say(" : ", ": "), QUIET).append_text(rest) if rest else made


def record_data(record: Record, data: dict[str, Any]) -> dict[str, Any]:
    """Add to the data of a record its length and the positions of its fields (1-based, bounds included)."""
    by_name = record.layout.by_name
    fields = [
        {
            **field,
            "start": by_name[field["name"]].start,
            "end": by_name[field["name"]].start + by_name[field["name"]].length - 1,
        }
        for field in data["fields"]
    ]
    return {**data, "length": len(record.raw), "fields": fields}


def print_record(page: Page, record: dict[str, Any], lang: Lang) -> None:
    """One record, a field a line, with positions."""
    say = speaker(lang)
    head = say(f"Enregistrement {record['record']}", f"Record {record['record']}")
    if rank := record.get("retour"):
        head = say(f"Retour {rank}, {head.lower()}", f"Return {rank}, {head.lower()}")
    end = record["offset"] + record["length"] - 1
    title = f" {record['title']}" if record["title"] else ""
    page.line(
        (f"{head}  {record['type']}{title}", STRONG),
        (say(f"  octets {record['offset']} à {end}", f"  bytes {record['offset']} to {end}"), QUIET),
        (say("  abîmé", "  damaged") if record.get("damaged") else "", ERROR),
    )
    width = max((len(field["name"]) for field in record["fields"]), default=0)
    for field in record["fields"]:
        place = str(field["start"]) if field["start"] == field["end"] else f"{field['start']}-{field['end']}"
        meaning = f" ({field['meaning']})" if field.get("meaning") else ""
        page.line(
            (f"{place:>7}", QUIET),
            f"  {field['name']:<{width}}  ",
            field["text"] + meaning,
            indent=2,
            hang=11 + min(width, 24),
        )
