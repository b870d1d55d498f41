"""The cache of a ledger brought to a later state of the base: what changed is followed again, no more.

What changes from one state to the next is told by the files, their names, the marks and the ARLs. It touches
numbers; the sendings of those, and all that may be linked with them, are followed again with all that was
said of them. What a file tells of all (a new sender, ARLs of a professional, a return that is cut) touches
the lines that depend on it. In doubt, or when it is much, nothing is done: the whole is followed.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import delete, func, or_, select

from codes.notes import OF_THE_WHOLE, Note
from codes.states import Etat
from noemie.ledger.demande import Demande
from noemie.ledger.entourage import Entourage, TooMany, numbers_of, numeros_de, plus
from noemie.ledger.etats import Sceau, files_of, insert_rows, keep_whole, next_of, rows_of, shared_of
from noemie.ledger.facts import Faits, Numeros, asks, pieces
from noemie.ledger.followed import IN_MEMORY, Registre
from noemie.ledger.schema import DetailRow, Envoi, EtatRow, Fichier, PaiementRow, Reponse
from noemie.ledger.shared_facts import Rangs
from noemie.ledger.tetes import ALONE, Suite, Tete, alone_group, without_texts
from noemie.returns.arl import Arl
from noemie.suivi.depot import Memoire, SurDisque
from noemie.suivi.ensemble import fichiers, forfaits, retenues, virements, whole_notes
from noemie.suivi.faits import Marque, Tranche, cle
from noemie.suivi.moteur import Moteur
from noemie.suivi.redites import Refus
from noemie.suivi.resultat import ArlSansLot, Ligne, Sommes

__all__ = ["actualiser"]

#: The whole is followed when more than a part of it would be: one in so many.
SHARE: Final = 3

#: A ledger that is followed again in no time.
FEW: Final = 2_000

#: States that depend on the ARLs, on the cut returns and on the other batches of the professional.
_SILENT: Final = tuple(
    one.value
    for one in (
        Etat.REPONSE_ATTENDUE,
        Etat.PART_AMC_ATTENDUE,
        Etat.PART_AMO_ATTENDUE,
        Etat.ARL_ATTENDU,
        Etat.ARL_NEGATIF,
    )
)

#: Numbers, each with the professionals whose sendings are touched, or `None` for all.
_Touched = dict[str, set[str] | None]


def actualiser(demande: Demande, head: Tete, seal: Sceau) -> bool:
    """Bring the cache to this state of the base; false when the whole must be followed instead."""
    try:
        return _Actualisation(demande, head).run(seal)
    except TooMany:
        return False


class _Actualisation:
    def __init__(self, demande: Demande, head: Tete) -> None:
        connection, lang = demande.connection, demande.lang
        self.connection = connection
        self.head = head
        self.avant = shared_of(connection, lang)
        self.suite = next_of(connection, lang)
        faits = Faits(connection, demande.keys, Rangs(self.suite.places, self.avant.communs.virements))
        self.faits = faits
        self.on = demande.on or head.dernier
        self.lang = lang
        self.site, self.delais = demande.site, demande.delais
        self.files = files_of(connection, faits)
        count = select(func.count()).select_from(EtatRow.__table__).where(EtatRow.langue == lang)
        self.most = max(FEW, (connection.scalar(count) or 0) // SHARE)

    def run(self, seal: Sceau) -> bool:
        changed = self._changed_files()
        if changed is None or not self._same_runs():
            return False
        moteur = self._moteur(Registre(self.faits, self.lang, self.site))
        touched = self._touched(changed, moteur)
        everybody = dict.fromkeys(touched)
        self._know_batches(moteur, everybody)
        # What the touched numbers say now: which groups, which acts refused for the person, which ARLs.
        first = self.faits.tranche_de(everybody)
        dossiers, _ = moteur.etude.etudier(first)
        base = {
            one.groupe for one in dossiers if (of := touched[one.envoi.cle]) is None or one.envoi.ps in of
        }
        base |= self._silent(moteur)
        voulus = _merged(self.suite.voulus, moteur.etude.voulus)
        entourage = Entourage(self.connection, self.faits.communs.marques, voulus, self.most)
        keep = entourage.avec_indices(entourage.fermer(base))
        loaded = entourage.avec_indices(keep)
        registre = self._follow(entourage, loaded, touched)
        self._write(registre, keep, touched)
        self._write_head(seal, registre, loaded, touched)
        return True

    # --- what changed ---------------------------------------------------------------------------------

    def _changed_files(self) -> set[int] | None:
        """The files that are new, or that have other names; `None` when one was removed or read again."""
        before = self.suite.fichiers
        for number, old in before.items():
            new = self.files.get(number)
            if new is None or new[1:] != old[1:]:
                return None
        return {number for number, new in self.files.items() if before.get(number) != new}

    def _same_runs(self) -> bool:
        """Whether the runs that were there are, but for their names, those that were followed."""
        return self.faits.suite and all(
            old == new or msgspec.structs.replace(old, fichier=new.fichier) == new
            for old, new in zip(self.avant.communs.runs, self.faits.communs.runs, strict=False)
        )

    def _moteur(self, registre: Registre, facts: int = 0) -> Moteur:
        depot = Memoire() if facts <= IN_MEMORY else SurDisque()
        moteur = Moteur(
            self.faits.communs,
            site=self.site,
            delais=self.delais,
            lang=self.lang,
            depot=depot,
            journal=registre,
        )
        moteur.monde.arls.update(self.suite.arls_jours)
        return moteur

    def _know_batches(self, moteur: Moteur, numeros: Numeros) -> None:
        """What is known of the refused batches besides what these numbers, studied again, tell of them."""
        for lot, told in self.suite.lots.items():
            others = {number for number in told if not asks(numeros, number, lot[0])}
            if others:
                moteur.monde.lots[lot] = others

    def _touched(self, changed: Collection[int], moteur: Moteur) -> _Touched:
        touched: _Touched = {}
        for table in (Envoi, Reponse):
            for some in pieces(sorted(changed)):
                for number, ps in self._rows_of(table, table.fichier_id.in_(some)):
                    _touch(touched, number, ps)
        runs = {self.faits.places[rang][:2] for rang in moteur.void ^ set(self.avant.void)}
        for fichier, run in runs - {place for place in runs if place[0] in changed}:
            for number, _ in self._rows_of(Reponse, (Reponse.fichier_id == fichier) & (Reponse.run == run)):
                touched[number] = None
        for number in (
            *self._of_new_senders(),
            *self._of_new_arls(),
            *self._of_marks(),
            *self._of_nobody(touched),
        ):
            touched[number] = None
        if len(touched) > self.most:
            raise TooMany
        return touched

    def _rows_of(self, table: Any, where: Any) -> Iterator[tuple[str, str | None]]:
        """The numbers of some sendings or answers, with the professional whom they name."""
        if table is Envoi:
            for number, ps in self.connection.execute(select(Envoi.cle, Envoi.numero_ps).where(where)):
                yield number, cle(ps)
            return
        query = select(Reponse.cle, Reponse.numeros_ps, Fichier.lecture)
        for row in self.connection.execute(
            query.join(Fichier.__table__, Fichier.id == Reponse.fichier_id).where(where)
        ):
            yield row.cle, self.faits.sender(row)

    def _of_nobody(self, touched: Iterable[str]) -> set[str]:
        """Those of these numbers of which an answer names no sender: it may be of any of them."""
        found: set[str] = set()
        for some in pieces(sorted(touched)):
            rows = self._rows_of(Reponse, Reponse.cle.in_(some))
            found |= {number for number, ps in rows if ps is None}
        return found

    def _of_new_senders(self) -> set[str]:
        new = self.faits.communs.professionnels - self.avant.communs.professionnels
        if not new:
            return set()
        named = or_(*(Reponse.numeros_ps.contains(one, autoescape=True) for one in sorted(new) if one))
        return set(self.connection.scalars(select(Reponse.cle).where(named).distinct()))

    def _of_new_arls(self) -> set[str]:
        new = set(self.faits.communs.arls) - set(self.avant.communs.arls)
        if not new:
            return set()
        lots: dict[str, list[str]] = defaultdict(list)
        for lot in self.connection.scalars(select(Envoi.lot).distinct()):
            lots[cle(lot)].append(lot)
        found: set[str] = set()
        for arl in new:
            query = select(Envoi.cle).where(Envoi.lot.in_(lots.get(cle(arl.numero_lot), ())))
            if arl.date_lot is not None:
                query = query.where(Envoi.date_lot == arl.date_lot)
            if arl.date_fichier is not None:
                query = query.where(Envoi.date_envoi == arl.date_fichier)
            found.update(self.connection.scalars(query.distinct()))
        return found

    def _of_marks(self) -> set[str]:
        before = Counter(one for one in self.avant.communs.marques if one.cible == "envoi")
        now = Counter(one for one in without_texts(self.faits.communs.marques) if one.cible == "envoi")
        changed = (before - now) + (now - before)
        return {number for one in changed for number in numbers_of(one)}

    def _silent(self, moteur: Moteur) -> set[str]:
        """The groups of lines without an answer, of whose professional other ARLs or cut returns are known.

        Or of whom another batch that an ARL refused is known to be answered, or no longer is.
        """
        before, now = self.suite.arls_jours, moteur.monde.arls
        others = {ps for ps in {*before, *now} if before.get(ps) != now.get(ps)}
        was = self._cut_before()
        others |= {ps for ps in {*was, *moteur.monde.coupes} if was.get(ps) != moteur.monde.coupes.get(ps)}
        found: set[str] = set()
        others |= {lot[0] for lot in moteur.monde.lots.keys() ^ self.suite.lots.keys()}
        for some in pieces(sorted(others)):
            query = select(EtatRow.groupe).where(
                EtatRow.langue == self.lang, EtatRow.ps.in_(some), EtatRow.etat.in_(_SILENT)
            )
            found.update(self.connection.scalars(query.distinct()))
        return found

    def _cut_before(self) -> dict[str, dt.date]:
        return Moteur(self.avant.communs, site=self.site, delais=self.delais, lang=self.lang).monde.coupes

    # --- following ------------------------------------------------------------------------------------

    def _follow(self, entourage: Entourage, loaded: Collection[str], touched: _Touched) -> Registre:
        numbers = numeros_de(entourage.membres(loaded))
        whole = {*touched, *self._of_nobody(numbers)}
        asked = plus(numbers, whole)
        tranche: Tranche = self.faits.tranche_de(asked)
        registre = Registre(self.faits, self.lang, self.site, reprises=True)
        moteur = self._moteur(registre, len(tranche.envois) + len(tranche.reponses))
        self._know_batches(moteur, asked)
        registre.etudier(moteur, [tranche], self.on)
        return registre

    # --- writing --------------------------------------------------------------------------------------

    def _write(self, registre: Registre, keep: Collection[str], touched: _Touched) -> None:
        gone = sorted({*keep, *map(alone_group, touched)})
        for some in pieces(gone):
            for table in (EtatRow, DetailRow, PaiementRow):
                core: Any = table.__table__
                where = (core.c.langue == self.lang) & core.c.groupe.in_(some)
                self.connection.execute(delete(core).where(where))
        kept = set(keep)

        def lines() -> Iterator[Ligne]:
            for ligne in registre.suivi.lignes:
                if registre.groupes[ligne.fichier, ligne.record] in kept:
                    yield ligne

        orphans = [one for one in registre.suivi.orphelins if one.numero in touched]
        insert_rows(self.connection, rows_of(registre, lines(), orphans, self.lang))

    def _write_head(
        self, seal: Sceau, registre: Registre, loaded: Collection[str], touched: _Touched
    ) -> None:
        head, communs, void = self.head, self.faits.communs, registre.void
        etude = registre.moteur.etude
        lumps, withheld = forfaits(communs, void), retenues(communs, void)
        notes = self._notes() | whole_notes(communs, void)
        notes |= {Note.ENVOI_EN_DOUBLE} & {*head.suivi.notes, *etude.notes}
        arls = self._unused_arls(registre.moteur)
        marks = self._marks(etude.marques_vues, touched)
        suivi = msgspec.structs.replace(
            head.suivi,
            notes=sorted(notes, key=lambda note: (note in OF_THE_WHOLE, note)),
            sommes=self._sums(lumps.total, withheld.total),
            forfaits=lumps.lignes,
            retenues=withheld.lignes,
            fichiers=fichiers(communs, void),
            virements=virements(communs, self._paid(lumps.virements), withheld.virements),
            arls_orphelins=[ArlSansLot(arl.numero_lot, arl.date_lot, arl.positif) for arl in arls],
            marques_sans_cible=sum(times != 1 for _, times in marks),
        )
        registre.dernier = max((day for day in (head.dernier, registre.dernier) if day), default=None)
        registre.orphan_arls = arls
        suite = Suite(
            places=self.faits.places,
            fichiers=self.files,
            voulus=_replaced(self.suite.voulus, etude.voulus, loaded),
            arls_jours=registre.moteur.monde.arls,
            lots=registre.moteur.monde.lots,
            marques=marks,
        )
        keep_whole(self.connection, registre, suivi, suite, seal, self.lang)

    def _notes(self) -> set[Note]:
        query = select(EtatRow.notes).where(EtatRow.langue == self.lang).distinct()
        return {Note(word) for told in self.connection.scalars(query) for word in told.split()}

    def _sums(self, lumps: int, withheld: int) -> Sommes:
        """The sums of the lines; orphans apart."""
        names = ("demande", "paye_amo", "paye_amc", "reste", "trop")
        row: Any = EtatRow
        of_lang = row.langue == self.lang
        sums = [func.coalesce(func.sum(getattr(row, name)), 0) for name in names]
        told = self.connection.execute(select(*sums).where(of_lang, row.etat != ALONE)).one()
        made = Sommes(**dict(zip(names, map(int, told), strict=True)), forfaits=lumps, retenues=withheld)
        alone = select(func.coalesce(func.sum(row.paye_amo + row.paye_amc), 0))
        made.paye_orphelins = int(self.connection.scalar(alone.where(of_lang, row.etat == ALONE)) or 0)
        return made

    def _paid(self, lumps: Mapping[int, int]) -> dict[int, int]:
        row: Any = PaiementRow
        query = (
            select(row.virement, func.sum(row.amo + row.amc))
            .where(row.langue == self.lang, (row.amo != 0) | (row.amc != 0))
            .group_by(row.virement)
        )
        paid = Counter({rang: int(amount) for rang, amount in self.connection.execute(query)})
        for rang, amount in lumps.items():
            paid[rang] += amount
        return dict(paid)

    def _unused_arls(self, moteur: Moteur) -> list[Arl]:
        """The ARLs of no batch: those that were so, or are new, and that nothing read now uses."""
        was = set(self.avant.communs.arls) - set(self.head.arls)
        return [arl for arl in moteur.arls_orphelins if arl not in was]

    def _marks(self, seen: Iterable[tuple[Marque, int]], touched: _Touched) -> list[tuple[Marque, int]]:
        before = dict(self.suite.marques)
        (blank, times) = ([one for one, _ in seen], [count for _, count in seen])
        return [
            (one, count if cle(one.numero) in touched else before[one])
            for one, count in zip(without_texts(blank), times, strict=True)
        ]


def _touch(touched: _Touched, number: str, ps: str | None) -> None:
    of = touched.setdefault(number, set())
    if ps is None:
        touched[number] = None
    elif of is not None:
        of.add(ps)


def _merged(before: Refus, now: Refus) -> dict[str, dict[str, dt.date]]:
    """What was refused for the person, or is now; of both, the first day."""
    merged = {token: dict(groups) for token, groups in before.items()}
    for token, groups in now.items():
        known = merged.setdefault(token, {})
        for group, day in groups.items():
            known[group] = min(day, known.get(group, day))
    return merged


def _replaced(before: Refus, now: Refus, loaded: Collection[str]) -> dict[str, dict[str, dt.date]]:
    """What was refused for the person, that of groups that were followed again being what it is now."""
    followed = set(loaded)
    found: dict[str, dict[str, dt.date]] = defaultdict(dict)
    for told, mine in ((before, False), (now, True)):
        for token, groups in told.items():
            kept = {group: day for group, day in groups.items() if (group in followed) == mine}
            if kept:
                found[token].update(kept)
    return dict(found)
