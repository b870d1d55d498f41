"""The rule catalogue: severities that hold, texts that help, in both languages."""

from __future__ import annotations

import re
import string

import pytest

from codes.motives import load as motives
from codes.rules import BESIDE_FLOWS, FAMILIES, Rule, Severity, catalogue, rule
from codes.rules.model import make

RULES = catalogue()

#: Norms that a rule may be limited to: those of B2; rules on returns name families of entities.
NORMS = {"PS-2003C", "CP-2005E", "CP-2003C"}

#: Families of the rules on B2 flows.
B2 = {one.family for one in RULES.values()} - BESIDE_FLOWS


def texts(one: Rule, lang: str) -> tuple[str, str, str, str]:
    message = one.message_en if lang == "en" else one.message_fr
    return one.title(lang), message, one.why(lang), one.fix(lang)


def facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- the catalogue --------------------------------------------------------------------------------------


def test_rules_are_found_by_their_id() -> None:
    assert list(RULES) == [one.id for one in RULES.values()]
    assert rule("cle.nir") is RULES["cle.nir"]
    with pytest.raises(KeyError):
        rule("cle.inconnue")
    with pytest.raises(TypeError):
        RULES["cle.nir"] = RULES["cle.nir"]  # type: ignore[index]  # it is read only


def test_families_come_in_their_order() -> None:
    """Those of the modules: the reference pages follow it."""
    assert len(FAMILIES) == len(set(FAMILIES))
    seen = list(dict.fromkeys(one.family for one in RULES.values()))
    assert seen[:2] == ["cause", "fichier"]  # what explains other findings comes before them
    assert seen.index("fichier") < seen.index("structure") < seen.index("format") < seen.index("smg")


@pytest.mark.parametrize("id", RULES)
def test_an_id_names_a_subject(id: str) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*", id)
    assert RULES[id].family == id.partition(".")[0]


# --- severity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", RULES)
def test_doubt_is_a_warning_at_most(id: str) -> None:
    one = RULES[id]
    assert one.confidence in tuple("ABCD")
    if one.confidence in tuple("CD"):
        assert one.severity <= Severity.WARNING


@pytest.mark.parametrize("id", RULES)
def test_a_rule_names_its_source(id: str) -> None:
    """Tags in brackets, a page of the documentation, or `toolkit` when it follows from how files are read."""
    assert re.fullmatch(r"toolkit|docs/sources\.md|\[[A-Za-z0-9 ]+\]( \[[A-Za-z0-9 ]+\])*", RULES[id].source)


def test_what_cannot_be_read_is_an_error() -> None:
    unreadable = [one for one in RULES.values() if one.unreadable]
    assert len(unreadable) >= 8
    assert all(one.severity is Severity.ERROR for one in unreadable)


def test_severities_compare() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.ERROR
    assert [one.word for one in Severity] == ["info", "warning", "error"]


@pytest.mark.parametrize("id", [id for id, one in RULES.items() if one.family in B2])
def test_norms_of_rules_on_flows(id: str) -> None:
    assert set(RULES[id].norms) <= NORMS


@pytest.mark.parametrize("id", [id for id, one in RULES.items() if one.motive])
def test_a_motive_that_is_prevented_exists(id: str) -> None:
    assert RULES[id].motive in motives()


# --- words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", RULES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_text_is_empty_or_untidy(id: str, lang: str) -> None:
    for text in texts(RULES[id], lang):
        assert text.strip() == text
        assert text
        assert "  " not in text
        assert not re.search(r"[ \n](,|\.(?!\.))(?=\s|$)", text)


@pytest.mark.parametrize("id", RULES)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_sentences(id: str, lang: str) -> None:
    """A title is a noun phrase, a message goes on from it; reason and correction are sentences."""
    title, message, why, fix = texts(RULES[id], lang)
    assert title[0].isupper() or title[0].isdigit()
    assert not title.endswith((".", ":"))
    assert not message.endswith(".")
    assert not message[0].isupper() or message.split()[0].isupper()
    for text in (why, fix):
        assert text.endswith(".")
        assert text[0].isupper() or text[0].isdigit() or text[0] in "«`“"


