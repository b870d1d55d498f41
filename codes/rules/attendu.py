"""What a rule expects wherever it is broken, for findings that do not tell it of their place."""

from __future__ import annotations

from typing import Final

from flatfile.findings import both

#: Rule -> what is expected; the advice of the rule stands for the others.
EXPECTED: Final[dict[str, str]] = {
    "fichier.bom": both("aucune marque", "no mark"),
    "fichier.fin-de-ligne": both("aucune fin de ligne", "no line end"),
    "fichier.coupures": both("aucune fin de ligne", "no line end"),
    "fichier.octet-final": both("rien après 999", "nothing after 999"),
    "structure.debut": both("un enregistrement 000", "a record 000"),
    "structure.debut-double": both("un seul enregistrement 000", "one record 000"),
    "structure.fin": both("un enregistrement 999", "a record 999"),
    "structure.apres-fin": both("rien après 999", "nothing after 999"),
    "structure.type-inconnu": both("un type de la norme", "a type of the norm"),
    "structure.hors-lot": both("un enregistrement 1 avant", "a record 1 before"),
    "structure.lot-sans-fin": both("un enregistrement 6", "a record 6"),
    "structure.fin-sans-lot": both("un enregistrement 1 avant", "a record 1 before"),
    "structure.lot-vide": both("une facture au moins", "one invoice at least"),
    "structure.facture-sans-entete": both("un enregistrement 2", "a record 2"),
    "structure.facture-sans-total": both("un enregistrement 5", "a record 5"),
    "structure.facture-sans-ligne": both("un enregistrement 3 ou 4", "a record 3 or 4"),
    "structure.ordre": both("les compléments 2x avant les lignes", "the complements 2x before the lines"),
    "format.nir": both("13 caractères : chiffres, 2A ou 2B", "13 characters: digits, 2A or 2B"),
    "format.blanc": both("des blancs", "blanks"),
    "format.caractere": both("de l'ASCII imprimable", "printable ASCII"),
    "code.absent": both("un code", "a code"),
    "unicite.lot": both("un autre numéro", "another number"),
}
