"""The fast engine finds what the reference engine finds: nothing more, nothing less, in the same order.

What matters most: whenever the gate lets an invoice pass, the checks have nothing to say of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from fse_flows import (
    AUTRE_PS,
    LENGTH,
    PERSONNES,
    PS,
    Ligne,
    facture_cp,
    facture_ps,
    findings,
    flux_cp,
    flux_ps,
    lot_ps,
    octets,
    put,
)
from hypothesis import given
from hypothesis import strategies as st

from codes.keys import luhn9, nir, rpps
from codes.lists import b2
from fixtures.generate import PROFILES, Parametres, generate
from flatfile import Field, Finding, FormatError
from flatfile.kinds import decode_aammjj
from fse import check, read_flux
from fse.checker import Checker
from fse.gate import gate
from fse.reader import Reading
from fse.relecture import Relecture
from fse.rules.dates import in_order
from fse.rules.unicite import Soins
from fse.totaux import TotauxLot
from fse.trusted import HOLDS, nir_holds

PS_FLOW = octets(
    flux_ps([facture_ps(1, [Ligne(complements=("S", "M"))], complements=("S", "M")), facture_ps(2)])
)
CP_FLOW = octets(
    flux_cp(
        [
            facture_cp(1, [Ligne("SNS", 10530, 100, 10530, 10530, complements=("3S", "3E"))]),
            facture_cp(
                2, honoraires=[Ligne("CS", complements=("4S", "4E"))], personne=PERSONNES[1], exoneration="0"
            ),
        ]
    )
)


def agree(data: bytes, *, norm: str | None = None) -> list[Finding]:
    """Findings of both engines, which must be the same."""
    try:
        fast = list(check(data, norm=norm))
    except FormatError:
        with pytest.raises(FormatError):
            list(check(data, norm=norm, engine="reference"))
        return []
    assert fast == list(check(data, norm=norm, engine="reference"))
    return fast


@lru_cache(maxsize=64)
def generated(profile: str, norm: str | None = None, invoices: int = 25) -> tuple[bytes, ...]:
    return tuple(flow.data for flow in generate(Parametres(profile, seed=5, invoices=invoices, norm=norm)))


# --- clean flows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", PROFILES)
def test_clean_flows(profile: str) -> None:
    for norm in PROFILES[profile].norms:
        for data in generated(profile, norm):
            assert agree(data, norm=norm) == []


@pytest.mark.parametrize("profile", ["medecin", "pharmacie", "specialiste", "transport", "cmpp", "hopital"])
def test_clean_invoices_pass_the_gate(profile: str) -> None:
    """Else the fast engine would be right, but slow."""
    seen = passed = 0
    for data in generated(profile):
        flux = read_flux(data)
        asked = gate(flux.norme, b2())
        seen += len(flux.factures)
        passed += sum(
            asked.passes(facture, b"1", b"000000", TotauxLot(), Soins()) for facture in flux.factures
        )
    assert passed >= 0.9 * seen > 0


# --- one byte -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [PS_FLOW, CP_FLOW], ids=["PS", "CP"])
def test_any_byte_of_a_small_flow(data: bytes) -> None:
    """Places drawn by a seed, and at each one of the bytes that tempt a hurried check."""
    rng = random.Random(data)
    for at in rng.sample(range(len(data)), 500):
        byte = rng.choice(b" 0123456789ABLSZ\0\xc9")
        agree(data[:at] + bytes([byte]) + data[at + 1 :])


# --- one field ------------------------------------------------------------------------------------------


def tempting(field: Field, piece: bytes) -> Iterator[bytes]:
    """Values that could pass though the checks remark on them: blank, zeros, codes, dates, neighbours."""
    size = field.length
    yield from (b" " * size, b"0" * size, b"9" * size, b"X" * size, b"1".rjust(size), b"1".rjust(size, b"0"))
    if piece.isdigit():
        for step in (1, -1, 10):
            yield b"%0*d" % (size, (int(piece) + step) % 10**size)
    if field.kind.base == "date":
        yield from (b"700101", b"691231", b"991231", b"000101", b"260230", b"240229", b"260104", b"260106")
    codes = b2().get(field.list)
    for code in list(codes or ())[:40]:
        if len(code) <= size:
            yield code.encode().ljust(size)
            yield code.encode().rjust(size, b"0")
    if field.name.startswith(("code_acte", "qualificatif")):
        yield from (code.ljust(size)[:size] for code in (b"L", b"SGA", b"DPS", b"DAP"))


def mutants(data: bytes, norm: str | None, rng: random.Random, count: int) -> Iterator[bytes]:
    """The flow with one field of one of its invoices changed to something tempting."""
    records = [record for facture in read_flux(data, norm=norm).factures for record in facture]
    for _ in range(count):
        record = rng.choice(records)
        field = rng.choice(record.layout.fields)
        start = record.offset + field.slice.start
        for value in tempting(field, record.raw[field.slice]):
            yield data[:start] + value + data[start + field.length :]


FIELDS = {
    **{profile: (profile, None) for profile in PROFILES},
    "hopital-2003": ("hopital", "CP-2003C"),
    "cmpp-2003": ("cmpp", "CP-2003C"),
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_passes_calls_for_no_remark(name: str) -> None:
    profile, norm = FIELDS[name]
    rng = random.Random(name)
    flows = generated(profile, norm, 3)
    for data in mutants(rng.choice(flows), norm, rng, 25):
        fast = list(check(data, norm=norm))
        # An invoice with findings was looked at by the checks themselves: a sample of those will do.
        if not fast or not rng.randrange(20):
            assert fast == list(check(data, norm=norm, engine="reference"))


@pytest.mark.parametrize("data", [PS_FLOW, CP_FLOW], ids=["PS", "CP"])
def test_every_field_of_a_small_flow(data: bytes) -> None:
    rng = random.Random(data)
    flux = read_flux(data)
    for record in flux.records:
        for field in record.layout.fields:
            start = record.offset + field.slice.start
            values = list(tempting(field, record.raw[field.slice]))
            for value in rng.sample(values, min(len(values), 3)):
                changed = data[:start] + value + data[start + field.length :]
                fast = list(check(changed))
                if not fast or not rng.randrange(10):
                    assert fast == list(check(changed, engine="reference"))


@pytest.mark.parametrize(
    ("type", "field", "value", "rule"),
    [
        # An optional number left blank is a remark, however small: zeros are written.
        ("4", "specialite_executant", b"  ", "format.remplissage"),
        ("2", "specialite_prescripteur", b"  ", "format.remplissage"),
        ("2", "type_contrat_oc", b"  ", "format.remplissage"),
        ("4", "mode_traitement", b"  ", "format.remplissage"),
        ("4", "zone_tarif", b" 1", "format.remplissage"),
    ],
)
def test_blank_numbers_are_remarked_on(type: str, field: str, value: bytes, rule: str) -> None:
    flux = read_flux(PS_FLOW)
    record = next(record for record in flux.records if record.type == type)
    data = flux.replaced(record, record.replace(**{field: value})).to_bytes()
    assert [(found.rule, found.field) for found in agree(data)] == [(rule, field)]


# --- several records ------------------------------------------------------------------------------------


@st.composite
def shuffled(draw: st.DrawFn) -> bytes:
    """A flow whose records were dropped, doubled, swapped, cut, or taken from another flow."""
    flow = draw(st.sampled_from([PS_FLOW, CP_FLOW]))
    records = [flow[at : at + LENGTH] for at in range(0, len(flow), LENGTH)]
    for _ in range(draw(st.integers(1, 4))):
        rank = draw(st.integers(0, len(records) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "cut", "stranger", "byte"])):
            case "drop" if len(records) > 2:
                del records[rank]
            case "double":
                records.insert(rank, records[rank])
            case "swap":
                other = draw(st.integers(0, len(records) - 1))
                records[rank], records[other] = records[other], records[rank]
            case "cut":
                records[rank] = records[rank][: draw(st.integers(1, LENGTH - 1))]
            case "stranger":
                flow = draw(st.sampled_from([PS_FLOW, CP_FLOW]))
                at = draw(st.integers(0, len(flow) // LENGTH - 1)) * LENGTH
                records.insert(rank, flow[at : at + LENGTH])
            case "byte":
                at = draw(st.integers(0, LENGTH - 1))
                byte = bytes([draw(st.integers(0, 255))])
                records[rank] = records[rank][:at] + byte + records[rank][at + 1 :]
    return b"".join(records)


@given(shuffled())
def test_shuffled_flows(data: bytes) -> None:
    agree(data)
    agree(data, norm="CP-2003C")


@pytest.mark.parametrize("profile", ["pharmacie", "hopital", "smg"])
def test_damaged_flows_of_many_shapes(profile: str) -> None:
    rng = random.Random(profile)
    for _ in range(12):
        data = bytearray(rng.choice(generated(profile)))
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            if rng.random() < 0.5:
                data[at] = rng.randrange(256)
            elif rng.random() < 0.5:
                del data[at : at + rng.randint(1, 300)]
            else:
                at -= at % LENGTH
                data[at : at + LENGTH] = b""
        agree(bytes(data))


# --- when the gate is built ---------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [0, 1, 7, 19, 20, 1000])
@pytest.mark.parametrize("profile", ["medecin", "hopital"])
def test_a_gate_that_comes_later_changes_nothing(
    profile: str, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Care billed again, a number used again, totals of batches: on either side of where it was built."""
    one = next(generate(Parametres(profile, seed=5, invoices=20))).data
    batch = one[LENGTH:-LENGTH]
    damaged = one[:LENGTH] + batch + batch.replace(b"00", b"0O", 3) + one[-LENGTH:]
    for data in (one, damaged):
        monkeypatch.setattr(Checker, "_without", 0)
        monkeypatch.setattr("fse.checker.FEW", few)
        checker = Checker(Reading(data), b2())
        found = list(checker.findings())
        assert found == list(check(data, engine="reference"))
        assert (checker.gate is None) == (few >= checker.factures)


