"""What became of each invoice, what to do about it, who the patients are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, select

from codes.actions import Action
from codes.rejects import combine
from noemie.ledger.filters import Filtre, origine_of
from noemie.ledger.identity import KeyRing
from noemie.ledger.matching import Bucket, file_names, iter_buckets
from noemie.ledger.schema import Envoi, PatientRow, Reponse
from noemie.ledger.values import InvoiceState, Patient, Resends
from noemie.suivi.reconcile import Etat, Ligne, Nature, Orphelin, RejetRecu, Returned, cle

#: An invoice of the same number that comes later than this is another one.
SAME_NUMBER_DAYS: Final = 365

#: States about which something may have to be done.
_UNPAID: Final = frozenset({Etat.REJETE, Etat.PARTIEL, Etat.DIFFERE, Etat.ARL_NEGATIF, Etat.DOUBLON})
_SILENT: Final = frozenset({Etat.SANS_REPONSE, Etat.ARL_ATTENDU})


def answered_on(returned: Returned) -> dt.date | None:
    """The day of an answer: of its transfer, else of its file."""
    return returned.date_paiement or returned.date_fichier


def motives_of(rejets: Iterable[RejetRecu]) -> tuple[str, ...]:
    """The motives of rejects, each once; the last one, `autre`, when nothing tells."""
    found = (rejet.explain().motive for rejet in rejets)
    return tuple(dict.fromkeys(motive.motive if motive else "autre" for motive in found))


def action_of_answers(answers: Iterable[Returned]) -> Action:
    """What answers ask for by themselves, without the sent invoice; as cautious as `noemie.action`."""
    told = list(answers)
    rejets = [rejet for one in told for rejet in one.rejets]
    parts = [part for one in told for part in (one.amo, one.amc) if part]
    waits = any(part.etat == "D" for part in (told[-1].amo, told[-1].amc) if part)
    if not rejets:
        if waits:
            return Action.ATTENDRE
        refused = any(part.etat == "R" for part in parts)
        return Action.AUCUNE if any(part.paye for part in parts) and not refused else Action.INCONNUE
    chosen = combine([rejet.explain() for rejet in rejets], [rejet.niveau for rejet in rejets])
    if waits:
        return min(chosen, Action.ATTENDRE, key=lambda action: action.caution)
    amo_paid = any(one.amo and one.amo.paye for one in told)
    return Action.INCONNUE if chosen.asks_resend and amo_paid else chosen


class Teller:
    """Words one bucket as invoice states; `names` are those of the files."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def sent(self, bucket: Bucket, ligne: Ligne) -> InvoiceState:
        """The state of a sent invoice."""
        sent, known = ligne.sent, bucket.envoi(ligne.sent)
        return InvoiceState(
            etat=ligne.etat,
            numero=sent.numero,
            lot=sent.lot,
            numero_ps=sent.numero_ps,
            patient=known.patient,
            regime=known.regime,
            caisse=known.caisse,
            centre=known.centre,
            nature_assurance=known.nature_assurance,
            date_lot=sent.date_lot,
            date_facturation=sent.date_facturation,
            depuis=sent.depuis,
            repondu_le=max(filter(None, map(answered_on, ligne.retours)), default=None),
            demande=sent.demande,
            paye=ligne.paye,
            ecart=ligne.ecart,
            ecarts=ligne.ecarts,
            jours=ligne.jours,
            action=ligne.action,
            motifs=motives_of(ligne.rejets),
            ambigu=ligne.ambigu,
            raison="",
            doublon_de=self._names.get(ligne.doublon_de.fichier, "") if ligne.doublon_de else "",
            fichier=self._names.get(sent.fichier, ""),
        )

    def orphan(self, bucket: Bucket, group: list[Orphelin]) -> InvoiceState:
        """What returns say of an invoice that the ledger does not hold; answers in order of time."""
        answers = [one.retour for one in group]
        last = answers[-1]
        known = bucket.reponse(last)
        origine = origine_of(None, known.emetteur, known.organisme_payeur)
        parts = [part for part in (last.amo, last.amc) if part and part.demande is not None]
        claimed = sum(part.demande or 0 for part in parts)
        paid = sum(one.paye for one in answers)
        return InvoiceState(
            etat=Etat.ORPHELIN,
            numero=last.numero,
            lot=last.lot,
            numero_ps=last.numeros_ps[-1] if last.numeros_ps else "",
            patient=known.patient,
            regime=origine.regime,
            caisse=origine.caisse,
            centre="",
            nature_assurance=known.nature_assurance,
            date_lot=last.date_lot,
            date_facturation=last.date_facturation,
            depuis=None,
            repondu_le=max(filter(None, map(answered_on, answers)), default=None),
            demande=claimed,
            paye=paid,
            ecart=claimed - paid if parts else 0,
            ecarts=(),
            jours=None,
            action=action_of_answers(answers),
            motifs=motives_of(rejet for one in answers for rejet in one.rejets),
            ambigu=False,
            raison=group[-1].raison.value,
            doublon_de="",
            fichier=self._names.get(last.fichier, ""),
        )


