"""Scenarios of the follow-up in a compact notation, made into real files by the writers.

Events are apart by ` ; `. DAY is JJ/MM (2026) or JJ/MM/AA; amounts are euros. Professionals are A and B.

    E NAME DAY PS/LOT [i=CODE] [b=DAY] : INV, INV        a flow of one batch; b = day of the batch. Batches of
                                                         one flow: PS/LOT+LOT : INV, INV | INV
      INV = NUM=LINE[&LINE] [p:N] [s:DAY[&DAY]] [d:CODE] [o:CODE] [a:ACT[&ACT]]   LINE = AMO+AMC, one act;
            p patient (NUM), s care day (DAY-2), d payee (15), o operation (1), a act (C); a day or an act for
            each line in turn, the last one for the rest
    A NAME + DAY | A NAME - DAY                          ARL of the batch of that flow
    R NAME DAY [i=CODE] [e=CPAM|MSA|SM|AMC|AMC2] [ps=A] [to=A] [fam=old] [total=X] [env=P1] [j=jma] : V.. V..
          a return (i=- blank code; to = addressee; total = that of 999; j=jma: its day is written JJMMAA)
      V<LABEL>@DAY[ITEM, ITEM]
          a transfer; V1_2 = two labels; V alone = blank labels; V- = no 071; @- = no day
      ITEM = NUM=PART/PART [!REJECT[~C]] [l:LOT] [b:DAY] [t:TYPE] [p:N] [x:CODE]   AMO/AMC; l:- lot not told;
             p:- patient not told | F<CODE>=X (261) | D<REF>=X[:NATURE:RECOVERY] (250)
      PART = - (absent) | _ (blank state) | X P|R|D [(CLAIMED)]   CLAIMED by default what was sent under that
             number; in the old family AMO is montant_rembourse of one 210 and AMC its montant_complementaire
      REJECT = fix dup wait rights unk claim who, or a code; ~C names the AMC part, else the AMO part
    T NAME : NUM=PART X P|R|D [DAY], ...                 a table: `4=AMO 14.70P 20/01`
    copy A > B | cat A B > C | cat +A B > C (A stays given) | cut A 60% | env A P1 > B
    M FLOW#NUM KIND [DETAIL] | on DAY
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flatfile import detect
from fse import FluxWriter
from noemie import RetourWriter, entity_lengths, read_retour
from noemie.returns.arl import Arl
from noemie.returns.framing import STYLES, count_records, frame
from noemie.suivi import Marque, PaiementDit, Suivi, follow
from noemie.suivi.resultat import PartSuivie

PS = {"A": "991068040", "B": "990781056"}
REJECTS = {
    "fix": ("SIMJ", "SIMULATION PRESCRIPTION INTERDITE A CETTE DATE"),
    "dup": ("SIMA", "SIMULATION FACTURE DEJA PAYEE"),
    "wait": ("SIMF", "SIMULATION TRAITEMENT CAISSE EN COURS"),
    "rights": ("SIME", "SIMULATION DROITS FERMES A LA DATE DES SOINS"),
    "unk": ("SIMC", "SIMULATION REFUS SANS MOTIF PRECIS"),
    "claim": ("SIMG", "SIMULATION PROFESSIONNEL NON IDENTIFIE"),
    "who": ("SIML", "SIMULATION BENEFICIAIRE INCONNU DE LA CAISSE"),
}
#: Type and number of the emitter, number of the payer.
EMITTERS = {
    "CPAM": ("CT", "00000001016421", "01421"),
    "MSA": ("MA", "00000002016421", "02421"),
    "SM": ("SM", "00000091007421", "91421"),
    "AMC": ("OC", "00000000099999", "AMC99"),
    "AMC2": ("OC", "00000000088888", "AMC88"),
}

_FLOW = re.compile(r"E (\w+) (\S+) ([AB])/([\d+]+)((?: \w+=\S+)*) : (.+)")
_RETURN = re.compile(r"R (\w+) (\S+)((?: \w+=\S+)*) : (.+)")
_TRANSFER = re.compile(r"V([\w-]*)@(\S+?)\[(.*?)\]")
_PART = re.compile(r"(-?[\d.]+)([PRD_])(?:\(([\d.]+)\))?")


def day(text: str) -> dt.date | None:
    """`JJ/MM` or `JJ/MM/AA`; nothing for `-`."""
    if text in ("-", ""):
        return None
    numbers = [int(one) for one in text.split("/")]
    return dt.date(2000 + (numbers[2] if len(numbers) > 2 else 26), numbers[1], numbers[0])


def cents(text: str) -> int:
    """Euros as signed cents."""
    whole, _, rest = text.lstrip("-").partition(".")
    value = int(whole or 0) * 100 + int((rest + "00")[:2])
    return -value if text.startswith("-") else value


def nir(patient: int) -> tuple[str, str]:
    """A fictitious NIR and its key."""
    digits = f"18001999{patient:05d}"
    return digits, f"{97 - int(digits) % 97:02d}"


@dataclass
class Invoice:
    """An invoice of a flow; `lines` are (AMO, AMC, care day, act)."""

    number: int
    patient: int
    payee: str
    operation: str
    lines: list[tuple[int, int, dt.date, str]]

    @property
    def amounts(self) -> tuple[int, int]:
        """What it bills of each part."""
        return sum(line[0] for line in self.lines), sum(line[1] for line in self.lines)

    @property
    def claims(self) -> tuple[int, int]:
        """What it claims of each part, without its sign."""
        amo, amc = self.amounts
        return (0 if self.payee in ("00", "25") else amo), (0 if self.payee in ("00", "05") else amc)

    @property
    def care(self) -> dt.date:
        """The last care day that is written."""
        return self.lines[-1][2]


@dataclass
class Flow:
    """A flow, its batches and their invoices."""

    name: str
    day: dt.date
    ps: str
    code: str
    batch_day: dt.date
    batches: dict[str, list[Invoice]]


@dataclass
class World:
    """The files of a scenario, and what is given beside them."""

    files: dict[str, bytes] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    arls: list[Arl] = field(default_factory=list)
    tables: list[PaiementDit] = field(default_factory=list)
    marks: list[Marque] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    on: dt.date | None = None

    def given(self) -> dict[str, bytes]:
        """The files that are given, by name."""
        return {name: data for name, data in self.files.items() if name not in self.hidden}

    def sources(self) -> tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]:
        """Flows, then returns."""
        sent, returned = [], []
        for name, data in self.given().items():
            is_return = detect(data[:4096], entity_lengths()).family == "noemie"
            (returned if is_return else sent).append((name, data))
        return sent, returned

    def follow(self, **options: Any) -> Suivi:
        """The follow-up of what is given."""
        sent, returned = self.sources()
        options.setdefault("on", self.on)
        return follow(sent, returned, self.arls, self.marks, self.tables, **options)


def build(text: str) -> World:
    """The world that events describe."""
    world = World()
    for event in filter(None, re.split(r"\s*;\s*", text.strip())):
        _EVENTS[event.split()[0]](world, event)
    return world


# --- flows ------------------------------------------------------------------------------------------------


def _options(text: str) -> dict[str, str]:
    return dict(one.split("=", 1) for one in text.split())


def _matched(pattern: re.Pattern[str], event: str) -> tuple[str, ...]:
    found = pattern.fullmatch(event)
    if found is None:
        raise ValueError(event)
    return found.groups()


def _flow(world: World, event: str) -> None:
    name, when, ps, lots, told, body = _matched(_FLOW, event)
    options, on = _options(told), day(when)
    assert on is not None
    groups = [[_invoice(item, on) for item in group.split(",")] for group in body.split("|")]
    flow = Flow(
        name,
        on,
        ps,
        options.get("i", f"F{len(world.flows) + 1:05d}"),
        day(options["b"]) if "b" in options else on,
        dict(zip(lots.split("+"), groups, strict=True)),
    )
    world.flows[name] = flow
    world.files[name] = _flow_bytes(flow)


def _invoice(text: str, on: dt.date) -> Invoice:
    head, *more = text.split()
    number, amounts = head.split("=")
    pairs = [tuple(map(cents, one.split("+"))) for one in amounts.split("&")]
    options = dict(one.split(":") for one in more)
    days = [day(one) for one in options["s"].split("&")] if "s" in options else [on - dt.timedelta(2)]
    acts = options.get("a", "C").split("&")
    lines = [
        (amo, amc, days[min(rank, len(days) - 1)], acts[min(rank, len(acts) - 1)])
        for rank, (amo, amc) in enumerate(pairs)
    ]
    patient = int(options.get("p", number))
    return Invoice(int(number), patient, options.get("d", "15"), options.get("o", "1"), lines)


def _flow_bytes(flow: Flow) -> bytes:
    out, number = io.BytesIO(), PS[flow.ps]
    with FluxWriter(
        out,
        "PS-2003C",
        type_emetteur="TP",
        numero_emetteur=f"00000{number}",
        type_destinataire="CT",
        numero_destinataire="00000001016421",
        application="TR",
        identification_fichier=flow.code,
        date_fichier=flow.day,
    ) as writer:
        for lot, invoices in flow.batches.items():
            writer.open_lot(
                numero_ps=number,
                organisme_destinataire="421",
                numero_lot=lot,
                nom_ps="CABINET FICTIF",
                date_lot=flow.batch_day,
            )
            for invoice in invoices:
                _write_invoice(writer, invoice, number)
            writer.close_lot()
    return out.getvalue()


def _write_invoice(writer: FluxWriter, invoice: Invoice, number: str) -> None:
    digits, key = nir(invoice.patient)
    header = {
        "nir": digits,
        "cle_nir": key,
        "numero_facture": f"{invoice.number:09d}",
        "nature_operation": invoice.operation,
        "date_facturation": invoice.care,
        "type_facture": "F",
        "regime": "01",
        "caisse": "421",
        "centre": "0000",
        "piece_justificative": "4",
        "numero_prescripteur": number,
        "date_prescription": invoice.care,
        "nature_assurance": "10",
        "justification_exoneration": "0",
        "date_naissance": "800101",
        "rang_naissance": "1",
        "destinataire_reglement": invoice.payee,
        "organisme_complementaire": "0099999999",
        "numero_adherent": "ADH00001",
    }
    writer.write_facture(header, [("4", _act(*line, number)) for line in invoice.lines])


def _act(amo: int, amc: int, care: dt.date, code: str, number: str) -> dict[str, object]:
    return {
        "accord_prealable": "0",
        "numero_executant": number,
        "date_acte": care,
        "code_acte": code,
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


# --- returns ----------------------------------------------------------------------------------------------


def _sent(world: World, ps: str, number: int, before: dt.date) -> tuple[Flow, str, Invoice] | None:
    """The latest sending of a number before a return: what a return says of it by default."""
    found = [
        (flow, lot, invoice)
        for flow in world.flows.values()
        for lot, invoices in flow.batches.items()
        for invoice in invoices
        if invoice.number == number and flow.ps == ps and flow.day <= before
    ]
    return max(found, key=lambda one: one[0].day, default=None)


def _return(world: World, event: str) -> None:
    name, when, told, body = _matched(_RETURN, event)
    options, on = _options(told), day(when)
    assert on is not None
    kind, emitter, payer = EMITTERS[options.get("e", "CPAM")]
    ps = options.get("ps", "A")
    code = options.get("i", f"R{sum(one not in world.flows for one in world.files) + 1:05d}")
    out = io.BytesIO()
    writer = RetourWriter(
        out,
        options.get("env", "P2"),
        reference_norme="580" if kind == "OC" else "576",
        identification_fichier="" if code == "-" else code,
        date_creation=on,
        type_emetteur=kind,
        numero_emetteur=emitter,
        type_destinataire="TP",
        numero_destinataire=PS[options.get("to", ps)].rjust(14, "0"),
        application="TR",
        type_flux="T",
    )
    old = options.get("fam") == "old"
    with writer.open("020", numero_destinataire_reglement=PS[options.get("to", ps)]):
        for label, paid_on, items in _TRANSFER.findall(body):
            with writer.open("040", numero_destinataire_reglement=PS[ps]):
                _write_transfer(writer, label, day(paid_on), payer, old=old)
                if not old:
                    writer.add("081", type_retour="01", numero_lieu_execution=PS[ps])
                for item in filter(None, (one.strip() for one in items.split(","))):
                    _write_item(world, writer, item, ps, on, old=old)
    writer.finish(**({"cumul_montants": cents(options["total"])} if "total" in options else {}))
    data = out.getvalue()
    world.files[name] = _day_first(data, on) if options.get("j") == "jma" else data


def _day_first(data: bytes, on: dt.date) -> bytes:
    """The same return, the day of its 000 written JJMMAA."""
    retour = read_retour(data)
    return retour.replace(retour.debut, date_creation=on.strftime("%d%m%y").encode()).to_bytes()


def _write_transfer(
    writer: RetourWriter, label: str, paid_on: dt.date | None, payer: str, *, old: bool
) -> None:
    if label == "-":
        return
    first, _, second = label.partition("_")
    if old:
        writer.add("070", date_comptable=paid_on)
        return
    writer.add(
        "071",
        date_comptable=paid_on,
        libelle_virement_1=f"VIR {first}" if first else "",
        libelle_virement_2=second,
        organisme_payeur=payer,
    )


def _part(text: str, claimed: int) -> tuple[int, str, int] | None:
    """Claimed, state, paid."""
    if text == "-":
        return None
    if text == "_":
        return abs(claimed), "", 0
    found = _PART.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return (cents(found[3]) if found[3] else abs(claimed)), found[2].replace("_", ""), cents(found[1])


def _write_item(world: World, writer: RetourWriter, item: str, ps: str, on: dt.date, *, old: bool) -> None:
    if re.match(r"F\d*=", item):
        code, amount = item[1:].split("=")
        writer.leaf("261", code_forfait_ponctuel=code or "0", montant_forfait_ponctuel=cents(amount))
        return
    if re.match(r"D\w*=", item):
        reference, told = item[1:].split("=")
        amount, *kinds = told.split(":")
        writer.leaf(
            "250",
            numero_ligne=1,
            reference_dette=reference,
            date_dette=dt.date(2026, 1, 10),
            nature_dette=(kinds or ["IND"])[0],
            nature_recuperation=(kinds[1:] or ["RPR"])[0],
            montant_mouvement=cents(amount),
        )
        return
    head, *more = item.split()
    body, *rejects = head.split("!")
    number, parts = body.split("=")
    found = _sent(world, ps, int(number), on)
    amo, amc = (
        _part(part, claim)
        for part, claim in zip(parts.split("/"), found[2].claims if found else (0, 0), strict=True)
    )
    options = dict(one.split(":") for one in more)
    write = _write_old if old else _write_long
    write(writer, number, found, (amo, amc), rejects, options, on)


_Found = tuple[Flow, str, Invoice] | None
_Parts = tuple[tuple[int, str, int] | None, tuple[int, str, int] | None]


def _batch(found: _Found, options: dict[str, str]) -> tuple[str, dt.date | None]:
    lot = options.get("l", found[1] if found else "001")
    told = options.get("b")
    return lot, day(told) if told else (found[0].batch_day if found else None)


def _write_old(
    writer: RetourWriter,
    number: str,
    found: _Found,
    parts: _Parts,
    rejects: list[str],
    options: dict[str, str],
    on: dt.date,
) -> None:
    lot, batch_day = _batch(found, options)
    amo, amc = parts
    days = {"date_lot": batch_day} if batch_day else {}
    with writer.open("080", **days, numero_lot=lot if lot != "-" else "000"):
        writer.add("100", numero_facture=number)
        if amo and amo[2]:
            writer.leaf(
                "210",
                date_soins=found[2].care if found else on,
                nature_prestation="C",
                montant_rembourse=amo[2],
                montant_complementaire=abs(amc[2] if amc else 0),
            )
        for reject in rejects:
            code, label = REJECTS.get(reject, (reject, "LIBELLE"))
            writer.leaf("290", code_rejet=code, libelle_rejet=label)


def _write_long(
    writer: RetourWriter,
    number: str,
    found: _Found,
    parts: _Parts,
    rejects: list[str],
    options: dict[str, str],
    on: dt.date,
) -> None:
    lot, batch_day = _batch(found, options)
    values: dict[str, object] = {"numero_facture": number, "type_facture": options.get("t", "F")}
    if lot != "-":
        values["numero_lot"] = lot
        if batch_day and options.get("b") != "-":
            values["date_lot"] = batch_day
    if "x" in options:
        values["traitement_amc"] = options["x"]
    amo, amc = parts
    with writer.open("102", **values):
        patient = options.get("p", str(found[2].patient) if found else "")
        if patient and patient != "-":
            digits, key = nir(int(patient))
            writer.add("103", nir=digits, cle_nir=key, date_naissance="010180", rang_naissance="1")
        if amo:
            writer.add("198", montant_amo_demande=amo[0], etat_paiement_amo=amo[1], montant_amo_paye=amo[2])
        if amc:
            writer.add("199", montant_amc_demande=amc[0], etat_paiement_amc=amc[1], montant_amc_paye=amc[2])
        for rank, told in enumerate(rejects, 1):
            reject, _, part = told.partition("~")
            code, label = REJECTS.get(reject, (reject, "LIBELLE"))
            writer.leaf(
                "294",
                code_rejet=code,
                libelle_rejet=label,
                niveau_rejet="F",
                part_concernee=part or "O",
                rang_rejet=f"{rank:02d}",
            )


# --- the other events -------------------------------------------------------------------------------------


def _arl(world: World, event: str) -> None:
    _, name, sign, when = event.split()
    flow = world.flows[name]
    world.arls.append(
        Arl(
            positif=sign == "+",
            numero_lot=next(iter(flow.batches)),
            numero_ps=PS[flow.ps],
            date_lot=flow.batch_day,
            date_arl=day(when),
            identification_fichier=flow.code,
            date_fichier=flow.day,
            libelle="ARL positif" if sign == "+" else "ARL négatif",
        )
    )


def _copy(world: World, event: str) -> None:
    _, source, _, target = event.split()
    world.files[target] = world.files[source]


def _join(world: World, event: str) -> None:
    _, *names, _, target = event.split()
    world.files[target] = b"".join(world.files[name.lstrip("+")] for name in names)
    world.hidden |= {name for name in names if not name.startswith("+")}


def _cut(world: World, event: str) -> None:
    _, name, percent = event.split()
    data = world.files[name]
    world.files[name] = data[: len(data) * int(percent.rstrip("%")) // 100]


def _wrap(world: World, event: str) -> None:
    _, source, style, _, target = event.split()
    world.files[target] = wrapped(world.files[source], style)


def wrapped(data: bytes, style: str) -> bytes:
    """The same return in another envelope."""
    retour = read_retour(data)
    raws = [entite.raw for entite in retour.entites]
    end = retour.fin.replace(nombre_enregistrements=count_records(STYLES[style], raws)).raw
    return frame(STYLES[style], [*raws[:-1], end])


def _mark(world: World, event: str) -> None:
    _, target, kind, *detail = event.split()
    name, number = target.split("#")
    world.marks.append(Marque(sorte=kind, numero=number, fichier=name, detail=detail[0] if detail else ""))


def _table(world: World, event: str) -> None:
    head, _, body = event.partition(" : ")
    for row in body.split(","):
        target, amount, *when = row.split()
        number, part = target.split("=")
        world.tables.append(
            PaiementDit(
                numero=number,
                part=part,
                montant=cents(amount[:-1]),
                etat=amount[-1],
                jour=day(when[0]) if when else None,
                fichier=head.split()[1],
            )
        )


def _on(world: World, event: str) -> None:
    world.on = day(event.split()[1])


_EVENTS: dict[str, Callable[[World, str], None]] = {
    "E": _flow,
    "R": _return,
    "A": _arl,
    "T": _table,
    "copy": _copy,
    "cat": _join,
    "cut": _cut,
    "env": _wrap,
    "M": _mark,
    "on": _on,
}


# --- answers, as scenarios write them ---------------------------------------------------------------------


def told_lines(result: Suivi) -> list[str]:
    """`FLOW#NUM=state|action|certainty`, in order."""
    return sorted(f"{_name(one)}={one.etat}|{one.action}|{one.certitude}" for one in result.lignes)


def told_parts(result: Suivi) -> dict[str, set[str]]:
    """`PART:action:euros` of each line, what is over with its sign."""
    return {
        _name(one): {f"{name}:{part.action}:{_gap(part)}" for name, part in one.parts.items()}
        for one in result.lignes
    }


def told_orphans(result: Suivi) -> list[str]:
    """`?NUM=paid|action`, in order."""
    return sorted(f"?{one.numero}={one.paye / 100:.2f}|{one.action}" for one in result.orphelins)


def _name(ligne: Any) -> str:
    return f"{ligne.fichier}#{int(ligne.numero)}"


def _gap(part: PartSuivie) -> str:
    return f"+{part.trop / 100:.2f}" if part.trop else f"{part.reste / 100:.2f}"


def iter_rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """Of an `expected` column: `FLOW#NUM=state|action|certainty`, and the parts that are written."""
    for token in text.split():
        state, action, certainty, *parts = token.split("|")
        yield f"{state}|{action}|{certainty}", parts