def test_a_long_flow_has_its_gate_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checker, "_without", 0)
    monkeypatch.setattr("fse.checker.FEW", 1000)
    flow = octets(flux_ps([facture_ps(number + 1, personne=PERSONNES[number % 3]) for number in range(200)]))
    for data in (flow, read_flux(flow)):
        checker = Checker(Reading(flow) if data is flow else Relecture(data), b2())
        assert (list(checker.findings()), checker.gate is None) == (
            list(check(flow, engine="reference")),
            False,
        )


def test_the_gate_is_built_once_a_process_has_met_enough_invoices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small files are checked by thousands: together they are worth it."""
    monkeypatch.setattr(Checker, "_without", 0)
    monkeypatch.setattr("fse.checker.FEW", 5)
    gates = []
    for _ in range(4):
        checker = Checker(Reading(octets(flux_ps([facture_ps(1), facture_ps(2)]))), b2())
        assert list(checker.findings()) == []
        gates.append(checker.gate is not None)
    assert gates == [False, False, True, True]


# --- what the gate remembers ----------------------------------------------------------------------------


def test_what_was_learned_in_one_norm_is_not_used_in_another() -> None:
    data = generated("hopital", "CP-2003C")[0]
    before = agree(data, norm="CP-2003C")
    agree(data, norm="CP-2005E")
    agree(data, norm="PS-2003C")
    assert agree(data, norm="CP-2003C") == before == []


def test_codes_of_a_site_are_not_used_for_the_next_check(tmp_path: Path) -> None:
    data = octets(put(flux_ps(), 2, 77, "55"))
    (tmp_path / "b2.csv").write_text("list,code,label_fr,label_en\nnature_assurance,55,essai,test\n")
    assert [found.rule for found in agree(data)] == ["code.inconnu"]
    for engine in ("fast", "reference"):
        assert list(check(data, codes=tmp_path, engine=engine)) == []  # type: ignore[arg-type]
    assert [found.rule for found in agree(data)] == ["code.inconnu"]


def test_the_date_of_each_batch_counts_for_its_own_invoices() -> None:
    records = flux_ps(lots=[("001", PS, [facture_ps(1)]), ("002", AUTRE_PS, [facture_ps(2, ps=AUTRE_PS)])])
    records[1] = lot_ps("001", jour="260104")
    assert [(f.rule, f.record) for f in agree(octets(records))] == [("date.facturation-lot", 3)]
    records[1], records[6] = lot_ps("001"), lot_ps("002", AUTRE_PS, jour="260104")
    assert [(f.rule, f.record) for f in agree(octets(records))] == [("date.facturation-lot", 8)]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (b"260105", b"260105", True),
        (b"260104", b"260105", True),
        (b"260106", b"260105", False),
        (b"991231", b"000101", False),  # two centuries: left to the checks
        (b"000101", b"991231", False),
        (b"700101", b"991231", True),
        (b"000000", b"260105", True),
        (b"260105", b"000000", True),
        (b"      ", b"260105", True),
        (b"260105", b"      ", True),
    ],
)
def test_order_of_dates(first: bytes, second: bytes, expected: bool) -> None:
    assert in_order(first, second) is expected


@given(st.dates(), st.dates())
def test_dates_in_order_for_the_gate_are_in_order_for_the_checks(first: object, second: object) -> None:
    a, b = (f"{day:%y%m%d}".encode() for day in (first, second))
    if in_order(a, b):
        early, late = decode_aammjj(a), decode_aammjj(b)
        assert early is None or late is None or early <= late or b"000000" in (a, b)


# --- keys -----------------------------------------------------------------------------------------------


@given(st.from_regex(r"[0-9]{5}([0-9]{2}|2[AB])[0-9]{8}", fullmatch=True), st.booleans())
def test_the_key_of_a_nir_by_two_ways(number: str, right: bool) -> None:
    if right:
        number = number[:13] + nir.calc_check_digits(number[:13])
    expected = nir.is_valid(number) or not number.strip("0")
    assert nir_holds(number.encode()) is expected


@given(st.from_regex(r"[0-9]{8,11}|[0-9AB]{9}", fullmatch=True), st.booleans())
def test_the_key_of_a_professional_by_two_ways(number: str, right: bool) -> None:
    for kind, module in (("id:luhn9", luhn9), ("id:rpps", rpps)):
        body = number[: module.LENGTH - 1]
        if right and len(body) == module.LENGTH - 1 and body.isdigit():
            number = body + module.calc_check_digits(body)
        expected = module.is_valid(number) or not number.strip(" 0")
        assert HOLDS[kind](number.encode()) is expected


NO_NIR = ("", " " * 15, "0" * 15, " " * 13 + "00", "18001A999999940", "1800199999999 0")


@pytest.mark.parametrize("number", NO_NIR)
def test_the_key_of_what_is_no_nir(number: str) -> None:
    assert nir_holds(number.encode()) is (not number.strip(" 0"))


# --- tables of a site -----------------------------------------------------------------------------------


def _table(record: str, rename: dict[str, str], unlisted: frozenset[str] = frozenset()) -> str:
    """A table of a site: one record of city care with fields renamed, or without their list."""
    layout = read_flux(PS_FLOW).norme.layouts[record]
    lines = [
        "norm,record,position,name,start,length,kind,presence,list,personal,label_fr,label_en,confidence,note"
    ]
    for field in layout.fields:
        name = rename.get(field.name, field.name)
        codes = "" if field.name in unlisted else field.list
        lines.append(
            f"PS-2003C,{record},{field.position},{name},{field.start},{field.length},{field.kind.name},"
            f"{field.presence},{codes},{field.personal},x,x,A,"
        )
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("record", "rename", "unlisted"),
    [
        ("2", {"numero_facture": "dossier"}, frozenset()),
        ("2", {"caisse": "organisme"}, frozenset()),
        ("2", {"nature_assurance": "nature"}, frozenset()),
        ("2", {"nir": "matricule"}, frozenset()),
        ("2", {"date_naissance": "naissance"}, frozenset()),
        ("4", {"numero_facture": "dossier"}, frozenset()),
        ("4", {"montant_amo": "part"}, frozenset()),
        ("4", {"date_acte": "jour"}, frozenset()),
        ("4", {"quantite": "combien"}, frozenset()),
        ("4", {}, frozenset({"qualificatif_depense"})),
        ("4", {}, frozenset({"code_acte"})),
        ("5", {"total_amo": "total_part"}, frozenset()),
        ("1", {"date_lot": "jour"}, frozenset()),
        ("6", {"total_amo": "total_part"}, frozenset()),
        ("999", {"volume": "taille"}, frozenset()),
        ("000", {"numero_emetteur": "emetteur"}, frozenset()),
    ],
)
def test_a_table_of_another_design(
    tmp_path: Path, record: str, rename: dict[str, str], unlisted: frozenset[str]
) -> None:
    (tmp_path / "b2.csv").write_text(_table(record, rename, unlisted))
    rng = random.Random(record)
    signed = octets(flux_ps([facture_ps(1, [Ligne(qualificatif="L")])]))
    changed = [PS_FLOW, signed, *mutants(PS_FLOW, None, rng, 6)]
    for data in changed:
        fast = list(check(data, layouts=tmp_path))
        assert fast == list(check(data, layouts=tmp_path, engine="reference"))


def test_findings_helper_compares_engines() -> None:
    assert [f.rule for f in findings(octets(put(flux_ps(), 2, 79, "Z")))] == ["code.inconnu"]
