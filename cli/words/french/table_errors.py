"""What is wrong with the layout tables of a site (`flatfile.LayoutError`), in French.

The libraries tell it in English, piece within piece; each piece is put into French where it stands.
"""

from __future__ import annotations

import re
from typing import Final

#: Piece in English -> the same in French.
PIECES: Final[tuple[tuple[str, str], ...]] = (
    (r", line ([0-9]+)", r", ligne \1"),
    (
        r": this table cannot be read as UTF-8 text",
        " : cette table ne peut pas être lue comme un texte UTF-8",
    ),
    (r": this line cannot be read as CSV", " : cette ligne ne peut pas être lue comme du CSV"),
    (r": missing column\(s\) (.*)", r" : colonnes absentes : \1"),
    (r": more cells than columns", " : plus de cellules que de colonnes"),
    (r": (\w+) and (\w+) are needed", r" : \1 et \2 sont nécessaires"),
    (
        r": start, length and position must be whole numbers",
        " : start, length et position doivent être des nombres entiers",
    ),
    (
        r": a name, a start and a length of at least 1 are needed",
        " : un nom, un début et une longueur d'au moins 1 sont nécessaires",
    ),
    (r": a field has at most ([0-9]+) bytes", r" : une zone a au plus \1 octets"),
    (
        r": field name (.*): lower-case letters, digits and _ are expected",
        r" : nom de zone \1 : des minuscules, des chiffres et _ sont attendus",
    ),
    (
        r": field (\w+) starts at byte ([0-9]+), expected ([0-9]+)",
        r" : la zone \1 commence à l'octet \2, attendu : \3",
    ),
    (r": two fields are called (\w+)", r" : deux zones s'appellent \1"),
    (
        r": kind (.*): constant of ([0-9]+) bytes in ([0-9]+) bytes",
        r" : genre \1 : constante de \2 octets dans \3 octets",
    ),
    (r": kind const: printable ASCII is expected", " : genre const : des caractères ASCII sont attendus"),
    (
        r": kind (.*): digits do not add up to ([0-9]+) bytes",
        r" : genre \1 : les chiffres ne font pas \2 octets",
    ),
    (
        r": kind (.*): unknown date order, or not possible on ([0-9]+) bytes",
        r" : genre \1 : ordre de date inconnu, ou impossible sur \2 octets",
    ),
    (
        r": kind (.*): unknown, or not possible on ([0-9]+) bytes",
        r" : genre \1 : inconnu, ou impossible sur \2 octets",
    ),
    (r": ([0-9]+) bytes, expected ([0-9]+)", r" : \1 octets, attendu : \2"),
    (r": position ([0-9]+) is expected", r" : la position \1 est attendue"),
    (r": this name is written twice in the group", " : ce nom est écrit deux fois dans le groupe"),
    (
        r": a name of lower-case letters, digits and _ is needed",
        " : un nom en minuscules, chiffres et _ est nécessaire",
    ),
    (r": the kind must be one of (.*)", r" : le genre doit être l'un de : \1"),
    (r": personal must be yes, ps or empty", " : personal doit être yes, ps ou vide"),
    (
        r": observed_lengths must be lengths \(8\|9\) or a range \(3-18\)",
        " : observed_lengths doit être des longueurs (8|9) ou un intervalle (3-18)",
    ),
    (r": (\w+) must be a whole number from 0 to ([0-9]+)", r" : \1 doit être un nombre entier de 0 à \2"),
    (r"entity (\w+) is described twice \((.*), (.*)\)", r"l'entité \1 est décrite deux fois (\2, \3)"),
    (r": an entity number has three digits", " : un numéro d'entité a trois chiffres"),
    (r": the first field must be const:", " : la première zone doit être const:"),
    (r": the level must be in bytes 4-5", " : le niveau doit être aux octets 4-5"),
    (r": the last field must be const:@", " : la dernière zone doit être const:@"),
)


def in_french(text: str) -> str:
    """The message of a `LayoutError` in French.

    >>> in_french("b2.csv, line 3: a field has at most 900 bytes")
    'b2.csv, ligne 3 : une zone a au plus 900 octets'
    """
    for english, french in PIECES:
        text = re.sub(english, french, text)
    return text
