"""`noemie demo`: the whole story on a small invented flow, told with the verbs themselves."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from cli.words.page import Page
    from fixtures.caisse import Issue
    from fixtures.scenario import Scenario
    from fse import Facture

#: Folders and names of the story, as a person reads them.
SENT, FAULTY, RETURNED = "envoi", "essai", "retour"
FAULT = "facture.total-amo"

_INVOICES = 6
#: Grand régime of the people of the story: military (CNMSS).
_REGIME = "08"


def demo(
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another seed, another flow.")] = 1,
    directory: Annotated[
        Path | None, typer.Option("--dir", metavar="DIR", help="Keep the files here.", show_default=False)
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Open the page on an invented practice instead.")
    ] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="With --serve: do not open a browser.")] = False,
) -> int:
    """Tell the whole story: generate, check, correct, send to a simulated caisse, decode, explain, reconcile.

    Everything is invented and stays on this machine. Files go to a temporary folder unless --dir is given.
    """
    from cli.io.outputs import make_folder

    with contextlib.ExitStack() as stack:
        if directory is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="noemie-demo-")))
        else:
            folder = make_folder(directory)
        if serve:
            return _page(folder, seed, browser=not no_open)
        # Short names in what is printed: the story reads as it would be typed.
        stack.enter_context(contextlib.chdir(folder))
        Story(seed).tell(kept=directory)
    return status.OK


def _page(folder: Path, seed: int, *, browser: bool) -> int:
    """The page on a practice with a year of flows, returns, rights and rejects that ends today."""
    import datetime as dt

    from cli.serve.invented import practice_of
    from cli.serve.launch import needed
    from cli.serve.launch import serve as run
    from cli.verbs.serve import address_teller

    needed()
    practice = practice_of(folder, dt.date.today(), seed)
    run(practice, address_teller(), browser=browser)
    return status.OK


class Story:
    """The steps, each with its heading, a sentence and the command that it runs."""

    def __init__(self, seed: int) -> None:
        from cli.words.page import Page

        self._page: Page = Page()
        self._seed = seed
        self._step = 0

    def tell(self, kept: Path | None) -> None:
        """All the steps."""
        from cli.words.page import QUIET, STRONG

        self._page.line(
            (
                say("Une feuille de soins, de l'envoi au paiement", "A care sheet, from sending to payment"),
                STRONG,
            )
        )
        self._page.line(
            (
                say(
                    "Tout est inventé : personnes, numéros, montants, et la caisse qui répond.",
                    "Everything is invented: people, numbers, amounts, and the caisse that answers.",
                ),
                QUIET,
            )
        )
        flow = self._generate()
        self._check(flow)
        self._fault()
        returned = self._respond(flow)
        self._decode(returned)
        self._explain()
        self._reconcile(returned)
        self._end(kept)

    # --- steps ------------------------------------------------------------------------------------------

    def _scenario(self, fault: str = "") -> Scenario:
        from fixtures.profils import Parametres
        from fixtures.scenario import Scenario

        asked = Parametres("medecin", self._seed, _INVOICES, tiers_payant=1.0, organismes=(_REGIME,))
        return Scenario(asked, fault)

    def _write(self, folder: str, files: dict[str, bytes]) -> None:
        from cli.verbs.generate import save

        save("demo", Path(folder), files, force=True)

    def _generate(self) -> str:
        from cli.verbs.generate import print_manifest

        command = f"noemie generate -o {SENT} --invoices {_INVOICES} --organisme {_REGIME} --tiers-payant 1"
        self._head(
            say("Un médecin fictif télétransmet sa journée", "An invented doctor sends the day's invoices"),
            say(
                "Six factures au format B2, totaux et compteurs justes.",
                "Six invoices in the B2 format, with right totals and counters.",
            ),
            command + (f" --seed {self._seed}" if self._seed != 1 else ""),
        )
        scenario = self._scenario()
        self._write(SENT, scenario.files())
        print_manifest(Path(SENT), scenario.manifest())
        return f"{SENT}/{scenario.flows[0].name}"

    def _check(self, flow: str) -> None:
        from cli.verbs.check import check

        self._head(
            say("Avant l'envoi : le flux est-il juste ?", "Before sending: is the flow right?"),
            say("Chaque règle regarde chaque enregistrement.", "Every rule looks at every record."),
            f"noemie check {flow}",
        )
        check([flow], no_config=True)

    def _fault(self) -> None:
        from cli.verbs.check import check

        self._head(
            say(
                "Le même flux, avec une faute glissée exprès",
                "The same flow, with one fault put in on purpose",
            ),
            say(
                "Où est-elle, pourquoi est-ce une faute, que changer.",
                "Where it is, why it is a fault, what to change.",
            ),
            f"noemie generate -o {FAULTY} --fault {FAULT} …",
            f"noemie check {FAULTY}",
        )
        scenario = self._scenario(FAULT)
        self._write(FAULTY, {flow.name: flow.data for flow in scenario.flows})
        check([FAULTY], no_config=True)

    def _respond(self, flow: str) -> list[str]:
        from cli.io.outputs import make_folder, write_file
        from cli.verbs.respond import show_answer
        from fixtures.caisse import Caisse

        self._head(
            say("La caisse simulée répond au flux juste", "The simulated caisse answers the right flow"),
            say(
                "Un accusé de réception (ARL), puis les retours NOEMIE. Pour l'histoire, elle refuse une"
                " facture comme doublon, une autre pour droits fermés, et en retarde une troisième.",
                "An acknowledgement (ARL), then NOEMIE returns. For the story, it refuses one invoice as a"
                " duplicate, another for closed rights, and delays a third one.",
            ),
            f"noemie respond {flow} -o {RETURNED}",
        )
        reponse = Caisse(self._seed, issues=outcomes()).respond(flow)
        # The delayed invoice is still awaited on the day of the story: its second return has not come yet.
        reponse.returns[1:] = []
        folder = make_folder(Path(RETURNED))
        names = show_answer(reponse, RETURNED, lambda name, data: write_file(folder / name, data))
        return [f"{RETURNED}/{name}" for name in names if name.endswith(".noe")]

    def _decode(self, returned: list[str]) -> None:
        from cli.verbs.decode import decode

        self._head(
            say("Que dit le retour ?", "What does the return say?"),
            say(
                "L'action d'abord ; « ne pas retransmettre » évite doublons et indus.",
                "The action first; “do not resend” avoids duplicates and undue payments.",
            ),
            f"noemie decode {' '.join(returned)}",
        )
        decode(returned)

    def _explain(self) -> None:
        from cli.verbs.explain import explain

        self._head(
            say("Un code d'une vraie caisse, expliqué", "A code of a real caisse, explained"),
            say(
                "Avec sa source et sa confiance ; ce qui est inconnu reste inconnu.",
                "With its source and how sure it is; what is unknown stays unknown.",
            ),
            'noemie explain "2900 005"',
        )
        explain(["2900 005"])

    def _reconcile(self, returned: list[str]) -> None:
        from cli.verbs.reconcile import reconcile
        from noemie import read_retour

        # The story is told on the day of its return, whenever it is told.
        today = max(day for name in returned if (day := read_retour(name).date_creation))
        self._head(
            say("Où en est chaque facture envoyée ?", "Where does each sent invoice stand?"),
            say(
                "Chaque centime demandé est payé, refusé, retardé ou attendu.",
                "Every cent claimed is paid, refused, delayed or awaited.",
            ),
            f"noemie reconcile {SENT} {RETURNED} --on {today}",
        )
        reconcile([SENT, RETURNED], on=today)

    # --- words ------------------------------------------------------------------------------------------

    def _head(self, title: str, sentence: str, *commands: str) -> None:
        from cli.words.page import INFO, QUIET, STRONG

        self._step += 1
        width = min(self._page.width, 80)
        self._page.blank()
        self._page.line(("─" * width, QUIET))
        self._page.line((f"{self._step}. {title}", STRONG))
        self._page.line((sentence, QUIET), indent=3)
        for command in commands:
            self._page.line((f"$ {command}", INFO), indent=3, hang=4)
        self._page.blank()

    def _end(self, kept: Path | None) -> None:
        from cli.io.inputs import title
        from cli.words.page import INFO, QUIET, STRONG

        self._page.blank()
        self._page.line(("─" * min(self._page.width, 80), QUIET))
        self._page.line((say("Et maintenant, avec vos fichiers :", "And now, with your own files:"), STRONG))
        rows = (
            (say("noemie check FLUX.b2", "noemie check FLOW.b2"), say("avant l'envoi", "before sending")),
            (say("noemie show FICHIER", "noemie show FILE"), say("ce qu'il y a dedans", "what is inside")),
            (
                say("noemie decode RETOUR", "noemie decode RETURN"),
                say("ce qui est payé, refusé, à faire", "what is paid, refused, to do"),
            ),
            ('noemie explain "0450 072"', say("un code ou un libellé", "a code or a label")),
            (
                say("noemie reconcile ENVOIS RETOURS", "noemie reconcile SENT RETURNED"),
                say("l'état de chaque facture", "the state of each invoice"),
            ),
            (
                say("noemie today DOSSIER", "noemie today FOLDER"),
                say("chaque matin : reçu, à faire, en retard", "every morning: received, to do, late"),
            ),
        )
        for command, words in rows:
            self._page.line((f"{command:<33}", INFO), words, indent=3)
        where = (
            say(
                f"Les fichiers de l'histoire sont dans {title(str(kept))}.",
                f"The files of the story are in {title(str(kept))}.",
            )
            if kept
            else say(
                "noemie demo --dir DOSSIER garde les fichiers.", "noemie demo --dir FOLDER keeps the files."
            )
        )
        self._page.line((where, QUIET), indent=3)


def outcomes() -> Callable[[Facture], Issue | None]:
    """What the caisse of the story decides: the second invoice is a duplicate, the third has closed rights,
    the fifth is delayed; the others are paid."""
    from fixtures.caisse import Issue

    wanted = {2: Issue.rejetee("doublon"), 3: Issue.rejetee("droits_fermes"), 5: Issue.differee()}
    seen: list[str] = []

    def choose(facture: Facture) -> Issue | None:
        seen.append(facture.numero)
        return wanted.get(len(seen))

    return choose
