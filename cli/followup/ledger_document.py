"""The whole of a ledger as one document: that of `noemie reconcile`, with what only a ledger knows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TextIO

import msgspec

from cli.followup import model
from cli.followup.states import Teller
from cli.io.streamed import Streamed
from cli.words.speech import language
from cli.words.texts import crossed_out, printable
from noemie.ledger.followed import Registre
from noemie.ledger.states import iter_states
from noemie.ledger.wanted import Wanted
from noemie.ledger.who import Personne, Soins
from noemie.suivi.resultat import Ligne, Orpheline

if TYPE_CHECKING:
    from noemie.ledger import Ledger

__all__ = ["SCHEMA_VERSION", "FactureRegistre", "document_of", "named_lines", "write_document"]

SCHEMA_VERSION: Final = 2

#: Lines of which names are read at once.
_AT_ONCE: Final = 1000


class FactureRegistre(model.Ligne, frozen=True, kw_only=True):
    """A line, with what its sending tells besides: `patient` is the reference of the patient list."""

    date_envoi: str
    patient: str
    regime: str
    caisse: str
    centre: str
    nature_assurance: str


def document_of(
    registre: Registre,
    states: Collection[str] = (),
    wanted: Wanted | None = None,
    *,
    values: bool = False,
) -> dict[str, Any]:
    """Lines and orphans of these states (all when none is given) and `wanted`; sums and notes of the whole.

    `values` shows the numbers of professionals and the free texts of returns. Lines and orphans are made
    while they are walked, once.
    """
    suivi = registre.suivi
    teller = Teller(_number, registre.site)
    kept = None
    if wanted is not None:
        kept = {(one.fichier, one.record) for one in iter_states(registre) if wanted.keeps(one)}

    def keeps(one: Ligne | Orpheline) -> bool:
        return (not states or one.etat in states) and (kept is None or (one.fichier, one.record) in kept)

    lignes = filter(keeps, registre.lignes)
    orphelins = filter(keeps, suivi.orphelins)
    whole = msgspec.structs.replace(suivi, lignes=(), orphelins=())
    told: dict[str, Any] = msgspec.to_builtins(whole)
    told["schema_version"] = SCHEMA_VERSION
    told["lignes"] = (_shown(_ligne(registre, one, teller), one.numero_ps, values=values) for one in lignes)
    told["orphelins"] = (_shown(teller.orphelin(one), one.numero_ps, values=values) for one in orphelins)
    for virement in told["virements"]:
        virement["libelles"] = [_text(label, values=values) for label in virement["libelles"]]
        virement["payeur"] = printable(virement["payeur"])
    for retenue in told["retenues"]:
        retenue["reference"] = _text(retenue["reference"], values=values)
    return told


def named_lines(ledger: Ledger, lignes: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Lines with who their patients are (`personne`) and their care (`soins`)."""
    while some := list(islice(lignes, _AT_ONCE)):
        people = ledger.people({one["patient"] for one in some if one["patient"]})
        care = ledger.care([(one["fichier"], one["record"]) for one in some])
        for one in some:
            one["personne"] = msgspec.to_builtins(people.get(one["patient"], Personne()))
            one["soins"] = msgspec.to_builtins(care.get((one["fichier"], one["record"]), Soins()))
            yield one


def write_document(out: TextIO, told: Mapping[str, Any]) -> int:
    """Write the document, line after line; how many lines and orphans it has."""
    document = Streamed("ledger invoices", told["schema_version"])
    out.write(document.head)
    out.write(document.value("lang", language()))
    count = 0
    for name, value in told.items():
        if name in ("lignes", "orphelins"):
            out.write(document.rows(name))
            for one in value:
                out.write(document.row(one))
                count += 1
            out.write(document.rows_end())
        elif name != "schema_version":
            out.write(document.value(name, value))
    out.write(document.end())
    return count


def _ligne(registre: Registre, ligne: Ligne, teller: Teller) -> FactureRegistre:
    known, told = registre.envoye(ligne), teller.ligne(ligne)
    return FactureRegistre(
        **{name: getattr(told, name) for name in told.__struct_fields__},
        date_envoi=ligne.date_envoi.isoformat() if ligne.date_envoi else "",
        patient=known.patient,
        regime=known.regime,
        caisse=known.caisse,
        centre=known.centre,
        nature_assurance=known.nature_assurance,
    )


def _number(numero: str, _fichier: str, _record: int) -> str:
    return printable(numero)


def _shown(one: model.Ligne | model.Orphelin, numero_ps: str, *, values: bool) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(one)
    if values:
        told["numero_ps"] = printable(numero_ps)
    return told


def _text(text: str, *, values: bool) -> str:
    return printable(text if values else crossed_out(text, references=True))
