"""A NOEMIE return explained to a provider, as a model: payments, rejects, what to do, what not to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import asdict

from cli.check.document import Trouve
from cli.decode import model
from cli.decode.actions import actions_of
from cli.io.rows import rows
from cli.words.decided import decided_on_answer
from cli.words.fields import is_sound, names_people
from cli.words.reason import Reason, reason_of
from cli.words.speech import language
from cli.words.texts import HIDDEN, crossed_out, printable
from codes import lists
from codes.action_texts import action_banner, action_text, open_part
from codes.actions import Action
from codes.rejects import Catalogue
from flatfile import Record
from noemie import (
    Acte,
    Dette,
    FactureRetour,
    MouvementOC,
    Part,
    Rejet,
    Retour,
    Virement,
)
from noemie.returns.explain import is_complementary, part_of
from noemie.suivi.reponse import OF_AN_ANSWER, Verdict, explain, verdict, without_cut_end

#: Actions of which a summary lists the invoices.
_LISTED: Final = frozenset(
    {Action.NE_PAS_RETRANSMETTRE.value, Action.ATTENDRE.value, Action.CORRIGER_RETRANSMETTRE.value}
)


class Decoder:
    """Turns one return into a model. `values` shows personal values; without `acts`, acts are left out.

    `catalogue` is that of the rejects, the shipped one by default.
    """

    def __init__(
        self, retour: Retour, *, values: bool, acts: bool = True, catalogue: Catalogue | None = None
    ) -> None:
        self.retour = without_cut_end(retour)
        self.values = values
        self.acts = acts
        self._catalogue = catalogue
        self._lists = lists.noemie()
        self._names_people = names_people(retour)

    def retour_decode(self, found: Trouve, **place: Any) -> model.Retour:
        """The whole return; `place` tells which one of which file, `found` what the checks said of it."""
        retour = self.retour
        factures = rows(model.Facture, map(self.facture, retour.factures))
        stray = [self.rejet(rejet) for rejet in retour.rejets_hors_facture]
        jour, emetteur = retour.jour, retour.emetteur.type
        return model.Retour(
            **place,
            reference=printable(retour.reference),
            date_creation=_iso(retour.date_creation),
            jour=model.Jour(jour.ordre, jour.douteux, jour.choix),
            emetteur=model.Emetteur(printable(emetteur), self.label("type_emetteur", emetteur)),
            virements=[self.virement(virement) for virement in retour.virements],
            factures=factures,
            mouvements=rows(model.Mouvement, map(self.mouvement, retour.mouvements)),
            forfaits=[model.Forfait(printable(some.code), some.montant) for some in retour.forfaits],
            dettes=[self.dette(dette) for dette in retour.dettes],
            rejets_hors_facture=stray,
            summary=self.summary(factures, stray),
            counts=msgspec.to_builtins(found.counts),
            omitted=found.omitted,
            findings=found.findings,
            notes=found.notes,
        )

    def label(self, name: str, code: str) -> str:
        """Label of a code of a NOEMIE list, empty when it is not there."""
        codes = self._lists.get(name)
        return codes.label(code, language()) if codes else ""

    # --- parts of the return ----------------------------------------------------------------------------

    def virement(self, virement: Virement) -> model.Virement:
        """A transfer."""
        return model.Virement(
            date=_iso(virement.date),
            montant=virement.montant,
            organisme_payeur=printable(virement.organisme_payeur),
            libelles=[self._free(libelle) for libelle in virement.libelles],
            factures=len(virement.factures),
            record=virement.record.number,
        )

    def facture(self, facture: FactureRetour) -> model.Facture:
        """An invoice: its state, its parts, its rejects, the one action."""
        sure = self.values or is_sound(facture.record)
        found = verdict(facture, self.retour, self._catalogue)
        chosen = found.decision.action
        return model.Facture(
            numero=printable(facture.numero) if sure else HIDDEN,
            lot=printable(facture.lot) if sure else "",
            date_lot=_iso(facture.date_lot) if sure else "",
            date_lot_douteuse=facture.date_lot_douteuse,
            date_facturation=_iso(facture.date_facturation) if sure else "",
            type_facture=printable(facture.type_facture),
            type_facture_label=self.label("type_facture", facture.type_facture),
            nature_assurance=printable(facture.nature_assurance),
            nature_assurance_label=self.label("nature_assurance_noemie", facture.nature_assurance),
            virement=_iso(facture.virement.date) if facture.virement else "",
            etat=found.etat.value,
            etat_label=found.etat.label(language()),
            action=chosen.value,
            **self._asked(facture, found),
            blocks_resend=chosen.blocks_resend,
            montant_demande=facture.montant_demande,
            montant_paye=facture.montant_paye,
            parts=[self.part(part, found) for part in facture.parts],
            actes=[self.acte(acte) for acte in facture.actes] if self.acts else [],
            rejets=[self.rejet(rejet, facture, found) for rejet in facture.rejets],
            commentaires=[self._personal(some.record, "commentaire") for some in facture.commentaires],
            record=facture.record.number,
            offset=facture.record.offset,
        )

    def _asked(self, facture: FactureRetour, found: Verdict) -> dict[str, str]:
        """What is asked, in capitals and in a sentence: of the open part alone when the other is paid."""
        chosen, scope = found.decision.action, found.scope
        alone = open_part(scope, found.paid)
        if not alone:
            insurer = is_complementary(facture, self.retour)
            return {
                "banner": chosen.banner(language(), complementary=insurer),
                "texte": chosen.title(language(), complementary=insurer),
                "part_seule": "",
            }
        return {
            "part_seule": alone,
            "banner": action_banner(chosen, scope, found.paid, language()),
            "texte": action_text(chosen, scope, found.paid, language()),
        }

    def part(self, part: Part, found: Verdict) -> model.Part:
        """A part: what was claimed, what was paid (signed cents), its state and its action."""
        situation = found.parts[part.nom].etat
        return model.Part(
            part=part.nom,
            etat=printable(part.etat),
            etat_label=self.label("etat_paiement", part.etat),
            situation=situation.value,
            situation_label=situation.label(language()),
            action=found.decision.parts.get(part.nom, Action.AUCUNE).value,
            demande=part.demande,
            paye=part.paye,
        )

    def acte(self, acte: Acte) -> model.Acte:
        """An act or service."""
        return model.Acte(
            nature_prestation=printable(acte.nature_prestation),
            date_soins=_iso(acte.date_soins),
            quantite=acte.quantite,
            base=acte.base,
            taux=acte.taux,
            montant_depense=acte.montant_depense,
            montant_rembourse=acte.montant_rembourse,
            montant_complementaire=acte.montant_complementaire,
        )

    def rejet(
        self, rejet: Rejet, facture: FactureRetour | None = None, found: Verdict | None = None
    ) -> model.Rejet:
        """A reject or notice, explained as its invoice was decided, with what it points at."""
        part = part_of(rejet, self.retour)
        return model.Rejet(
            **self._reason(rejet, facture, found).fields(),
            signalement=found is not None and found.is_notice(part),
            niveau=printable(rejet.niveau),
            niveau_label=self.label("niveau_rejet", rejet.niveau),
            part=printable(part),
            part_label=self.label("part_concernee", part),
            nature_prestation=printable(rejet.nature_prestation),
            date_soins=_iso(rejet.date_soins),
            ligne=rejet.ligne,
            information=self._personal(rejet.record, "information_complementaire"),
            record=rejet.record.number,
            offset=rejet.record.offset,
        )

    def _reason(self, rejet: Rejet, facture: FactureRetour | None, found: Verdict | None) -> Reason:
        reason = reason_of(
            explain(rejet, facture, self.retour, self._catalogue),
            values=self.values,
            names=self._names_people,
            emitter=self.retour.emetteur.type,
        )
        if found is None:
            return reason
        return decided_on_answer(reason, part_of(rejet, self.retour), found)

    def mouvement(self, mouvement: MouvementOC) -> model.Mouvement:
        """A contract movement of flow 929; who it is about is hidden."""
        known = mouvement.record
        return model.Mouvement(
            code_mouvement=printable(mouvement.code_mouvement),
            organisme_complementaire=printable(mouvement.organisme_complementaire),
            assure=self._personal(mouvement.assure, "nir"),
            beneficiaire=self._beneficiaire(mouvement.beneficiaire),
            libelle_mouvement=self.label("mouvement_contrat_oc", mouvement.code_mouvement),
            numero_adherent=self._personal(known, "numero_adherent") if known else "",
            contrats=[
                model.Contrat(
                    printable(contrat.type_contrat), _iso(contrat.date_debut), _iso(contrat.date_fin)
                )
                for contrat in mouvement.contrats
            ],
            codes_retour=[
                model.CodeRetour(code, self.label("retour_oc_929", code)) for code in mouvement.codes_retour
            ],
            rejets=[self.rejet(rejet) for rejet in mouvement.rejets],
        )

    def _beneficiaire(self, record: Record | None) -> model.Beneficiaire:
        """Whom a movement is about (120): as written, for a birth has no century; hidden unless asked for."""
        if record is None:
            return model.Beneficiaire()
        return model.Beneficiaire(
            date_naissance=self._personal(record, "date_naissance"),
            rang_naissance=printable(record.text("rang_naissance")),
            nom=self._personal(record, "nom_beneficiaire"),
            prenom=self._personal(record, "prenom_beneficiaire"),
        )

    def dette(self, dette: Dette) -> model.Dette:
        """A debt or withholding."""
        return model.Dette(
            date=_iso(dette.date_dette),
            reference=self._free(dette.reference),
            nature=printable(dette.nature),
            nature_label=self.label("nature_dette", dette.nature),
            recuperation=printable(dette.nature_recuperation),
            recuperation_label=self.label("nature_recuperation", dette.nature_recuperation),
            montant=dette.montant,
            solde=dette.solde,
        )

    def summary(self, factures: Sequence[model.Facture], stray: list[model.Rejet]) -> model.Resume:
        """Totals of the return, in cents, and the invoices by what must be done with them."""
        states = {state.value: 0 for state in OF_AN_ANSWER}
        sums = model.Sommes(
            paye=sum(some.montant for some in self.retour.forfaits),
            retenu=sum(dette.montant for dette in self.retour.dettes),
        )
        numbers: dict[str, list[str]] = {}
        for facture in factures:
            states[facture.etat] += 1
            sums.paye += facture.montant_paye
            sums.repris += min(facture.montant_paye, 0)
            sums.rejete += sum(part.demande for part in facture.parts if part.etat == "R")
            sums.differe += sum(part.demande for part in facture.parts if part.etat == "D")
            if facture.action in _LISTED:
                numbers.setdefault(facture.action, []).append(facture.numero)
        a_traiter, actions = actions_of(factures, stray)
        return model.Resume(
            factures=len(factures),
            etats=states,
            **asdict(sums),
            ne_pas_retransmettre=numbers.get(Action.NE_PAS_RETRANSMETTRE.value, []),
            attendre=numbers.get(Action.ATTENDRE.value, []),
            a_refaire=numbers.get(Action.CORRIGER_RETRANSMETTRE.value, []),
            a_traiter=a_traiter,
            actions=actions,
        )

    # --- what may be shown ------------------------------------------------------------------------------

    def _free(self, text: str) -> str:
        return printable(text if self.values else crossed_out(text, references=True))

    def _personal(self, record: Record, name: str) -> str:
        text = record.text(name)
        if not text.strip("0 "):
            return ""
        return printable(text) if self.values else HIDDEN


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""