@pytest.mark.parametrize("id", RULES)
def test_french_typography(id: str) -> None:
    """Apostrophes are straight; double signs have a space before; quotes are French."""
    for text in texts(RULES[id], "fr"):
        assert "’" not in text
        assert '"' not in text
        assert "“" not in text
        assert not re.search(r"[^\s«][;!?»]|\w:(?=\s)", text)
        assert not re.search(r"«\S", text)
        assert text.count("«") == text.count("»")


@pytest.mark.parametrize("id", RULES)
def test_english_typography(id: str) -> None:
    for text in texts(RULES[id], "en"):
        assert not re.search(r"\s[;:!?]", text)
        assert "«" not in text


#: French infinitives end so.
INFINITIVE = re.compile(r"(?:Ne pas |Le |La |Les |Se |S')?\w+(?:er|ir|re|oir)\b")


@pytest.mark.parametrize("id", RULES)
def test_a_correction_is_an_instruction(id: str) -> None:
    """Or says that there is nothing to do."""
    one = RULES[id]
    french, english = one.fix("fr"), one.fix("en")
    assert INFINITIVE.match(french) or french.startswith("Rien à faire")
    assert english.split()[0] not in ("The", "This", "It", "A", "An", "You", "There")
    assert english.startswith("Nothing to do") is french.startswith("Rien à faire")


@pytest.mark.parametrize("id", RULES)
def test_both_languages_quote_the_same_facts(id: str) -> None:
    one = RULES[id]
    assert facts(one.message_fr) == facts(one.message_en)
    assert facts(one.message_fr) <= {"expected", "found", "lookalike"}
    for lang in ("fr", "en"):
        assert all(not facts(text) for text in (one.title(lang), one.why(lang), one.fix(lang)))


@pytest.mark.parametrize("id", RULES)
def test_the_two_languages_differ(id: str) -> None:
    one = RULES[id]
    for french, english in zip(texts(one, "fr")[1:], texts(one, "en")[1:], strict=True):
        assert french != english


# --- messages -------------------------------------------------------------------------------------------


def test_a_message_quotes_its_facts() -> None:
    one = RULES["lot.nombre-factures"]
    assert one.message("fr", "12") == "le compteur écrit ne correspond pas ; 12 compté(s)"
    assert one.message("en", "12") == "the counter written does not match; 12 counted"
    unknown = RULES["fichier.inconnu"]
    assert unknown.message("fr", lookalike="PDF") == (
        "ce n'est ni un flux B2 ni un retour NOEMIE (aspect : PDF)"
    )


def test_a_fact_that_is_missing_reads_as_a_question_mark() -> None:
    assert RULES["fichier.inconnu"].message("en").endswith("(looks like: ?)")
    assert RULES["lot.total-amo"].message("fr").endswith("les enregistrements donnent ?")


def test_a_rule_is_made_of_its_words() -> None:
    one = make(
        "essai.mots",
        Severity.INFO,
        ("Titre", "message {expected}", "Raison.", "Faire."),
        ("Title", "message {expected} here", "Reason.", "Do."),
        "toolkit",
        "A",
        norms=("PS-2003C",),
        motive="doublon",
    )
    assert (one.title("fr"), one.why("fr"), one.fix("fr")) == ("Titre", "Raison.", "Faire.")
    assert (one.title("en"), one.why("en"), one.fix("en")) == ("Title", "Reason.", "Do.")
    assert (one.message("fr", "x"), one.message("en", "x")) == ("message x", "message x here")
    assert (one.family, one.norms, one.motive, one.unreadable) == ("essai", ("PS-2003C",), "doublon", False)
