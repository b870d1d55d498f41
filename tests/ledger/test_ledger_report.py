"""The figures of a period, and the pages that show them."""

from __future__ import annotations

import datetime as dt
import json
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

import pytest
from ledger_world import DAY, KEY, SMG, Inv, answers, flow, month_return, smg_flow
from msgspec.structs import replace

from cli.followup.report_pages import class_labels, to_html, to_json_text, to_text
from cli.words import svg
from cli.words.speech import Lang, speaking
from cli.words.status import CommandError
from fixtures.caisse import Issue
from noemie.ledger import Ledger
from noemie.ledger.report import CLASSES, Report, classes_of, quantile

ISSUES = {
    "2": Issue.rejetee("droits_fermes"),
    "3": Issue.rejetee("nir_cle_invalide", "droits_fermes"),
    "4": Issue.differee(),
    "5": Issue.perdue(),
    "6": Issue.rejetee("doublon"),
    "7": Issue.differee(puis_payee=False),
}


@pytest.fixture
def ledger(place: str) -> Ledger:
    """Seven invoices of the general régime, one of the SMG caisse, a lump sum."""
    general = flow(*(Inv(n) for n in range(1, 8)))
    smg = smg_flow(Inv(11, ((4000, 0),), routing=SMG), code="000002", date=DAY + dt.timedelta(31))
    with Ledger(place, key=KEY) as opened:
        opened.import_files(answers(general, smg, issues=ISSUES)[1])
        opened.import_files([("f", month_return(dt.date(2026, 5, 4), lump_sums=[("1", 90)]))])
        yield opened  # type: ignore[misc]


def test_paid_and_refused_by_month(ledger: Ledger) -> None:
    report = ledger.report()
    assert [(m.mois, m.paye, m.factures_payees, m.rejete, m.factures_rejetees) for m in report.mois] == [
        ("2026-03", 5000, 2, 7500, 3),
        ("2026-04", 4000, 1, 0, 0),
        ("2026-05", 90, 0, 0, 0),
    ]
    assert (report.paye, report.rejete) == (9090, 7500)
    assert report.paye == sum(payment.montant for payment in ledger.payments())


def test_rejects_by_motive_each_invoice_once_under_each(ledger: Ledger) -> None:
    found = {line.motif: (line.factures, line.montant) for line in ledger.report().motifs}
    assert found["droits_fermes"] == (2, 5000)
    assert found["nir_cle_invalide"] == (1, 2500)
    assert found["doublon"] == (1, 2500)
    assert found["traitement_caisse"][0] == 2
    titles = {line.motif: (line.titre_fr, line.titre_en) for line in ledger.report().motifs}
    assert titles["droits_fermes"][0] == "Droits fermés à la date des soins"


def test_resends_avoided_count_what_was_paid_since(ledger: Ledger) -> None:
    told = ledger.report().renvois
    # 4 was deferred then paid, 6 is a duplicate, 7 still waits.
    assert told.ne_pas_renvoyer + told.attendre == 3
    assert told.ne_pas_renvoyer_montant + told.attendre_montant == 7500
    # 3 has two motives: the most cautious wins.
    assert (told.a_renvoyer, told.autre_action) == (0, 2)


def test_days_from_sending_to_payment_by_caisse(ledger: Ledger) -> None:
    lines = {line.caisse: line for line in ledger.report().delais}
    assert set(lines) == {"", "01421", "08835"}
    assert (lines["01421"].factures, lines["01421"].minimum, lines["01421"].maximum) == (2, 5, 19)
    assert (lines[""].factures, lines[""].mediane, lines[""].decile_9) == (3, 5, 19)
    assert ledger.report().delais_classes == (0, 2, 0, 0, 0, 1, 0, 0, 0)


def test_what_is_outstanding(ledger: Ledger) -> None:
    report = ledger.report()
    found = {(line.etat, line.caisse): (line.factures, line.reste, line.jours_max) for line in report.encours}
    days = (dt.date(2026, 5, 4) - DAY).days
    assert found == {
        ("differee", "01421"): (1, 2500, days),
        ("reponse_attendue", "01421"): (1, 2500, days),
    }
    assert report.encours_total == 5000
    assert report.au_jour == dt.date(2026, 5, 4)


def test_of_a_period_and_of_an_organisme(ledger: Ledger) -> None:
    april = ledger.report(dt.date(2026, 4, 1), dt.date(2026, 4, 30))
    assert ([month.mois for month in april.mois], april.motifs) == (["2026-04"], ())
    assert [line.caisse for line in april.delais] == ["", "08835"]
    assert april.encours_total == 5000  # whatever the period
    smg = ledger.report(organisme="835")
    assert (smg.paye, smg.rejete, smg.encours_total) == (4000, 0, 0)
    others = ledger.report(organisme="835", all_except=True)
    assert (others.paye, others.rejete, others.encours_total) == (5090, 7500, 5000)


