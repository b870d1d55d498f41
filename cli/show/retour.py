"""What is in a NOEMIE return: plain data, then a tree for a person, by the levels of the file itself."""

from __future__ import annotations

from typing import Final

from msgspec.structs import asdict, replace

from cli.show import model
from cli.show.model import Head, RetourMontre, Run
from cli.show.records import details, line_of, more_invoices
from cli.words.fields import Reader, is_sound, names_people
from cli.words.page import ERROR, STRONG, Branch, Page, styled
from cli.words.shown import ShownRecord
from cli.words.speech import say
from flatfile import Record
from noemie.returns.facture import FACTURES
from noemie.returns.lecture import lectures
from noemie.returns.retour import Retour
from noemie.returns.tree import Noeud

#: How an entity is built, not what it says; signs go with their amounts.
_FRAME: Final = frozenset(
    {
        "type_enregistrement",
        "niveau_rupture",
        "delimiteur",
        "signe_montant_amo",
        "signe_montant_amc",
        "signe_montant_rembourse",
        "signe_montant_mouvement",
        "signe_cumul_montants",
        "longueur_enregistrement",
        "mot_de_passe",
    }
)

#: Entities whose amounts mean something when they are zero.
_WITH_ZEROS: Final = frozenset({"198", "199", "990"})

#: Free labels that may name a person.
_LABELS: Final = frozenset({"libelle_rejet"})

#: What 999 repeats of 000.
_REPEATED: Final = frozenset(
    {
        "type_emetteur",
        "numero_emetteur",
        "programme_emetteur",
        "type_destinataire",
        "numero_destinataire",
        "programme_destinataire",
        "application",
        "identification_fichier",
        "type_flux",
    }
)


def reader_of(retour: Retour, *, values: bool) -> Reader:
    """The reader of the entities of one return."""
    reader = Reader("noemie", values=values)
    reader.file_day = retour.date_creation
    if names_people(retour):
        reader.hidden = _LABELS
    read = list(lectures(retour))
    reader.unsure = {one.record.number: one.illisibles for one in read if one.illisibles}
    reader.chosen = {one.record.number: one.choisis for one in read if one.choisis}
    return reader


# --- data -----------------------------------------------------------------------------------------------


def as_data(retour: Retour, head: Head, reader: Reader, limit: int) -> RetourMontre:
    """The return: its tree, with at most `limit` invoices (0: all).

    Of a file that holds several, each is in `retours`.
    """
    maker = _Maker(reader, limit)
    runs = [maker.run(run) for run in retour.runs]
    shown = RetourMontre(
        **asdict(head),
        records=len(retour.entites),
        factures=maker.invoices,
        omitted=max(maker.invoices - limit, 0) if limit else 0,
    )
    return replace(shown, retours=runs) if len(runs) > 1 else replace(shown, **asdict(runs[0]))


class _Maker:
    def __init__(self, reader: Reader, limit: int) -> None:
        self._reader = reader
        self._limit = limit
        self.invoices = 0

    def run(self, retour: Retour) -> Run:
        """One 000...999."""
        return Run(
            debut=self.debut(retour) if retour.debut_lu else None,
            jour_douteux=retour.jour_douteux,
            arbre=self.node(retour.racine),
            fin=self.entity(retour.fin) if retour.fin else None,
        )

    def debut(self, retour: Retour) -> ShownRecord:
        """000, that says when nothing in the return decides on the order of its day."""
        assert retour.debut_lu is not None  # asked before
        shown = self.entity(retour.debut_lu)
        if not (retour.jour_douteux and retour.jour.choix == "emetteur"):
            return shown
        order = retour.jour.ordre
        note = say(f" (lu {order}, ordre douteux)", f" (read {order}, in doubt)")
        fields = [
            replace(one, text=one.text + note) if one.name == "date_creation" and not one.masked else one
            for one in shown.fields
        ]
        return replace(shown, fields=fields)

    def entity(self, record: Record) -> ShownRecord:
        zeros = record.type in _WITH_ZEROS and is_sound(record)
        return self._reader.record(record, skip=_FRAME, zeros=zeros)

    def node(self, noeud: Noeud) -> model.Noeud:
        entete = [self.entity(record) for record in noeud.entete]
        children: list[ShownRecord | model.Noeud] = []
        omitted = 0
        for child in noeud.enfants:
            if isinstance(child, Record):
                children.append(self.entity(child))
            elif self._skipped(child):
                omitted += 1
            else:
                children.append(self.node(child))
        return model.Noeud(
            niveau=noeud.niveau,
            entete=entete,
            enfants=children,
            omitted=omitted,
            fermeture=self.entity(noeud.fermeture) if noeud.fermeture is not None else None,
        )

    def _skipped(self, noeud: Noeud) -> bool:
        """Count the invoices of a node, and say whether they are beyond the limit."""
        own = sum(1 for record in noeud.entete if record.layout.name in FACTURES)
        self.invoices += own
        return bool(own and self._limit and self.invoices > self._limit)


# --- text -----------------------------------------------------------------------------------------------


def print_tree(page: Page, data: RetourMontre) -> None:
    """The return as a tree; several in one file, each as its own."""
    for rank, run in enumerate(data.retours or [_only(data)]):
        if rank:
            page.blank()
        _print_run(page, run)


def _only(data: RetourMontre) -> Run:
    """The return of a file that holds one."""
    return Run(
        debut=data.debut or None,
        jour_douteux=bool(data.jour_douteux),
        arbre=data.arbre or model.Noeud(niveau=-1, entete=[], enfants=[], omitted=0, fermeture=None),
        fin=data.fin or None,
    )


def _print_run(page: Page, run: Run) -> None:
    label = styled((say("Fichier", "File"), STRONG))
    if run.debut:
        label.append(" ").append_text(details(run.debut.fields))
    else:
        label.append(say(" sans entité 000", " without entity 000"), ERROR)
    tree = Branch(label)
    _add_children(tree, run.arbre)
    if run.fin:
        tree.add(line_of(run.fin, skip=_REPEATED))
    else:
        tree.add(styled((say("sans entité 999", "without entity 999"), ERROR)))
    page.tree(tree)


def _add_children(tree: Branch, node: model.Noeud) -> None:
    for child in node.enfants:
        if isinstance(child, ShownRecord):
            tree.add(line_of(child))
            continue
        first, *others = child.entete
        branch = tree.add(line_of(first))
        for record in others:
            branch.add(line_of(record))
        _add_children(branch, child)
    if node.omitted:
        tree.add(more_invoices(node.omitted))
    if node.fermeture:
        tree.add(line_of(node.fermeture))
