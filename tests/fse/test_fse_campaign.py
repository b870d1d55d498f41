"""Flows broken by one edit each, at a place drawn at random: one headline, at that place.

What no byte of a flow can tell (two lines of one day swapped) is not drawn. Clean flows say nothing. With
`HYPOTHESIS_PROFILE=long`, every profile and norm; some of them otherwise.
"""

from __future__ import annotations

import os
import random
import zlib
from collections.abc import Callable
from functools import lru_cache

import pytest

from fixtures.generate import Parametres, generate
from fixtures.profils import PROFILES
from flatfile import Layout
from fse import check, read_flux
from fse.causes import explain

EVERY = [(name, norm) for name, profile in PROFILES.items() for norm in profile.norms]
SOME = [("infirmier", "PS-2003C"), ("specialiste", "PS-2003C"), ("hopital", "CP-2005E"), ("cmpp", "CP-2003C")]
NORMS = EVERY if os.environ.get("HYPOTHESIS_PROFILE") == "long" else SOME
MAINS = ("3", "4")


class Edit:
    """One flow open to an edit: its records, their layouts, a source of chance."""

    def __init__(self, data: bytes, norm: str, rng: random.Random) -> None:
        found = read_flux(data, norm=norm).records
        self.rng = rng
        self.raws = [record.raw for record in found]
        self.layouts: list[Layout] = [record.layout for record in found]

    def type(self, rank: int) -> str:
        return self.layouts[rank].name

    def invoice(self, rank: int) -> range:
        """From the record 2 before a record to the record 5 after it."""
        types = [layout.name for layout in self.layouts]
        start = next(at for at in range(rank, -1, -1) if types[at] == "2")
        return range(start, types.index("5", rank) + 1)

    def one(self, *types: str, name: str = "", least: int = 1) -> int:
        """A record of these types, which holds a number of `least` or more in a field."""
        ranks = [rank for rank in range(len(self.raws)) if self.type(rank) in types]
        if name:
            ranks = [rank for rank in ranks if self.number(rank, name) >= least]
        return self.rng.choice(ranks) if ranks else pytest.skip("no such record")

    def number(self, rank: int, name: str) -> int:
        field = self.layouts[rank].by_name.get(name)
        piece = self.raws[rank][field.slice] if field is not None else b""
        return int(piece) if piece.isdigit() else -1

    def put(self, rank: int, name: str, piece: bytes) -> set[int]:
        where = self.layouts[rank].by_name[name].slice
        assert len(piece) == where.stop - where.start
        self.raws[rank] = self.raws[rank][: where.start] + piece + self.raws[rank][where.stop :]
        return {rank + 1}

    def turn(self, *types: str, name: str) -> set[int]:
        """A day the other way round."""
        rank = self.one(*types, name=name)
        piece = self.raws[rank][self.layouts[rank].by_name[name].slice]
        if piece[:2] == piece[4:]:
            pytest.skip("the same day both ways")
        return self.put(rank, name, turned(piece))

    def scale(self, rank: int, names: tuple[str, ...]) -> set[int]:
        """Amounts in euros."""
        for name in names:
            size = self.layouts[rank].by_name[name].length
            self.put(rank, name, b"%0*d" % (size, self.number(rank, name) // 100))
        return {rank + 1}

    def shift(self, name: str, by: int) -> set[int]:
        rank = self.one(*MAINS, name=name)
        if "prix_unitaire" in name and self.number(rank, "base_remboursement") < 100:
            pytest.skip("an act that is not reimbursed")
        size = self.layouts[rank].by_name[name].length
        return self.put(rank, name, b"%0*d" % (size, self.number(rank, name) + by))


Change = Callable[[Edit], set[int]]


def lost(*types: str) -> Change:
    def change(edit: Edit) -> set[int]:
        rank = edit.one(*types)
        around = set(edit.invoice(rank)) if edit.type(rank) in MAINS else set()
        del edit.raws[rank]
        return {rank, rank + 1} | around

    return change


def doubled(*types: str) -> Change:
    def change(edit: Edit) -> set[int]:
        rank = edit.one(*types)
        edit.raws.insert(rank, edit.raws[rank])
        return {rank + 2}

    return change


def swapped(edit: Edit) -> set[int]:
    first = edit.invoice(edit.one("5")).start
    other = next(rank for rank in range(first, len(edit.raws)) if edit.type(rank) in MAINS)
    edit.raws[first], edit.raws[other] = edit.raws[other], edit.raws[first]
    return {first + 1}


def twice(first: str, last: str) -> Change:
    """An invoice, or a batch, written twice in a row."""

    def change(edit: Edit) -> set[int]:
        start = edit.one(first)
        stop = next(rank for rank in range(start, len(edit.raws)) if edit.type(rank) == last) + 1
        edit.raws[stop:stop] = edit.raws[start:stop]
        return {stop + 1}

    return change


def byte(size: int, more: bytes = b"") -> Change:
    """Bytes taken off a record at some place, others put there."""

    def change(edit: Edit) -> set[int]:
        rank, at = edit.rng.randrange(len(edit.raws)), edit.rng.randrange(1, 120)
        edit.raws[rank] = edit.raws[rank][:at] + more + edit.raws[rank][at + size :]
        return {rank + 1}

    return change


def lower(edit: Edit) -> set[int]:
    rank = edit.one(*MAINS)
    edit.raws[rank] = edit.raws[rank].lower()
    return {rank + 1}


def digit(which: str, name: str) -> Change:
    """One digit of what all records of an invoice repeat, in its header or in another record."""

    def change(edit: Edit) -> set[int]:
        span = edit.invoice(edit.one("5"))
        rank = span.start if which == "header" else edit.rng.choice(span[1:])
        where = edit.layouts[rank].by_name[name].slice
        piece = edit.raws[rank][where]
        last = b"%d" % ((int(piece[-1:]) + 1) % 10) if piece[-1:].isdigit() else b"1"
        return edit.put(rank, name, piece[:-1] + last)

    return change


def code(change: Callable[[bytes], bytes]) -> Change:
    def changed(edit: Edit) -> set[int]:
        rank = edit.one(*MAINS)
        where = edit.layouts[rank].by_name["code_acte"].slice
        return edit.put(rank, "code_acte", change(edit.raws[rank][where]))

    return changed


#: Bytes lost; of blanks, and at the end of the file, the reading tells it itself.
LOST = "cause.octet-perdu fichier.blancs-retires fichier.tronque"
AMOUNTS = ("base_remboursement", "montant_depense", "montant_amo")

#: What is done, and the rules that may tell it.
EDITS: dict[str, tuple[Change, str]] = {
    "swapped": (swapped, "cause.permutes"),
    **{
        f"lost {type}": (lost(type), "cause.enregistrement-perdu")
        for type in ("000", "1", "2", "5", "6", "999")
    },
    "lost line": (lost(*MAINS), "cause.ligne-perdue"),
    **{f"doubled {type}": (doubled(type), "cause.double") for type in ("000", "2", "4", "5", "6", "999")},
    "invoice twice": (twice("2", "5"), "cause.double"),
    "batch twice": (twice("1", "6"), "cause.double"),
    "byte lost": (byte(1), LOST),
    "bytes lost": (byte(3), LOST),
    "byte added": (byte(0, b"7"), "cause.octet-en-trop"),
    "letter added": (byte(0, b"x"), "cause.octet-en-trop"),
    "line end added": (byte(0, b"\r\n"), "cause.octet-en-trop"),
    "day of an act": (lambda edit: edit.turn(*MAINS, name="date_acte"), "cause.jjmmaa"),
    "day of a stay": (lambda edit: edit.turn("3", name="date_debut"), "cause.jjmmaa"),
    "day of a batch": (lambda edit: edit.turn("1", name="date_lot"), "cause.jjmmaa"),
    "day of the file": (lambda edit: edit.turn("000", name="date_fichier"), "cause.jjmmaa"),
    "euros": (
        lambda edit: edit.scale(edit.one(*MAINS, name="base_remboursement", least=500), AMOUNTS),
        "cause.euros",
    ),
    "quantity": (lambda edit: edit.shift("quantite", 3), "cause.valeur"),
    "price": (lambda edit: edit.shift("prix_unitaire", 1234), "cause.valeur"),
    "rate": (lambda edit: edit.shift("taux", 7), "cause.valeur"),
    "too high a rate": (lambda edit: edit.shift("taux", 700), "cause.valeur"),
    "base": (lambda edit: edit.shift("base_remboursement", 100), "cause.valeur"),
    "amount of the AMO": (lambda edit: edit.shift("montant_amo", 100), "cause.valeur"),
    "code in lower case": (code(bytes.lower), "code.casse"),
    "code after a blank": (code(lambda piece: b" " + piece[:-1]), "code.cadrage"),
    "record in lower case": (lower, "cause.minuscules code.casse structure.type-inconnu"),
    **{
        f"{name} of the {which}": (digit(which, name), rule)
        for which, rule in (("header", "structure.entete-differe"), ("others", "structure.entete-commun"))
        for name in ("numero_ps", "nir", "cle_nir", "numero_facture")
    },
}

#: How a whole file is written, and the rule that tells it.
WRITTEN: dict[str, tuple[Callable[[list[bytes]], bytes], str]] = {
    "as it should": (b"".join, ""),
    "blanks trimmed": (
        lambda raws: b"".join(raw.rstrip() + b"\r\n" for raw in raws),
        "fichier.blancs-retires",
    ),
    "line ends mixed": (
        lambda raws: b"".join(raw + (b"\n", b"\r\n")[rank % 3 == 1] for rank, raw in enumerate(raws)),
        "cause.fins-de-ligne-melees",
    ),
    "line ends doubled": (b"\r\r\n".join, "cause.fins-de-ligne-doublees"),
    "blank lines": (b"\n\n".join, "cause.lignes-vides"),
    "wrapped": (lambda raws: cut(b"".join(raws), 72), "fichier.coupures"),
    "records wrapped": (lambda raws: b"".join(cut(raw, 80) for raw in raws), "fichier.coupures"),
    "folded at blanks": (lambda raws: folded(b"".join(raws)), "fichier.coupures"),
    "blanks made line ends": (lambda raws: folded(b"".join(raws), kept=False), "fichier.coupures"),
    "lower case": (lambda raws: b"".join(raws).lower(), "cause.minuscules"),
    "a mark first": (lambda raws: b"\xef\xbb\xbf" + b"".join(raws), "fichier.bom"),
    "twice": (lambda raws: b"".join(raws) * 2, "structure.debut-double"),
    "a mark of the end": (lambda raws: b"".join(raws) + b"\x1a", "fichier.octet-final"),
    "a byte too many": (lambda raws: b"".join(raw + b";" for raw in raws), "cause.longueur"),
    "lines too long": (lambda raws: b"".join(raw + b"  \n" for raw in raws), "cause.longueur"),
    "lines too short": (lambda raws: b"".join(raw[:127] + b"\r\n" for raw in raws), "cause.longueur"),
    "quoted": (lambda raws: b"".join(b'"%s"\r\n' % raw for raw in raws), "cause.longueur"),
    "after a blank": (lambda raws: b"".join(b" " + raw + b"\r\n" for raw in raws), "cause.longueur"),
    "NUL for blanks": (lambda raws: b"".join(raws).replace(b" ", b"\0"), "cause.blancs"),
    "tabulations": (lambda raws: b"".join(map(tabbed, raws)), "cause.blancs"),
}


def turned(piece: bytes) -> bytes:
    """A day the other way round."""
    return piece[4:] + piece[2:4] + piece[:2]


def of_fields(
    write: Callable[[bytes], bytes], kinds: str = "cents", types: tuple[str, ...] = ()
) -> Callable[[Edit], None]:
    """All fields of these kinds, or names, in all records, or in those of these types."""

    def change(edit: Edit) -> None:
        clean = list(edit.raws)
        for rank, layout in enumerate(edit.layouts):
            for field in layout.fields if not types or layout.name in types else ():
                if field.kind.base in kinds.split() or field.name in kinds.split():
                    edit.put(rank, field.name, write(edit.raws[rank][field.slice]))
        if edit.raws == clean:
            pytest.skip("no such field")

    return change


def moved(type: str, start: int, by: int) -> Callable[[Edit], None]:
    """The fields of a record type `by` bytes further, or nearer, from one place on."""

    def change(edit: Edit) -> None:
        if not any(layout.name == type for layout in edit.layouts):
            pytest.skip("no such record")
        for rank, layout in enumerate(edit.layouts):
            raw = edit.raws[rank]
            if layout.name == type:
                more = raw[:start] + b" " * by + raw[start:-by]
                edit.raws[rank] = more if by > 0 else raw[:start] + raw[start - by :] + b" " * -by

    return change


#: Establishments tell no day of billing: those of their lines are those of the whole flow.
OF_DAYS = "cause.jjmmaa date.flux-jjmmaa"

#: What a program writes wrong everywhere, and the rule of the one headline.
PROGRAMS: dict[str, tuple[Callable[[Edit], None], str]] = {
    "amounts on the left": (
        of_fields(lambda piece: (piece.lstrip(b"0") or b"0").ljust(len(piece))),
        "cause.nombres",
    ),
    "numbers after blanks": (
        of_fields(lambda piece: (piece.lstrip(b"0") or b"0").rjust(len(piece)), "cents count rate decimal"),
        "cause.nombres",
    ),
    "amounts with a point": (
        of_fields(lambda piece: (b"%.2f" % (int(piece) / 100)).rjust(len(piece), b"0"), types=MAINS),
        "cause.decimales",
    ),
    "days of the lines": (of_fields(turned, "date_acte date_debut date_fin", MAINS), OF_DAYS),
    "days of billing": (of_fields(turned, "date_facturation"), "cause.jjmmaa"),
    "days of file and batches": (of_fields(turned, "date_fichier date_lot"), "cause.jjmmaa"),
    "codes after a blank": (of_fields(lambda piece: b" " + piece[:-1], "code_acte", MAINS), "code.cadrage"),
    "keys of NIR": (of_fields(lambda piece: b"00", "cle_nir"), "cle.nir cle.nir-provisoire"),
    "the number of the professional": (
        of_fields(lambda piece: piece[:-1] + b"%d" % ((int(piece[-1:]) + 1) % 10), "numero_ps"),
        "cle.numero-ps",
    ),
    "lines a byte further": (moved("4", 59, 1), "cause.decalage"),
    "lines a byte nearer": (moved("4", 69, -1), "cause.decalage"),
    "headers a byte further": (moved("2", 49, 1), "cause.decalage"),
}


def tabbed(raw: bytes) -> bytes:
    """A record as a text editor writes it that puts tabulations for blanks."""
    columns = (raw[at : at + 8] for at in range(0, len(raw), 8))
    return b"".join(one.rstrip() + b"\t" if one.endswith(b"  ") else one for one in columns) + b"\r\n"


def cut(raw: bytes, width: int) -> bytes:
    return b"".join(raw[at : at + width] + b"\r\n" for at in range(0, len(raw), width))


def folded(raw: bytes, width: int = 76, *, kept: bool = True) -> bytes:
    """Lines of `width` bytes at most, cut after a blank, which is `kept` or replaced by the line end."""
    lines, at = [], 0
    while len(raw) - at > width:
        stop = raw.rfind(b" ", at, at + width) + 1 or at + width
        if not kept and raw[stop - 1 : stop] != b" ":
            stop = raw.find(b" ", at) + 1 or len(raw)
        lines.append(raw[at : stop if kept else stop - 1])
        at = stop
    return b"\r\n".join([*lines, raw[at:]])


@lru_cache(maxsize=1)
def flow(profile: str, norm: str) -> bytes:
    found = generate(Parametres(profile, seed=3, invoices=9, norm=norm))
    return max((one.data for one in found), key=len)


def told(data: bytes, norm: str) -> list[tuple[str, int]]:
    """Rule and record of each headline; both engines find the same, and nothing is untold."""
    found = list(check(data, norm=norm))
    assert found == list(check(data, norm=norm, engine="reference"))
    headlines = explain(data, found, norm=norm)
    assert all(one.found for one in headlines)
    return [(one.rule, one.record) for one in headlines]


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_one_edit_has_one_headline(profile: str, norm: str, name: str) -> None:
    change, rules = EDITS[name]
    edit = Edit(flow(profile, norm), norm, random.Random(zlib.crc32(f"{profile} {norm} {name}".encode())))
    places = change(edit)
    headlines = told(b"".join(edit.raws), norm)
    assert len(headlines) == 1, headlines
    ((rule, record),) = headlines
    assert rule in rules.split()
    assert record in places


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_one_fault_of_a_program_has_one_headline(profile: str, norm: str, name: str) -> None:
    change, rules = PROGRAMS[name]
    edit = Edit(flow(profile, norm), norm, random.Random(0))
    change(edit)
    headlines = told(b"".join(edit.raws), norm)
    assert len(headlines) == 1, headlines
    assert headlines[0][0] in rules.split()


NAMES = (
    "nom_beneficiaire prenom_beneficiaire libelle_voie commune nom_assure prenom_assure nom_medecin_traitant"
)


@pytest.mark.parametrize("end", [b"", b"\r\n"], ids=["no line end", "CR LF"])
@pytest.mark.parametrize(
    "names", [NAMES, f"{NAMES} zone_message nom_ps", "nom_ps"], ids=["names", "all", "one"]
)
@pytest.mark.parametrize(
    ("encoding", "rule", "found"),
    [
        ("latin-1", "cause.accents", "« É » 1 octet (C9)"),
        ("cp850", "cause.accents", "« É » 1 octet (90)"),
        ("utf-8", "fichier.utf-8", "« É » 2 octets (C3 89)"),
    ],
)
@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_accents_everywhere_have_one_headline(
    profile: str, norm: str, encoding: str, rule: str, found: str, names: str, end: bytes
) -> None:
    raws = []
    for record in read_flux(flow(profile, norm), norm=norm).records:
        raw = record.raw
        for field in reversed(record.layout.fields):
            if field.name in names.split():
                text = raw[field.slice].decode().replace("E", "\u00c9", 1)
                raw = raw[: field.slice.start] + text.encode(encoding) + raw[field.slice.stop :]
        raws.append(raw + end)
    data = b"".join(raws)
    if data.isascii():
        pytest.skip("no such letter")
    headlines = explain(data, check(data, norm=norm), norm=norm)
    (one,) = (one for one in headlines if one.rule != "fichier.fin-de-ligne")
    assert (one.rule, one.found.startswith(found)) == (rule, True)
    assert ("CP850" in one.found) is (encoding == "cp850")


@pytest.mark.parametrize("last", [False, True], ids=["000 alone", "999 too"])
@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_a_wrong_sender_has_one_headline(profile: str, norm: str, last: bool) -> None:
    edit = Edit(flow(profile, norm), norm, random.Random(0))
    for rank in (0, len(edit.raws) - 1) if last else (0,):
        piece = edit.raws[rank][edit.layouts[rank].by_name["numero_emetteur"].slice]
        edit.put(rank, "numero_emetteur", piece[:-1] + b"%d" % ((int(piece[-1:]) + 1) % 10))
    assert told(b"".join(edit.raws), norm) == [("organisme.emetteur", 1)]


@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_two_flows_end_to_end(profile: str, norm: str) -> None:
    """Each of them is right: the second beginning alone is told."""
    first, second, *_ = (one.data for one in generate(Parametres(profile, seed=3, invoices=9, norm=norm)))
    assert told(first + second, norm) == [("structure.debut-double", len(first) // 128 + 1)]


@pytest.mark.parametrize("births", [False, True], ids=["births right", "births too"])
@pytest.mark.parametrize("framed", [False, True], ids=["batch right", "batch too"])
@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_all_days_of_a_flow_the_other_way_round(profile: str, norm: str, framed: bool, births: bool) -> None:
    """One headline wherever the days are many; of few days, what they say of one another at most."""
    found = generate(Parametres(profile, seed=1, invoices=60, norm=norm))
    many = 0
    for data in (one.data for one in found):
        edit = Edit(data, norm, random.Random(0))
        names = [
            field.name
            for layout in edit.layouts
            for field in layout.fields
            if field.kind.base == "date"
            and field.length == 6
            and (framed or field.name not in ("date_fichier", "date_lot"))
            and (births or field.name != "date_naissance")
        ]
        read = [
            record.text(name)
            for record in read_flux(data, norm=norm).records
            for name in ("date_facturation", "date_debut", "date_acte")
            if record.type in ("2", *MAINS) and name in record.layout
        ]
        days = {int(day[4:]) for day in read if day.strip("0")}
        of_fields(turned, " ".join(dict.fromkeys(names)))(edit)
        headlines = told(b"".join(edit.raws), norm)
        if len(days) < 4 or max(days) - min(days) < 5:
            assert "date.flux-jjmmaa" not in dict(headlines)
            continue
        many += 1
        assert [rule for rule, _ in headlines] == ["date.flux-jjmmaa"]
    assert many


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize(("profile", "norm"), NORMS, ids=[f"{profile}-{norm}" for profile, norm in NORMS])
def test_one_way_of_writing_has_one_headline(profile: str, norm: str, name: str) -> None:
    write, rule = WRITTEN[name]
    raws = [record.raw for record in read_flux(flow(profile, norm), norm=norm).records]
    assert [found for found, _ in told(write(raws), norm)] == ([rule] if rule else [])
