"""Views: the norm's words on the groups of a zone."""

from datetime import date, datetime

import pytest
from ssv_samples import CHILD_NIR, EXAMPLE, INSURED_NIR, child, cps, family, insured, invoice, person

from fse.ssv import Vue, Zone, build_carte_vitale, read_zone, tables, to_date, to_datetime, vue_of
from fse.ssv import vue as vue_module
from fse.ssv.vues_carte import Beneficiaire, Mutuelle

DAY = date(2024, 6, 1)


# --- Vitale card ------------------------------------------------------------------------------------------


def test_the_card_of_the_worked_example():
    card = read_zone(EXAMPLE).carte_vitale()
    assure = card.assure
    assert (assure.nir, assure.cle_nir, assure.code_regime) == (INSURED_NIR, "88", "01")
    assert (assure.caisse_gestionnaire, assure.centre_gestionnaire) == ("999", "0000")
    assert (assure.code_gestion, assure.date_fin_validite) == ("10", date(2030, 12, 31))
    assert assure.ruf_1 == b"0"
    assert card.service_famille.date_debut_service_amo_famille is None
    assert card.accidents_travail == ()
    (who,) = card.beneficiaires
    assert (who.nom_usuel, who.nom_patronymique, who.prenom) == ("FICTIF", "EXEMPLE", "ODETTE")
    assert who.adresse_5 == "00000 VILLE-INVENTEE"
    assert (who.date_naissance, who.jour_naissance) == ("198402290000", date(1984, 2, 29))
    assert [(period.debut, period.fin) for period in who.droits_amo] == [
        (date(2020, 1, 1), date(2030, 12, 31))
    ]
    assert [cover.code_couverture for cover in who.couvertures] == ["00100"]
    assert (who.mutuelle, who.amc, who.zone_commune, len(who.droits_mutuelle)) == (None, None, None, 0)


def test_the_nir_of_a_person_is_the_certified_one_or_that_of_the_card():
    first, second = family().carte_vitale().beneficiaires
    assert (first.nir, first.cle_nir) == (INSURED_NIR, "88")
    assert (second.nir, second.cle_nir, second.est_assure) == (CHILD_NIR, "52", False)
    (third,) = build_carte_vitale(insured(), [child()]).carte_vitale().beneficiaires
    assert (third.nir, third.cle_nir) == ("", "")


@pytest.mark.parametrize(("quality", "answer"), [("0", True), ("00", True), ("6", False), ("", False)])
def test_quality_is_compared_as_an_integer(quality, answer):
    (who,) = build_carte_vitale(insured(), [person(qualite=quality)]).carte_vitale().beneficiaires
    assert who.est_assure is answer


@pytest.mark.parametrize("birth", ["201213010000", "201219000000", "198402320000", "000000000000"])
def test_a_birth_date_that_no_calendar_has_is_a_value(birth):
    (who,) = build_carte_vitale(insured(), [person(date_naissance=birth)]).carte_vitale().beneficiaires
    assert (who.date_naissance, who.jour_naissance) == (birth, None)


def test_what_follows_a_beneficiary_is_theirs():
    first, second = family().carte_vitale().beneficiaires
    assert [cover.code_couverture for cover in first.couvertures] == ["00100", "10101"]
    assert (first.mutuelle.identification_mutuelle, first.amc) == ("99999997", None)
    assert [period.fin for period in first.droits_mutuelle] == [date(2024, 12, 31)]
    assert second.mutuelle is None
    assert (second.amc.numero_complementaire_b2, second.amc.code_routage_amc) == ("12345678", "MA")
    assert second.amc.date_debut_validite_amc == date(2024, 1, 1)
    assert second.zone_commune.zone_commune == b"000000"


