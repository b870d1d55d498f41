"""Generated pages of the site: one a rule, a reject, a motive, a record, an entity, and their indexes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from codes.addresses import Kind, page, reject_name, slug
from codes.motives import MOTIVES, Motive
from codes.rejects import Reject, load
from codes.rules import catalogue
from codes.rules.model import Rule
from flatfile import Layout
from tools.reference import table
from tools.site.words import word

#: Order of the folders in the site.
KINDS: Final[tuple[Kind, ...]] = ("rules", "rejects", "motives", "records", "entities")

#: Said first of a page that is in no menu: each menu is repeated on every page.
_ORPHAN: Final = ("---", "orphan: true", "---", "")

_OTHER: Final = {"fr": "en", "en": "fr"}


def pages(lang: str) -> Iterator[tuple[str, str]]:
    """The name of each generated page, under the folder of its language, and its Markdown."""
    for kind in KINDS:
        listed: list[tuple[str, list[str]]] = []
        for name, row, lines in _ITEMS[kind](lang):
            listed.append((name, row))
            yield f"{kind}/{slug(name)}.md", _text([*_ORPHAN, *lines, "", _elsewhere(kind, name, lang)])
        yield f"{kind}/index.md", _text(_index(kind, listed, lang))


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines).rstrip() + "\n"


def _elsewhere(kind: Kind, name: str, lang: str) -> str:
    """The same page in the other language, another build of the site."""
    other = _OTHER[lang]
    title = word("In French", lang) if other == "fr" else word("In English", lang)
    return f'<p><a href="../../{page(kind, name, other)}" hreflang="{other}">{title}</a></p>'


def _index(kind: Kind, listed: list[tuple[str, list[str]]], lang: str) -> Iterator[str]:
    yield f"# {word(kind.capitalize(), lang)}"
    yield ""
    yield from table(
        [word(head, lang) for head in _HEADS[kind]],
        ([f"[{row[0]}]({slug(name)}.md)", *row[1:]] for name, row in listed),
    )


_HEADS: Final[dict[Kind, list[str]]] = {
    "rules": ["rule", "severity", "title"],
    "rejects": ["reject", "label", "action"],
    "motives": ["motive", "title", "action"],
    "records": ["record", "length"],
    "entities": ["entity", "length"],
}


def _lang(lang: str) -> Literal["fr", "en"]:
    return "fr" if lang == "fr" else "en"


_Item = tuple[str, list[str], list[str]]


def _facts(pairs: Iterable[tuple[str, str]], lang: str) -> Iterator[str]:
    """A list of facts; one without a value is not listed."""
    for title, value in pairs:
        if value:
            yield f"- **{word(title, lang)}**{_colon(lang)} {value}"


def _colon(lang: str) -> str:
    return " :" if lang == "fr" else ":"


def _parts(pairs: Iterable[tuple[str, str]], lang: str) -> Iterator[str]:
    for title, value in pairs:
        yield from (f"## {word(title, lang)}", "", _plain(value) or f"*{word('not known', lang)}*", "")


def _plain(text: str) -> str:
    """A text that is no Markdown, as Markdown."""
    return text.replace("*", r"\*").replace("<", "&lt;").replace("[", r"\[").replace("_", r"\_")


# --- rules ----------------------------------------------------------------------------------------------


def _rules(lang: str) -> Iterator[_Item]:
    for rule in catalogue().values():
        severity = word(rule.severity.word, lang)
        yield rule.id, [f"`{rule.id}`", severity, _plain(rule.title(lang))], [*_rule(rule, severity, lang)]


def _rule(rule: Rule, severity: str, lang: str) -> Iterator[str]:
    yield from (f"# {_plain(rule.title(lang))}", "", f"`{rule.id}`", "")
    yield from _facts(
        (
            ("Severity", severity),
            ("Norms", ", ".join(rule.norms)),
            ("Prevents", _motive_link(rule.motive, lang)),
            ("Source", _plain(rule.source)),
            ("Confidence", _letter(rule.confidence, lang)),
        ),
        lang,
    )
    if rule.unreadable:
        yield f"- {word('Reading stops there', lang)}"
    yield ""
    yield from _parts(
        (
            ("Says", rule.message(lang, "…")),
            ("Why", rule.why(lang)),
            ("How to correct", rule.fix(lang)),
        ),
        lang,
    )


def _motive_link(name: str, lang: str) -> str:
    motive = MOTIVES.get(name)
    return f"[{_plain(motive.title(_lang(lang)))}](../motives/{slug(name)}.md)" if motive else ""


def _letter(confidence: str, lang: str) -> str:
    return f"[{confidence}](../{'confiance' if lang == 'fr' else 'confidence'}.md)" if confidence else ""


# --- rejects and motives --------------------------------------------------------------------------------


def _rejects(lang: str) -> Iterator[_Item]:
    for row in load().rows:
        name = reject_name(row.namespace, row.code, row.label)
        yield (
            name,
            [_plain(f"{row.namespace} {row.code}".strip()), _plain(row.label), _action(row, lang)],
            [*_reject(row, lang)],
        )


def _action(row: Reject | Motive, lang: str) -> str:
    return _plain(row.action_class.title(_lang(lang)))


def _reject(row: Reject, lang: str) -> Iterator[str]:
    yield from (f"# {_plain(' '.join(filter(None, (row.code, row.label))))}", "")
    motive = MOTIVES.get(row.motive)
    yield from _facts(
        (
            ("Action", _action(row, lang)),
            ("Answered by", row.namespace),
            (
                "Motive",
                f"[{_plain(motive.title(_lang(lang)))}](../motives/{slug(row.motive)}.md)" if motive else "",
            ),
            ("Source", _plain(row.source_text(_lang(lang)))),
            ("Confidence", _letter(row.confidence, lang)),
        ),
        lang,
    )
    yield ""
    yield from _parts(
        (
            ("Means", row.text("meaning", _lang(lang))),
            ("What the payer did", row.text("payer_action", _lang(lang))),
            ("What to do", row.text("provider_action", _lang(lang))),
        ),
        lang,
    )
    if note := row.note_text(_lang(lang)):
        yield from _parts((("Note", note),), lang)


def _motives(lang: str) -> Iterator[_Item]:
    for motive in MOTIVES.values():
        row = [_plain(motive.motive), _plain(motive.title(_lang(lang))), _action(motive, lang)]
        yield motive.motive, row, [*_motive(motive, lang)]


def _motive(motive: Motive, lang: str) -> Iterator[str]:
    yield from (f"# {_plain(motive.title(_lang(lang)))}", "", f"`{motive.motive}`", "")
    yield from _facts(
        (("Action", _action(motive, lang)), ("Confidence", _letter(motive.confidence, lang))), lang
    )
    yield ""
    yield from _parts(
        (
            ("Means", motive.text("meaning", _lang(lang))),
            ("What the payer did", motive.text("payer_action", _lang(lang))),
            ("What to do", motive.text("provider_action", _lang(lang))),
        ),
        lang,
    )
    if note := motive.note_text(_lang(lang)):
        yield from _parts((("Note", note),), lang)
    rows = [row for row in load().rows if row.motive == motive.motive]
    links = [
        f"- [{_plain(name)}](../rejects/{slug(name)}.md)"
        for name in (reject_name(row.namespace, row.code, row.label) for row in rows)
    ]
    if links:
        yield from (f"## {word('Rejects of this motive', lang)}", "", *links, "")
    rules = [rule for rule in catalogue().values() if rule.motive == motive.motive]
    if rules:
        yield from (f"## {word('Rules that prevent it', lang)}", "")
        yield from (f"- [{_plain(rule.title(lang))}](../rules/{slug(rule.id)}.md)" for rule in rules)


# --- records and entities -------------------------------------------------------------------------------


def _records(lang: str) -> Iterator[_Item]:
    from fse.normes import shipped

    return _layouts(shipped().values(), lang)


def _entities(lang: str) -> Iterator[_Item]:
    from noemie.returns.tables import layouts

    return _layouts(layouts().values(), lang, "NOEMIE")


def _layouts(layouts: Iterable[Layout], lang: str, family: str = "") -> Iterator[_Item]:
    """A page a layout, under its family or the one that is given."""
    for layout in layouts:
        name = f"{family or layout.family} {layout.name}"
        yield name, [name, str(layout.length)], [f"# {name}", "", *_layout(layout, lang)]


def _layout(layout: Layout, lang: str) -> Iterator[str]:
    heads = ("bytes", "field", "kind", "presence", "list", "personal", "label", "confidence", "note")
    yield from table(
        [word(head, lang) for head in heads],
        (
            [
                f"{f.start}-{f.start + f.length - 1}",
                f"`{f.name}`",
                f"`{f.kind.name}`",
                f.presence,
                f.list,
                f.personal,
                _plain(f.label_fr if lang == "fr" else f.label_en),
                f.confidence,
                _plain(f.note),
            ]
            for f in layout.fields
        ),
    )


_ITEMS: Final = {
    "rules": _rules,
    "rejects": _rejects,
    "motives": _motives,
    "records": _records,
    "entities": _entities,
}
