"""What goes with files that are taken out of a ledger, told as text: counts and sums, no person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.words.page import GOOD, STRONG, Page
from cli.words.speech import plural, say
from cli.words.texts import amount

if TYPE_CHECKING:
    from noemie.ledger import Removal

__all__ = ["counted", "print_removal"]


def counted(found: Removal) -> list[tuple[int, str]]:
    """How many of each kind go, with their words, those of which there is none left out."""
    words = (
        (found.envois, say("facture envoyée", "sent invoice"), say("factures envoyées", "sent invoices")),
        (found.reponses, say("réponse", "answer"), say("réponses", "answers")),
        (found.forfaits, say("forfait", "lump sum"), say("forfaits", "lump sums")),
        (found.dettes, say("dette ou retenue", "debt"), say("dettes et retenues", "debts")),
        (found.arls, "ARL", say("ARL", "ARLs")),
        (found.patients, "patient", "patients"),
        (
            found.marques,
            say("marque ou pointage", "mark or tick"),
            say("marques et pointages", "marks and ticks"),
        ),
    )
    return [(number, plural(number, one, several)) for number, one, several in words if number]


def print_removal(found: Removal, *, removed: bool) -> None:
    """What goes, or went."""
    page = Page()
    names = ", ".join(found.fichiers)
    page.line(
        (
            say("Retiré du registre : ", "Taken out of the ledger: ")
            if removed
            else say("À retirer du registre : ", "To be taken out of the ledger: "),
            STRONG,
        ),
        names,
        hang=2,
    )
    for _, text in counted(found):
        page.line(text, indent=2)
    page.line(
        say(
            f"En moins : demandé {amount(found.demande)} €, payé {amount(found.paye)} €.",
            f"Less: claimed {amount(found.demande)} €, paid {amount(found.paye)} €.",
        ),
        indent=2,
    )
    if removed:
        page.line(
            (say("C'est fait.", "Done."), GOOD),
            say(
                " Un dossier ne le ramène pas ; noemie ledger import --again FICHIER, si.",
                " A folder does not bring it back; noemie ledger import --again FILE does.",
            ),
        )
    else:
        page.line(
            (
                say(
                    "Essai : rien n'a été retiré. → Ajouter --yes pour retirer.",
                    "Trial run: nothing was taken out. → Add --yes to take out.",
                ),
                STRONG,
            )
        )
