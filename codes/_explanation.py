"""The answer of the catalogue about one reject, and what it says besides. Private to ``codes.rejects``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from codes._reject_rows import Reject
from codes.actions import Action, Lang, most_cautious
from codes.motives import Motive, MotiveMatch, TextKind
from codes.personal import cross_out

__all__ = ["OUTCOMES_OF_CLASS", "Explanation", "Notice", "NoticeKind", "Step", "combine"]


class Step(StrEnum):
    """Which step of the lookup answered. Members are in the order of the lookup."""

    CODE = "code"
    CODE_NORMALISED = "code_normalised"
    LABEL = "label"
    LABEL_PREFIX = "label_prefix"
    MOTIVE = "motive"
    UNKNOWN = "unknown"


_STEPS: Final[dict[Step, tuple[str, str]]] = {
    Step.CODE: ("par le code, tel qu'il est reçu", "by the code, as received"),
    Step.CODE_NORMALISED: ("par le code, autrement écrit", "by the code, written otherwise"),
    Step.LABEL: ("par le libellé entier", "by the whole label"),
    Step.LABEL_PREFIX: ("par le début du libellé", "by the beginning of the label"),
    Step.MOTIVE: ("par le motif, déduit du libellé", "by the motive, deduced from the label"),
    Step.UNKNOWN: ("par rien : inconnu", "by nothing: unknown"),
}


class NoticeKind(StrEnum):
    """What must be shown beside an answer."""

    CODE_UNKNOWN = "code_unknown"
    NAMESPACE_UNKNOWN = "namespace_unknown"
    LABEL_DIFFERS = "label_differs"
    LABEL_DISAGREES = "label_disagrees"
    LABEL_CUT = "label_cut"
    AMBIGUOUS = "ambiguous"
    OLD_NAMING_PROBABLE = "old_naming_probable"
    REPLACED = "replaced"
    REPLACES = "replaces"
    DATED = "dated"
    OUT_OF_DATE = "out_of_date"
    OTHER_EMITTER = "other_emitter"
    SITE_OVERRIDES = "site_overrides"
    OTHER_READING = "other_reading"
    CLASS_WINS = "class_wins"
    UNUSUAL_PREFIX = "unusual_prefix"
    SIMULATED = "simulated"


_NOTICES: Final[dict[NoticeKind, tuple[str, str]]] = {
    NoticeKind.CODE_UNKNOWN: ("code inconnu", "unknown code"),
    NoticeKind.NAMESPACE_UNKNOWN: (
        "émetteur non précisé : candidats listés, aucun choisi",
        "emitter not stated: candidates listed, none chosen",
    ),
    NoticeKind.LABEL_DIFFERS: (
        "même motif, mais le libellé connu de ce code est autre : {}",
        "same motive, but the known label of this code is another one: {}",
    ),
    NoticeKind.LABEL_DISAGREES: (
        "le libellé reçu contredit celui connu ({}) : le code a pu changer de sens",
        "the label received disagrees with the known one ({}): the code may have changed meaning",
    ),
    NoticeKind.LABEL_CUT: (
        "libellé reconnu par son début seulement",
        "label recognised by its beginning only",
    ),
    NoticeKind.AMBIGUOUS: (
        "plusieurs entrées conviennent : toutes listées, aucune choisie",
        "several entries fit: all listed, none chosen",
    ),
    NoticeKind.OLD_NAMING_PROBABLE: ("ancien nommage probable", "probably the old naming"),
    NoticeKind.REPLACED: ("code remplacé par {}", "code replaced by {}"),
    NoticeKind.REPLACES: ("ce code remplace {}", "this code replaces {}"),
    NoticeKind.DATED: ("validité : {}", "validity: {}"),
    NoticeKind.OUT_OF_DATE: (
        "code connu, mais pas à cette date ({})",
        "known code, but not at this date ({})",
    ),
    NoticeKind.OTHER_EMITTER: (
        "entrée réservée à l'émetteur {}",
        "entry kept for the emitter {}",
    ),
    NoticeKind.SITE_OVERRIDES: (
        "entrée locale ({}) à la place de celle du catalogue",
        "local entry ({}) in place of that of the catalogue",
    ),
    NoticeKind.OTHER_READING: (
        "le nombre peut se lire autrement (décimal ou hexadécimal) : candidats listés",
        "the number can be read otherwise (decimal or hexadecimal): candidates listed",
    ),
    NoticeKind.CLASS_WINS: (
        "la dernière lettre du code reçu dit ce qu'est cette réponse, et l'emporte sur le catalogue ({})",
        "the last letter of the code received says what this answer is, and wins over the catalogue ({})",
    ),
    NoticeKind.UNUSUAL_PREFIX: (
        "code extrait par sa position, derrière un préfixe inhabituel",
        "code taken by its position, behind an unusual prefix",
    ),
    NoticeKind.SIMULATED: (
        "réponse simulée par cet outil",
        "answer simulated by this toolkit",
    ),
}


class Notice(NamedTuple):
    """A warning beside an answer. ``detail`` comes from the catalogue, never from what was received."""

    kind: NoticeKind
    detail: str = ""

    def text(self, lang: Lang = "fr") -> str:
        """Return the sentence."""
        french, english = _NOTICES[self.kind]
        return (french if lang == "fr" else english).replace("{}", self.detail)


_DEDUCED: Final = {"fr": "déduit du libellé", "en": "deduced from the label"}
_NO_MEANING: Final = {"fr": "Sens non publié.", "en": "Meaning not published."}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the catalogue knows about one code and label.

    ``code`` and ``label`` are as received, padding included, None when not received. They are not in the
    ``repr``: the label of a contract movement may carry an identity; print ``label_masked``.

    ``step`` says which step answered. ``reject`` is the row chosen, None when none was; ``candidates`` are
    rows to show when none could be chosen, or that fit besides; ``overridden`` are the shipped rows hidden
    by a site's row. ``replacement`` is the row of the new code, ``replaces`` those of the old ones: never
    rewrite a stored code with it.

    ``motive`` is that of the row, or is deduced from the label (then ``words`` holds what matched), or is
    the default one; None for a row without a family. ``other_motives`` matched the label too.

    ``action`` is what to do. ``inferred`` means that it rests on the words of the label and must be shown
    as "déduit du libellé". ``deduced_action`` is the motive's action beside a row that has none: a hint,
    never an order. ``confidence`` is A, B, C, or empty when unknown; ``source`` (French: see ``source_text``)
    may be empty only when no row nor motive answered. ``avoidable_by`` names the checks that would have
    prevented the reject: see ``codes.prevention``. ``kind`` is the class letter of the code received, empty
    when it has none: see ``codes.rejects.shape_of``. ``complementary`` tells that a complementary insurer
    speaks, or is spoken of: texts name it, and never a fund.
    """

    code: str | None = field(repr=False)
    label: str | None = field(repr=False)
    namespace: str | None
    step: Step
    reject: Reject | None
    candidates: tuple[Reject, ...]
    overridden: tuple[Reject, ...]
    replacement: Reject | None
    replaces: tuple[Reject, ...]
    motive: Motive | None
    other_motives: tuple[MotiveMatch, ...] = field(repr=False)
    words: str = field(repr=False)
    inferred: bool
    action: Action
    deduced_action: Action | None
    confidence: str
    source: str
    source_en: str
    avoidable_by: tuple[str, ...]
    warnings: tuple[Notice, ...]
    kind: str = ""
    complementary: bool = False

    def text(self, kind: TextKind, lang: Lang = "fr") -> str:
        """Return the text of the row; without a row, that of the motive. Empty when the source is silent."""
        # The simulated answers are worded as those of a fund; their motives know both.
        simulated = self.reject is not None and self.reject.namespace == "SIM" and self.complementary
        if self.reject is not None and not simulated:
            return self.reject.text(kind, lang)
        return self.motive.text(kind, lang) if self.motive is not None else ""

    def summary(self, lang: Lang = "fr") -> str:
        """Return one line, never empty: the meaning, else the family, else that none was published."""
        meaning = self.text("meaning", lang)
        if meaning:
            return meaning
        return self.motive.title(lang) if self.motive is not None else _NO_MEANING[lang]

    def banner(self, lang: Lang = "fr") -> str:
        """Return the action in words, to be shown first, marked when it is deduced from the label."""
        return self.marked(self.action.banner(lang, complementary=self.complementary), lang)

    def marked(self, banner: str, lang: Lang = "fr") -> str:
        """Return the words of the action, marked when it is deduced from the label."""
        return f"{banner} ({_DEDUCED[lang]})" if self.inferred else banner

    @property
    def blocks_resend(self) -> bool:
        """Whether a resend is forbidden, or forbidden until a new return comes."""
        return self.action.blocks_resend

    @property
    def may_trigger_resend(self) -> bool:
        """Whether a resend may be offered in one click.

        Only when a row found by its code or its whole label asks for it: never on a deduction, a cut label,
        or a code whose label says something else.
        """
        return (
            self.action.asks_resend
            and not self.inferred
            and self.reject is not None
            and self.step in _CERTAIN
            and not any(notice.kind is NoticeKind.LABEL_DISAGREES for notice in self.warnings)
        )

    @property
    def is_undocumented(self) -> bool:
        """Whether the code or label as received is missing from the catalogue: one more to document."""
        return self.reject is None or self.inferred

    @property
    def level(self) -> str:
        """Catalogue level (facture, ligne, ...), empty when unknown. The level in the flow wins over it."""
        if self.reject is not None:
            return self.reject.level
        return self.motive.level if self.motive is not None else ""

    @property
    def note(self) -> str:
        """What weakens the answer, in French, to be shown with it: see ``note_text``."""
        return self.note_text()

    def note_text(self, lang: Lang = "fr") -> str:
        """Return what weakens the answer, to be shown with it."""
        if self.reject is not None:
            return self.reject.note_text(lang)
        return self.motive.note_text(lang) if self.motive is not None and self.inferred else ""

    def source_text(self, lang: Lang = "fr") -> str:
        """Return where the answer comes from; empty when nothing answered."""
        return (self.source_en if lang == "en" else "") or self.source

    def answered_by(self, lang: Lang = "fr") -> str:
        """Return which step of the lookup answered, in words."""
        french, english = _STEPS[self.step]
        return french if lang == "fr" else english

    @property
    def outcome(self) -> str:
        """What the emitter did (rejet, signalement, differe, ...), empty when unknown. It is not what to do.

        The class letter of the code received says it first, then the row of the catalogue. A
        ``signalement`` is often paid: look at the state and the amounts before anything else.
        """
        known = self.reject.outcome if self.reject is not None else ""
        return OUTCOMES_OF_CLASS.get(self.kind, known)

    @property
    def label_masked(self) -> str:
        """The label as received without its padding, every long number in it replaced by X."""
        return _crossed_out((self.label or "").strip(" \t\r\n\x00"))


@lru_cache(maxsize=1024)
def _crossed_out(label: str) -> str:
    """The same few labels come again and again."""
    return cross_out(label)


OUTCOMES_OF_CLASS: Final = {"R": "rejet", "S": "signalement", "C": "acquittement"}
"""What each class letter of a code says the answer is; the meaning of ``I`` is not public."""

_CERTAIN: Final = frozenset({Step.CODE, Step.CODE_NORMALISED, Step.LABEL})


def combine(explanations: Iterable[Explanation], levels: Sequence[str] = ()) -> Action:
    """Return the one action of an invoice that has several rejects: the most cautious.

    ``levels`` are the levels of entity 294 in the same order (``F``, ``L``, ``A``), when known. A refined
    code (``A``) details another reject and is not a second cause: it counts only if it forbids a resend, or
    if it is alone. Raise ``ValueError`` when levels are given for another number of rejects. Without any
    reject: ``Action.INCONNUE``.
    """
    answers = [explanation.action for explanation in explanations]
    if levels:
        pairs = list(zip(answers, levels, strict=True))
        causes = [action for action, level in pairs if level != "A" or action.blocks_resend]
        answers = causes or answers
    return most_cautious(answers)
