"""The cache of a ledger: what became of each sending, as the follow-up found it.

States and sums do not depend on the day of the question, so the lines are kept with what decides of those
that wait; actions and dates are computed when asked. The cache is of one state of the base: each transaction
that writes facts makes another (`perimer`), and the part that it changes is followed again
(`noemie.ledger.actualisation`); a cache that cannot be followed so is made again whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import (
    Connection,
    delete,
    func,
    insert,
    inspect,
    select,
)

from codes.actions import Lang
from codes.delais import load as load_delays
from noemie.ledger.additions import Additions, added_up
from noemie.ledger.base.inserting import insert_many
from noemie.ledger.demande import Demande
from noemie.ledger.facts import Faits
from noemie.ledger.followed import (
    Registre,
)
from noemie.ledger.schema import DetailRow, EtatRow, Fichier, MarqueRow, Nom, PaiementRow, Parametre
from noemie.ledger.tetes import (
    FichierGarde,
    Listes,
    OrphelineGardee,
    Partage,
    Rangee,
    Suite,
    Tete,
    decoder_of,
    rangee_de,
    rangee_seule,
    without_texts,
)
from noemie.suivi.resultat import Ligne, Orpheline, Suivi

__all__ = [
    "FIRST",
    "FROM",
    "Sceau",
    "additions_of",
    "files_of",
    "garder",
    "head_of",
    "insert_rows",
    "keep_whole",
    "listes_of",
    "next_of",
    "perimer",
    "rows_of",
    "sceau",
    "shared_of",
    "vider",
]

#: A smaller ledger is followed in less time than a cache takes to be written.
FROM: Final = 1_000

#: The version of what is kept.
_FORME: Final = 9

_TABLES: Final[tuple[Any, ...]] = (EtatRow.__table__, DetailRow.__table__, PaiementRow.__table__)
_GENERATION: Final = "generation"
_AT_ONCE: Final = 2_000
#: Delays on which states rest, whatever the day.
_DELAYS: Final = ("arl_suivi", "jour_corrige")

_ENCODER: Final = msgspec.msgpack.Encoder()

#: Keys of what is of the whole, before that of any line.
_WHOLE: Final = (b"\x00", b"\x01", b"\x02", b"\x03", b"\x04")
_TETE, _LISTES, _PARTAGE, _SUITE, _ADDITIONS = _WHOLE
#: The first key of a line.
FIRST: Final = b"\x10"


class Sceau(NamedTuple):
    """What tells one state of the base from another, and what a cache is for.

    - `etat`: the facts; `base`: the language, the catalogue, the delays, whether care can be opened.
    """

    etat: str
    base: str


def sceau(demande: Demande) -> Sceau:
    """The seals of this state of the base."""
    ask, site, on = demande.connection.scalar, demande.site, demande.on
    generation = ask(select(Parametre.valeur).where(Parametre.cle == _GENERATION)) or "0"
    counts = (
        ask(select(found)) or 0
        for found in (func.count(Fichier.id), func.count(Nom.nom), func.max(MarqueRow.id))
    )
    shipped = load_delays()
    delays = demande.delais or shipped
    rows = hashlib.sha256(repr(site.rows).encode()).hexdigest() if site else ""
    if delays is not shipped:
        rows += hashlib.sha256(repr(delays.rows).encode()).hexdigest()
    keyed = demande.keys is not None
    base = (_FORME, demande.lang, rows, keyed, [delays.value(name, on) for name in _DELAYS])
    return Sceau(repr((generation, *counts)), repr(base))


def perimer(connection: Connection) -> None:
    """Facts change: what was kept is of a state of the base that is no more."""
    table: Any = Parametre.__table__
    now = int(connection.scalar(select(Parametre.valeur).where(Parametre.cle == _GENERATION)) or 0)
    connection.execute(delete(table).where(Parametre.cle == _GENERATION))
    connection.execute(insert(table), [{"cle": _GENERATION, "valeur": str(now + 1)}])


def vider(connection: Connection) -> None:
    """Erase what is kept."""
    for table in _TABLES:
        table.create(connection, checkfirst=True)
        connection.execute(delete(table))


# --- writing ----------------------------------------------------------------------------------------------


def garder(connection: Connection, registre: Registre, seal: Sceau, lang: Lang) -> None:
    """Keep the lines of a register that was followed with `reprises`; what was kept before goes."""
    for table in _TABLES:
        table.create(connection, checkfirst=True)
    kept = {connection.scalar(select(some(DetailRow.langue))) for some in (func.min, func.max)}
    for table in _TABLES:
        gone = delete(table)
        # Whole tables are erased in a third of the time.
        connection.execute(gone if kept <= {lang, None} else gone.where(table.c.langue == lang))
    etude = registre.moteur.etude
    insert_rows(connection, rows_of(registre, registre.suivi.lignes, registre.suivi.orphelins, lang))
    suite = Suite(
        places=registre.faits.places,
        fichiers=files_of(connection, registre.faits),
        voulus=etude.voulus,
        arls_jours=registre.moteur.monde.arls,
        lots=registre.moteur.monde.lots,
        marques=etude.marques_vues,
    )
    keep_whole(connection, registre, registre.suivi, suite, seal, lang)


def rows_of(
    registre: Registre, lignes: Iterable[Ligne], orphelins: Iterable[Orpheline], lang: Lang
) -> Iterator[Rangee]:
    """The rows of lines and of orphans."""
    for ligne in lignes:
        yield rangee_de(registre, ligne, lang)
    by_place = {(one.orpheline.fichier, one.orpheline.record): one for one in registre.orphelines}
    for orpheline in orphelins:
        alone = by_place.get((orpheline.fichier, orpheline.record))
        heard = alone is not None and alone.orpheline == orpheline
        kept = OrphelineGardee(alone) if heard else OrphelineGardee(None, orpheline)
        yield rangee_seule(registre, kept, lang)


def insert_rows(connection: Connection, rows: Iterable[Rangee]) -> None:
    """Keep the rows of lines, of orphans and of their money."""
    waiting: tuple[list[dict[str, Any]], ...] = ([], [], [])
    for one in rows:
        waiting[0].append(one.etat)
        waiting[1].append(one.detail)
        waiting[2].extend(one.paiements)
        if len(waiting[0]) >= _AT_ONCE:
            _flush(connection, waiting)
    _flush(connection, waiting)


def _flush(connection: Connection, waiting: tuple[list[dict[str, Any]], ...]) -> None:
    for table, rows in zip(_TABLES, waiting, strict=True):
        insert_many(connection, table, rows)
        rows.clear()


def keep_whole(
    connection: Connection, registre: Registre, suivi: Suivi, suite: Suite, seal: Sceau, lang: Lang
) -> None:
    """Keep what is of the whole, in place of what was kept of it, once its lines are."""
    table, communs = _TABLES[1], registre.communs
    none: dict[str, Any] = {"forfaits": [], "retenues": [], "fichiers": [], "virements": []}
    marks = zip(without_texts([one for one, _ in suite.marques]), suite.marques, strict=True)
    suite = msgspec.structs.replace(suite, marques=[(one, times) for one, (_, times) in marks])
    kept = (
        Tete(
            etat=seal.etat,
            base=seal.base,
            suivi=msgspec.structs.replace(suivi, lignes=[], orphelins=[], **none),
            dernier=registre.dernier,
            arls=registre.orphan_arls,
            forfaits=bool(communs.forfaits),
        ),
        Listes(suivi.forfaits, suivi.retenues, suivi.fichiers, suivi.virements),
        Partage(
            msgspec.structs.replace(communs, marques=without_texts(communs.marques)), sorted(registre.void)
        ),
        suite,
        added_up(connection, lang),
    )
    connection.execute(delete(table).where(table.c.langue == lang, table.c.ordre < FIRST))
    rows = [
        {"langue": lang, "ordre": key, "groupe": "", "facture": b"", "donnees": _ENCODER.encode(one)}
        for key, one in zip(_WHOLE, kept, strict=True)
    ]
    connection.execute(insert(table), rows)


def files_of(connection: Connection, faits: Faits) -> dict[int, FichierGarde]:
    """The files of this state of the base."""
    rows = connection.execute(select(Fichier.id, Fichier.lecture, Fichier.purge_le))
    return {row.id: FichierGarde(faits.noms.get(row.id, ()), row.lecture, row.purge_le) for row in rows}


# --- reading ----------------------------------------------------------------------------------------------


def head_of(connection: Connection, lang: Lang) -> Tete | None:
    """What is kept of the whole, of whatever state; `None` when nothing is, or another version kept it."""
    if not inspect(connection).has_table(DetailRow.__tablename__):
        return None
    told = _whole(connection, lang, _TETE)
    try:
        return None if told is None else decoder_of(Tete).decode(told)
    except msgspec.MsgspecError:
        return None


def listes_of(connection: Connection, lang: Lang) -> Listes:
    """The lists of the whole."""
    found: Listes = decoder_of(Listes).decode(_whole(connection, lang, _LISTES) or b"")
    return found


def shared_of(connection: Connection, lang: Lang) -> Partage:
    """The facts that all share, as they are kept."""
    found: Partage = decoder_of(Partage).decode(_whole(connection, lang, _PARTAGE) or b"")
    return found


def next_of(connection: Connection, lang: Lang) -> Suite:
    """What is kept to follow a change."""
    found: Suite = decoder_of(Suite).decode(_whole(connection, lang, _SUITE) or b"")
    return found


def additions_of(connection: Connection, lang: Lang) -> Additions:
    """What lines add up to."""
    found: Additions = decoder_of(Additions).decode(_whole(connection, lang, _ADDITIONS) or b"")
    return found


def _whole(connection: Connection, lang: Lang, key: bytes) -> bytes | None:
    return connection.scalar(
        select(DetailRow.donnees).where(DetailRow.langue == lang, DetailRow.ordre == key)
    )
