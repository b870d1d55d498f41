"""The whole catalogue as one self-contained page: searched without a network, and printed as it is shown.

The query is in the fragment (`page.html#q=deja+paye`), so that a search can be kept as an address. Accents
and case do not matter, and a code is found whatever its spaces and dashes. Without a script the page shows
everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from msgspec import Struct

from cli.explain.catalogue import Contents
from cli.words.html import asset, dressed, template_of
from cli.words.reason import added_by
from cli.words.reject_words import level_word, outcome_word, speaker_of
from cli.words.severities import severity_of, severity_word
from cli.words.speech import Lang, language, say
from codes.actions import Action
from codes.lists import CodeList
from codes.motives import MOTIVES, Motive
from codes.prevention import habits, rules_for
from codes.rejects import Reject, normalise_code
from codes.rules import Rule, catalogue
from codes.speakers import payer_words

#: What a reader may choose to see, in the order of the page.
KINDS: Final = ("reject", "motive", "rule", "code")


#: Answers of our own caisse: there is no source to judge.
_SIMULATED: Final = "SIM"


class ActionShown(Struct, frozen=True):
    """An action, and whether an invoice may be sent again."""

    action: str
    banner: str
    title: str
    resend: str


class MotiveNamed(Struct, frozen=True):
    """A motive that an entry leads to."""

    id: str
    title: str


class EntryShown(Struct, frozen=True, kw_only=True):
    """An entry of the page: a reject, a motive or a rule.

    `facts` are its titles and texts; `search` is searched beside what is shown, `wanted` holds its codes.
    """

    id: str
    search: str
    facts: list[tuple[str, str]]
    name: str = ""
    title: str = ""
    code: str = ""
    label: str = ""
    wanted: str = ""
    site: bool = False
    action: str = ""
    banner: str = ""
    motive: MotiveNamed | None = None
    rules: tuple[str, ...] = ()
    habits: tuple[str, ...] = ()
    severity: str = ""
    severity_word: str = ""


class RejectsOf(Struct, frozen=True):
    """The rejects of one who speaks."""

    namespace: str
    speaker: str
    rows: list[EntryShown]


class CodeShown(Struct, frozen=True):
    """A code of a list."""

    code: str
    label: str
    search: str
    usage: str
    source: str
    confidence: str
    note: str


class ListShown(Struct, frozen=True):
    """A list of codes."""

    id: str
    name: str
    complete: bool
    codes: list[CodeShown]


def write(contents: Contents) -> str:
    """The page. Raises `CommandError` when jinja2 is not installed."""
    template = template_of("catalogue.html")
    return template.render(
        dressed(asset("catalogue.js")),
        version=version("sesam-noemie"),
        kinds=[
            ("reject", say("rejets", "rejects"), len(contents.rejects.rows)),
            ("motive", say("motifs", "motives"), len(MOTIVES)),
            ("rule", say("règles", "rules"), len(catalogue())),
            ("code", "codes", sum(len(codes) for _, codes in _lists(contents))),
        ],
        actions=[_action(action) for action in Action],
        rejects=_rejects(contents),
        motives=[_motive(motive) for motive in MOTIVES.values()],
        rules=[_rule(rule) for rule in catalogue().values()],
        lists=[_list(namespace, codes) for namespace, codes in _lists(contents)],
    )


def _lists(contents: Contents) -> Iterator[tuple[str, CodeList]]:
    for namespace, lists in contents.lists.items():
        for codes in lists.values():
            yield namespace, codes


def _other() -> Lang:
    return "en" if language() == "fr" else "fr"


def _action(action: Action) -> ActionShown:
    resend = say("à décider ensuite", "to be decided after")
    if action.blocks_resend:
        resend = say("interdit", "forbidden")
    elif action.asks_resend:
        resend = say("oui, une fois corrigé", "yes, once corrected")
    elif action is Action.AUCUNE:
        resend = say("sans objet", "not needed")
    return ActionShown(action.value, action.banner(language()), action.title(language()), resend)


def _named(motive: Motive | None) -> MotiveNamed | None:
    return MotiveNamed(motive.motive, motive.title(language())) if motive else None


def _rejects(contents: Contents) -> list[RejectsOf]:
    """Rejects by who speaks, in the order of the tables."""
    groups: dict[str, list[EntryShown]] = {}
    for rank, row in enumerate(contents.rejects.rows):
        groups.setdefault(row.namespace, []).append(_reject(row, rank))
    return [RejectsOf(name, speaker_of(name), rows) for name, rows in groups.items()]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reject(row: Reject, rank: int) -> EntryShown:
    validity = f"{row.valid_from or '…'} → {row.valid_to or '…'}" if row.valid_from or row.valid_to else ""
    outcome = outcome_word(row.outcome, row.namespace)
    added = added_by(row)
    facts = [
        (say("Sens", "Meaning"), row.text("meaning", language())),
        (
            _capital(say(*payer_words(complementary=row.namespace == "AMC"))),
            row.text("payer_action", language()),
        ),
        (say("À faire", "To do"), row.text("provider_action", language())),
        (say("Issue", "Outcome"), outcome),
        (say("Niveau", "Level"), level_word(row.level)),
        ("Part", row.part),
        (say("Validité", "Validity"), validity),
        (say("Remplacé par", "Replaced by"), row.replaced_by),
        (say("Ajouté par", "Added by"), ", ".join(filter(None, added.values()))),
    ]
    if row.namespace == _SIMULATED:
        facts.append(
            (
                "Source",
                say("réponse de la caisse simulée de cet outil", "answer of this toolkit's simulated caisse"),
            )
        )
    else:
        facts.append((say("Réserve", "Caveat"), row.note_text(language())))
        facts.append(("Source", _source(row.source_text(language()), row.confidence)))
    other = [row.text(name, _other()) for name in ("meaning", "provider_action")]
    return EntryShown(
        id=f"reject-{rank}",
        wanted=" ".join(sorted({normalise_code(row.code), normalise_code(row.replaced_by)} - {""})),
        search=" ".join([*other, row.namespace, row.motive, row.action_class.banner(_other())]),
        code=row.code,
        label=row.label,
        site=row.is_site,
        facts=[fact for fact in facts if fact[1]],
        motive=_named(MOTIVES.get(row.motive)),
        rules=tuple(rule.id for rule in rules_for(row.motive)),
        habits=tuple(habits(row.motive, language())),
        action=row.action_class.value,
        banner=row.action_class.banner(language()),
    )


def _source(source: str, confidence: str) -> str:
    tail = say(f"confiance {confidence or '?'}", f"confidence {confidence or '?'}")
    return f"{source}{say(' ; ', '; ')}{tail}" if source else tail


def _motive(motive: Motive) -> EntryShown:
    facts = [
        (say("Sens", "Meaning"), motive.text("meaning", language())),
        (say("Le payeur", "The payer"), motive.text("payer_action", language())),
        (say("À faire", "To do"), motive.text("provider_action", language())),
        (say("Niveau", "Level"), level_word(motive.level)),
        ("Source", _source(motive.note_text(language()).removesuffix("."), motive.confidence)),
    ]
    other = _other()
    search = (motive.title(other), motive.text("meaning", other), motive.action_class.banner(other))
    return EntryShown(
        id=f"motive-{motive.motive}",
        name=motive.motive,
        title=motive.title(language()),
        search=" ".join(search),
        facts=[fact for fact in facts if fact[1]],
        rules=tuple(rule.id for rule in rules_for(motive.motive)),
        habits=tuple(habits(motive.motive, language())),
        action=motive.action_class.value,
        banner=motive.action_class.banner(language()),
    )


def _rule(rule: Rule) -> EntryShown:
    other = _other()
    facts = [
        (say("Constat", "Finding"), rule.message(language(), "…")),
        (say("Pourquoi", "Why"), rule.why(language())),
        (say("À faire", "To do"), rule.fix(language())),
        (say("Normes", "Norms"), ", ".join(rule.norms)),
        ("Source", _source(rule.source, rule.confidence)),
    ]
    return EntryShown(
        id=f"rule-{rule.id}",
        name=rule.id,
        title=rule.title(language()),
        severity=severity_of(rule).word,
        severity_word=severity_word(severity_of(rule).word),
        search=f"{rule.title(other)} {rule.message(other, '…')}",
        facts=[fact for fact in facts if fact[1]],
        motive=_named(MOTIVES.get(rule.motive)),
    )


def _list(namespace: str, codes: CodeList) -> ListShown:
    usages = {"snds": say("interne au SNDS", "SNDS internal"), "historique": say("ancien", "past")}
    return ListShown(
        id=f"list-{namespace}-{codes.name}",
        name=f"{namespace}.{codes.name}",
        complete=not codes.is_open,
        codes=[
            CodeShown(
                code=code.code or say("(blanc)", "(blank)"),
                label=code.label(language()),
                search=code.label(_other()),
                usage=", ".join(
                    part
                    for part in (
                        usages.get(code.usage, ""),
                        " → ".join(_days(code.valid_from, code.valid_to)),
                    )
                    if part
                ),
                source=code.source,
                confidence=code.confidence,
                note=code.note_text(language()),
            )
            for code in codes.values()
        ],
    )


def _days(first: str, last: str) -> tuple[str, ...]:
    return (first or "…", last or "…") if first or last else ()
