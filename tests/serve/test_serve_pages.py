"""What the pages say, and what people do on them; nobody is named where nobody may be."""

from __future__ import annotations

import io
import itertools
import json
import re
import threading
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_runner import run
from msgspec import to_builtins
from serve_page import FORM, HOME, TODAY, Page, Written, page_on

from cli.io.inputs import Member
from cli.serve.cards import buttons_of
from cli.serve.patience import Patience
from cli.serve.practice import Places
from cli.serve.reading import Kept
from codes.actions import Action
from codes.states import Etat
from fixtures.profils import Parametres
from fixtures.scenario import Scenario

#: The apostrophe of pages in French.
CURVED = "\N{RIGHT SINGLE QUOTATION MARK}"

SCREENS = (
    "/",
    "/rejets",
    "/suivre",
    "/factures",
    "/paiements?du=",
    "/tableau",
    "/etat",
    "/droits",
    "/reglages",
)


def text_of(page: str) -> str:
    """What a person reads, apostrophes straight."""
    text = unescape(re.sub(r"<[^>]*>", " ", page[page.index("<body") :]))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace(CURVED, "'"))


def get(page: Page, path: str) -> str:
    answer = page.client.get(path)
    assert answer.status_code == 200, (path, answer.text[:300])
    return answer.text


def post(page: Page, path: str, **form: str):
    return page.client.post(path, headers=FORM, data=form)


def give(page: Page, path: str, *files: tuple[str, bytes]):
    return page.client.post(path, headers=FORM, files=[("fichiers", one) for one in files])


def handles(page: Page) -> dict[str, str]:
    """Addresses of invoices, by number."""
    return {
        number: handle
        for handle, number in re.findall(r'href="/facture/([^"]+)">(\d+)</a>', get(page, "/factures"))
    }


def test_the_day_is_that_of_the_verb(page: Page, stored: Places):
    told = run("today", "--db", stored.db, "--key-file", stored.key_file, "--on", TODAY, "--format", "json")
    found = json.loads(told.out)
    text = text_of(get(page, "/"))
    assert f"{found['a_faire']['factures']} factures" in text
    for group in found["groupes"]:
        assert f"{group['montant'] / 100:.2f}".replace(".", ",") in text
    assert text.index("Ne pas retransmettre") < text.index("Mettre à jour les droits")