def test_rights_and_coverage_on_a_day():
    first, _ = family().carte_vitale().beneficiaires
    assert first.droits_ouverts_le(DAY) is True
    assert first.droits_ouverts_le(date(2031, 1, 1)) is False
    assert first.couverture_le(DAY).code_couverture == "00100"
    (without,) = (
        build_carte_vitale(insured(), [person(droits=[], couvertures=[])]).carte_vitale().beneficiaires
    )
    assert (without.droits_ouverts_le(DAY), without.couverture_le(DAY)) == (None, None)


def test_a_period_without_an_end_is_open():
    zone = Zone.build([(104, []), (105, ["202001010000", ""])])
    (who,) = zone.carte_vitale().beneficiaires
    assert who.droits_ouverts_le(date(2099, 1, 1)) is True
    assert who.droits_ouverts_le(date(2019, 12, 31)) is False


@pytest.mark.parametrize("count", [1, 6, 7, 19, 500])
def test_any_number_of_beneficiaries(count):
    people = [child(prenom=f"ENFANT{rank}") for rank in range(count)]
    beneficiaires = build_carte_vitale(insured(), people).carte_vitale().beneficiaires
    assert len(beneficiaires) == count
    assert beneficiaires[-1].prenom == f"ENFANT{count - 1}"
    assert [who.prenom for who in beneficiaires[:2]] == [f"ENFANT{rank}" for rank in range(min(count, 2))]
    with pytest.raises(IndexError):
        beneficiaires[count]


def test_accidents_are_those_that_are_named():
    (accident,) = family().carte_vitale().accidents_travail
    assert accident == ("019990000", "00", "00001234")


# --- other subjects ---------------------------------------------------------------------------------------


def test_a_professional_card():
    card = cps().cps()
    assert (card.titulaire.nom_ps, card.titulaire.numero_identification_nationale) == (
        "MARQUEUR",
        "991068040",
    )
    assert [place.numero_logique_situation for place in card.situations] == ["1", "2"]
    assert card.situations[1].numero_facturation_ps == "99106804"
    assert card.titulaire.libelle("civilite", "en") == "doctor (title)"


def test_a_workstation():
    zone = Zone.build(
        [
            (60, ["0713", "0345", "0339"]),
            (61, ["MAKER", "TYPE", "1", "OS", "1", "PROG", "0100", "202401021530", "AB"]),
            (64, ["100", "PROTOCOLES", "0339"]),
            (64, ["200", "AUTRE", "0001"]),
            (67, ["READER", "CPS"]),
            (3600, ["1099", "", "06300", "", "", "REEL", "", "", "0212"]),
            (3780, ["I", "0115", "0110", "REEL", ""]),
        ]
    )
    station = zone.configuration()
    assert (station.versions.version_ssv, station.versions.version_pss) == ("0713", "0339")
    assert station.lecteurs[0].date_heure_lecteur == datetime(2024, 1, 2, 15, 30)
    assert [part.libelle_composant for part in station.composants] == ["PROTOCOLES", "AUTRE"]
    assert not station.composants_ssv
    assert not station.composants_galss
    assert station.lecteurs_pcsc[0].nom_lecteur_pcsc == "READER"
    assert station.version_srt.version_base_ccam == "06300"
    assert station.version_sts.variante == "REEL"


def test_the_header_of_an_invoice():
    header = invoice().facture()
    assert header.identification.date_facture == date(2024, 1, 2)
    assert header.professionnel.conditions_exercice == "L"
    assert (header.beneficiaire.nir, header.beneficiaire.jour_naissance) == (INSURED_NIR, date(1984, 2, 29))
    assert header.organismes_amo.organisme_destinataire == "999"
    assert (header.structure, header.remplacant, header.individu, header.arret) == (None,) * 4
    assert (header.medecin_traitant, header.executant) == (None, None)
    assert (len(header.organismes_amc), len(header.prestations)) == (0, 0)


def test_a_zone_is_about_what_it_holds():
    assert read_zone(EXAMPLE).cps() is None
    assert read_zone(EXAMPLE).facture() is None
    assert read_zone(EXAMPLE).configuration() is None
    assert cps().carte_vitale() is None
    assert Zone.build([(105, [])]).carte_vitale().assure is None