def test_returns_without_what_was_sent(tmp_path: Path) -> None:
    returns = answers(flow(*(Inv(n) for n in range(1, 8))), issues=ISSUES)[1][1:]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(returns)
        report = ledger.report()
        assert (report.paye, report.rejete, report.delais, report.encours) == (5000, 7500, (), ())
        assert {line.motif for line in report.motifs} >= {"droits_fermes", "doublon"}


# --- pages ------------------------------------------------------------------------------------------------


def plots(page: str) -> list[ET.Element]:
    pieces = page.split("<svg xmlns=")[1:]
    return [ET.fromstring("<svg xmlns=" + piece.split("</svg>")[0] + "</svg>") for piece in pieces]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_page_holds_its_plots_and_fetches_nothing(ledger: Ledger, lang: Lang) -> None:
    with speaking(lang):
        page = to_html(ledger.report())
    assert page.startswith("<!doctype html>")
    inside = page.replace("http://www.w3.org/2000/svg", "")
    for outside in ("http://", "https://", "<script", "src=", "@import", "<link", "<image"):
        assert outside not in inside, outside
    found = plots(page)
    assert len(found) == 6  # three, each wide and thin
    space = "{http://www.w3.org/2000/svg}"
    identities = []
    for plot in found:
        assert plot.get("role") == "img"
        names = (plot.get("aria-labelledby") or "").split()
        title, desc = plot.find(f"{space}title"), plot.find(f"{space}desc")
        assert title is not None
        assert desc is not None
        assert [title.get("id"), desc.get("id")] == names
        assert title.text
        assert desc.text
        identities += [one.get("id") for one in plot.iter() if one.get("id")]
        # Colours are those of the page, so that it is read dark, and printed in black and white.
        assert not [one for one in plot.iter() if not (one.get("fill") or "url(#").startswith("url(#")]
    assert max(Counter(identities).values()) == 1


def test_the_text_has_every_figure(ledger: Ledger) -> None:
    with speaking("en"):
        told = to_text(ledger.report())
    for expected in (
        "REPORT as of 2026-05-04, all dates",
        "€50.00",
        "€75.00",
        "TOTAL",
        "Do not resend",
        "answer awaited",
        "€90.90",
    ):
        assert expected in told, expected
    assert "RAPPORT au 04/05/2026, toutes les dates" in to_text(ledger.report())
    period = ledger.report(dt.date(2026, 4, 1), regime="08", organisme="835", all_except=True)
    assert to_text(period).startswith("RAPPORT au 04/05/2026, 01/04/2026 - …, régime 08, tous sauf 835")


def test_json_says_the_same(ledger: Ledger) -> None:
    report = ledger.report()
    content = json.loads(to_json_text(report))
    assert content["genre"] == "report"
    assert content["contenu"]["paye"] == report.paye
    assert len(content["contenu"]["motifs"]) == len(report.motifs)


def test_an_empty_ledger_has_a_report(tmp_path: Path) -> None:
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        report: Report = ledger.report()
        assert "Rien." in to_html(report)
        assert len(plots(to_html(report))) == 6
        assert "TOTAL" in to_text(report)


@speaking("en")
def test_a_long_motive_is_folded(ledger: Ledger) -> None:
    report = ledger.report()
    long = replace(report.motifs[0], titre_en="Professional not identified or not under agreement " * 2)
    told = to_text(replace(report, motifs=(long, *report.motifs[1:])))
    assert max(map(len, told.splitlines())) <= 80


def test_a_page_needs_jinja2_and_says_so(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ledger.report()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(CommandError) as caught:
        to_html(report)
    assert caught.value.text.endswith("jinja2. → pip install 'sesam-noemie[html]'")


# --- pieces -----------------------------------------------------------------------------------------------


def test_quantiles_are_days_that_were_seen() -> None:
    days = Counter({1: 1, 5: 8, 40: 1})
    assert [quantile(days, percent) for percent in (1, 10, 11, 50, 90, 91, 100)] == [1, 1, 5, 5, 5, 40, 40]


def test_classes_of_delays() -> None:
    assert classes_of(Counter({0: 1, 2: 1, 3: 1, 60: 1, 61: 2})) == (2, 1, 0, 0, 0, 0, 0, 1, 2)
    assert len(class_labels()) == len(CLASSES) + 1
    assert class_labels()[:2] == ["0-2", "3-5"]


def test_plots_escape_what_they_are_given_and_take_anything() -> None:
    series = svg.Series("<a>&", [-5, 0, 10], ["-5", "0", "10"])
    for made in (
        svg.columns("k", "<t>", "<d>", ["<x>", "&", '"'], (series, series)),
        svg.rows("k", "<t>", "<d>", ["<x>", "&", '"'], series),
        svg.columns("k", "", "", [], (svg.Series("a", [], []),)),
        svg.rows("k", "", "", [], svg.Series("a", [], [])),
    ):
        for plot in plots(made):
            bars = [float(one.get("height") or 0) for one in plot.iter("{http://www.w3.org/2000/svg}rect")]
            assert all(0 <= bar < 400 for bar in bars)
