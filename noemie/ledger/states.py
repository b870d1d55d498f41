"""What became of each invoice, what to do about it, who the patients are: lines in lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, select

from codes.actions import Action
from codes.decide import Refus
from codes.decide import explain as explain_refus
from codes.rejects import Catalogue, Explanation
from codes.states import Etat
from noemie.ledger.filters import Filtre, Origine, origine_of
from noemie.ledger.followed import NO_ONE, Alone, Registre, last_answer
from noemie.ledger.identity import KeyRing
from noemie.ledger.schema import PatientRow
from noemie.ledger.values import InvoiceState, Patient, Resends
from noemie.suivi.resultat import Ligne, RejetSuivi

#: States in which an answer is awaited.
AWAITED: Final = frozenset(
    {
        Etat.DIFFEREE,
        Etat.PART_AMC_ATTENDUE,
        Etat.PART_AMO_ATTENDUE,
        Etat.ARL_NEGATIF,
        Etat.ARL_ATTENDU,
        Etat.REPONSE_ATTENDUE,
    }
)

#: What `to-resend` tells to send again.
RESENT: Final = frozenset({Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER})

#: States in which what was refused or deferred must not be sent again, when the action says so.
_HELD: Final = frozenset({Etat.DIFFEREE, Etat.REJETEE, Etat.PAYEE_EN_PARTIE})

#: States of lines that `to-resend` shows whether or not there is something to do.
_SHOWN: Final = frozenset({*_HELD, Etat.REMPLACEE, Etat.ARL_NEGATIF})


def explain(rejet: RejetSuivi, site: Catalogue | None) -> Explanation:
    """What the catalogue knows of a reject; a row of the site wins."""
    one = Refus(rejet.code, rejet.libelle, rejet.niveau, rejet.part, rejet.jour, rejet.emetteur)
    return explain_refus(one, site)


def motive_of(explanation: Explanation) -> str:
    """The motive of a reject; the last one, `autre`, when nothing tells."""
    found = explanation.motive
    return found.motive if found else "autre"


def motives_of(rejets: Iterable[RejetSuivi], site: Catalogue | None) -> tuple[str, ...]:
    """The motives of rejects, each once."""
    return tuple(dict.fromkeys([motive_of(explain(rejet, site)) for rejet in rejets]))


def origine_of_line(registre: Registre, ligne: Ligne) -> Origine:
    """Who owes a line: what its sending says, and who answered it, if anybody."""
    emitter = payer = ""
    if found := registre.mouvements(ligne):
        emitter = registre.communs.runs[found[-1].run].emetteur
        payer = registre.payer(found[-1])
    return origine_of(registre.envoye(ligne), emitter, payer)


def origine_of_alone(registre: Registre, alone: Alone) -> Origine:
    """Who speaks of an invoice that was not sent."""
    return origine_of(None, alone.emetteur, alone.organisme_payeur)


def state_of_line(registre: Registre, ligne: Ligne) -> InvoiceState:
    """A sending, as the list of invoices shows it."""
    known, amo, amc = registre.envoye(ligne), ligne.parts["AMO"], ligne.parts["AMC"]
    return InvoiceState(
        etat=ligne.etat,
        certitude=ligne.certitude,
        numero=ligne.numero,
        lot=ligne.lot,
        numero_ps=ligne.numero_ps,
        patient=known.patient,
        regime=known.regime,
        caisse=known.caisse,
        centre=known.centre,
        nature_assurance=known.nature_assurance,
        date_lot=ligne.date_lot,
        date_facturation=ligne.date_facturation,
        depuis=ligne.depuis,
        repondu_le=last_answer(ligne),
        demande=ligne.demande,
        paye=ligne.paye,
        reste=ligne.reste,
        trop=ligne.trop,
        amo_demande=amo.demande,
        amo_paye=amo.paye,
        amo_reste=amo.reste,
        amo_trop=amo.trop,
        amc_demande=amc.demande,
        amc_paye=amc.paye,
        amc_reste=amc.reste,
        amc_trop=amc.trop,
        ecart=ligne.reste - ligne.trop,
        ecarts=ligne.ecarts,
        jours=ligne.jours,
        action=ligne.action,
        bandeau=ligne.banner,
        texte=ligne.texte,
        motifs=motives_of([rejet for rejet in ligne.rejets if not rejet.historique], registre.site),
        notes=tuple([note.value for note in ligne.notes]),
        ambigu=ligne.ambigu,
        raison="",
        doublon_de=ligne.doublon_de.fichier if ligne.doublon_de else "",
        fichier=ligne.fichier,
        record=ligne.record,
    )


_PARTS_OF_NOTHING: Final = {
    f"{part}_{field}": 0 for part in ("amo", "amc") for field in ("demande", "paye", "reste", "trop")
}


def state_of_alone(registre: Registre, alone: Alone) -> InvoiceState:
    """An answer to nothing that was sent, as the list of invoices shows it."""
    one, origine = alone.orpheline, origine_of_alone(registre, alone)
    claimed = alone.demande or 0
    return InvoiceState(
        etat=one.etat,
        certitude=None,
        numero=one.numero,
        lot=one.lot,
        numero_ps=one.numero_ps,
        patient=alone.patient,
        regime=origine.regime,
        caisse=origine.caisse,
        centre="",
        nature_assurance=alone.nature_assurance,
        date_lot=one.date_lot,
        date_facturation=one.date_facturation,
        depuis=None,
        repondu_le=last_answer(one),
        demande=0,
        paye=one.paye,
        reste=0,
        trop=0,
        **_PARTS_OF_NOTHING | {"amo_paye": one.amo_paye, "amc_paye": one.amc_paye},
        ecart=claimed - one.paye if alone.demande is not None else 0,
        ecarts=(),
        jours=None,
        action=one.action,
        bandeau=one.banner,
        texte=one.action.title(registre.lang),
        motifs=motives_of(one.rejets, registre.site),
        notes=tuple(note.value for note in one.notes),
        ambigu=False,
        raison=one.raison.value,
        doublon_de="",
        fichier=one.fichier,
        record=one.record,
    )


def state_of(registre: Registre, one: Ligne | Alone) -> InvoiceState:
    """A sending, or an answer to none, as the list shows it."""
    return state_of_alone(registre, one) if isinstance(one, Alone) else state_of_line(registre, one)


def iter_states(registre: Registre, numero: str = "") -> Iterator[InvoiceState]:
    """Every sending, and the answers to none, in no order that means anything; those of a number alone."""
    kept = registre.factures(numero)
    if kept is not None:
        yield from kept
        return
    for ligne in registre.lignes:
        yield state_of_line(registre, ligne)
    for alone in registre.orphelines:
        yield state_of_alone(registre, alone)


def states(registre: Registre, numero: str = "") -> list[InvoiceState]:
    """The same, in order."""
    kept = registre.factures(numero)
    return sorted(iter_states(registre), key=state_order) if kept is None else list(kept)


def state_order(state: InvoiceState) -> tuple[object, ...]:
    """By day of sending or of answer, then number: an order that depends on the facts alone."""
    day = state.depuis or state.repondu_le
    number = state.numero.zfill(9)
    return (str(day or "9999"), number, state.numero_ps, state.lot, state.fichier, state.record)


def unanswered(registre: Registre, days: int) -> list[InvoiceState]:
    """Invoices of which an answer, a part or an ARL is awaited since `days` or more; oldest first."""
    found = (state_of_line(registre, ligne) for ligne in registre.choisir(AWAITED) if ligne.etat in AWAITED)
    return sorted((one for one in found if one.jours is None or one.jours >= days), key=state_order)


# --- what to send again -----------------------------------------------------------------------------------


def resends(registre: Registre, filtre: Filtre) -> Resends:
    """What to do about what is not paid; the period bears on the day of the last answer or of the sending."""
    lists: dict[str, list[InvoiceState]] = {name: [] for name in Resends.__slots__}
    for name, one in _open(registre, filtre):
        lists[name].append(state_of(registre, one))
    return Resends(**{name: tuple(sorted(found, key=state_order)) for name, found in lists.items()})


def resend_counts(registre: Registre, filtre: Filtre) -> Counter[str]:
    """How many each of these lists holds, by its name."""
    return Counter(name for name, _ in _open(registre, filtre))


def _open(registre: Registre, filtre: Filtre) -> Iterator[tuple[str, Ligne | Alone]]:
    """What is not paid, each with the list that it stands in."""
    for ligne in registre.choisir(_SHOWN, a_voir=True):
        name = _list_of(ligne)
        if name and filtre.day(last_answer(ligne) or ligne.depuis):
            known = registre.envoye(ligne)
            if filtre.payer(origine_of_line(registre, ligne)) and filtre.insured(
                known.patient, known.nature_assurance
            ):
                yield name, ligne
    for alone in registre.orphelines:
        told = alone.orpheline
        wanted = filtre.day(last_answer(told)) and filtre.payer(origine_of_alone(registre, alone))
        if wanted and filtre.insured(alone.patient, alone.nature_assurance) and told.rejets:
            yield ("ne_pas_renvoyer" if told.action.blocks_resend else "autre_action"), alone


def _list_of(ligne: Ligne) -> str:
    """The list that a line stands in, empty for none: what is settled, awaited or history."""
    if ligne.etat is Etat.REMPLACEE:
        return "deja_renvoyees"
    if ligne.etat.historique:
        return ""
    if ligne.action in RESENT:
        return "a_renvoyer"
    if ligne.action.blocks_resend:
        return "ne_pas_renvoyer" if ligne.etat in _HELD else ""
    return "autre_action" if ligne.liste == "a_faire" and ligne.etat not in AWAITED else ""


# --- patients ---------------------------------------------------------------------------------------------


def patients(connection: Connection, registre: Registre, keys: KeyRing | None) -> list[Patient]:
    """The patients, by reference; `keys` to show who they are, when the ledger keeps it."""
    sums = registre.patients()
    rows = select(PatientRow.jeton, PatientRow.masque_nir, PatientRow.masque_nom, PatientRow.donnees)
    found = []
    for jeton, nir, nom, donnees in connection.execute(rows.order_by(PatientRow.jeton)):
        one = sums.get(jeton, NO_ONE)
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
                premier=one.premier,
                dernier=one.dernier,
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
