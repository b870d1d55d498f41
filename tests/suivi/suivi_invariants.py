"""The invariants of the follow-up: they hold whatever was sent and answered, in worlds or in any files."""

from __future__ import annotations

from codes.actions import REDOES, RESENDS, Action
from codes.notes import Note
from codes.states import PARTS, Certitude, Etat, EtatPart
from noemie.suivi import Suivi
from noemie.suivi.faits import Communs
from noemie.suivi.lire import Jetons, Lecteur, lire_envois

#: Files by name.
Files = list[tuple[str, bytes]]

_HISTORY = {Etat.SOLDEE_HORS_FLUX, Etat.ANNULEE, Etat.DOUBLON, Etat.REMPLACEE, Etat.RIEN_ATTENDU}


def every_cent_is_counted(result: Suivi) -> None:
    """I1: what transfers pay is what lines, orphans and lump sums were paid; what they withhold likewise."""
    sums = result.sommes
    assert sum(one.montant for one in result.virements) == (
        sums.paye_amo + sums.paye_amc + sums.paye_orphelins + sums.forfaits
    )
    assert sum(one.retenues for one in result.virements) == sums.retenues


def due_and_over_add_up(result: Suivi) -> None:
    """I2 for each part, each line and the whole; I16 for the sign of what is paid."""
    for line in result.lignes:
        for part in line.parts.values():
            assert part.demande - part.paye == part.reste - part.trop
            assert part.reste >= 0
            assert part.trop >= 0
        totals = [sum(getattr(part, name) for part in line.parts.values()) for name in ("demande", "paye")]
        assert totals == [line.demande, line.paye_amo + line.paye_amc]
        for name in PARTS:
            if getattr(line, f"{name.lower()}_demande") > 0:
                assert line.parts[name].paye >= 0
        if line.amo_demande + line.amc_demande < 0:
            assert line.action not in (Action.RELANCER, Action.RECLAMATION)
    sums = result.sommes
    assert sums.demande - sums.paye_amo - sums.paye_amc == sums.reste - sums.trop


def history_is_closed(result: Suivi) -> None:
    """I7: the first five states owe nothing; three of them have no money."""
    for line in result.lignes:
        if line.etat in _HISTORY:
            assert line.reste == 0
            assert line.liste == "historique"
        if line.etat in (Etat.REMPLACEE, Etat.DOUBLON, Etat.ANNULEE):
            assert (line.demande, line.paye) == (0, 0)


def nothing_paid_or_doubtful_is_sent_again(result: Suivi) -> None:
    """I8: of the invoice and of each part, paper included."""
    for line in result.lignes:
        if line.paye > 0 or line.certitude is Certitude.A_VERIFIER:
            asked = {line.action, *(part.action for part in line.parts.values())}
            assert not asked & RESENDS


def care_is_not_redone(sent: Files, result: Suivi) -> None:
    """I15: nothing asks to redo care that is paid or awaited elsewhere, the halves of a balance aside."""
    jetons = Jetons(b"the same key for all the flows...")
    care = {
        (envoi.fichier, envoi.record): envoi
        for name, data in sent
        for envoi in lire_envois(data, name, jetons)
    }
    balances = any(Note.SOLDE_REFAIT in line.notes for line in result.lignes)
    for line in result.lignes:
        redone = any(part.action in REDOES for part in line.parts.values())
        if not redone or line.paye > 0 or line.certitude is Certitude.A_VERIFIER or balances:
            continue
        mine = care[line.fichier, line.record]
        for other in result.lignes:
            theirs = care[other.fichier, other.record]
            if other is line or theirs.ps != mine.ps or theirs.operation == "9":
                continue
            same = mine.e1 == theirs.e1 or (mine.e2 == theirs.e2 and set(mine.lignes) & set(theirs.lignes))
            if same and other.etat is not Etat.ANNULEE:
                cancelled = any(
                    one.operation == "9" and (one.amo, one.amc) == (-theirs.amo, -theirs.amc)
                    for one in care.values()
                )
                assert other.paye <= 0 or cancelled
                assert other.parts["AMO"].etat is not EtatPart.ATTENDUE or cancelled or _refused(other)


def _refused(line) -> bool:
    return line.etat is Etat.ARL_NEGATIF or (line.arl is not None and not line.arl.positif)


def postings_are_all_told(returned: Files, result: Suivi) -> None:
    """I9: what was read is what counts and what is left out, each with its reason."""
    lecteur = Lecteur(Jetons(b"any key will do for sums of money"), Communs())
    read = [one for name, data in returned for one in lecteur.lire(data, name)]
    whole = {run.entete for run in lecteur.communs.runs if run.entier}
    void = {rank for rank, run in enumerate(lecteur.communs.runs) if not run.entier and run.entete in whole}
    sums = result.sommes
    left = sum(out.paye for one in (*result.lignes, *result.orphelins) for out in one.ecartees)
    counted = sums.paye_amo + sums.paye_amc + sums.paye_orphelins
    assert sum(one.paye for one in read if one.run not in void) == counted + left
