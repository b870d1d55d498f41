"""Checks: each rule of the family `retour` is triggered, by its full text; habits are information."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import noemie_samples as samples
import pytest

from codes.rules import catalogue
from codes.rules.model import Severity
from flatfile import Finding
from noemie import check, read_retour
from noemie.returns.framing import STYLES, frame
from noemie.returns.places import Places

FIRST, *BODY, LAST = samples.ENTITES_PS
FRAMING = {"retour.inconnu"}  # raised, never found: see test_noemie_physical


def findings(raw: bytes) -> list[Finding]:
    return list(check(read_retour(raw)))


def told(raw: bytes, lang: str = "fr") -> list[str]:
    """Findings as `entity number field: message`."""
    return [
        f"{finding.type} {finding.record} {finding.field}: "
        f"{catalogue()[finding.rule].message(lang, finding.expected)}"
        for finding in findings(raw)
    ]


def changed(old: bytes, new: bytes, raw: bytes = samples.RETOUR_PS_P2) -> bytes:
    """The return with one entity replaced, where it comes first."""
    assert raw.count(old) >= 1
    return raw.replace(old, new, 1)


def small(*body: bytes, total: int = 0) -> bytes:
    return b"".join((samples.debut(), *body, samples.fin(3, total, lots=1)))


# --- files without a remark --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ps-P1", "ps-P2", "ps-P3", "ancien-P2"])
def test_a_clean_return_has_no_finding(name: str) -> None:
    assert findings(samples.RETOURS[name]) == []


def test_the_habits_of_the_known_929_sample_are_information_only() -> None:
    found = findings(samples.RETOUR_929)
    assert {catalogue()[finding.rule].severity for finding in found} == {Severity.INFO}
    assert [(finding.rule, finding.type, finding.field) for finding in found] == [
        ("retour.octets-nuls", "290", "libelle_rejet"),
        ("format.blanc", "999", "blanc_2"),
    ]


@pytest.mark.parametrize(
    ("name", "raw", "rules"),
    [
        ("unknown recipient", samples.debut(type_destinataire="ZZ"), {"code.liste-ouverte"}),
        ("unknown reference", samples.debut(reference_norme="123"), {"code.liste-ouverte"}),
        ("blank currency", samples.debut(unite_monetaire=""), set[str]()),
        ("Z as last byte", samples.debut()[:-1] + b"Z", set[str]()),
        ("any declared length", samples.debut(longueur_enregistrement="999"), set[str]()),
        ("any password", samples.debut(mot_de_passe="SECRET"), set[str]()),
    ],
)
def test_tolerances_of_the_header(name: str, raw: bytes, rules: set[str]) -> None:
    end = LAST[:25] + raw[25:27] + LAST[27:]
    found = findings(b"".join((raw, *BODY, end)))
    assert {finding.rule for finding in found} == rules
    assert all(catalogue()[finding.rule].severity is Severity.INFO for finding in found)


def test_blanks_in_a_managing_unit_are_information_only() -> None:
    old = samples.facture("000000123")[1]
    found = findings(changed(old, old[:147] + b"    " + old[151:]))
    assert [(finding.rule, finding.field) for finding in found] == [("format.remplissage", "unite_gestion")]


# --- every rule of the family ------------------------------------------------------------------------------

E040 = samples.entite("040", 2, numero_destinataire_reglement="000000999999999")
PAID = samples.part_amo(1855, "P", 1855)
REJECTED = samples.part_amo(1855, "R", 0)
CLOSE_1 = samples.cloture(1, 2, 29650)
CLOSE_2 = samples.cloture(2, 3, 1650)
CLOSE_3 = samples.cloture(3, 1, 2650)

CASES: dict[str, tuple[bytes, list[str]]] = {
    "retour.debut-absent": (
        b"".join((*BODY, LAST)),
        ["020 1 : le retour ne commence pas par l'entité 000"],
    ),
    "retour.debut-double": (
        samples.RETOUR_PS_P2[:128] + samples.RETOUR_PS_P2,
        ["000 2 : cette entité 000 en suit une autre, sans rien entre elles"],
    ),
    "retour.fin-absente": (
        b"".join((FIRST, *BODY)),
        ["990 36 : le retour ne se termine pas par l'entité 999"],
    ),
    "retour.apres-fin": (
        samples.RETOUR_PS_P2 + b"RESTE DE FICHIER@",
        [
            " 38 : ces octets n'appartiennent à aucune entité ; la lecture reprend après le @ suivant",
            " 38 : des données suivent l'entité 999, qui doit être la dernière",
        ],
    ),
    "retour.tronque": (
        samples.RETOUR_PS_P2[: samples.RETOUR_PS_P2.index(b"10203124") + 20],
        [
            "020 2 : le niveau 01 ouvert par cette entité n'est clos par aucune entité 990",
            "040 3 : le niveau 02 ouvert par cette entité n'est clos par aucune entité 990",
            "102 12 : cette entité est incomplète ; 40 octets attendus",
            "102 12 : le retour ne se termine pas par l'entité 999",
            "102 12 : le niveau 03 ouvert par cette entité n'est clos par aucune entité 990",
        ],
    ),
    "retour.enveloppe-courte": (
        samples.RETOUR_PS_P2.rstrip(b" "),
        ["999 37 : les blancs à la fin de cette entité manquent ; 128 octets attendus"],
    ),
    "retour.delimiteur": (
        changed(E040, E040[:-1] + b"#"),
        ["040 3 : cette entité ne se termine pas par @ à sa place ; 21 octets attendus"],
    ),
    "retour.entite-inconnue": (
        changed(CLOSE_3, b"21299" + b"0" * 20 + b"@" + samples.cloture(3, 2, 2650)),
        ["212 11 : cette entité n'est pas décrite par nos sources ; elle est conservée telle quelle"],
    ),
    "retour.octets-parasites": (
        changed(E040, b"XYZ@" + E040),
        [" 3 : ces octets n'appartiennent à aucune entité ; la lecture reprend après le @ suivant"],
    ),
    "retour.octets-blancs": (
        samples.RETOUR_PS_P2 + b"   ",
        [" 38 : du remplissage (espaces, NUL, 0x1A, lignes vides) se trouve hors des entités"],
    ),
    "retour.octets-nuls": (
        changed(b"REF 123456    ", b"REF 123456    ".replace(b" " * 4, b"\0" * 4)).replace(
            b"\0\0\0\0" + b" " * 18, b"\0" * 22
        ),
        ["071 4 libelle_virement_2: des octets NUL complètent cette zone à la place d'espaces"],
    ),
    "retour.coupures": (
        b"\r\n".join(samples.RETOUR_PS_P2[at : at + 76] for at in range(0, len(samples.RETOUR_PS_P2), 76)),
        ["000 1 : des fins de ligne coupent les entités ; le retour est lu sans elles"],
    ),
    "retour.blancs-retires": (
        b"".join(
            samples.RETOUR_PS_P1[at : at + 128].rstrip() + b"\n"
            for at in range(0, len(samples.RETOUR_PS_P1), 128)
        ),
        ["000 1 : les lignes ont perdu les blancs de leur fin ; le retour est lu avec eux"],
    ),
    "retour.jour-douteux": (
        changed(b"012050326", b"012260305"),
        [
            "102 6 date_lot: ce jour, lu JJMMAA, n'existe pas ou est loin du paiement ; "
            "lu AAMMJJ, il est possible"
        ],
    ),
    "retour.signe-blanc": (
        changed(PAID, PAID[:22] + b" @"),
        [
            "198 8 signe_montant_amo: ce montant n'est pas nul et son signe est à blanc ; "
            "il est lu comme positif"
        ],
    ),
    "retour.etat-montant": (
        changed(REJECTED, samples.part_amo(1855, "R", 1855)),
        [
            "198 14 etat_paiement_amo: cette part est rejetée, différée ou non traitée, "
            "et porte pourtant un montant payé",
            "990 19 cumul_montants: ce total ne correspond pas aux montants du niveau clos (1855 centimes)",
        ],
    ),
    "retour.cloture-absente": (
        changed(CLOSE_3, b""),
        [
            "102 6 : le niveau 03 ouvert par cette entité n'est clos par aucune entité 990",
        ],
    ),
    "retour.cloture-orpheline": (
        changed(CLOSE_1, CLOSE_1 + samples.cloture(4, 0, 0)),
        ["990 37 : cette entité 990 clôt le niveau 04, qui n'est pas ouvert"],
    ),
    "retour.niveau-saute": (
        small(samples.entite("071", 2), samples.cloture(2, 0, 0)),
        ["071 2 : cette entité ouvre un niveau plus profond que le suivant (01 au plus attendu)"],
    ),
    "retour.compteur": (
        changed(CLOSE_2, samples.cloture(2, 4, 1650)),
        [
            "990 26 compteur_niveau_inferieur: ce compteur ne correspond pas au contenu du niveau clos "
            "(3 éléments)"
        ],
    ),
    "retour.total": (
        changed(CLOSE_3, samples.cloture(3, 1, 9999)),
        [
            "990 11 cumul_montants: ce total ne correspond pas aux montants du niveau clos (2650 centimes)",
            "990 26 cumul_montants: ce total ne correspond pas aux montants du niveau clos (8999 centimes)",
        ],
    ),
    "retour.total-fichier": (
        changed(LAST, samples.fin(3, 29651)),
        [
            "999 37 cumul_montants: le total de l'entité 999 ne correspond pas aux montants du retour "
            "(29650 centimes)"
        ],
    ),
    "retour.nombre-enregistrements": (
        frame(STYLES["P3"], (FIRST, *BODY, samples.fin(4, 29650))),
        [
            "999 37 nombre_enregistrements: l'entité 999 n'annonce pas le nombre d'enregistrements physiques "
            "du fichier (3)"
        ],
    ),
    "retour.nombre-lots": (
        changed(LAST, samples.fin(3, 29650, lots=7)),
        ["999 37 nombre_lots: le nombre de lots de l'entité 999 n'est pas celui que nous comptons (1)"],
    ),
    "retour.identite": (
        changed(LAST, samples.fin(3, 29650, identification_fichier="FIC008")),
        ["999 37 identification_fichier: cette zone de l'entité 999 diffère de la même zone de l'entité 000"],
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_rules(rule: str) -> None:
    raw, expected = CASES[rule]
    assert told(raw) == expected
    assert rule in {finding.rule for finding in findings(raw)}


def test_every_rule_of_the_family_has_a_case() -> None:
    family = {id for id in catalogue() if id.startswith("retour.")}
    assert family == {*CASES, *FRAMING}


def test_the_rules_are_well_written() -> None:
    for rule in catalogue().values():
        if rule.family != "retour":
            continue
        texts = [
            getattr(rule, f"{part}_{lang}")
            for part in ("title", "message", "why", "fix")
            for lang in ("fr", "en")
        ]
        assert all(texts)
        assert all(text.endswith(".") for text in texts[4:])
        assert not any(text.endswith(".") for text in texts[:4])
        assert ("{expected}" in rule.message_fr) == ("{expected}" in rule.message_en)
        assert rule.confidence in "AB" or rule.severity < Severity.ERROR


# --- formats and codes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "field", "piece", "rule"),
    [
        ("198", "montant_amo_demande", b"0000X855", "format.numerique"),
        ("102", "niveau_rupture", b"A3", "format.numerique"),
        ("071", "date_comptable", b"310226", "format.date"),
        ("103", "prenom_assure", b"CAMILLE\xc9       ", "format.caractere"),
        ("103", "nir", b"18505780X6084", "format.nir"),
        ("103", "cle_nir", b"X6", "format.identifiant"),
        ("198", "signe_montant_amo", b"+", "format.signe"),
        ("198", "etat_paiement_amo", b"Z", "code.inconnu"),
        ("102", "type_facture", b"Z", "code.inconnu"),
        ("102", "type_facture", b" ", "code.absent"),
        ("102", "nature_assurance", b"ZZ", "code.liste-ouverte"),
        ("210", "quantite", b"  1", "format.remplissage"),
        ("081", "type_retour", b"99", "code.inconnu"),
    ],
)
def test_fields(number: str, field: str, piece: bytes, rule: str) -> None:
    retour = read_retour(samples.RETOUR_PS_P2)
    record = next(record for record in retour.entites if record.type == number)
    found = list(check(retour.replace(record, **{field: piece})))
    assert (rule, field) in [(finding.rule, finding.field) for finding in found]
    for finding in found:
        assert piece.decode("latin-1") not in repr(finding) or piece.strip() in (
            b"",
            b"Z",
            b"99",
            b"ZZ",
            b"A3",
            b"+",
            b"1",
            b"X6",
        )
    about = next(finding for finding in found if finding.rule == rule)
    assert (about.record, about.type, about.length) == (record.number, number, len(piece))
    assert about.offset == record.offset + record.layout.by_name[field].start - 1


def test_offsets_in_p1_are_those_of_the_bytes_in_the_file() -> None:
    raw = b"\xef\xbb\xbf" + frame(STYLES["P1"], (FIRST, *BODY * 5, LAST))
    first, last = 3 + 128, len(raw) - 128
    bytes_of_entities = [at for at in range(3, len(raw)) if at < first or (at - 3) % 128 or at >= last]
    retour = read_retour(raw)
    places, start = Places(retour), 0
    for record in retour.entites[:-1]:
        for field in record.layout.fields:
            found = places.finding("format.numerique", record, field.name)
            assert found.offset == bytes_of_entities[start + field.start - 1]
        start += len(record.raw)


def test_a_birth_date_may_be_no_day() -> None:
    retour = read_retour(samples.RETOUR_PS_P2)
    record = next(record for record in retour.entites if record.type == "103")
    assert list(check(retour.replace(record, date_naissance=b"991385"))) == []


def test_a_finding_names_its_invoice_and_batch() -> None:
    (finding,) = findings(changed(PAID, PAID[:22] + b" @"))
    assert (finding.facture, finding.lot) == ("000000123", "012")
    assert findings(changed(LAST, samples.fin(3, 0)))[0].facture == ""


def test_a_name_is_never_taken_for_an_invoice_number() -> None:
    raw = samples.RETOUR_PS_P2.replace(b"000000123", b"MARTIN   ")
    found = findings(changed(PAID, PAID[:22] + b" @", raw))
    assert [finding.facture for finding in found] == [""]


def test_debts_may_be_in_the_totals_or_not() -> None:
    raw = samples.RETOUR_PS_P2
    raw = raw.replace(samples.cloture(2, 2, 28000), samples.cloture(2, 2, 27500))
    raw = raw.replace(CLOSE_1, samples.cloture(1, 2, 29150)).replace(LAST, samples.fin(3, 29150))
    assert findings(raw) == []


def test_a_site_adds_its_codes(tmp_path: Path) -> None:
    (tmp_path / "noemie.csv").write_text(
        "list,code,label_fr,label_en\netat_paiement,Z,x,x\n", encoding="utf-8"
    )
    retour = read_retour(changed(REJECTED, samples.part_amo(1855, "Z", 0)))
    assert [finding.rule for finding in check(retour)] == ["code.inconnu"]
    assert list(check(retour, codes=tmp_path)) == []


@pytest.mark.parametrize(
    ("damage", "rules"),
    [
        (lambda raw: raw[:40] + b"\x00" + raw[41:], {"format.numerique", "retour.identite"}),
        (lambda raw: raw.replace(b"999CP", b"999CM"), {"retour.identite"}),
        (lambda raw: raw[:5] + b" " * 7 + raw[12:], set()),
        (lambda raw: raw[:5] + b"   A   " + raw[12:], {"format.numerique", "retour.identite"}),
    ],
)
def test_headers(damage: Callable[[bytes], bytes], rules: set[str]) -> None:
    assert {finding.rule for finding in findings(damage(samples.RETOUR_PS_P2))} == rules
