"""Transfers, debts, rejects, files: what the ledger answers about a period."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from codes.actions import Action, Lang
from codes.decide import Refus
from codes.decide import explain as explain_refus
from codes.rejects import Catalogue
from codes.states import Etat
from noemie.ledger.filters import Filtre, Origine, origine_of
from noemie.ledger.followed import Registre
from noemie.ledger.migrations import is_current_reading
from noemie.ledger.schema import Constat, Fichier, RejetRow, RetourRow
from noemie.ledger.shared_facts import file_names
from noemie.ledger.states import explain, origine_of_alone, origine_of_line
from noemie.ledger.values import Debt, RejectLine, StoredFile, Transfer
from noemie.suivi.dossier import RetourLu
from noemie.suivi.ensemble import is_ticked, once, retenues, ticks
from noemie.suivi.faits import Virement
from noemie.suivi.mots import words_of
from noemie.suivi.resultat import Ligne, RejetSuivi


def debts(registre: Registre, filtre: Filtre) -> list[Debt]:
    """Debts and withholdings that count, by day of the transfer or of the return."""
    communs = registre.communs
    found = []
    for row, number, rang in once(communs.retenues, communs, registre.void):
        run, virement = communs.runs[rang], communs.virements[row.virement]
        day = virement.jour or run.jour
        payer = "" if virement.payeur == run.emetteur else virement.payeur
        if filtre.day(day) and filtre.payer(origine_of(None, run.emetteur, payer)):
            debt = Debt(
                date=day,
                reference=row.reference,
                date_dette=row.jour,
                nature=row.nature,
                nature_recuperation=row.recuperation,
                montant=row.montant,
                solde=row.solde,
                fichier=run.fichier,
            )
            found += [debt] * number
    return sorted(
        found, key=lambda debt: (debt.date or dt.date.min, debt.reference, debt.montant, debt.fichier)
    )


class Told(NamedTuple):
    """A transfer of the answers: its rank in the facts, what names it, who tells it, what it pays."""

    rang: int
    virement: Virement
    fichiers: frozenset[str]
    transfer: Transfer


def transfers(registre: Registre, filtre: Filtre) -> list[Transfer]:
    """Transfers with what they pay, each once whatever the number of returns that tell it."""
    return [one.transfer for one in told_transfers(registre, filtre)]


def told_transfers(registre: Registre, filtre: Filtre) -> list[Told]:
    """The same, each with what names it."""
    communs = registre.communs
    paid = registre.virements()
    sums = Counter({rang: one.montant for rang, one in paid.items()})
    runs = {rang: set(one.runs) for rang, one in paid.items()}
    lumps: Counter[int] = Counter()
    for one, _ in registre.forfaits():
        lumps[one.virement] += 1
        sums[one.virement] += one.amo
        runs.setdefault(one.virement, set()).add(one.run)
    held = retenues(communs, registre.void).virements
    for row in communs.retenues:
        runs.setdefault(row.virement, set()).add(row.run)
    ticked = ticks(communs.marques)
    found = []
    for rang, saying in runs.items():
        virement, places = communs.virements[rang], [communs.runs[run] for run in saying]
        places.sort(key=lambda run: (run.fichier, run.rang))
        emitter = places[0].emetteur
        payer = "" if virement.payeur == emitter else virement.payeur
        day = virement.jour or min((run.jour for run in places if run.jour), default=None)
        if filtre.day(day) and filtre.payer(origine_of(None, emitter, payer)):
            files = frozenset(run.fichier for run in places)
            transfer = Transfer(
                date=day,
                libelle_1=virement.libelle_1,
                libelle_2=virement.libelle_2,
                organisme_payeur=payer,
                factures=paid[rang].factures if rang in paid else 0,
                forfaits=lumps[rang],
                montant=sums[rang],
                retenues=held.get(rang, 0),
                avec_retenues=sums[rang] + held.get(rang, 0),
                pointe=is_ticked(virement, ticked),
                fichier=min(files),
            )
            found.append(Told(rang, virement, files, transfer))
    return sorted(found, key=_transfer_order)


def _transfer_order(told: Told) -> tuple[object, ...]:
    one = told.transfer
    return (one.date or dt.date.min, one.fichier, one.libelle_1, one.libelle_2)


# --- rejects ----------------------------------------------------------------------------------------------


def rejects(
    connection: Connection, registre: Registre, filtre: Filtre, lang: Lang, motif: str = ""
) -> list[RejectLine]:
    """Rejects and notices by day, each explained; those of no invoice are there, without a number."""
    found: list[RejectLine] = []
    for ligne in registre.choisir(rejets=True):
        if not ligne.rejets:
            continue
        known = registre.envoye(ligne)
        origine = origine_of_line(registre, ligne)
        if filtre.payer(origine) and filtre.insured(known.patient, known.nature_assurance):
            found += [
                _of_line(ligne, rejet, known.patient, origine, lang, registre.site)
                for rejet in ligne.rejets
                if filtre.day(rejet.jour)
            ]
    for alone in registre.orphelines:
        one, origine = alone.orpheline, origine_of_alone(registre, alone)
        if filtre.payer(origine) and filtre.insured(alone.patient, alone.nature_assurance):
            for rejet in one.rejets:
                if filtre.day(rejet.jour):
                    fichier = _file_of(one.retours, rejet.jour)
                    who = (one.numero, one.lot, "", alone.patient)
                    told = (one.action, one.action.banner(lang), one.etat, (alone.demande or 0, 0), fichier)
                    found.append(_line(rejet, who, origine, told, lang, registre.site))
    if filtre.patients is None and not filtre.nature_assurance:
        found.extend(_rejects_outside(connection, registre, filtre, lang))
    found.sort(key=_order)
    return [line for line in found if motif in ("", line.motif)]


def _order(line: RejectLine) -> tuple[object, ...]:
    day = line.date or dt.date.min
    return (day, line.fichier, line.numero.zfill(9), line.lot, line.part, line.code, line.ligne or 0)


def _of_line(
    ligne: Ligne,
    rejet: RejetSuivi,
    patient: str,
    origine: Origine,
    lang: Lang,
    site: Catalogue | None,
) -> RejectLine:
    claimed = (
        0 if rejet.part == "C" else ligne.amo_demande,
        0 if rejet.part == "O" else ligne.amc_demande,
    )
    who = (ligne.numero, ligne.lot, ligne.numero_ps, patient)
    banner, _ = words_of(ligne.etat, ligne.action, ligne.parts, lang)
    told = (ligne.action, banner, ligne.etat, claimed, _file_of(ligne.retours, rejet.jour))
    line = _line(rejet, who, origine, told, lang, site)
    return replace(line, envoi=(ligne.fichier, ligne.record))


def _file_of(retours: tuple[RetourLu, ...], day: dt.date | None) -> str:
    """The file of an answer of that day."""
    same = [one.fichier for one in retours if one.jour == day] or [one.fichier for one in retours]
    return min(same, default="")


def _line(
    rejet: RejetSuivi,
    who: tuple[str, str, str, str],
    origine: Origine,
    told: tuple[Action, str, Etat | None, tuple[int, int], str],
    lang: Lang,
    site: Catalogue | None,
) -> RejectLine:
    explanation = explain(rejet, site)
    action, banner, etat, (amo, amc), fichier = told
    return RejectLine(
        date=rejet.jour,
        numero=who[0],
        lot=who[1],
        numero_ps=who[2],
        patient=who[3],
        regime=origine.regime,
        caisse=origine.caisse,
        code=rejet.code,
        libelle=rejet.libelle,
        niveau=rejet.niveau,
        part=rejet.part,
        ligne=rejet.ligne,
        motif=explanation.motive.motive if explanation.motive else "autre",
        sens=explanation.summary(lang),
        # What the reject asked for by itself is history when the invoice asks for something else.
        bandeau=explanation.marked(banner, lang) if explanation.action is action else banner,
        action=action,
        etat=etat or "",
        historique=rejet.historique,
        amo=amo,
        amc=amc,
        montant=amo + amc,
        fichier=fichier,
        explication=explanation,
    )


def _rejects_outside(
    connection: Connection, registre: Registre, filtre: Filtre, lang: Lang
) -> Iterator[RejectLine]:
    """Rejects of a batch or of a file, that belong to no invoice; those of copies of a return once."""
    columns = (column for column in RejetRow.__table__.columns if column.name != "run")
    query = (
        select(*columns, RejetRow.run, RetourRow.emetteur)
        .join(
            RetourRow.__table__,
            (RetourRow.fichier_id == RejetRow.fichier_id) & (RetourRow.rang == RejetRow.run),
        )
        .where(RejetRow.facture == 0)
        .order_by(RejetRow.fichier_id, RejetRow.ordre)
    )
    told: dict[tuple[Any, tuple[Any, ...]], Counter[int]] = {}
    for row in connection.execute(query):
        for rang in registre.runs_of(row.fichier_id, row.run):
            head = registre.communs.runs[rang].entete
            content = (row.code, row.libelle, row.niveau, row.part, row.ligne)
            told.setdefault((head, content), Counter())[rang] += 1
    for (_, content), counts in told.items():
        run = registre.communs.runs[min(counts)]
        origine = origine_of(None, run.emetteur)
        if not (filtre.day(run.jour) and filtre.payer(origine)):
            continue
        code, libelle, niveau, part, ligne = content
        told_on = (run.jour, run.emetteur)
        asked = explain_refus(Refus(code, libelle, niveau, part, *told_on), registre.site)
        action = asked.action
        banner = action.banner(lang, complementary=asked.complementary)
        rejet = RejetSuivi(code, libelle, niveau, part, ligne, run.jour, action, False, run.emetteur)
        told_of = (action, banner, None, (0, 0), run.fichier)
        line = _line(rejet, ("", "", "", ""), origine, told_of, lang, registre.site)
        yield from [line] * max(counts.values())


# --- files ------------------------------------------------------------------------------------------------


def files(connection: Connection) -> list[StoredFile]:
    """The files of the ledger, by day and digest."""
    names = file_names(connection)
    runs = dict(
        connection.execute(select(RetourRow.fichier_id, func.count()).group_by(RetourRow.fichier_id)).all()
    )
    counts: dict[int, dict[str, int]] = {}
    for number, rule, count in connection.execute(
        select(Constat.fichier_id, Constat.regle, Constat.nombre).order_by(Constat.regle)
    ):
        counts.setdefault(number, {})[rule] = count
    rows = connection.execute(select(*Fichier.__table__.columns)).all()
    same: dict[tuple[object, ...], list[int]] = {}
    for row in rows:
        if row.identification and row.date_fichier:
            same.setdefault(_identity(row), []).append(row.id)
    found = [
        StoredFile(
            noms=names.get(row.id, ()),
            sha256=row.sha256,
            nature=row.nature,
            norme=row.norme,
            enveloppe=row.enveloppe,
            emetteur=row.emetteur,
            identification=row.identification,
            date_fichier=row.date_fichier,
            taille=row.taille,
            factures=row.factures,
            total_annonce=row.total_annonce,
            importe_le=row.importe_le,
            purge_le=row.purge_le,
            retours=runs.get(row.id, 0),
            a_relire=row.purge_le is None and not is_current_reading(row.nature, row.lecture),
            constats=counts.get(row.id, {}),
            meme_identite=_names_of(same.get(_identity(row), ()), row.id, names),
        )
        for row in rows
    ]
    return sorted(found, key=lambda file: (file.date_fichier or dt.date.min, file.sha256))


def _names_of(numbers: Sequence[int], own: int, names: Mapping[int, Sequence[str]]) -> tuple[str, ...]:
    """The names of the other files."""
    if len(numbers) < 2:
        return ()
    return tuple(sorted(name for other in numbers if other != own for name in names.get(other, ())))


def damaged(connection: Connection) -> list[str]:
    """The names of the returns that are cut, and whose whole is not there."""
    columns = (RetourRow.emetteur, RetourRow.destinataire, RetourRow.identification, RetourRow.jour_ecrit)
    rows = connection.execute(select(RetourRow.fichier_id, RetourRow.entier, *columns)).all()
    whole = {tuple(row[2:]) for row in rows if row.entier}
    cut = {row.fichier_id for row in rows if not row.entier and tuple(row[2:]) not in whole}
    names = file_names(connection) if cut else {}
    return sorted(names[number][0] for number in cut if number in names)


def _identity(row: Any) -> tuple[object, ...]:
    return (row.nature, row.emetteur, row.identification, row.date_fichier)