def test_a_page_that_takes_long_says_so_and_comes_by_itself(stored: Places, written: Written):
    page, told, gate = page_on(stored), threading.Event(), threading.Event()
    ask = page.practice.ask
    page.practice.ask = lambda *args, **more: (ask(*args, **more), told.set(), gate.wait(20))[0]  # type: ignore[method-assign]
    page.guard.app.state.patience = Patience(0.05)

    def come(path: str) -> str:
        return next(
            one.text for one in map(page.client.get, itertools.repeat(path)) if one.status_code == 200
        )

    with page.client:
        for path in ("/", "/rejets"):  # the second waits for the first
            answer = page.client.get(path)
            assert (answer.status_code, answer.headers["refresh"]) == (202, "2")
            assert "Le registre se prépare" in answer.text
        gate.set()
        names = [name for name, _, _ in written.names]
        assert any(name in come("/") for name in names)
        gate.clear()
        told.clear()
        assert page.client.get("/").status_code == 202
        told.wait(20)
        post(page, "/masquer", masquer="1", retour="/")
        gate.set()
        assert not any(name in come("/") for name in names)  # not the page that was on its way


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_screen_in_both_languages(stored: Places, lang):
    page = page_on(stored, lang=lang)
    for path in (*SCREENS, "/controler", "/decoder", "/inspecteur", "/expliquer"):
        text = get(page, path)
        assert f'<html lang="{lang}">' in text
        assert ("Rien ne sort" in text) is (lang == "fr")
        assert "style=" not in text
        assert not re.search(r"<script(?![^>]*src=)", text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_the_language_is_chosen_on_the_page(own: Page):
    from cli.serve.store import chosen_language

    assert post(own, "/reglages/langue", langue="en").status_code == 303
    assert "<h1>Today</h1>" in get(own, "/")
    assert "There is nothing at this address" in own.client.get("/absent").text
    assert chosen_language().read() == "en"
    post(own, "/reglages/langue", langue="fr")
    assert f"<h1>Aujourd{CURVED}hui</h1>" in get(own, "/")


def test_people_are_shown_or_hidden_by_the_server(stored: Places, written: Written, capsys):
    shown, hidden = page_on(stored), page_on(stored, incognito=True)
    names = set()
    for path in SCREENS:
        names |= set(re.findall(r'class="person">([^<]+)<', get(shown, path)))
    telling = {unescape(one) for one in names if not one.startswith("patient ")}
    assert telling
    for path in (*SCREENS, *(f"/facture/{one}" for one in handles(hidden).values())):
        text = unescape(get(hidden, path))
        assert not [one for one in telling if f">{one}<" in text], path
        assert not [nir for nir in written.secrets if nir in text], path
    post(shown, "/masquer", masquer="1", retour="/rejets")
    assert not [one for one in telling if f">{one}<" in unescape(get(shown, "/rejets"))]
    assert capsys.readouterr() == ("", "")  # nothing is logged


def test_files_that_are_given_name_nobody_when_people_are_hidden(stored: Places, written: Written, capfd):
    """Checked, decoded, inspected, exported: no NIR and no name of a card, on a page or in a log."""
    page = page_on(stored, incognito=True)
    told = [give(page, "/controler", ("envoi.b2", data)).text for data in written.flows]
    told += [give(page, "/decoder", ("retour.noe", data)).text for data in written.returns]
    for data in (written.flows[0], written.returns[0], written.cards[0]):
        place = give(page, "/inspecteur", ("fichier", data)).headers["location"]
        first = get(page, place)
        told += [first] + [get(page, f"{place}?r={rank}") for rank in range(1, 12) if f"r={rank}" in first]
    told.append(page.client.get("/paiements.csv?du=").text)
    told += [
        get(page, unescape(one))
        for one in re.findall(r'href="(/paiements[^"#]*virement=[^"#]*)', get(page, "/paiements?du="))
    ]
    told += [post(page, "/droits", nir=nir).text.replace(f'value="{nir}"', "") for nir in written.secrets]
    told += [
        post(page, path, **{name: "FICTIF"}).text
        for path, name in (("/factures", "cherche"), ("/rejets", "patient"))
    ]
    names = {" ".join(one[:2]) for one in written.names} | {" ".join(one[1::-1]) for one in written.names}
    for text in map(str.upper, map(unescape, told)):  # first names are shown in small letters
        assert not [one for one in (*names, *written.secrets) if one.strip() and one.upper() in text]
    assert capfd.readouterr() == ("", "")


def test_nobody_is_in_an_address(page: Page, written: Written):
    nir = next(iter(written.secrets))
    for path, form in (
        ("/factures", {"cherche": nir}),
        ("/paiements", {"patient": nir, "du": ""}),
        ("/rejets", {"patient": nir}),
    ):
        answer = post(page, path, **form)
        assert answer.status_code == 200
        assert nir not in str(answer.url)
        assert not [
            href
            for href in re.findall(r'(?:href|action)="([^"]*)"', answer.text)
            if nir in href or nir[:7] in href
        ]


def test_an_invoice_is_found_by_number_and_by_nir(page: Page, written: Written):
    assert "/facture/" in post(page, "/factures", cherche="2").text
    nir = next(iter(written.secrets))
    found = post(page, "/factures", cherche=nir).text
    assert re.search(r"[1-9]\d* factures?", text_of(found))
    assert "Aucune facture" in post(page, "/factures", cherche="1999999999999").text


def test_apostrophes_of_texts_are_curved_and_others_stay(page: Page):
    one = handles(page)["000000002"]
    for path in (
        *SCREENS,
        "/controler",
        "/inspecteur",
        "/decoder",
        "/expliquer?code=2900-005",
        f"/facture/{one}",
    ):
        html = get(page, path)
        kept = re.sub(r"(?s)<(code|pre|script|style|textarea)\b.*?</\1>", " ", html)
        assert not re.search(r"[a-zà-ÿ]'[a-zà-ÿ]", unescape(re.sub("<[^>]*>", " ", kept))), path
        assert CURVED not in "".join(re.findall("<[^>]*>", html)), path
    found = post(page, "/expliquer", q="l'assuré n'est pas connu").text
    assert 'value="l&#39;assuré n&#39;est pas connu"' in found


def test_the_life_of_an_invoice(page: Page):
    text = text_of(get(page, f"/facture/{handles(page)['000000002']}"))
    assert "Rejetée" in text
    assert text.index("Envoyée") < text.index("Refusée ou signalée")
    assert "SIMULATION FACTURE DEJA PAYEE" in text
    assert "Dernier jour pour demander le paiement" in text
    letter = text_of(get(page, f"/facture/{handles(page)['000000002']}/lettre"))
    assert "Objet : facture 000000002" in letter
    assert page.client.get("/facture/1-00").status_code == 404


def test_a_mark_takes_an_invoice_off_the_list_and_can_be_taken_back(own: Page):
    handle = handles(own)["000000002"]
    before = text_of(get(own, "/rejets"))
    assert "000000002" in before
    answer = post(own, "/marquer", sorte="soldee", facture=handle, retour="/rejets")
    assert (answer.status_code, answer.headers["location"]) == (303, "/rejets?dit=marque")
    assert "facture 000000002" not in text_of(get(own, "/rejets"))
    told = run(
        "ledger",
        "export",
        "--marks",
        "--db",
        own.practice.places.db,
        NOEMIE_LEDGER_KEY_FILE=str(own.practice.places.key_file),
    )
    assert "soldee" in told.out
    post(own, "/reprendre", retour="/rejets")
    assert "facture 000000002" in text_of(get(own, "/rejets"))


def test_sent_again_under_another_number_leaves_the_list(own: Page):
    found = handles(own)
    assert "facture 000000003" in text_of(get(own, "/rejets"))
    post(own, "/marquer", sorte="refaite_sous", facture=found["000000003"], detail="5", retour="/rejets")
    assert "facture 000000003" not in text_of(get(own, "/rejets"))


def test_any_mark_is_taken_back_by_itself(own: Page):
    handle = handles(own)["000000002"]
    for sorte, detail in (("note", "rappelée"), ("patient_averti", ""), ("soldee", "")):
        post(own, "/marquer", sorte=sorte, facture=handle, retour="/", detail=detail)
    page = f"/facture/{handle}"
    told = 'aria-labelledby="marks"'
    assert "Note rappelée" in text_of(get(own, page))
    form = {"facture": handle, "sorte": "note", "jour": TODAY.isoformat(), "retour": page}
    assert post(own, "/reprendre", **form).headers["location"] == f"{page}?dit=reprise"
    marks = text_of("<body" + get(own, page).split(told)[1])
    assert "rappelée" not in marks
    assert "Patient averti" in marks
    assert post(own, "/reprendre", **form).headers["location"] == f"{page}?dit=rien"


def test_refusals_by_patient(page: Page):
    text = get(page, "/rejets?grouper=1")
    assert len(re.findall('<article class="card', text)) == len(
        re.findall('<article class="card', get(page, "/rejets"))
    )
    assert re.findall(r'<h2 id="g\d+"[^>]*><span><span class="person">', text)


def test_a_day_names_no_more_people_than_it_is_asked_for(page: Page, monkeypatch):
    """Who is not named is told in all else as the others are: counts, sums, order."""
    from noemie.ledger.identity import KeyRing

    opened: list[str] = []
    reveal = KeyRing.reveal
    monkeypatch.setattr(
        KeyRing, "reveal", lambda self, data, token: opened.append(token) or reveal(self, data, token)
    )
    with page.practice.ledger() as ledger:
        whole = ledger.today(TODAY, reveal=True)
        assert opened
        opened.clear()
        nobody = ledger.today(TODAY, reveal=True, named=0)
        assert not opened
        first = ledger.today(TODAY, reveal=True, named=1)
        assert opened
        assert nobody == ledger.today(TODAY)
    assert without_people(first) == without_people(whole) == without_people(nobody)
    for some, all_of_them in zip(first.groupes, whole.groupes, strict=True):
        assert some.cartes[:1] == all_of_them.cartes[:1]
        assert not [one for one in some.cartes[1:] if one.patient.naissance or one.soins.du]


def without_people(found: Any) -> str:
    """The JSON of a day, without what is told of patients but their reference."""
    text = json.dumps(to_builtins(found), default=str)
    return re.sub(r'("patient": \{"reference": "\w*")[^}]*\}|"soins": \{.*?\]\}', r"\1", text)


def test_a_screen_names_whom_the_first_page_does_not(stored: Places, written: Written, monkeypatch):
    import cli.serve.pages

    monkeypatch.setattr(cli.serve.pages, "NAMED", 0)
    page = page_on(stored)
    for path in ("/rejets", "/rejets?grouper=1", "/suivre"):
        text = get(page, path)
        assert re.findall('class="person">[^<]', text)
        assert "patient inconnu" not in text, path
    cards = {
        unescape(name): handle
        for handle, name in re.findall(
            r'id="f([^"]+)" aria-labelledby.*?class="person">([^<]+)<', get(page, "/rejets"), re.S
        )
    }
    for name, handle in cards.items():
        found = post(page, "/rejets", patient=name.split(" ")[0].lower()).text
        assert f'id="f{handle}"' in found
        assert f'id="f{handle}"' not in post(page, "/rejets", patient="Zzz").text
    nirs = [nir for nir in written.secrets if "<article" in post(page, "/rejets", patient=nir).text]
    assert nirs
    assert set(nirs) != written.secrets  # those of invoices that are paid have no card


def test_a_mark_that_lacks_something_is_refused(own: Page):
    handle = handles(own)["000000002"]
    for form, words in (
        ({"sorte": "rappel", "detail": "demain"}, "Il manque une date"),
        ({"sorte": "refaite_sous", "detail": "999999"}, "Aucun envoi lu ne porte ce numéro"),
        ({"sorte": "invente"}, "Il manque"),
    ):
        answer = post(own, "/marquer", facture=handle, retour="/", **form)
        assert answer.status_code == 400
        assert words in text_of(answer.text)


def test_a_note_is_kept_and_told(own: Page):
    handle = handles(own)["000000002"]
    post(own, "/marquer", sorte="note", facture=handle, retour="/", detail="rappelée <lundi>")
    page = get(own, f"/facture/{handle}")
    assert "rappelée &lt;lundi&gt;" in page
    assert "rappelée" not in get(page_on(own.practice.places, incognito=True), f"/facture/{handle}")


def ticks(page: Page, path: str = "/paiements?du=") -> dict[str, bool]:
    """The transfers of a page that can be ticked, by their key, and whether they are."""
    rows = re.findall(r'name="virement" value="(\w+)".*?aria-checked="(true|false)"', get(page, path))
    return {key: told == "true" for key, told in rows}


def test_a_tick_survives_a_restart_and_can_be_taken_back(own: Page):
    key, *others = ticks(own)
    answer = post(own, "/pointer", virement=key, retour="/paiements?du=")
    assert answer.headers["location"] == "/paiements?du=&dit=pointe"
    again = ticks(page_on(own.practice.places))
    assert again == {key: True} | dict.fromkeys(others, False)
    post(own, "/pointer", virement=key, retirer="1", retour="/paiements?du=")
    assert not any(ticks(own).values())
    assert post(own, "/pointer", virement="absent").status_code == 400


def test_lists_of_a_large_ledger_say_the_same(own: Page, stored: Places, written: Written, monkeypatch):
    """A large ledger is counted and cut by the base, a small one in memory."""
    from noemie.ledger import etats

    monkeypatch.setattr(etats, "FROM", 10**9)
    small = page_on(stored)
    monkeypatch.setattr(etats, "FROM", 0)
    with own.practice.ledger() as ledger:
        ledger.follow(TODAY)
    with own.practice.ledger() as ledger:
        assert type(ledger.follow(TODAY)).__name__ == "RegistreGarde"
    link = re.search(r'href="(/paiements\?[^"]*virement=\w+)#detail"', get(small, "/paiements?du="))
    assert link
    paths = ["/factures", "/factures?etat=rejetee", "/factures?page=2", "/paiements?du=", unescape(link[1])]
    paths += ["/paiements?du=&organisme=01421&portee=sauf", "/paiements?du=01/01/2026&au=23/01/2026"]
    for path in paths:
        monkeypatch.setattr(etats, "FROM", 0)
        kept = text_of(get(own, path))
        monkeypatch.setattr(etats, "FROM", 10**9)
        assert kept == text_of(get(small, path)), path
    for form in ({"cherche": "2"}, {"cherche": written.known}):
        assert text_of(post(own, "/factures", **form).text) == text_of(post(small, "/factures", **form).text)
    assert own.client.get("/paiements.csv?du=").content == small.client.get("/paiements.csv?du=").content


def test_transfers_are_listed_newest_first(page: Page):
    days = re.findall(
        r'<td class="day end">(\d\d)/(\d\d)/(\d{4})</td><th scope="row" class="full">',
        get(page, "/paiements?du="),
    )
    assert len(days) > 2
    assert days == sorted(days, key=lambda day: day[::-1], reverse=True)


def test_a_transfer_leads_to_its_invoices(page: Page):
    link = re.search(r'href="(/paiements\?[^"]*virement=\w+)#detail"', get(page, "/paiements?du="))
    assert link
    detail = get(page, unescape(link[1])).split('id="detail"')[1]
    handle = re.search(r'href="/facture/([^"]+)"', detail)
    assert handle
    assert "Payée" in text_of(get(page, f"/facture/{handle[1]}"))


@pytest.mark.parametrize("scope", ["", "sauf"])
def test_payments_are_those_of_the_verb(page: Page, stored: Places, scope):
    organisme = "01421"
    options = ["--organisme", organisme, *(["--all-except"] if scope else [])]
    told = run(
        "ledger", "payments", "--db", stored.db, "--key-file", stored.key_file, *options, "--format", "json"
    )
    rows = json.loads(told.out)["rows"]
    total = f"{sum(row['montant'] for row in rows) / 100:.2f}".replace(".", ",")
    query = f"du=&organisme={organisme}&portee={scope}"
    assert f"Payé {total} €" in text_of(get(page, f"/paiements?{query}"))
    csv = page.client.get(f"/paiements.csv?{query}").content.decode("utf-8-sig").splitlines()
    assert len(csv) == len(rows) + 1
    place = csv[0].split(";").index("montant")
    assert (
        f"{sum(float(line.split(';')[place].replace(',', '.')) for line in csv[1:]):.2f}".replace(".", ",")
        == total
    )


def test_going_back_leads_to_our_pages_alone(own: Page):
    for given in (
        "//exemple.test/",
        "https://exemple.test/",
        "/static/x",
        "javascript:alert(1)",
        "\\\\exemple.test",
    ):
        place = post(own, "/reprendre", retour=given).headers["location"]
        assert place.startswith("/?dit="), given


# --- files --------------------------------------------------------------------------------------------------


def test_a_first_start(tmp_path: Path, written: Written):
    places = Places(str(tmp_path / "d" / "registre.db"), str(tmp_path / "d" / "droits.db"))
    page = page_on(places)
    assert "Bienvenue" in get(page, "/")
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for rank, data in enumerate(written.returns):
            archive.writestr(f"retours/{rank}.noe", data)
    given = [(f"C:\\envois\\{rank}.b2", data) for rank, data in enumerate(written.flows)]
    answer = give(
        page, "/deposer", *given, ("retours.zip", bundle.getvalue()), ("carte.ssv", written.cards[0])
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/?dit=lu")
    with page.practice.ledger() as ledger:
        assert ledger.personal == "encrypt"
        natures = [one.nature for one in ledger.files()]
    assert (natures.count("flux"), natures.count("retour")) == (len(written.flows), len(written.returns))
    assert page.practice.has_rights
    data = (tmp_path / "d" / "registre.db").read_bytes()
    assert not [nir for nir in written.secrets if nir.encode() in data]
    assert Path(places.db).stat().st_mode & 0o077 == 0


def test_what_a_reading_left_aside_is_told_without_script(own: Page, written: Written, tmp_path: Path):
    places = Places(str(tmp_path / "d" / "registre.db"), str(tmp_path / "d" / "droits.db"))
    for page in (page_on(places), own):  # before and after there is a ledger
        answer = give(page, "/deposer", ("facture.pdf", b"%PDF-1.4\n\0\1"))
        assert re.fullmatch(r"/\?lecture=\d+", answer.headers["location"])
        text = text_of(get(page, answer.headers["location"]))
        assert (
            "facture.pdf laissé de côté : ce n'est ni un flux B2 ni un retour NOEMIE (aspect : PDF)." in text
        )
        assert "Donner le fichier B2 ou NOEMIE" in text
    answer = give(own, "/deposer", ("vide.b2", b""), ("r.noe", written.returns[0]))
    assert answer.headers["location"].endswith("&dit=lu")
    assert "vide.b2 laissé" not in text_of(get(own, "/"))


def test_a_refusal_keeps_the_menu(page: Page):
    answer = post(page, "/droits/lire")
    assert answer.status_code == 400
    assert "Aucun fichier n'a été donné." in text_of(answer.text)
    assert '<a href="/paiements">' in answer.text


def test_files_that_are_read_leave_nothing_behind(own: Page, written: Written, tmp_path: Path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = set(tmp_path.iterdir())
    job = own.client.post(
        "/deposer",
        headers={**FORM, "accept": "application/json"},
        files=[("fichiers", ("a.b2", written.flows[0])), ("fichiers", ("b.txt", b"rien"))],
    ).json()
    found = own.guard.app.state.jobs.find(job["id"])
    assert found.ended.wait(60)
    assert (found.etat, found.resultat.connus, len(found.resultat.illisibles)) == ("fini", 1, 1)
    assert set(tmp_path.iterdir()) == before


def test_a_watched_folder(own: Page, written: Written, tmp_path: Path):
    from cli.serve.jobs import Watch

    folder = tmp_path / "retours"
    folder.mkdir()
    watch = Watch(folder, own.guard.jobs, own.practice.places.db)
    (folder / "a.noe").write_bytes(written.returns[0][:100])
    assert watch.look() == []  # it may still be growing
    (folder / "a.noe").write_bytes(written.returns[0])
    assert watch.look() == []
    assert [Path(one).name for one in watch.look()] == ["a.noe"]
    assert own.guard.jobs.find("1").ended.wait(60)
    assert watch.look() == []
    assert (folder / "a.noe").exists()


def test_a_watched_folder_waits_for_the_key(own: Page, written: Written, tmp_path: Path, monkeypatch):
    from cli.serve import jobs
    from cli.words.status import CommandError

    folder, locked = tmp_path / "retours", True
    folder.mkdir()
    watch = jobs.Watch(folder, own.guard.jobs, own.practice.places.db, held=lambda: locked)
    (folder / "a.noe").write_bytes(written.returns[0])
    assert (watch.look(), watch.look()) == ([], [])
    locked = False
    with monkeypatch.context() as patch:

        def refused(*told: object) -> None:
            raise CommandError("occupé")

        patch.setattr(jobs, "read_files", refused)
        watch.look()
        assert watch.look()
        assert own.guard.jobs.find("1").ended.wait(60)
    assert watch.look() == []  # it may have grown
    assert [Path(one).name for one in watch.look()] == ["a.noe"]
    assert own.guard.jobs.find("2").ended.wait(60)
    assert own.guard.jobs.find("2").etat == "fini"


def test_a_check_leads_to_the_bytes(page: Page):
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    flow = Scenario(Parametres("medecin", 3, 4), fault="facture.total-amo").flows[0].data
    answer = give(page, "/controler", ("envoi.b2", flow))
    text = text_of(answer.text)
    assert "Ne pas envoyer : 1 erreur à corriger" in text
    assert "facture.total-amo" in text
    links = re.findall(r'href="(/inspecteur/\d+\?r=\d+)"', answer.text)
    bytes_ = [get(page, link) for link in links]
    assert any(re.search(r'class="k-money bad" aria-current="true"', one) for one in bytes_)
    assert any("montant de la facture remboursable par l'AMO" in text_of(one) for one in bytes_)
    assert page.client.get("/inspecteur/999").status_code == 404


def test_what_is_found_in_many_invoices_alike_is_told_once(page: Page):
    """One card, its places folded, each leading to its bytes; what is of few invoices stays with them."""
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    asked = Parametres("infirmier", 1, 30, organismes=("01-016-421",))
    (flow,) = Scenario(asked, faults=("cle.nir:0.5", "code.inconnu:0.6")).flows
    text = give(page, "/controler", ("envoi.b2", flow.data)).text
    cards = [one for one in text.split("<article")[1:] if "Règle <code>cle.nir</code>" in one]
    several, *alone = cards
    assert "Dans plusieurs factures" in text.split("<article")[0]  # nothing else is worse
    places = re.findall(r'<li><a href="/inspecteur/\d+\?r=(\d+)">Facture (\d+), lot 001, enreg', several)
    assert f"{len(places)} endroits" in several
    assert f'data-count="{len(places)}"' in several
    assert len({invoice for _, invoice in places}) == len(places) > 3
    assert all("conséquence" in one for one in alone)  # what explains others says which
    asked = Parametres("infirmier", 3, 12)
    scenario = Scenario(asked, fault="facture.total-amo")
    other = give(page, "/controler", ("envoi.b2", scenario.flows[0].data)).text
    assert other.index("facture.total-amo") < other.index("Dans plusieurs factures")  # warnings come after
    report = text_of(text)
    told = int(re.search(r"Ne pas envoyer : (\d+) erreurs", report)[1])
    assert told == len(places) + len(alone)


def test_a_finding_far_in_a_file_leads_to_its_bytes(page: Page, monkeypatch):
    """The inspector opens the window of the record that is asked for, and leads to what is outside."""
    import cli.show.inspect
    from fixtures.profils import Parametres
    from fixtures.scenario import Scenario

    monkeypatch.setattr(cli.show.inspect, "WINDOW", 5)
    flow = Scenario(Parametres("medecin", 3, 12), fault="facture.total-amo").flows[0].data
    answer = give(page, "/controler", ("envoi.b2", flow))
    wrong = next(one for one in answer.text.split("<article")[1:] if "facture.total-amo" in one)
    link = re.search(r'href="(/inspecteur/\d+\?r=\d+)"', wrong)[1]
    home, _, number = link.partition("?r=")
    assert int(number) > 5
    there = get(page, link)
    assert get(page, home) == there  # without a record, the first that is wrong
    assert 'class="k-money bad" aria-current="true"' in there
    shown = [int(one) for one in re.findall(r'<li><a href="\?r=(\d+)"', there)]
    assert int(number) in shown
    assert len(shown) == 5
    first = get(page, f"{home}?r=1")
    assert "1 autre enregistrement a une remarque" in text_of(first)
    assert f'<a href="?r={number}">{number}</a>' in first
    records = int(re.search(r"(\d+) enregistrements", text_of(first))[1])
    seen, rank = [], 1
    while rank:
        text = get(page, f"{home}?r={rank}")
        seen += [int(one) for one in re.findall(r'<li><a href="\?r=(\d+)"', text)]
        after = re.search(r'<a href="\?r=(\d+)">Suivants', text)
        rank = int(after[1]) if after else 0
    assert seen == list(range(1, records + 1))
    assert page.client.get(f"{home}?r={records + 1}").status_code == 404
    assert page.client.get(f"{home}?r=0").status_code == 404


def test_a_return_is_decoded_and_forgotten(page: Page, written: Written):
    before = Path(page.practice.places.db).stat().st_mtime_ns
    data = max(written.returns, key=len)
    assert "Payé" in text_of(give(page, "/decoder", ("r.noe", data)).text)
    assert Path(page.practice.places.db).stat().st_mtime_ns == before
    assert give(page, "/decoder", ("r.noe", b"rien")).status_code == 200


def test_an_archive_is_opened_where_a_file_is_given(page: Page, written: Written):
    """Checked, decoded, inspected: what a zip within a zip carries, as the verbs do; a copy counts once."""

    def zipped(**files: bytes) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return stream.getvalue()

    flow, answer = written.flows[0], written.returns[0]
    bare = give(page, "/controler", ("a.b2", flow)).text
    carried = give(page, "/controler", ("a.zip", zipped(dedans=zipped(a=flow), lisez=b"bonjour"))).text
    verdict = r'class="verdict">.*?</h2>'
    assert re.search(verdict, carried, re.S)[0] == re.search(verdict, bare, re.S)[0]
    assert "a.zip/dedans/a" in carried
    paid = re.search(r"Payé (\S+ €)", text_of(give(page, "/decoder", ("r.noe", answer)).text))[1]
    twice = text_of(give(page, "/decoder", ("r.zip", zipped(a=answer)), ("r.noe", answer)).text)
    assert re.search(r"Payé (\S+ €)", twice)[1] == paid
    assert "r.noe : même retour que r.zip/a, compté une seule fois." in twice
    assert give(page, "/inspecteur", ("a.zip", zipped(a=flow))).status_code == 303
    several = give(page, "/inspecteur", ("a.zip", zipped(a=flow, b=answer)))
    assert several.status_code == 422
    assert "Inspecteur" in several.text


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n\0\1", b"\0" * 5000], ids=["empty", "pdf", "blank"])
def test_what_is_none_of_ours_is_told_on_its_page(page: Page, data: bytes):
    """The page stays, with its form, why the file is not read and what to do; no figure is made of it."""
    for path, status in (("/controler", 200), ("/decoder", 200), ("/inspecteur", 422)):
        answer = give(page, path, ("fichier", data))
        assert answer.status_code == status
        assert answer.text.count('role="alert"') == 1
        assert f'action="{path}"' in answer.text
        assert '<dl class="figures">' not in answer.text
        assert '<p class="do">' in answer.text


def test_rights_by_nir_and_by_name(page: Page, written: Written):
    found = [
        text_of(post(page, "/droits", nir=nir, date="20/01/2026").text) for nir in sorted(written.secrets)
    ]
    assert any("Droits ouverts le 20/01/2026" in text for text in found)
    name, first, born = next(one for one in written.names if all(one) and 0 < int(one[2][4:6]) < 13)
    by_name = {"nom": name, "naissance": f"{born[6:]}/{born[4:6]}/{born[:4]}"}
    assert f"{name} {first.title()}" in text_of(post(page, "/droits", **by_name).text)
    assert "Personne de ce nom" in post(page, "/droits", nom="Personne", naissance="01/01/1950").text
    assert "NIR : 13 caractères" in post(page, "/droits", nir="12").text


@pytest.mark.parametrize("last", [2023, 2028, 2029, 2036, 2060])
def test_the_years_of_a_plot_do_not_touch(last: int):
    from cli.words.svg import spans

    plot = spans("k", "Droits", "", (2020, last), [(2022, last, "open")], 2021.5)
    for one in plot.split("<svg")[1:]:
        places = [float(x) for x in re.findall(r'<text x="([\d.]+)" y="68.0"', one)]
        assert len(places) > 1
        assert min(b - a for a, b in itertools.pairwise(places)) >= 36, places


def test_rights_of_the_patient_of_an_invoice(page: Page, stored: Places, written: Written):
    handle = handles(page)["000000003"]
    answer = post(page, "/droits", facture=handle)
    assert "Droits du patient de la facture 000000003" in text_of(answer.text)
    assert "<article" in answer.text
    hidden = post(page_on(stored, incognito=True), "/droits", facture=handle).text
    assert not [nir for nir in written.secrets if nir in hidden.replace(" ", "")]
    assert post(page, "/droits", facture="1-00").status_code == 400


def test_cards_name_whom_flows_do_not(page: Page, stored: Places, written: Written):
    named = {f"{name} {first.title()}" for name, first, _ in written.names}
    alone = page_on(replace(stored, rights="/absent/droits.db"))
    with_cards, without = (
        named & set(map(unescape, re.findall(r'class="person">([^<]+)<', get(one, "/factures"))))
        for one in (page, alone)
    )
    assert without < with_cards


# --- erasure ------------------------------------------------------------------------------------------------


def test_one_patient_is_erased_after_a_trial(own: Page, written: Written):
    before = set(handles(own))
    trial = post(own, "/reglages/effacer", nir=written.known)
    assert "faits de droits partiraient" in text_of(trial.text)
    assert set(handles(own)) == before
    assert "Droits" in text_of(post(own, "/droits", nir=written.known).text)
    answer = post(own, "/reglages/effacer", nir=written.known, confirme="1")
    assert answer.headers["location"] == "/reglages/purge?dit=efface"
    assert set(handles(own)) < before
    assert "Personne de ce nom ou de ce NIR" in text_of(post(own, "/droits", nir=written.known).text)
    assert post(own, "/reglages/effacer", nir="12").status_code == 400


def test_a_file_read_by_mistake_is_taken_out_after_a_trial(own: Page):
    before = set(handles(own))
    with own.practice.ledger() as ledger:
        flow = next(one for one in ledger.files() if one.nature == "flux")
    trial = text_of(post(own, "/reglages/fichier", fichier=flow.sha256).text)
    assert "Le registre compterait de moins" in trial
    assert "Retirer ce fichier" in trial
    assert set(handles(own)) == before
    assert post(own, "/reglages/fichier", fichier="/etc/hostname").status_code == 400
    answer = post(own, "/reglages/fichier", fichier=flow.sha256, confirme="1")
    assert answer.headers["location"] == "/reglages/purge?dit=retire"
    assert set(handles(own)) < before
    page = get(own, "/reglages/purge")
    assert f'<option value="{flow.sha256}"' not in page
    assert "Accepter de nouveau" in page
    assert post(own, "/reglages/fichier/reprendre", fichier=flow.sha256).status_code == 303
    assert "Accepter de nouveau" not in get(own, "/reglages/purge")


def test_what_is_old_is_purged_after_a_trial(own: Page):
    page = page_on(own.practice.places, on=TODAY.replace(year=TODAY.year + 4))
    trial = post(page, "/reglages/purge", annees="3").text
    assert "Partirait ce qui a été réglé avant le 27/01/2027" in text_of(trial)
    before = set(handles(page))
    assert post(page, "/reglages/purge", annees="3", jeton="faux").status_code == 400
    assert set(handles(page)) == before
    token = re.search(r'name="jeton" value="([^"]+)"', trial)
    assert token
    assert post(page, "/reglages/purge", annees="3", jeton=token[1]).status_code == 303
    assert set(handles(page)) < before
    assert "Rien à effacer" in text_of(post(own, "/reglages/purge", annees="3").text)


def test_everything_is_erased_once_the_word_is_typed(own: Page):
    assert post(own, "/reglages/tout-effacer", mot="oui").status_code == 400
    assert handles(own)
    assert post(own, "/reglages/tout-effacer", mot="effacer").status_code == 303
    assert not handles(own)
    with own.practice.register() as register:
        assert register.est_vide


def test_the_codes_of_a_site_win(stored: Places, tmp_path: Path):
    (tmp_path / "site.toml").write_text(
        'source = "Courrier du 3 mars"\nauthor_role = "facturation"\ndate = 2026-03-04\n\n'
        '[[reject]]\nnamespace = "AMO"\ncode = "0999 001"\nlabel = "LIBELLE DU SITE"\n'
        'meaning_fr = "Sens du site."\nprovider_action_fr = "Corriger."\n'
        'action_class = "corriger_retransmettre"\n',
        encoding="utf-8",
    )
    page = page_on(replace(stored, codes=tmp_path))
    assert str(tmp_path) in get(page, "/reglages")
    assert "Sens du site" in text_of(get(page, "/expliquer?code=0999 001"))
    told = page.client.get("/api/explain/0999 001").json()
    assert told["answers"][0]["entries"][0]["meaning"] == "Sens du site."


def test_an_honest_answer_to_what_is_unknown(page: Page):
    text = text_of(post(page, "/expliquer", q="zzzz inconnu").text)
    assert "Rien n'est deviné" in text
    assert "Ne pas retransmettre" in text_of(post(page, "/expliquer", q="2900-005").text)
    assert "Total AMO" in text_of(get(page, "/expliquer?code=facture.total-amo"))


# --- lock ---------------------------------------------------------------------------------------------------


def test_password_lock_and_unlock(tmp_path: Path, written: Written, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "reglages"))
    page = page_on(Places(str(tmp_path / "registre.db"), str(tmp_path / "droits.db")))
    give(page, "/deposer", *((f"{rank}.b2", data) for rank, data in enumerate(written.flows)))
    place = page.practice.key_place()
    assert place is not None
    key = place.read_text("ascii")
    names = set(re.findall(r'class="person">([^<]+)<', get(page, "/factures")))
    assert [one for one in names if not one.startswith("patient ")]
    assert post(page, "/reglages/mot-de-passe", mot="court").status_code == 400
    assert post(page, "/reglages/mot-de-passe", mot="un bon mot de passe").status_code == 303
    assert not place.exists()
    kept = b"".join(path.read_bytes() for path in (tmp_path / "reglages").rglob("*") if path.is_file())
    assert key.strip().encode() not in kept
    assert "personne" not in get(page, "/factures")
    post(page, "/verrouiller")
    for path in SCREENS:
        answer = page.client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/verrou"), path
    assert page.client.get("/api/today").status_code == 423
    assert post(page, "/deverrouiller", mot="faux mot de passe").status_code == 403
    assert page.client.get("/").status_code == 303
    assert post(page, "/deverrouiller", mot="un bon mot de passe").status_code == 303
    assert set(re.findall(r'class="person">([^<]+)<', get(page, "/factures"))) == names
    # Another start begins locked, and names nobody before it is opened.
    other = page_on(page.practice.places)
    assert other.client.get("/").headers["location"] == "/verrou"
    assert post(page, "/reglages/mot-de-passe", mot="faux mot de passe", retirer="1").status_code == 400
    assert post(page, "/reglages/mot-de-passe", mot="un bon mot de passe", retirer="1").status_code == 303
    assert place.read_text("ascii") == key
    assert HOME.startswith("http://127.0.0.1")


def test_the_bytes_of_an_invoice_are_found_by_the_digest_of_their_file(
    stored: Places, written: Written, tmp_path: Path
):
    """In the watched folder, else in the file that is given again, byte for byte, on its record."""
    page = page_on(stored)
    handle = handles(page)["000000002"]
    assert f"/facture/{handle}/octets" in get(page, f"/facture/{handle}")
    assert "Le registre ne garde pas les envois" in text_of(get(page, f"/facture/{handle}/octets"))
    data = next(one for one in written.flows if b"000000002" in one)
    for other in (b"Z" + data[1:], written.returns[0]):
        answer = page.client.post(
            "/inspecteur", headers=FORM, data={"facture": handle}, files={"fichiers": ("envoi.b2", other)}
        )
        assert "Ce n'est pas le fichier qui a été envoyé" in text_of(answer.text)
    answer = page.client.post(
        "/inspecteur", headers=FORM, data={"facture": handle}, files={"fichiers": ("envoi.b2", data)}
    )
    assert answer.status_code == 303
    text = text_of(get(page, answer.headers["location"]))
    assert "Enregistrement" in text
    assert "en-tête de facture" in text
    assert re.search(r"numéro de la facture 000000002", text)
    (tmp_path / "sous").mkdir()
    (tmp_path / "sous" / "autre-nom.dat").write_bytes(data)
    watching = page_on(replace(stored, folder=tmp_path))
    answer = watching.client.get(f"/facture/{handle}/octets")
    assert answer.status_code == 303
    assert "numéro de la facture 000000002" in text_of(get(watching, answer.headers["location"]))
    assert page.client.get("/facture/1-00/octets").status_code == 404


def test_explanations_are_of_the_kinds_that_are_asked_for_and_tell_what_came_here(page: Page):
    whole = text_of(post(page, "/expliquer", q="doublon").text)
    assert "Motif" in whole
    assert "Chez vous 1 facture" in whole
    alone = post(page, "/expliquer", q="doublon", sorte="regles").text
    assert 'value="regles" checked' in alone
    assert 'value="motifs" checked' not in alone
    assert "Chez vous" not in text_of(alone)


def test_a_slow_question_keeps_no_other_waiting(page: Page):
    end = threading.Event()
    slow = threading.Thread(target=page.practice.ask, args=("slow", lambda ledger: end.wait(60)))
    slow.start()
    assert page.practice.ask("quick", lambda ledger: len(ledger.files()) > 0)
    assert slow.is_alive()
    end.set()
    slow.join()


def test_what_was_written_meanwhile_is_asked_again(own: Page):
    """An answer that began before a change does not stand for what is after it."""
    handle = handles(own)["000000002"]

    def count(ledger):
        found = len(ledger.marks())
        if not found:
            post(own, "/marquer", sorte="note", facture=handle, detail="vu", retour="/")
        return found

    assert [own.practice.ask("marks", count) for _ in range(3)] == [0, 1, 1]


def test_a_reading_ends_once_the_first_page_shows_it(own: Page, monkeypatch):
    before = get(own, "/factures")
    flows = re.compile(r"(\d+) envois")
    told = int(flows.findall(text_of(get(own, "/")))[0])
    scenario = Scenario(Parametres("infirmier", 9, 3, date=TODAY, tiers_payant=1.0))
    kept = Kept([Member("envoi.b2", scenario.flows[0].data)])
    job = own.guard.jobs.give(kept)
    assert job.ended.wait(60)
    assert (job.state.etat, job.state.resultat.flux) == ("fini", 1)
    # What the first page says is known already.
    monkeypatch.setattr("noemie.ledger.ledger.Ledger.today", lambda *args, **more: pytest.fail("asked"))
    assert int(flows.findall(text_of(get(own, "/")))[0]) == told + 1
    assert get(own, "/factures") != before


def test_what_the_payer_holds_is_not_closed():
    held = SimpleNamespace(etat=Etat.DIFFEREE, action=Action.NE_PAS_RETRANSMETTRE)
    assert buttons_of(held)[0] == "rappel"
    assert buttons_of(SimpleNamespace(etat=Etat.REJETEE, action=Action.NE_PAS_RETRANSMETTRE))[0] == "soldee"


def test_a_transfer_opened_tells_every_invoice_that_it_counts(page: Page):
    found = re.findall(
        r'href="(/paiements\?[^"]*virement=[^"#]*)#detail">(\d+)<', get(page, "/paiements?du=")
    )
    assert found
    for path, count in found:
        text = get(page, unescape(path)).partition('id="detail"')[2].partition("</section>")[0]
        unpaid = re.search(r"Et (\d+)\sfactures? sans paiement", text)
        assert text.count('<th scope="row"><') + int(unpaid[1] if unpaid else 0) == int(count), path