def orphan_groups(orphelins: Iterable[Orphelin]) -> Iterator[list[Orphelin]]:
    """Answers to no sent invoice, those to the same one together, in order of time."""
    groups: dict[tuple[object, ...], list[Orphelin]] = {}
    for one in sorted(orphelins, key=lambda orphan: orphan.retour.ordre):
        told = one.retour
        key = (cle(told.numero), cle(told.lot), told.date_lot, told.date_facturation, told.numeros_ps)
        groups.setdefault(key, []).append(one)
    yield from groups.values()


def iter_states(connection: Connection, on: dt.date | None = None) -> Iterator[InvoiceState]:
    """Every sent invoice, then the answers to none, slice by slice."""
    teller = Teller(file_names(connection))
    for bucket in iter_buckets(connection, None, on):
        for ligne in bucket.lignes:
            yield teller.sent(bucket, ligne)
        for group in orphan_groups(bucket.orphelins):
            yield teller.orphan(bucket, group)


def state_order(state: InvoiceState) -> tuple[object, ...]:
    """By day of sending or of answer, then number: an order that depends on the facts alone."""
    day = state.depuis or state.repondu_le or dt.date.min
    return (day, state.numero, state.numero_ps, state.lot, state.etat, state.fichier)


def unanswered(connection: Connection, on: dt.date | None, days: int) -> list[InvoiceState]:
    """Invoices without any answer, or any ARL when they are followed, since `days` or more; oldest first."""
    found = (
        state
        for state in iter_states(connection, on)
        if state.etat in _SILENT and (days <= 0 if state.jours is None else state.jours >= days)
    )
    return sorted(found, key=state_order)


# --- what to send again -----------------------------------------------------------------------------------


def resends(connection: Connection, filtre: Filtre, on: dt.date | None) -> Resends:
    """What to do about what is not paid; the period bears on the day of the last answer or of the sending."""
    teller = Teller(file_names(connection))
    lists: dict[str, list[InvoiceState]] = {name: [] for name in Resends.__slots__}
    for bucket in iter_buckets(connection, None, on):
        sent_again = _sent_again(bucket)
        for ligne in bucket.lignes:
            known = bucket.envoi(ligne.sent)
            if ligne.etat not in _UNPAID or _only_awaited(ligne):
                continue
            origine = origine_of(known, "")
            last = max(filter(None, map(answered_on, ligne.retours)), default=ligne.sent.depuis)
            if filtre.day(last) and filtre.payer(origine) and filtre.insured(known, None):
                state = teller.sent(bucket, ligne)
                lists[_list_of(state.action, again=id(ligne) in sent_again)].append(state)
        for group in orphan_groups(bucket.orphelins):
            state = teller.orphan(bucket, group)
            told = bucket.reponse(group[-1].retour)
            origine = origine_of(None, told.emetteur, told.organisme_payeur)
            asked = filtre.day(state.repondu_le) and filtre.payer(origine) and filtre.insured(None, told)
            if asked and state.action is not Action.AUCUNE and _refused(group):
                lists[_list_of(state.action, again=False)].append(state)
    return Resends(**{name: tuple(sorted(found, key=state_order)) for name, found in lists.items()})


def _list_of(action: Action, *, again: bool) -> str:
    if action.blocks_resend:
        return "ne_pas_renvoyer"
    if action.asks_resend:
        return "deja_renvoyees" if again else "a_renvoyer"
    return "autre_action"