# --- every group ------------------------------------------------------------------------------------------


def test_every_group_of_the_table_has_a_view_with_all_its_fields():
    assert set(vue_module.VUES) == set(tables())
    for id, layout in tables().items():
        names = {name for name, value in vars(vue_module.VUES[id]).items() if hasattr(value, "convert")}
        assert names == {field.name for field in layout.fields}, id


@pytest.mark.parametrize("id", sorted(tables()))
def test_each_view_reads_each_field_at_its_place(id):
    fields = tables()[id].fields
    vue = vue_of(Zone.build([(id, [f"{field.position:012d}" for field in fields])]).groups[0])
    for field in fields:
        assert vue[field.name] == f"{field.position:012d}"
        if field.base not in ("datetime", "raw") or field.name == "date_naissance":
            assert getattr(vue, field.name) == f"{field.position:012d}"


@pytest.mark.parametrize("id", sorted(tables()))
def test_an_empty_group_has_empty_fields(id):
    vue = vue_of(Zone.build([(id, [])]).groups[0])
    for field in tables()[id].fields:
        assert getattr(vue, field.name) in ("", b"", None)
        assert vue.value(field.name) in ("", b"", None)


def test_a_group_of_the_old_layout_and_one_without_known_positions():
    zone = Zone.build([(40, ["T", "1", "A", INSURED_NIR, "88"]), (1610, [b"C", b"\xff"])])
    old, act = zone.vues()
    assert (old.nir, old.code_gestion) == (INSURED_NIR, "")
    assert [(field.name, text) for field, text in act.items()] == [("champ_1", "C"), ("champ_2", "ÿ")]
    with pytest.raises(KeyError):
        act["code_prestation"]


def test_an_unknown_group_has_a_general_view():
    (vue,) = Zone.build([(4242, ["a"])]).vues()
    assert type(vue) is Vue
    assert [field.name for field, _ in vue.items()] == ["champ_1"]
    assert vue.layout.label("fr") == ""


def test_values_are_typed_by_kind():
    (vue,) = read_zone(EXAMPLE).vues(101)
    assert vue.value("date_fin_validite") == date(2030, 12, 31)
    assert vue.value("nir") == INSURED_NIR
    assert vue.value("ruf_1") == b"0"
    assert vue.libelle("code_regime", "fr") == "régime général"
    assert vue.libelle("nir", "fr") == ""


@pytest.mark.parametrize("written", ["02", "2"])
def test_codes_compare_as_integers(written):
    (vue,) = build_carte_vitale(insured(), [person(service_amo=written)]).vues(104)
    assert vue.libelle("service_amo", "en").startswith("CMU-C managed by a complementary insurer, by")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("202401021530", datetime(2024, 1, 2, 15, 30)),
        ("20240102", datetime(2024, 1, 2)),
        ("2024010215", datetime(2024, 1, 2, 15)),
        ("000000000000", None),
        ("", None),
        ("202413010000", None),
        ("202401322400", None),
        ("202401022460", None),
        ("2024010", None),
        ("2024010200000", None),
        ("２０２４０１０２００００", None),
        ("2024010A0000", None),
    ],
)
def test_dates(text, expected):
    assert to_datetime(text) == expected
    assert to_date(text) == (expected.date() if expected else None)


def test_views_compare_by_their_bytes():
    one, two = (read_zone(EXAMPLE).carte_vitale().beneficiaires[0] for _ in range(2))
    assert one == two
    assert len({one, two}) == 1
    assert one != read_zone(EXAMPLE).carte_vitale().assure
    assert one != "FICTIF"


def test_attributes_of_the_class_are_the_fields():
    assert Beneficiaire.nom_usuel.name == "nom_usuel"
    assert Mutuelle.GROUPE == 107
