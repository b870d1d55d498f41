"""The pages of the repository say what the commands print and what the tables hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from codes.rules import catalogue
from tools.messages import is_of_files
from tools.reference import PAGES, render
from tools.transcripts import refreshed, run

ROOT = Path(__file__).parents[2]


#: Pages with transcripts, each with how many it has at least.
TOLD = {
    "README.md": 3,
    "README.fr.md": 4,
    **{f"docs/guides/{name}.md": 2 for name in ("convert", "diff", "generate", "mask")},
    **{f"docs/tutorials/{name}.md": 4 for name in ("integrator", "provider", "test-team")},
    "docs/fr/tutoriel.md": 5,
    **{f"docs/fr/guides/{name}.md": 3 for name in ("suivre-mes-factures", "verifier-les-droits")},
    "docs/fr/guides/lire-mes-retours.md": 1,
    **{f"docs/guides/{name}.md": 3 for name in ("caisse", "catalogue", "ledger", "rights", "zones")},
}


def test_every_page_with_transcripts_is_tested() -> None:
    guides = {page for page in (ROOT / "docs").rglob("*.md") if "```console" in page.read_text("utf-8")}
    assert {str(page.relative_to(ROOT)) for page in guides} == {page for page in TOLD if "/" in page}


@pytest.mark.parametrize("page", TOLD)
def test_transcripts_are_what_the_commands_print(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert text.count("```console") >= TOLD[page]
    assert refreshed(text) == text


@pytest.mark.parametrize(
    "page", sorted(page for page in TOLD if "tutorials/" in page or page.endswith("tutoriel.md"))
)
def test_a_newcomer_meets_a_bad_file_and_a_pipe(page: str) -> None:
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    said = "\n".join(blocks)
    assert re.search(r"^\$ cat .*\| noemie check -", said, re.MULTILINE)
    assert re.search(r"ERROR  |\[(fichier|retour)\.inconnu\]", said)


@pytest.mark.parametrize(
    "command", ["cat page.md", "cat x | noemie show - | head", "rm x", "noemie show | cat"]
)
def test_only_noemie_is_run(command: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(ValueError, match="only noemie commands"):
        run(command, tmp_path)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_reference_pages_are_what_the_tables_hold(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") == render(name)


def test_every_published_requirement_of_the_cnmss_is_accounted_for() -> None:
    text = (ROOT / "docs" / "smg-cnmss.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^\| ((?:LEG|SMG|EBD|OBL|FIN)-\d+) \|", text, re.MULTILINE)
    expected = [
        f"{family}-{rank}"
        for family, last in (("LEG", 6), ("SMG", 25), ("EBD", 3), ("OBL", 19), ("FIN", 8))
        for rank in range(1, last + 1)
    ]
    assert numbers == expected
    named = set(re.findall(r"`((?:smg|ebd|apias|assurance|acte)\.[a-z0-9-]+)`", text)) - {
        "acte.en_rapport_l115"
    }
    assert named <= set(catalogue())
    special = {rule for rule in catalogue() if rule.partition(".")[0] in ("smg", "ebd")}
    assert special - named == {"smg.etablissement"} - named


@pytest.mark.parametrize(
    "page", ["README.md", "README.fr.md", "CONTRIBUTING.md", *map(str, Path("docs").rglob("*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("page", ["docs/reference/messages.md", "docs/fr/messages.md"])
def test_every_message_about_a_file_or_a_database_says_what_to_do(page: str) -> None:
    """The pages of messages are complete: rules about a whole file, errors of databases."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for rule in filter(is_of_files, catalogue().values()):
        (line,) = [line for line in text.splitlines() if f"(`{rule.id}`)" in line]
        assert len([cell for cell in line.strip("| ").split(" | ") if cell.strip()]) == 3, rule.id
    assert text.count("NOEMIE_LEDGER_KEY") + text.count("NOEMIE_KEY") >= 1
    assert "{" not in text
