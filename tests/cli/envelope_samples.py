"""Mails, mailboxes and archives around flows and returns, for the tests of every verb that reads files."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from email.message import EmailMessage, Message
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

SUBJECT = "IR100500/00000420788606/2026112913000000001/{:05}"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
ARL = b"ACCUSE DE RECEPTION LOGIQUE 0001 LOT 001 POSITIF\r\n"


def edi(
    data: bytes, subject: str = "Bonjour", *, packed: str = "gzip", name: str = "", case: str = ""
) -> bytes:
    """A mail of one part, as an exchange writes it; `packed` is `gzip`, `zlib` or nothing."""
    mail = _part(data, packed, name, case)
    for field, value in (("From", "labo@example.org"), ("To", "01421@421.01.rss.fr"), ("Subject", subject)):
        mail[field] = value
    return mail.as_bytes()


def multi(*parts: Message, subject: str = "Bonjour", text: str = "Ci-joint le fichier.") -> bytes:
    """A mail of several parts after a text."""
    mail = MIMEMultipart("mixed")
    for field, value in (("From", "labo@example.org"), ("To", "01421@421.01.rss.fr"), ("Subject", subject)):
        mail[field] = value
    mail.attach(MIMEText(text, "plain", "utf-8"))
    for part in parts:
        mail.attach(part)
    return mail.as_bytes()


def part(data: bytes, name: str, kind: str = "octet-stream") -> Message:
    """An attachment."""
    made = MIMEApplication(data, kind)
    made.add_header("Content-Disposition", "attachment", filename=name)
    return made


def signed(data: bytes) -> bytes:
    """A mail signed in clear: the flow or the return beside its signature."""
    mail = MIMEMultipart("signed", protocol="application/pkcs7-signature")
    mail["From"], mail["Subject"] = "caisse@example.org", "Retour"
    mail.attach(_part(data, "gzip", "retour.gz", ""))
    mail.attach(part(b"\x30\x82\x01\x00" + bytes(64), "smime.p7s", "pkcs7-signature"))
    return mail.as_bytes()


def enveloped() -> bytes:
    """An S/MIME envelope, that only the key of its recipient opens."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "caisse@example.org", "Retour"
    mail.set_content(
        b"\x30\x82\x01\x00" + bytes(64), "application", "pkcs7-mime", params={"smime-type": "enveloped-data"}
    )
    return mail.as_bytes()


PGP = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0\n-----END PGP MESSAGE-----\n"


def pgp() -> bytes:
    """A mail encrypted by PGP (RFC 3156): its version, then what is encrypted."""
    mail = MIMEMultipart("encrypted", protocol="application/pgp-encrypted")
    mail["From"], mail["Subject"] = "caisse@example.org", "Retour"
    mail.attach(MIMEApplication(b"Version: 1\n", "pgp-encrypted"))
    mail.attach(part(PGP, "encrypted.asc"))
    return mail.as_bytes()


def forwarded(inner: bytes) -> bytes:
    """A mail that carries another one."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "secretariat@example.org", "TR: retour"
    mail.set_content("Voir ci-joint.")
    import email

    mail.add_attachment(email.message_from_bytes(inner))
    return mail.as_bytes()


def zipped(**files: bytes) -> bytes:
    """A zip file; names have their dot written `__`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def locked() -> bytes:
    """A zip file that asks for a password, as far as its flags say."""
    data = bytearray(zipped(retour__noe=b"000"))
    data[6] |= 1  # local header
    data[data.index(b"PK\x01\x02") + 8] |= 1  # central directory
    return bytes(data)


def mailbox(*mails: bytes) -> bytes:
    """The same mails in one mbox file."""
    return b"".join(b"From labo@example.org Sun Nov 29 13:00:00 2026\n" + mail + b"\n\n" for mail in mails)


def write_mailbox(folder: Path, flows: list[bytes], returns: list[bytes]) -> None:
    """A folder as a practice holds it: 12 mails, a zip, texts and pictures; three flows and their returns."""
    one, two, three = flows
    first, second, third = returns
    mails = {
        "01-envoi": edi(one, SUBJECT.format(invoices(one)), name="B2.gz"),
        "02-envoi": edi(two, SUBJECT.format(invoices(two)), packed="zlib", case="application/edi-CONSENT"),
        "03-retour": edi(first, "Retour NOEMIE"),
        "04-retour-signe": signed(second),
        "05-arl": multi(part(ARL, "ARL.txt", "EDI-consent"), subject="Accusé de réception"),
        "06-photos": multi(part(PNG, "photo.png", "png"), part(b"GIF89a" + bytes(40), "logo.gif")),
        "07-texte": multi(subject="Réunion"),
        "08-zip": multi(part(zipped(mars__noe=third, lisezmoi__txt=b"bonjour"), "retours.zip", "zip")),
        "09-copie": forwarded(edi(first, "Retour NOEMIE")),
        "10-chiffre": enveloped(),
        "11-archive": multi(part(locked(), "protege.zip", "zip")),
        "12-pdf": multi(part(b"%PDF-1.7\n" + bytes(50), "facture.pdf", "pdf")),
    }
    folder.mkdir()
    for name, data in mails.items():
        (folder / f"{name}.eml").write_bytes(data)
    (folder / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    (folder / "notes.txt").write_text("rappeler la caisse\n")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(50))
    (folder / "envois.zip").write_bytes(zipped(fevrier__b2=three))


def invoices(flow: bytes) -> int:
    """The records of type 5 of a flow."""
    return sum(flow[at : at + 1] == b"5" for at in range(0, len(flow), 128))


def _part(data: bytes, packed: str, name: str, case: str) -> Message:
    content = {"gzip": gzip.compress(data, mtime=0), "zlib": zlib.compress(data)}.get(packed, data)
    made = MIMEApplication(content, "EDI-consent")
    if case:
        made.replace_header("Content-Type", case)
    made["Content-Description"] = "IRIS/B2/Z" if packed else "IRIS/B2"
    if name:
        made.add_header("Content-Disposition", "attachment", filename=name)
    return made
