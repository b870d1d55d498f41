"""Every rule on zones: what triggers it, where, and its full text."""

import pytest
from ssv_samples import (
    AMC,
    CARD,
    COMMON,
    COVER,
    CPS_HOLDER,
    DAY,
    EXAMPLE,
    HEAD,
    MUTUAL,
    MUTUAL_RIGHTS,
    RIGHTS,
    SITUATION,
    SRT_FIELD,
    WHO,
    invoice,
)

from codes.rules import Severity, catalogue
from flatfile import FormatError
from fse.rules.registre import CLAIMS
from fse.ssv import Zone, check, read_zone


def raw(*groups):
    return Zone.build(groups).raw


def edited(number, field, value, groups=tuple(CARD)):
    return Zone.build(groups).replace(number, field, value).raw


def lines(source, lang):
    """Findings as text: place, then message."""
    return [f"{place(found)}: {message(found, lang)}" for found in check(source)]


def place(found):
    group = f"{found.type}#{found.occurrence}" if found.type else "zone"
    field = f".{found.field}" if found.field else ""
    return f"{found.rule} | {found.record} {group}{field} @{found.offset}+{found.length}"


def message(found, lang):
    return catalogue()[found.rule].message(lang, found.expected)


CPS = [(1, CPS_HOLDER), (2, SITUATION)]
INVOICE = [(group.id, list(group.fields)) for group in invoice().groups]