def _only_awaited(ligne: Ligne) -> bool:
    """Whether nothing was refused: what is missing was not processed yet."""
    return not ligne.rejets and ligne.etat is Etat.PARTIEL and _all_not_processed(ligne)


def _all_not_processed(ligne: Ligne) -> bool:
    return all(ecart.nature is Nature.NON_TRAITE for ecart in ligne.ecarts)


def _refused(group: list[Orphelin]) -> bool:
    last = group[-1].retour
    parts = [part for part in (last.amo, last.amc) if part]
    return any(part.etat in ("R", "D") for part in parts) or any(one.retour.rejets for one in group)


def _sent_again(bucket: Bucket) -> set[int]:
    """By `id`, the invoices of which a later flow holds the number again, for the same patient."""
    groups: dict[tuple[str, str, str], list[Ligne]] = {}
    for ligne in bucket.lignes:
        sent = ligne.sent
        key = (cle(sent.numero), cle(sent.numero_ps), bucket.envoi(sent).patient)
        groups.setdefault(key, []).append(ligne)
    return {
        id(ligne)
        for group in groups.values()
        if len(group) > 1
        for ligne in group
        if any(_replaces(other, ligne) for other in group)
    }


def _replaces(other: Ligne, ligne: Ligne) -> bool:
    if other is ligne or ligne.doublon_de is other.sent:
        return False
    if other.doublon_de is ligne.sent:
        return True
    first, second = ligne.sent.depuis, other.sent.depuis
    return bool(first and second and 0 < (second - first).days <= SAME_NUMBER_DAYS)


# --- patients ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sums:
    factures: int = 0
    demande: int = 0
    paye: int = 0
    days: list[dt.date] = field(default_factory=list)

    def add(self, state: InvoiceState) -> None:
        self.factures += 1
        self.demande += state.demande
        self.paye += state.paye
        day = state.date_facturation or state.depuis or state.repondu_le
        if day:
            self.days = [min([day, *self.days]), max([day, *self.days])]


def patients(connection: Connection, keys: KeyRing | None) -> list[Patient]:
    """The patients, by reference; `keys` to show who they are, when the ledger keeps it."""
    sums: dict[str, _Sums] = {}
    for state in iter_states(connection):
        if state.patient and state.etat is not Etat.DOUBLON:
            sums.setdefault(state.patient, _Sums()).add(state)
    rows = select(PatientRow.jeton, PatientRow.masque_nir, PatientRow.masque_nom, PatientRow.donnees)
    found = []
    for jeton, nir, nom, donnees in connection.execute(rows.order_by(PatientRow.jeton)):
        one = sums.get(jeton, _Sums())
        identite = keys.reveal(donnees, jeton) if keys else None
        shown = {}
        if identite:
            named = identite.nom or identite.prenom
            shown = {
                "nir": identite.nir + identite.cle_nir,
                "nom": identite.nom if named else identite.nom_assure,
                "prenom": identite.prenom if named else identite.prenom_assure,
                "naissance": identite.naissance,
            }
        found.append(
            Patient(
                reference=jeton,
                nir_masque=nir,
                nom_masque=nom,
                factures=one.factures,
                demande=one.demande,
                paye=one.paye,
                premier=one.days[0] if one.days else None,
                dernier=one.days[-1] if one.days else None,
                **shown,
            )
        )
    return found


def tokens_of(connection: Connection, *, insured: str = "", reference: str = "") -> frozenset[str]:
    """Tokens of the patients of one insured person, or whose reference starts so."""
    query = select(PatientRow.jeton)
    if insured:
        query = query.where(PatientRow.assure == insured)
    else:
        query = query.where(PatientRow.jeton.startswith(reference, autoescape=True))
    return frozenset(connection.scalars(query))


def keys_of_patients(connection: Connection, tokens: Collection[str]) -> set[str]:
    """Numbers of the invoices of these patients."""
    wanted = sorted(tokens)
    found: set[str] = set()
    for table in (Envoi, Reponse):
        found.update(connection.scalars(select(table.cle).where(table.patient.in_(wanted)).distinct()))
    return found
