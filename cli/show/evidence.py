"""What made a file recognised, in words: keys of `flatfile.Detection.seen`."""

from __future__ import annotations

from typing import Final

from cli.show.model import Evidence
from cli.words.speech import say
from flatfile import Detection

_SEEN: Final[dict[str, tuple[str, str]]] = {
    "entite-000": ("il commence par 000", "it starts with 000"),
    "norme-b2": ("« B2 » aux octets 66-67", "“B2” in bytes 66-67"),
    "sans-000": ("l'enregistrement 000 manque", "record 000 is missing"),
    "type-1-a-6": ("un enregistrement de type 1 à 6 en tête", "a record of type 1 to 6 comes first"),
    "longueur-4-chiffres": (
        "une longueur de 4 chiffres devant chaque enregistrement",
        "a 4-digit length before each record",
    ),
    "arobases": ("des entités terminées par @", "entities that end with @"),
    "drapeau": ("un octet drapeau devant chaque bloc de 128", "a flag byte before each block of 128"),
    "groupe-connu": ("un groupe SSV connu en tête", "a known SSV group comes first"),
    "longueurs-emboitees": (
        "des longueurs qui s'emboîtent jusqu'au dernier octet",
        "lengths that fit in one another to the last byte",
    ),
    "coupures": (
        "des fins de ligne mises n'importe où, lues comme s'il n'y en avait pas",
        "line ends put anywhere, read as if there were none",
    ),
    "reference-numerique": ("une référence de norme en chiffres", "a reference of norm in digits"),
}

_ENVELOPES: Final[dict[str, tuple[str, str]]] = {
    "fixe": ("enregistrements de 128 octets", "records of 128 bytes"),
    "lignes": ("enregistrements de 128 octets, avec fins de ligne", "records of 128 bytes, with line ends"),
    "P1": ("blocs de 128 octets (forme P1)", "blocks of 128 bytes (form P1)"),
    "P2": ("entités à la suite (forme P2)", "entities one after another (form P2)"),
    "P3": ("enregistrements de longueur écrite (forme P3)", "records with their length (form P3)"),
}


def envelope_text(envelope: str) -> str:
    """The physical form of a file, in words."""
    return say(*_ENVELOPES.get(envelope, (envelope, envelope)))


def seen(detection: Detection) -> list[Evidence]:
    """The evidence, each with its key and its words."""
    return [Evidence(key, say(*_SEEN.get(key, (key, key)))) for key in detection.seen]
