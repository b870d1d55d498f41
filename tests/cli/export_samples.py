"""A small report with rules of its own, so that golden files do not move when the catalogue is reworded."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from cli_samples import flow

from cli.check.model import LeftOut
from cli.export import Excerpt, FileReport, Place, Remark, Report
from codes.rules import Rule, Severity
from flatfile import Finding, FormatError
from fse import Checker


def _rule(
    id: str, severity: Severity, fr: str, en: str, *, confidence: str = "A", unreadable: bool = False
) -> Rule:
    return Rule(
        id=id,
        severity=severity,
        title_fr=f"Sujet {fr}",
        title_en=f"Subject {en}",
        message_fr=f"{fr} : {{expected}} attendu",
        message_en=f"{en}: {{expected}} expected",
        why_fr=f"Pourquoi {fr}.",
        why_en=f"Why {en}.",
        fix_fr=f"Corriger {fr}.",
        fix_en=f"Correct {en}.",
        source="[SV]",
        confidence=confidence,
        motive="total_incoherent" if severity is Severity.ERROR and not unreadable else "",
        unreadable=unreadable,
    )


CATALOGUE = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            _rule("essai.alpha", Severity.ERROR, "a été modifié", "was changed"),
            _rule("essai.beta", Severity.WARNING, "est douteux", "is doubtful", confidence="C"),
            _rule("essai.gamma", Severity.INFO, "est à noter", "is to be noted"),
            _rule("essai.vide", Severity.ERROR, "rien à lire", "nothing to read", unreadable=True),
        )
    }
)

TOTAL = Place(66, 73, "montant de la facture", "amount of the invoice")
CODE = Place(77, 78, "nature d'assurance", "nature of insurance")

ALPHA = Remark(
    Finding("essai.alpha", 8, 961, 8, "5", "total_amo", "000000001", "001", "18,50 €"),
    "error",
    place=TOTAL,
    excerpt=Excerpt("•••00000185000002500", 54, 12, 8),
)
BETA = Remark(
    Finding("essai.beta", 8, 972, 2, "2", "nature_assurance", "000000001", "001", "10"), "warning", place=CODE
)
BELOW = Remark(
    Finding("essai.beta", 15, 1825, 9, "6", "total_amo", "", "001", "36,00 €", "35,00 €"), "warning"
)
LOT = Remark(
    Finding("essai.alpha", 15, 1792, 128, "6", "", "", "001", "2", "3"), "error", consequences=(BELOW,)
)
WHOLE = Remark(Finding("essai.beta"), "warning")
NOTE = Remark(
    Finding("essai.gamma", 3, 332, 2, "2", "nature_assurance", "000000001", "001"),
    "info",
    count=7,
    place=CODE,
)

FULL = FileReport(
    "envoi/flux 1.b2",
    (ALPHA, BETA, LOT, WHOLE),
    16,
    2,
    eol=b"",
    notes=(NOTE,),
    counts={"error": 2, "warning": 2, "info": 7},
    omitted=3,
    family="b2",
    norme="PS-2003C",
    envelope="fixe",
    accepted=frozenset({("essai.beta", "000000002", "2", "", 1)}),
    folded=1,
    left_out=(LeftOut("ignore", "envoi/noemie.toml", 2), LeftOut("baseline", "base.json", 1)),
)
CLEAN = FileReport(
    "propre.b2", records=4, factures=1, eol=b"\r\n", family="b2", norme="PS-2003C", envelope="lignes"
)
EMPTY = FileReport("vide.b2", unreadable=FormatError("essai.vide", 0))
STALE = (("envoi/flux 1.b2", ("essai.alpha", "000000009", "5", "total_amo", 2)),)


#: Three files: with findings, clean, unreadable.
REPORT = Report((FULL, CLEAN, EMPTY), STALE)


# --- a flow with known findings -------------------------------------------------------------------------

#: Rules that the tests of the command look at: others may be added without changing their expectations.
KEPT = frozenset(
    {
        "cle.nir",
        "code.inconnu",
        "facture.total-amo",
        "facture.total-participation-assure",
        "fichier.fin-de-ligne",
        "lot.total-amo",
    }
)

#: An amount that totals do not follow: two errors and a warning.
FAULTY = flow().replace(b"0001750" + b"0002500", b"0001850" + b"0002500", 1)


def few_rules(monkeypatch: Any) -> None:
    """Make the checks in this process find `KEPT` rules alone, beside the delays of a configuration."""
    everything = Checker.findings

    def findings(self: Checker) -> Iterator[Finding]:
        return (one for one in everything(self) if one.rule in KEPT or one.rule.startswith("delai."))

    monkeypatch.setattr(Checker, "findings", findings)
