"""Compare an invoice with the rights that are known: which rejects it runs into.

Beside the checks of `fse.check`, and apart from its engines. A subject that no fact tells gives no finding;
an insured person of whom nothing is known gives one, because a caisse that does not know them refuses too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from codes.couverture import couverture, rates
from codes.keys.nir import is_fictitious
from flatfile import Finding, Record
from fse.facture import Acte, Facture
from fse.normes import LENGTH
from fse.rights.memoire import Lookup
from fse.rights.model import Droit, Personne
from fse.rights.reponse import Reponse, au_jour
from fse.rules.contexte import whole_header
from fse.rules.registre import finds
from fse.smg import is_routed
from fse.trusted import finding_on

#: Reasons of exemption that are the person's: long illness, exempt person, solidarity fund. The others are
#: those of the act, of the stay, or of the whole régime.
PERSONNELLES: Final = frozenset({"4", "5", "9"})

#: The exemption of a military pensioner's care that is not related to the infirmity (CSS L.371-6 [LEX]).
_PENSIONNE: Final = "5"

#: Type of contract of a beneficiary of the C2S (list `type_contrat_oc`).
CONTRAT_C2S: Final = "89"

#: Nature of insurance of accidents: it does not depend on rights to illness insurance.
_ACCIDENT: Final = "41"


class _Ligne(NamedTuple):
    """Where a day of care is written, and the rights on that day."""

    record: Record
    field: str
    acte: Acte | None
    reponse: Reponse


@finds(
    "droits.assure-inconnu",
    "droits.beneficiaire-inconnu",
    "droits.caisse",
    "droits.ferme",
    "droits.exoneration",
    "droits.taux",
    "droits.c2s",
    "droits.smg",
    "droits.medecin-traitant",
)
def check_rights(facture: Facture, rights: Lookup) -> Iterator[Finding]:
    """What the rights that are known foretell of an invoice, in the order of its records.

    Each rule is told once, on the first record that it touches. Nothing is said of an invoice without a whole
    header or without a NIR, of a NIR that stands for nobody, nor when no right is known of anybody.
    """
    header = whole_header(facture)
    if header is None or not facture.nir.strip("0 ") or is_fictitious(facture.nir):
        return
    droits = rights.personne(Personne.of(facture.nir, facture.date_naissance, facture.rang_naissance))
    if not droits:
        if rights.est_vide:
            return
        yield _unknown(facture, header, rights)
        return
    found = list(_compared(facture, header, list(_lines(facture, header, droits))))
    found.sort(key=lambda finding: (finding.record, finding.offset))
    yield from found


def _unknown(facture: Facture, header: Record, rights: Lookup) -> Finding:
    """The finding on somebody of whom nothing is known."""
    if rights.knows(facture.nir):
        return finding_on("droits.beneficiaire-inconnu", facture, header, "date_naissance")
    return finding_on("droits.assure-inconnu", facture, header, "nir", _day(rights.dernier_constat))


def _lines(facture: Facture, header: Record, droits: Sequence[Droit]) -> Iterator[_Ligne]:
    """Rights at the days of care; at the day of billing when no line tells one."""
    answers: dict[dt.date, Reponse | None] = {}
    for acte in facture.actes:
        record = acte.principal
        day = acte.date if len(record.raw) == LENGTH else None
        if day is None:
            continue
        if day not in answers:
            answers[day] = au_jour(droits, day)
        if (answer := answers[day]) is not None:
            yield _Ligne(record, "date_debut" if acte.is_hospital else "date_acte", acte, answer)
    day = facture.date_facturation
    if not answers and day is not None and (answer := au_jour(droits, day)) is not None:
        yield _Ligne(header, "nir", None, answer)


def _compared(facture: Facture, header: Record, lines: list[_Ligne]) -> Iterator[Finding]:
    routed = is_routed(facture)
    checks = [_caisse, _c2s, _smg, _medecin_traitant]
    if not routed:
        # What the attestation opens does not depend on the rights to illness insurance.
        checks += [_ferme, _exoneration, _taux]
    for check in checks:
        found = next((found for line in lines if (found := check(facture, header, line))), None)
        if found is not None:
            yield found


def _caisse(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    """Régime, caisse and centre, as far as both tell them. An invoice for caisse 835 is `droits.smg`'s."""
    answer = line.reponse
    if is_routed(facture):
        return None
    for field in ("regime", "caisse", "centre"):
        known, written = getattr(answer, field), getattr(facture, field)
        if known and written.strip("0 ") and known != written:
            expected = f"{'-'.join(filter(None, answer.organisme))} ({_told(answer, 'organisme')})"
            return finding_on("droits.caisse", facture, header, field, expected)
    return None


def _ferme(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    if line.reponse.ouvert is False and facture.nature_assurance != _ACCIDENT:
        return finding_on("droits.ferme", facture, line.record, line.field, _told(line.reponse, "droits"))
    return None


def _exoneration(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    """The reason written on the line, else in the header, when it is the person's."""
    field = "justification_exoneration"
    written = line.acte.principal.text(field) if line.acte else ""
    record = line.record if written.strip("0 ") else header
    code = written if record is line.record else facture.justification_exoneration
    if code not in PERSONNELLES or "exoneration" not in line.reponse.constate_le:
        return None
    if code in line.reponse.exonerations or (code == _PENSIONNE and line.reponse.smg):
        return None
    return finding_on("droits.exoneration", facture, record, field, _told(line.reponse, "exoneration"))


def _taux(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    """A pharmacy act whose rate fits neither the family of the coverage code nor any exemption."""
    acte, code = line.acte, line.reponse.code_couverture
    if acte is None or not code or acte.taux is None:
        return None
    expected = rates(couverture(code).taux).get(acte.code)
    written = acte.principal.text("justification_exoneration") or facture.justification_exoneration
    exempt = written.strip("0 ") or facture.justification_exoneration.strip("0 ")
    if expected is None or expected == acte.taux or exempt:
        return None
    told = f"{code}, {acte.code} {expected} %"
    return finding_on("droits.taux", facture, acte.principal, "taux", told)


def _c2s(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    field = "type_contrat_oc"
    if header.text(field) == CONTRAT_C2S and line.reponse.c2s is False:
        return finding_on("droits.c2s", facture, header, field, _told(line.reponse, "c2s"))
    return None


def _smg(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    """Care said to be under L.115, by its caisse or on its lines, for who is known to have no attestation."""
    if line.reponse.smg is not False:
        return None
    told = _told(line.reponse, "smg")
    if line.acte is not None and line.acte.en_rapport_l115:
        marked = "qualificatif_depense" if line.acte.qualificatif_depense == "L" else "code_acte"
        return finding_on("droits.smg", facture, line.record, marked, told)
    return finding_on("droits.smg", facture, header, "caisse", told) if is_routed(facture) else None


def _medecin_traitant(facture: Facture, header: Record, line: _Ligne) -> Finding | None:
    """Establishments only: the other layouts that are public do not tell it."""
    record = facture.complement("2S")
    if line.reponse.medecin_traitant is not False or record is None or len(record.raw) != LENGTH:
        return None
    told = _told(line.reponse, "medecin_traitant")
    for field, said in (("top_medecin_traitant", "O"), ("indicateur_parcours", "T")):
        if field in record.layout and record.text(field) == said:
            return finding_on("droits.medecin-traitant", facture, record, field, told)
    return None


def _told(answer: Reponse, subject: str) -> str:
    return _day(answer.constate_le.get(subject))


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