#: A zone, then the findings: place, French, English.
CASES = {
    "cut": (
        EXAMPLE + b"\x00\x6a",
        [
            (
                "zone.tronquee | 6 106#2 @285+2",
                "la zone s'arrête dans l'en-tête d'un groupe ; 3 octets attendus",
                "the zone stops within the header of a group; 3 bytes expected",
            ),
        ],
    ),
    "form": (
        EXAMPLE + b"\x00\x6a\x80",
        [
            (
                "zone.longueur-interdite | 6 106#2 @285+3",
                "cette longueur ne commence par aucune des formes permises (00-7F, 81-84)",
                "this length starts with none of the forms allowed (00-7F, 81-84)",
            ),
        ],
    ),
    "group over": (
        EXAMPLE + b"\x00\x6a\x05\x00",
        [
            (
                "zone.groupe-deborde | 6 106#2 @285+4",
                "ce groupe annonce plus d'octets que la zone n'en contient (octets restants : 1)",
                "this group announces more bytes than the zone holds (bytes left: 1)",
            ),
        ],
    ),
    "field over": (
        EXAMPLE + b"\x00\x6a\x02\x05\x00",
        [
            (
                "zone.champ-deborde | 6 106#2.date_debut_couverture @288+2",
                "ce champ annonce plus d'octets que son groupe n'en contient (octets restants : 1)",
                "this field announces more bytes than its group holds (bytes left: 1)",
            ),
        ],
    ),
    "line end": (
        EXAMPLE + b"\r\n",
        [
            (
                "zone.octets-finaux | 6 zone @285+2",
                "2 octet(s) de remplissage suivent le dernier groupe",
                "2 byte(s) of filling follow the last group",
            ),
        ],
    ),
    "nul filling": (
        EXAMPLE + b"\0" * 300,
        [
            (
                "zone.octets-finaux | 6 zone @285+300",
                "300 octet(s) de remplissage suivent le dernier groupe",
                "300 byte(s) of filling follow the last group",
            ),
        ],
    ),
    "long group": (
        EXAMPLE.replace(b"\x00\x66\x1c", b"\x00\x66\x81\x1c"),
        [
            (
                "zone.longueur-longue | 2 102#1 @66+32",
                "cette longueur tient dans une forme plus courte",
                "this length fits a shorter form",
            ),
        ],
    ),
    "long field": (
        EXAMPLE + SRT_FIELD,
        [
            (
                "zone.longueur-longue | 6 3600#1.version_referentiel @288+6",
                "cette longueur tient dans une forme plus courte",
                "this length fits a shorter form",
            ),
        ],
    ),
    "unknown": (
        EXAMPLE + raw((9999, ["a"]), (9999, ["b"])),
        [
            (
                "zone.groupe-inconnu | 6 9999#1 @285+5",
                "ce groupe n'est pas dans la table publique ; il est gardé tel quel",
                "this group is not in the public table; it is kept as it is",
            ),
        ],
    ),
    "extra": (
        raw(*CARD[:3], (105, [DAY, DAY, "new", "new"]), COVER),
        [
            (
                "zone.champ-en-trop | 4 105#1.champ_3 @249+4",
                "ce groupe a plus de 2 champs ; les autres sont gardés tels quels",
                "this group has more than 2 fields; the others are kept as they are",
            ),
        ],
    ),
    "fewer": (
        raw(*CARD[:4], (106, ["", "", "0"])),
        [
            (
                "zone.champ-manquant | 5 106#1.code_situation @256+0",
                "ce groupe s'arrête ici ; 4 champs sont attendus",
                "this group stops here; 4 fields are expected",
            ),
        ],
    ),
    "order": (
        raw(*CARD[:3], COVER, RIGHTS),
        [
            (
                "zone.ordre | 5 105#1 @232+29",
                "ce groupe n'est pas à sa place ; ordre attendu : 104 105 106 (107 108 | 109 111)",
                "this group is not at its place; expected order: 104 105 106 (107 108 | 109 111)",
            ),
        ],
    ),
    "order of head": (
        raw(HEAD[0], WHO, RIGHTS, COVER, HEAD[1]),
        [
            (
                "zone.ordre | 5 102#1 @254+7",
                "ce groupe n'est pas à sa place ; ordre attendu : 101 102 103 104",
                "this group is not at its place; expected order: 101 102 103 104",
            ),
        ],
    ),
    "no beneficiary": (
        raw(*HEAD, RIGHTS),
        [
            (
                "zone.parent-absent | 3 105#1 @73+29",
                "ce groupe doit suivre un groupe 104, qui manque",
                "this group must follow a group 104, which is missing",
            ),
            (
                "zone.groupe-absent | 0 104#0 @102+0",
                "la carte n'a pas de groupe 104",
                "the card has no group 104",
            ),
        ],
    ),
    "no mutual": (
        raw(*CARD, MUTUAL_RIGHTS),
        [
            (
                "zone.parent-absent | 6 108#1 @261+29",
                "ce groupe doit suivre un groupe 107, qui manque",
                "this group must follow a group 107, which is missing",
            ),
        ],
    ),
    "no amc": (
        raw(*CARD, MUTUAL, COMMON),
        [
            (
                "zone.parent-absent | 7 111#1 @286+10",
                "ce groupe doit suivre un groupe 109, qui manque",
                "this group must follow a group 109, which is missing",
            ),
        ],
    ),
    "both": (
        raw(*CARD, MUTUAL, MUTUAL_RIGHTS, AMC),
        [
            (
                "zone.mutuelle-et-amc | 8 109#1 @315+54",
                "un même bénéficiaire a un seul de ces groupes : 107 | 109",
                "a beneficiary has only one of these groups: 107 | 109",
            ),
        ],
    ),
    "no insured": (
        raw(*CARD[1:]),
        [
            (
                "zone.groupe-absent | 0 101#0 @195+0",
                "la carte n'a pas de groupe 101",
                "the card has no group 101",
            ),
        ],
    ),
    "double": (
        raw(*CARD, MUTUAL, MUTUAL),
        [
            (
                "zone.groupe-double | 7 107#2 @286+25",
                "ce groupe est déjà présent à cet endroit ; 1 seul est attendu",
                "this group is already present there; only 1 is expected",
            ),
        ],
    ),
    "many": (
        raw(*CARD[:3], *[RIGHTS] * 5, COVER),
        [
            (
                "zone.nombre-groupes | 7 105#4 @307+29",
                "plus de 3 groupes de ce type ; les libellés publics n'en annoncent pas plus",
                "more than 3 groups of this type; the public labels announce no more",
            ),
        ],
    ),
    "presumed order": (
        raw(CPS[1], CPS[0]),
        [
            (
                "zone.ordre-presume | 2 1#1 @79+38",
                "ce groupe est attendu avant le groupe 2, d'après des sources indirectes",
                "this group is expected before group 2, from indirect sources",
            ),
        ],
    ),
    "invoice late": (
        raw(*INVOICE[1:], INVOICE[0]),
        [
            (
                "zone.ordre-presume | 4 1110#1 @119+32",
                "ce groupe est attendu avant le groupe 1120, d'après des sources indirectes",
                "this group is expected before group 1120, from indirect sources",
            ),
        ],
    ),
    "expected": (
        raw(INVOICE[0], INVOICE[3]),
        [
            (
                "zone.groupe-attendu | 0 1120#0 @55+0",
                "le groupe 1120 est attendu dans une telle zone, d'après des sources indirectes",
                "group 1120 is expected in such a zone, from indirect sources",
            ),
            (
                "zone.groupe-attendu | 0 1130#0 @55+0",
                "le groupe 1130 est attendu dans une telle zone, d'après des sources indirectes",
                "group 1130 is expected in such a zone, from indirect sources",
            ),
        ],
    ),
    "form of nir": (
        edited(1, "nir", "28402999990 4"),
        [
            (
                "zone.forme-nir | 1 101#1.nir @33+14",
                "ce champ n'a pas la forme d'un NIR de 13 caractères",
                "this field does not have the form of a NIR of 13 characters",
            ),
        ],
    ),
    "key": (
        edited(1, "cle_nir", "89"),
        [
            (
                "zone.cle-nir | 1 101#1.cle_nir @47+3",
                "la clé ne correspond pas au NIR",
                "the key does not go with the NIR",
            ),
        ],
    ),
    "certified key": (
        Zone.build([*HEAD, (104, [*WHO[1][:8], "2120199999001", "51", *WHO[1][10:]]), COVER]).raw,
        [
            (
                "zone.cle-nir-certifie | 3 104#1.cle_nir_certifie @171+3",
                "la clé ne correspond pas au NIR certifié",
                "the key does not go with the certified NIR",
            ),
        ],
    ),
    "key of a biller": (
        edited(2, "cle_facturation_ps", "1", CPS),
        [
            (
                "zone.cle-ps | 2 2#1.cle_facturation_ps @92+2",
                "la clé ne correspond pas au numéro du professionnel",
                "the key does not go with the professional's number",
            ),
        ],
    ),
    "national key": (
        edited(1, "numero_identification_nationale", "991068041", CPS),
        [
            (
                "zone.cle-ps | 1 1#1.numero_identification_nationale @7+10",
                "la clé ne correspond pas au numéro du professionnel",
                "the key does not go with the professional's number",
            ),
        ],
    ),
    "rpps": (
        raw((1, ["0", "8", "10000000001", "1", "13", "MARQUEUR", "ODETTE"]), CPS[1]),
        [
            (
                "zone.cle-ps | 1 1#1.numero_identification_nationale @7+12",
                "la clé ne correspond pas au numéro du professionnel",
                "the key does not go with the professional's number",
            ),
        ],
    ),
    "form of date": (
        edited(4, "date_fin_droits_amo", "20301231"),
        [
            (
                "zone.forme-date | 4 105#1.date_fin_droits_amo @236+9",
                "cette date n'a pas 12 chiffres (AAAAMMJJHHMM)",
                "this date does not have 12 digits (AAAAMMJJHHMM)",
            ),
        ],
    ),
    "calendar": (
        edited(4, "date_fin_droits_amo", "203013310000"),
        [
            (
                "zone.date-calendrier | 4 105#1.date_fin_droits_amo @236+13",
                "ce jour n'existe pas ; la forme est AAAAMMJJHHMM",
                "there is no such day; the form is AAAAMMJJHHMM",
            ),
        ],
    ),
    "period": (
        edited(4, "date_fin_droits_amo", "201912310000"),
        [
            (
                "zone.periode | 4 105#1.date_fin_droits_amo @236+13",
                "le dernier jour de la période précède le premier",
                "the last day of the period is before the first one",
            ),
        ],
    ),
    "digits": (
        edited(1, "caisse_gestionnaire", "9 9"),
        [
            (
                "zone.numerique | 1 101#1.caisse_gestionnaire @53+4",
                "ce champ ne contient pas que des chiffres",
                "this field does not hold digits only",
            ),
        ],
    ),
    "control": (
        edited(3, "prenom", b"ODE\x00TE"),
        [
            (
                "zone.octets-de-controle | 3 104#1.prenom @92+7",
                "ce texte contient des octets qui ne sont pas des caractères",
                "this text holds bytes that are no characters",
            ),
        ],
    ),
    "length": (
        edited(1, "code_gestion", "100"),
        [
            (
                "zone.longueur-inhabituelle | 1 101#1.code_gestion @62+4",
                "ce champ a une longueur jamais vue sur les cartes de test (vues : 2)",
                "this field has a length never seen on test cards (seen: 2)",
            ),
        ],
    ),
    "code": (
        edited(3, "qualite", "7"),
        [
            (
                "zone.code-inconnu | 3 104#1.qualite @189+2",
                "ce code n'est pas dans la liste qualite",
                "this code is not in list qualite",
            ),
        ],
    ),
    "open list": (
        edited(1, "type_carte_vitale", "R"),
        [
            (
                "zone.code-liste-ouverte | 1 101#1.type_carte_vitale @3+2",
                "ce code n'est pas parmi ceux que nous connaissons de la liste type_carte_vitale",
                "this code is not among those we know of list type_carte_vitale",
            ),
        ],
    ),
    "recipient": (
        edited(4, "organisme_destinataire", "998", INVOICE),
        [
            (
                "zone.destinataire | 4 1310#1.organisme_destinataire @143+4",
                "les règles de 2005 à 2010 donnent le destinataire 999",
                "the rules of 2005 to 2010 give the recipient 999",
            ),
        ],
    ),
}


