"""What is in a B2 flow: plain data, then a tree for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import asdict

from cli.show.model import ActeAbime, ActeMontre, FactureMontree, FluxMontre, Head, LotMontre
from cli.show.records import details, line_of, more_invoices
from cli.words.fields import COMMON, Reader, is_sound
from cli.words.page import ERROR, STRONG, Branch, Page, styled
from cli.words.shown import ShownField, ShownRecord
from cli.words.speech import say
from cli.words.texts import HIDDEN, day, euros, printable
from fse import Acte, Facture
from fse.reader import Reading

#: Header fields that the line of the invoice already tells.
_TOLD: Final = frozenset({"numero_facture", "nature_assurance", "date_facturation"})

#: Fields of a main line that its own sentence already tells.
_TOLD_OF_ACT: Final = COMMON | {
    "code_acte",
    "date_acte",
    "date_debut",
    "date_fin",
    "quantite",
    "coefficient",
    "denombrement",
    "prix_unitaire",
    "base_remboursement",
    "taux",
    "montant_amo",
    "montant_depense",
    "montant_amc",
}


# --- data -----------------------------------------------------------------------------------------------


def as_data(reading: Reading, head: Head, reader: Reader, limit: int) -> FluxMontre:
    """The flow: its records 000 and 999, its batches, at most `limit` invoices (0: all)."""
    lots: list[LotMontre] = []
    outside: list[ShownRecord] = []
    lot: LotMontre | None = None
    count = omitted = 0
    for item in reading.items():
        if isinstance(item, Facture):
            count += 1
            if lot is None:
                lot = LotMontre(entete=None)
                lots.append(lot)
            if limit and count > limit:
                omitted += 1
                lot.omitted += 1
            else:
                lot.factures.append(_facture(item, reader))
        elif item.type == "1":
            lot = LotMontre(entete=reader.record(item))
            lots.append(lot)
        elif item.type == "6" and lot is not None:
            lot.fin = reader.record(item, skip=COMMON)
            lot = None
        else:
            outside.append(reader.record(item))
    return FluxMontre(
        **asdict(head),
        lots=lots,
        hors_lot=outside,
        factures=count,
        omitted=omitted,
        records=reading.count,
    )


def _facture(facture: Facture, reader: Reader) -> FactureMontree:
    actes = [_acte(acte, reader) for acte in facture.actes]
    sure = reader.values or not any(acte.damaged for acte in actes)
    in_acts = {record.number for acte in facture.actes for record in acte.records}
    entete, others, total = [], [], None
    for record in facture.records:
        if record.number in in_acts:
            continue
        if record.type.startswith("2"):
            entete.append(reader.record(record, skip=_OF_HEADER if record.type == "2" else COMMON))
        elif record.type == "5" and total is None:
            total = reader.record(record, skip=COMMON, zeros=True)
        else:
            others.append(reader.record(record, skip=COMMON))
    header = facture.entete if facture.entete is not None and is_sound(facture.entete) else None
    nature = header.layout.by_name["nature_assurance"] if header is not None else None
    return FactureMontree(
        numero=_numero(facture, reader),
        date_facturation=_iso(facture.date_facturation) if header is not None else "",
        nature_assurance=printable(facture.nature_assurance) if header is not None else "",
        nature_assurance_label=reader.meaning(nature, header.raw[nature.slice])
        if header is not None and nature is not None
        else "",
        record=facture.number,
        entete=entete,
        actes=actes,
        montant_depense=facture.montant_depense if sure else None,
        montant_amo=facture.montant_amo if sure else None,
        montant_amc=facture.montant_amc if sure else None,
        total=total,
        autres=others,
    )


def _numero(facture: Facture, reader: Reader) -> str:
    """What names an invoice, from a record that can be trusted."""
    telling = next((r for r in facture.records if "numero_facture" in r.layout and is_sound(r)), None)
    if telling is not None:
        return telling.text("numero_facture")
    return facture.numero if reader.values else HIDDEN


#: What the line of the header leaves out: how it is built, and what the invoice already tells.
_OF_HEADER: Final = frozenset({"type_enregistrement", "complement_type", "numero_ps"})


def _acte(acte: Acte, reader: Reader) -> ActeMontre | ActeAbime:
    main = acte.principal
    damaged = not is_sound(main)
    records = [
        reader.record(record, skip=_TOLD_OF_ACT if record is main and not damaged else COMMON)
        for record in acte.records
    ]
    if damaged:
        return ActeAbime(code="", code_label="", damaged=True, records=records)
    field = main.layout.by_name["code_acte"]
    return ActeMontre(
        code=printable(acte.code),
        code_label=reader.meaning(field, main.raw[field.slice]),
        damaged=False,
        date=_iso(acte.date),
        date_fin=_iso(acte.date_fin) if acte.is_hospital else "",
        quantite=acte.quantite,
        coefficient=None if acte.coefficient is None else str(acte.coefficient),
        prix_unitaire=acte.prix_unitaire,
        base_remboursement=acte.base_remboursement,
        taux=acte.taux,
        montant_depense=acte.montant_depense,
        montant_amo=acte.montant_amo,
        montant_amc=acte.montant_amc,
        en_rapport_l115=acte.en_rapport_l115,
        records=records,
    )


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


# --- text -----------------------------------------------------------------------------------------------


def print_tree(page: Page, data: FluxMontre) -> None:
    """The flow as a tree: file, batches, invoices, acts."""
    first = next((record for record in data.hors_lot if record.type == "000"), None)
    label = styled((say("Fichier", "File"), STRONG))
    if first:
        label.append(" ").append_text(details(_ordered(first.fields, _FILE)))
    else:
        label.append(say(" sans enregistrement 000", " without record 000"), ERROR)
    tree = Branch(label)
    for lot in data.lots:
        _add_lot(tree, lot)
    for record in data.hors_lot:
        if record is not first:
            tree.add(line_of(record, skip=_REPEATED if record.type == "999" else frozenset()))
    page.tree(tree)


#: What 999 repeats of 000.
_REPEATED: Final = frozenset(
    {
        "type_emetteur",
        "numero_emetteur",
        "type_destinataire",
        "numero_destinataire",
        "application",
        "identification_fichier",
    }
)

#: Fields that come first on the line of the file, of a batch.
_FILE: Final = ("identification_fichier", "date_fichier")
_BATCH: Final = ("numero_lot", "date_lot", "numero_ps", "organisme_destinataire")


def _ordered(fields: Iterable[ShownField], first: tuple[str, ...]) -> list[ShownField]:
    """The fields named in `first`, then the others."""
    ranks = {name: rank for rank, name in enumerate(first)}
    return sorted(fields, key=lambda field: ranks.get(field.name, len(first)))


def _add_lot(tree: Branch, lot: LotMontre) -> None:
    if lot.entete is None:
        label = styled(
            (say("Lot", "Batch"), STRONG), (say(" sans enregistrement 1", " without record 1"), ERROR)
        )
    elif lot.entete.damaged:
        label = line_of(lot.entete)
    else:
        number, rest = _split(lot.entete.fields, "numero_lot")
        label = styled((say("Lot ", "Batch ") + (number or "?"), STRONG), " ")
        label.append_text(details(_ordered(rest, _BATCH)))
    branch = tree.add(label)
    for facture in lot.factures:
        _add_facture(branch, facture)
    if lot.omitted:
        branch.add(more_invoices(lot.omitted))
    if lot.fin:
        branch.add(line_of(lot.fin, skip=frozenset({"numero_lot"})))


def _split(fields: Iterable[ShownField], name: str) -> tuple[str, list[ShownField]]:
    """Text of the field called `name`, and the other fields."""
    text = next((field.text for field in fields if field.name == name), "")
    return text, [field for field in fields if field.name != name]


def _add_facture(tree: Branch, facture: FactureMontree) -> None:
    label = styled((say("Facture ", "Invoice ") + (facture.numero or "?"), STRONG))
    if facture.date_facturation:
        label.append(say(" du ", " of ") + _day(facture.date_facturation))
    nature = facture.nature_assurance_label or facture.nature_assurance
    if nature:
        label.append(f", {nature}")
    label.append(
        f"\n{say('dépense', 'billed')} {euros(facture.montant_depense)}"
        f", AMO {euros(facture.montant_amo)}, AMC {euros(facture.montant_amc)}"
    )
    branch = tree.add(label)
    for record in facture.entete:
        branch.add(line_of(record, skip=_TOLD))
    for acte in facture.actes:
        _add_acte(branch, acte)
    for record in facture.autres:
        branch.add(line_of(record))
    if facture.total:
        branch.add(line_of(facture.total))


def _add_acte(tree: Branch, acte: ActeMontre | ActeAbime) -> None:
    main, *complements = acte.records
    if isinstance(acte, ActeAbime):
        branch = tree.add(line_of(main))
    else:
        label = styled((acte.code or "?", STRONG), " ", *_sentence(acte))
        rest = details(main.fields)
        if rest:
            label.append("\n").append_text(rest)
        branch = tree.add(label)
    for record in complements:
        branch.add(line_of(record))


def _sentence(acte: ActeMontre) -> Iterator[str]:
    if acte.code_label:
        yield f"({acte.code_label}) "
    if acte.date:
        yield say("du ", "of ") + _day(acte.date)
        if acte.date_fin and acte.date_fin != acte.date:
            yield say(" au ", " to ") + _day(acte.date_fin)
        yield ", "
    quantity = "?" if acte.quantite is None else acte.quantite
    yield f"{quantity} × {euros(acte.prix_unitaire)}"
    yield f", base {euros(acte.base_remboursement)}"
    if acte.taux is not None:
        yield say(f", taux {acte.taux} %", f", rate {acte.taux}%")
    yield f", {say('dépense', 'billed')} {euros(acte.montant_depense)}"
    yield f", AMO {euros(acte.montant_amo)}"
    if acte.montant_amc:
        yield f", AMC {euros(acte.montant_amc)}"
    if acte.en_rapport_l115:
        yield say(", en rapport avec L.115", ", in relation with L.115")


def _day(iso: str) -> str:
    return day(dt.date.fromisoformat(iso))
