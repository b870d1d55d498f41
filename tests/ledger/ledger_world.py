"""Small flows, returns and ARLs for the tests of the ledger, and its canonical dump. Fictitious people."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from fixtures.caisse import Caisse, Reponse
from flatfile import Value
from fse import FluxWriter
from noemie import RetourWriter
from noemie.ledger import Ledger
from noemie.ledger.engine import reading
from noemie.ledger.schema import TABLES
from noemie.returns.arl import write_arls

KEY = bytes(range(32))
DAY = dt.date(2026, 3, 2)
PS, OTHER_PS = "991068040", "990781056"

#: Régime, caisse, centre, and the number of the centre that answers.
GENERAL = ("01", "421", "0000")
SMG = ("08", "835", "0300")

File = tuple[str, bytes]


@dataclass(frozen=True)
class Inv:
    """One invoice: what each line claims from AMO and AMC in cents, for which patient."""

    numero: int
    lignes: tuple[tuple[int, int], ...] = ((1750, 750),)
    patient: int = 1
    code: str = "C"
    destinataire: str = "15"
    routing: tuple[str, str, str] = GENERAL
    nature: str = "10"
    date: dt.date = DAY


def nir(patient: int) -> tuple[str, str]:
    """A NIR of nobody, and its key."""
    digits = f"18001999{patient:05d}"
    return digits, f"{97 - int(digits) % 97:02d}"


def flow(
    *invoices: Inv,
    lot: str = "001",
    ps: str = PS,
    date: dt.date = DAY,
    code: str = "000001",
    destination: tuple[str, str] = ("CT", "00000001016421"),
    organisme: str = "421",
) -> bytes:
    """A flow of one batch."""
    file = io.BytesIO()
    with FluxWriter(
        file,
        "PS-2003C",
        type_emetteur="TP",
        numero_emetteur=f"00000{ps}",
        type_destinataire=destination[0],
        numero_destinataire=destination[1],
        application="TR",
        identification_fichier=code,
        date_fichier=date,
    ) as writer:
        writer.open_lot(
            numero_ps=ps,
            organisme_destinataire=organisme,
            numero_lot=lot,
            nom_ps="CABINET FICTIF",
            date_lot=date,
        )
        for invoice in invoices:
            writer.write_facture(_entete(invoice), [("4", line) for line in _lines(invoice, ps)])
        writer.close_lot()
    return file.getvalue()


def _entete(invoice: Inv) -> dict[str, Value]:
    digits, key = nir(invoice.patient)
    regime, caisse, centre = invoice.routing
    return {
        "nir": digits,
        "cle_nir": key,
        "numero_facture": f"{invoice.numero:09d}",
        "nature_operation": "1",
        "date_facturation": invoice.date,
        "type_facture": "F",
        "regime": regime,
        "caisse": caisse,
        "centre": centre,
        "piece_justificative": "4",
        "numero_prescripteur": PS,
        "date_prescription": invoice.date,
        "nature_assurance": invoice.nature,
        "justification_exoneration": "0",
        "date_naissance": "800101",
        "rang_naissance": "1",
        "destinataire_reglement": invoice.destinataire,
        "organisme_complementaire": "0099999999",
        "numero_adherent": "ADH00001",
    }


def _lines(invoice: Inv, ps: str) -> Iterable[dict[str, Value]]:
    for amo, amc in invoice.lignes:
        yield {
            "accord_prealable": "0",
            "numero_executant": ps,
            "date_acte": invoice.date,
            "code_acte": invoice.code,
            "quantite": 1,
            "coefficient": 1,
            "denombrement": 1,
            "prix_unitaire": amo + amc,
            "base_remboursement": amo + amc,
            "taux": 70,
            "montant_amo": amo,
            "montant_depense": amo + amc,
            "code_lieu": "1",
            "montant_amc": amc,
        }


def smg_flow(*invoices: Inv, **values: object) -> bytes:
    """A flow to the caisse of the free care of military pensioners."""
    return flow(*invoices, destination=("CM", "00000008052835"), organisme="835", **values)  # type: ignore[arg-type]


def answers(*flows: bytes, arls: bool = False, **caisse: object) -> tuple[Reponse, list[File]]:
    """What the simulated caisse says of flows, and the files that say it, with their flows."""
    reponse = Caisse(**caisse).respond(*flows)  # type: ignore[arg-type]
    files = [(f"flux-{rank}.b2", data) for rank, data in enumerate(flows)]
    files += [(one.nom, one.data) for one in reponse.returns]
    if arls:
        files.append(("arl.json", write_arls(reponse.arls)))
    return reponse, files


def month_return(
    day: dt.date,
    *,
    code: str = "000009",
    lump_sums: Iterable[tuple[str, int]] = (),
    debts: Iterable[tuple[str, int]] = (),
    invoices: Iterable[tuple[int, str, int]] = (),
    envelope: str = "P2",
    emitter: str = "00000001016421",
) -> bytes:
    """A return with lump sums, debts, and invoices that nobody sent (number, act, cents)."""
    file = io.BytesIO()
    retour = RetourWriter(
        file,
        envelope,  # type: ignore[arg-type]
        type_emetteur="CT",
        numero_emetteur=emitter,
        type_destinataire="TP",
        numero_destinataire=f"00000{PS}",
        identification_fichier=code,
        date_creation=day,
        reference_norme="576",
        type_flux="T",
    )
    payee = {"numero_destinataire_reglement": PS}
    with retour, retour.open("020", **payee), retour.open("040", **payee):
        retour.add("071", date_comptable=day, libelle_virement_1=f"VIR {code}", organisme_payeur="01421")
        retour.add("081", type_retour="01", numero_lieu_execution=PS)
        for number, act, cents in invoices:
            with retour.open("102", numero_facture=f"{number:09d}", type_facture="F", nature_assurance="AS"):
                retour.add(
                    "198",
                    montant_amo_demande=abs(cents),
                    etat_paiement_amo="P",
                    montant_amo_paye=cents,
                )
                retour.leaf("210", nature_prestation=act, quantite=1, montant_rembourse=cents)
        for number, cents in lump_sums:
            with retour.open("261", code_forfait_ponctuel=number, montant_forfait_ponctuel=cents):
                pass
        for reference, cents in debts:
            retour.leaf(
                "250",
                reference_dette=reference,
                date_dette=day,
                montant_mouvement=cents,
                montant_solde=100,
            )
    return file.getvalue()


def dump(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """All that a ledger holds but names of files, hours, the key and the cache: sorted rows by table."""
    found = {}
    with reading(ledger._open) as connection:
        for table in TABLES:
            name = table.__tablename__
            if name in ("parametres", "noms", "etats", "details", "paiements"):
                continue
            columns = [column for column in table.__table__.columns if column.name != "importe_le"]
            rows = connection.execute(select(*columns)).mappings()
            found[name] = sorted((tuple(map(_told, row.items())) for row in rows), key=repr)
    return found


def _told(item: tuple[str, object]) -> object:
    """Encryption is never twice the same: only that something is there is compared."""
    column, value = item
    return bool(value) if column == "donnees" else value


@contextmanager
def schema(server: str, name: str) -> Iterator[str]:
    """The address of an empty schema of a PostgreSQL server, dropped at the end."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        yield url.set(query={**url.query, "options": f"-csearch_path={name}"}).render_as_string(
            hide_password=False
        )
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
        engine.dispose()
