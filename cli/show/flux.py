"""What is in a B2 flow: plain data, then a tree for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from cli.show.records import details, line_of
from cli.words.fields import COMMON, Reader, is_sound
from cli.words.page import ERROR, QUIET, STRONG, Branch, Page, styled
from cli.words.speech import Lang, plural, speaker
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


def as_data(reading: Reading, reader: Reader, limit: int) -> dict[str, Any]:
    """The flow as data: its records 000 and 999, its batches, at most `limit` invoices (0: all)."""
    data: dict[str, Any] = {"lots": [], "hors_lot": [], "factures": 0, "omitted": 0}
    lot: dict[str, Any] | None = None
    for item in reading.items():
        if isinstance(item, Facture):
            data["factures"] += 1
            if lot is None:
                lot = _lot(None)
                data["lots"].append(lot)
            if limit and data["factures"] > limit:
                data["omitted"] += 1
                lot["omitted"] += 1
            else:
                lot["factures"].append(_facture(item, reader))
        elif item.type == "1":
            lot = _lot(reader.record(item))
            data["lots"].append(lot)
        elif item.type == "6" and lot is not None:
            lot["fin"] = reader.record(item, skip=COMMON)
            lot = None
        else:
            data["hors_lot"].append(reader.record(item))
    data["records"] = reading.count
    return data


def _lot(entete: dict[str, Any] | None) -> dict[str, Any]:
    return {"entete": entete, "factures": [], "fin": None, "omitted": 0}


def _facture(facture: Facture, reader: Reader) -> dict[str, Any]:
    actes = [_acte(acte, reader) for acte in facture.actes]
    data: dict[str, Any] = {
        **_identity(facture, reader),
        "record": facture.number,
        "entete": [],
        "actes": actes,
    }
    sure = reader.values or not any(acte["damaged"] for acte in actes)
    data["montant_depense"] = facture.montant_depense if sure else None
    data["montant_amo"] = facture.montant_amo if sure else None
    data["montant_amc"] = facture.montant_amc if sure else None
    data |= {"total": None, "autres": []}
    in_acts = {record.number for acte in facture.actes for record in acte.records}
    for record in facture.records:
        if record.number in in_acts:
            continue
        if record.type.startswith("2"):
            data["entete"].append(reader.record(record, skip=_OF_HEADER if record.type == "2" else COMMON))
        elif record.type == "5" and data["total"] is None:
            data["total"] = reader.record(record, skip=COMMON, zeros=True)
        else:
            data["autres"].append(reader.record(record, skip=COMMON))
    return data


def _identity(facture: Facture, reader: Reader) -> dict[str, Any]:
    """What names an invoice, from records that can be trusted."""
    telling = next((r for r in facture.records if "numero_facture" in r.layout and is_sound(r)), None)
    numero = facture.numero if reader.values else HIDDEN
    if telling is not None:
        numero = telling.text("numero_facture")
    data = {"numero": numero, "date_facturation": "", "nature_assurance": "", "nature_assurance_label": ""}
    header = facture.entete
    if header is not None and is_sound(header):
        field = header.layout.by_name["nature_assurance"]
        data["date_facturation"] = _iso(facture.date_facturation)
        data["nature_assurance"] = printable(facture.nature_assurance)
        data["nature_assurance_label"] = reader.meaning(field, header.raw[field.slice])
    return data


#: What the line of the header leaves out: how it is built, and what the invoice already tells.
_OF_HEADER: Final = frozenset({"type_enregistrement", "complement_type", "numero_ps"})


def _acte(acte: Acte, reader: Reader) -> dict[str, Any]:
    main = acte.principal
    damaged = not is_sound(main)
    data: dict[str, Any] = {"code": "", "code_label": "", "damaged": damaged}
    if not damaged:
        field = main.layout.by_name["code_acte"]
        data |= {
            "code": printable(acte.code),
            "code_label": reader.meaning(field, main.raw[field.slice]),
            "date": _iso(acte.date),
            "date_fin": _iso(acte.date_fin) if acte.is_hospital else "",
            "quantite": acte.quantite,
            "coefficient": None if acte.coefficient is None else str(acte.coefficient),
            "prix_unitaire": acte.prix_unitaire,
            "base_remboursement": acte.base_remboursement,
            "taux": acte.taux,
            "montant_depense": acte.montant_depense,
            "montant_amo": acte.montant_amo,
            "montant_amc": acte.montant_amc,
            "en_rapport_l115": acte.en_rapport_l115,
        }
    data["records"] = [
        reader.record(record, skip=_TOLD_OF_ACT if record is main and not damaged else COMMON)
        for record in acte.records
    ]
    return data


def _iso(date: dt.date | None) -> str:
    return date.isoformat() if date else ""


# --- text -----------------------------------------------------------------------------------------------


def print_tree(page: Page, data: dict[str, Any], lang: Lang) -> None:
    """The flow as a tree: file, batches, invoices, acts."""
    say = speaker(lang)
    first = next((record for record in data["hors_lot"] if record["type"] == "000"), None)
    label = styled((say("Fichier", "File"), STRONG))
    if first:
        label.append(" ").append_text(details(_ordered(first["fields"], _FILE), lang))
    else:
        label.append(say(" sans enregistrement 000", " without record 000"), ERROR)
    tree = Branch(label)
    for lot in data["lots"]:
        _add_lot(tree, lot, lang)
    for record in data["hors_lot"]:
        if record is not first:
            tree.add(line_of(record, lang, skip=_REPEATED if record["type"] == "999" else frozenset()))
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


def _ordered(fields: list[dict[str, Any]], first: tuple[str, ...]) -> list[dict[str, Any]]:
    """The fields named in `first`, then the others."""
    ranks = {name: rank for rank, name in enumerate(first)}
    return sorted(fields, key=lambda field: ranks.get(field["name"], len(first)))


def _add_lot(tree: Branch, lot: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    if lot["entete"] is None:
        label = styled(
            (say("Lot", "Batch"), STRONG), (say(" sans enregistrement 1", " without record 1"), ERROR)
        )
    elif lot["entete"].get("damaged"):
        label = line_of(lot["entete"], lang)
    else:
        number, rest = _split(lot["entete"]["fields"], "numero_lot")
        label = styled((say("Lot ", "Batch ") + (number or "?"), STRONG), " ")
        label.append_text(details(_ordered(rest, _BATCH), lang))
    branch = tree.add(label)
    for facture in lot["factures"]:
        _add_facture(branch, facture, lang)
    if lot["omitted"]:
        more = plural(
            lot["omitted"],
            say("autre facture", "more invoice"),
            say("autres factures", "more invoices"),
            lang,
        )
        branch.add(styled((more + say(" (--limit 0 pour toutes)", " (--limit 0 for all)"), QUIET)))
    if lot["fin"]:
        branch.add(line_of(lot["fin"], lang, skip=frozenset({"numero_lot"})))


def _split(fields: list[dict[str, Any]], name: str) -> tuple[str, list[dict[str, Any]]]:
    """Text of the field called `name`, and the other fields."""
    text = next((field["text"] for field in fields if field["name"] == name), "")
    return text, [field for field in fields if field["name"] != name]


def _add_facture(tree: Branch, facture: dict[str, Any], lang: Lang) -> None:
    say = speaker(lang)
    label = styled((say("Facture ", "Invoice ") + (facture["numero"] or "?"), STRONG))
    if facture["date_facturation"]:
        label.append(say(" du ", " of ") + _day(facture["date_facturation"], lang))
    nature = facture["nature_assurance_label"] or facture["nature_assurance"]
    if nature:
        label.append(f", {nature}")
    label.append(
        f"\n{say('dépense', 'billed')} {euros(facture['montant_depense'], lang)}"
        f", AMO {euros(facture['montant_amo'], lang)}, AMC {euros(facture['montant_amc'], lang)}"
    )
    branch = tree.add(label)
    for record in facture["entete"]:
        branch.add(line_of(record, lang, skip=_TOLD))
    for acte in facture["actes"]:
        _add_acte(branch, acte, lang)
    for record in facture["autres"]:
        branch.add(line_of(record, lang))
    if facture["total"]:
        branch.add(line_of(facture["total"], lang))


def _add_acte(tree: Branch, acte: dict[str, Any], lang: Lang) -> None:
    main, *complements = acte["records"]
    if acte["damaged"]:
        branch = tree.add(line_of(main, lang))
    else:
        label = styled((acte["code"] or "?", STRONG), " ", *_sentence(acte, lang))
        rest = details(main["fields"], lang)
        if rest:
            label.append("\n").append_text(rest)
        branch = tree.add(label)
    for record in complements:
        branch.add(line_of(record, lang))


def _sentence(acte: dict[str, Any], lang: Lang) -> Iterator[str]:
    say = speaker(lang)
    if acte["code_label"]:
        yield f"({acte['code_label']}) "
    if acte["date"]:
        yield say("du ", "of ") + _day(acte["date"], lang)
        if acte["date_fin"] and acte["date_fin"] != acte["date"]:
            yield say(" au ", " to ") + _day(acte["date_fin"], lang)
        yield ", "
    quantity = "?" if acte["quantite"] is None else acte["quantite"]
    yield f"{quantity} × {euros(acte['prix_unitaire'], lang)}"
    yield f", base {euros(acte['base_remboursement'], lang)}"
    if acte["taux"] is not None:
        yield say(f", taux {acte['taux']} %", f", rate {acte['taux']}%")
    yield f", {say('dépense', 'billed')} {euros(acte['montant_depense'], lang)}"
    yield f", AMO {euros(acte['montant_amo'], lang)}"
    if acte["montant_amc"]:
        yield f", AMC {euros(acte['montant_amc'], lang)}"
    if acte["en_rapport_l115"]:
        yield say(", en rapport avec L.115", ", in relation with L.115")


def _day(iso: str, lang: Lang) -> str:
    return day(dt.date.fromisoformat(iso), lang)
