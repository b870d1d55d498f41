"""What is wrong with the layout tables of a site (`flatfile.LayoutError`), in French."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flatfile import LayoutError

#: The same problems as `flatfile.errors.LAYOUT_PROBLEMS`.
PROBLEMS: Final = {
    "unreadable": "cette table ne peut pas être lue comme un texte UTF-8",
    "csv": "cette ligne ne peut pas être lue comme du CSV",
    "columns": "colonnes absentes : {columns}",
    "cells": "plus de cellules que de colonnes",
    "keys": "{group} et {type} sont nécessaires",
    "numbers": "start, length et position doivent être des nombres entiers",
    "field": "un nom, un début et une longueur d'au moins 1 sont nécessaires",
    "too_long": "une zone a au plus {most} octets",
    "name": "nom de zone {name!r} : des minuscules, des chiffres et _ sont attendus",
    "start": "la zone {name} commence à l'octet {start}, attendu : {expected}",
    "same_name": "deux zones s'appellent {name}",
    "constant": "genre {kind} : constante de {found} octets dans {length} octets",
    "constant_text": "genre const : des caractères ASCII sont attendus",
    "decimal": "genre {kind} : les chiffres ne font pas {length} octets",
    "date": "genre {kind} : ordre de date inconnu, ou impossible sur {length} octets",
    "kind": "genre {kind} : inconnu, ou impossible sur {length} octets",
    "length": "{found} octets, attendu {expected}",
    "norm": "norme {norm} : inconnue, attendu : {known}",
    "entity_twice": "l'entité {entity} est décrite deux fois ({first}, {second})",
    "entity_number": "un numéro d'entité a trois chiffres",
    "entity_first": "la première zone doit être const:{entity}",
    "entity_level": "le niveau doit être aux octets 4-5",
    "entity_last": "la dernière zone doit être const:@",
    "group_position": "la position {expected} est attendue",
    "group_same_name": "ce nom est écrit deux fois dans le groupe",
    "group_name": "un nom en minuscules, chiffres et _ est nécessaire",
    "group_kind": "le genre doit être l'un de : {kinds}",
    "group_personal": "personal doit être yes, ps ou vide",
    "group_lengths": "observed_lengths doit être des longueurs (8|9) ou un intervalle (3-18)",
    "group_number": "{column} doit être un nombre entier de 0 à {most}",
}


def in_french(error: LayoutError) -> str:
    """The message of a `LayoutError` in French.

    >>> from flatfile import LayoutError
    >>> in_french(LayoutError("too_long", most=900).at("b2.csv", 3))
    'b2.csv, ligne 3 : une zone a au plus 900 octets'
    """
    return error.told(PROBLEMS, "ligne", " : ")
