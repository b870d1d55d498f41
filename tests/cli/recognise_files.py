"""Odd files, each with what it is: its family, what messages call it, whether it is sure."""

from __future__ import annotations

import io
import random

from cli_samples import clean, mouvements, retour
from zone_samples import card

from fse.rights import Droit, write_csv
from noemie.documents.convert import to_json, to_xml
from noemie.returns.arl import Arl, write_arls


def _damaged(data: bytes, part: float) -> bytes:
    """A flow in which a part of the bytes is replaced, always the same."""
    rng = random.Random(7)
    spoilt = bytearray(data)
    for at in rng.sample(range(len(data)), int(len(data) * part)):
        spoilt[at] = rng.choice(b" 0123456789ABCXYZ")
    return bytes(spoilt)


def _document(write, data: bytes) -> bytes:
    out = io.BytesIO()
    write(data, out, values=True)
    return out.getvalue()


def _rights() -> bytes:
    out = io.BytesIO()
    write_csv([Droit(nir="1770288888042", date_naissance="770228")], out)
    return out.getvalue()


def files() -> dict[str, tuple[bytes, str, str, bool]]:
    """Name -> bytes, family, lookalike, is_sure."""
    flow, back, p3 = clean(), retour(), mouvements()
    zone = card()
    arls = [Arl(positif=True, numero_lot="001")]
    mail = b"Subject: retour\r\nFrom: a@example.org\r\n\r\nBonjour,\r\n"
    return {
        "flow": (flow, "b2", "B2", True),
        "flow-without-40": (flow[40:], "b2", "B2", False),
        "flow-bom": (b"\xef\xbb\xbf" + flow, "b2", "B2", True),
        "flow-after-blank-lines": (b" \r\n\r\n" + flow, "b2", "B2", True),
        "flow-after-nul": (b"\0" * 200 + flow, "b2", "B2", True),
        "flow-damaged": (_damaged(flow, 0.2), "b2", "B2", True),
        "flow-first-byte": (b"X" + flow[1:], "b2", "B2", True),
        "flow-utf-16": (flow.decode("latin-1").encode("utf-16"), "", "UTF-16", True),
        "return": (back, "noemie", "NOEMIE", True),
        "return-p3": (p3, "noemie", "NOEMIE", True),
        "return-after-blank-lines": (b" \r\n\r\n" + back, "noemie", "NOEMIE", True),
        "return-p3-after-1a": (b"\xef\xbb\xbf\x1a" + p3, "noemie", "NOEMIE", True),
        "return-p3-lies": (b"9" + p3[1:], "noemie", "NOEMIE", True),
        "zone": (zone, "zone", "SSV", True),
        "zone-short": (zone[:7], "zone", "SSV", True),
        "zone-2-bytes": (zone[:2], "zone", "SSV", False),
        "arl-json": (write_arls(arls), "arl", "ARL (JSON)", True),
        "arl-text": (write_arls(arls, "text"), "arl", "ARL", True),
        "rights": (_rights(), "droits", "CSV", True),
        "rights-bom": (b"\xef\xbb\xbf" + _rights(), "droits", "CSV", True),
        "document-json": (_document(to_json, flow), "document", "noemie convert (JSON)", True),
        "document-xml": (_document(to_xml, flow), "document", "noemie convert (XML)", True),
        "json": (b'\n {"a": 1}\n', "", "JSON", True),
        "mail": (mail, "", "MIME", True),
        "text": (b"Bonjour, voici le fichier.\n", "", "TXT", True),
        "csv": (b"nom;prenom\r\nA;B\r\n", "", "TXT", True),
        "pdf": (b"%PDF-1.7\n", "", "PDF", True),
    }