@pytest.mark.parametrize(("source", "expected"), CASES.values(), ids=CASES)
def test_what_is_found(source, expected):
    found = list(check(source))
    assert [(place(each), message(each, "fr"), message(each, "en")) for each in found] == expected


# --- what stops the reading -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "options", "code", "fr", "en"),
    [
        (b"", {}, "zone.vide", "la zone ne contient aucun octet", "the zone holds no byte"),
        (
            b"%PDF-1.7",
            {},
            "zone.autre-fichier",
            "ce fichier n'est pas une zone SSV (aspect : PDF)",
            "this file is not an SSV zone (looks like: PDF)",
        ),
        (
            EXAMPLE,
            {"limit": 100},
            "zone.trop-grande",
            "le fichier dépasse 100 octets",
            "the file has more than 100 bytes",
        ),
        (
            EXAMPLE[:100],
            {"strict": True},
            "zone.tronquee",
            "la zone s'arrête dans l'en-tête d'un groupe ; 4 octets attendus",
            "the zone stops within the header of a group; 4 bytes expected",
        ),
    ],
)
def test_what_stops_the_reading(source, options, code, fr, en):
    with pytest.raises(FormatError) as caught:
        read_zone(source, **options)
    rule = catalogue()[caught.value.code]
    assert rule.id == code
    assert rule.message("fr", **caught.value.facts) == fr
    assert rule.message("en", **caught.value.facts) == en
    assert rule.unreadable is not options.get("strict", False)


def test_an_empty_zone_made_in_memory_is_told():
    assert [finding.rule for finding in check(Zone(b""))] == ["zone.vide"]


# --- the catalogue ----------------------------------------------------------------------------------------


def test_every_rule_is_triggered_here_and_claimed_by_one_check():
    family_rules = {id for id, rule in catalogue().items() if rule.family == "zone"}
    raised = {"zone.vide", "zone.autre-fichier", "zone.trop-grande", "zone.autre-zone", "zone.sans-nir"}
    found = {finding.rule for source, _ in CASES.values() for finding in check(source)}
    assert found | raised == family_rules
    assert {id for id in CLAIMS if id.startswith("zone.")} == family_rules


def test_doubtful_rules_are_no_errors():
    for rule in catalogue().values():
        if rule.family == "zone" and rule.confidence in "CD":
            assert rule.severity < Severity.ERROR


@pytest.mark.parametrize("id", ["zone.cle-nir", "zone.cle-nir-certifie", "zone.cle-ps"])
def test_a_wrong_key_never_refuses_a_zone(id):
    assert catalogue()[id].severity is Severity.WARNING
