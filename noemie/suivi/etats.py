"""States: of a part, from its sums and the last decision; of an invoice, from its parts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from codes.states import Etat, EtatPart
from noemie.suivi.mouvements import Operation

__all__ = ["etat_facture", "etat_part", "net_paye"]


def net_paye(demande: int, operations: Sequence[Operation]) -> int:
    """What was paid of a part, in the direction of its claim; never below 0."""
    paid = 0
    for operation in operations:
        paid += operation.paye
    return max(0, -paid if demande < 0 else paid)


def etat_part(demande: int, operations: Sequence[Operation], centimes: int = 0) -> EtatPart:
    """The state of a part that claims `demande`; `centimes` is what rounding may explain."""
    claim = abs(demande)
    if not operations:
        return EtatPart.ATTENDUE if claim else EtatPart.RIEN_DU
    net = net_paye(demande, operations)
    last = operations[-1].etat
    money = [operation.paye for operation in operations if operation.paye]
    if net == claim and not (claim == 0 and last == "R"):
        return EtatPart.PAYEE if claim or money else EtatPart.RIEN_DU
    if claim and 0 < abs(net - claim) <= centimes and _all_paid(demande, operations):
        return EtatPart.PAYEE
    if net > claim:
        return EtatPart.TROP_PAYEE
    if money and (money[-1] > 0) == (demande < 0):
        return EtatPart.REPRISE
    if last == "D":
        return EtatPart.DIFFEREE
    return EtatPart.REJETEE if net == 0 else EtatPart.PAYEE_EN_PARTIE


def _all_paid(demande: int, operations: Sequence[Operation]) -> bool:
    sign = -1 if demande < 0 else 1
    return all(operation.etat == "P" and sign * operation.paye > 0 for operation in operations)


def etat_facture(
    vivantes: Mapping[str, EtatPart],
    toutes: Collection[EtatPart],
    *,
    repondue: bool,
    sans_reponse: Etat,
) -> Etat:
    """The first state that fits; `vivantes` are the parts that count.

    `repondue`: an answer spoke of an invoice that claims something of its payer; `sans_reponse`: the state
    without any decision, which depends on ARLs.
    """
    if not vivantes:
        return _without_live_part(toutes, repondue=repondue)
    has = set(vivantes.values())
    if EtatPart.TROP_PAYEE in has:
        return Etat.TROP_PAYEE
    if EtatPart.REPRISE in has:
        return Etat.REPRISE
    if has == {EtatPart.PAYEE}:
        return Etat.PAYEE
    if EtatPart.DIFFEREE in has:
        return Etat.DIFFEREE
    if EtatPart.PAYEE_EN_PARTIE in has or has >= {EtatPart.REJETEE, EtatPart.PAYEE}:
        return Etat.PAYEE_EN_PARTIE
    if EtatPart.REJETEE in has:
        return Etat.REJETEE
    if EtatPart.PAYEE in has:
        amc = vivantes.get("AMC") is EtatPart.ATTENDUE
        return Etat.PART_AMC_ATTENDUE if amc else Etat.PART_AMO_ATTENDUE
    return sans_reponse


def _without_live_part(toutes: Collection[EtatPart], *, repondue: bool) -> Etat:
    if EtatPart.DOUBLON in toutes:
        return Etat.DOUBLON
    if EtatPart.REMPLACEE in toutes:
        return Etat.REMPLACEE
    return Etat.PAYEE if repondue else Etat.RIEN_ATTENDU
