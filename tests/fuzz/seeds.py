"""What attacks start from: small files of every kind, with invented people, made by the writers.

An input of several files has `CUT` between them. Each function gives inputs that its target takes.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Final

import cli_samples
import convert_samples
import envelope_samples
import noemie_samples
from mask_samples import CARD_MARKERS, card, invoice_zone

from fixtures.caisse import Caisse
from fixtures.caisses import ORGANISMES
from fixtures.profils import Parametres
from fixtures.scenario import Scenario
from noemie.documents import convert
from noemie.returns.arl import Arl, write_arls

from .mutator import CUT

_HERE: Final = Path(__file__).parent
_ROOT: Final = _HERE.parents[1]
_FOLLOWUP: Final = _ROOT / "tests" / "cli" / "followup_cases"

#: What tells who stands in the files of `marked`, the cards and the rights below.
MARKERS: Final = (
    *(marker.encode() for marker in cli_samples.MARKERS if len(marker) > 7 or marker.isalpha()),
    *(marker for marker in CARD_MARKERS if len(marker) > 7),
)
NIRS: Final = tuple(marker for marker in MARKERS if len(marker) == 13 and marker.isdigit())


@cache
def flows() -> list[bytes]:
    """Flows of one or two invoices of each norm and kind of provider."""
    found = [cli_samples.flow(1), cli_samples.flow(2)]
    for profile, norm in (
        ("medecin", None), ("infirmier", None), ("pharmacie", None), ("transport", None),
        ("smg", None), ("cmpp", None), ("hopital", "CP-2003C"), ("hopital", "CP-2005E"),
    ):  # fmt: skip
        found.append(flow_of(profile, norm))
    whole = found[2]
    lines = b"\r\n".join(whole[at : at + 128].rstrip() for at in range(0, len(whole), 128))
    return [*found, lines, convert_samples.wrapped(whole)]


def flow_of(profile: str, norm: str | None = None, invoices: int = 1) -> bytes:
    """The first flow of a generation."""
    where = () if profile == "smg" else (ORGANISMES[0].cle,)
    options = {"norm": norm} if norm else {}
    return Scenario(Parametres(profile, seed=3, invoices=invoices, organismes=where, **options)).flows[0].data


@cache
def returns() -> list[bytes]:
    """Returns of both families in each envelope, to providers and to insurers, one file of three returns."""
    insurers = [path.read_bytes() for path in sorted((_ROOT / "tests/noemie/insurer").glob("*.txt"))]
    followed = [
        path.read_bytes()
        for name in (
            "line_ends/P1-wrap76",
            "line_ends/P2-dotat",
            "line_ends/P3-lf128",
            "several_returns/cat-P3",
        )
        for path in [_FOLLOWUP / f"{name}.noe"]
    ]
    return [
        cli_samples.retour(),
        cli_samples.mouvements(),
        *noemie_samples.RETOURS.values(),
        *(one for one in insurers if len(one) < 4096),
        *followed,
    ]


@cache
def zones() -> list[bytes]:
    """Cards, headers of invoices, groups that no table describes."""
    return [card().to_bytes(), invoice_zone().to_bytes(), *convert_samples.ZONES.values()]


@cache
def arls() -> list[bytes]:
    """Acknowledgements in both forms."""
    made = [
        Arl(positif=True, numero_lot="001", numero_ps=cli_samples.PS, date_lot=cli_samples.DAY),
        Arl(
            positif=False,
            numero_lot="002",
            libelle="TOTAL",
            motif="total_incoherent",
            numero_facture="000000001",
        ),
    ]
    return [write_arls(made), write_arls(made, "text")]


def files() -> list[bytes]:
    """A file of each kind."""
    return [*flows(), *returns(), *zones(), *arls()]


def told() -> list[bytes]:
    """What has tables."""
    return [*flows(), *returns()]


def marked() -> list[bytes]:
    """Files whose people have the markers."""
    return [
        cli_samples.flow(1),
        cli_samples.flow(2),
        cli_samples.retour(),
        cli_samples.mouvements(),
        *zones()[:2],
        arls()[0],
    ]


def documents(form: str) -> list[bytes]:
    """What `convert` writes of files, and the files."""
    few = [cli_samples.flow(1), cli_samples.retour(), noemie_samples.RETOUR_PS_P1, *zones()[1:4]]
    found = []
    for data in few:
        out = io.BytesIO()
        {"json": convert.to_json, "xml": convert.to_xml}[form](data, out, values=True)
        found.append(out.getvalue())
    return [*found, *flows()[2:4], *flows()[-2:], *returns()[:4], *zones()]


def pairs() -> list[bytes]:
    """Two files of a kind."""
    one, two = flows()[:2]
    pairs = [
        (one, two),
        (flows()[2], flows()[-2]),
        (flows()[6], flows()[6]),
        tuple(returns()[2:4]),
        tuple(zones()[:2]),
    ]
    return [CUT.join(pair) for pair in pairs]


@cache
def worlds() -> list[bytes]:
    """Flows with what came back: cases of the follow-up, and what a simulated caisse answers."""
    base = (_FOLLOWUP / "base.b2").read_bytes()
    found = []
    for folder in sorted(path for path in _FOLLOWUP.iterdir() if path.is_dir()):
        parts = [path.read_bytes() for path in sorted(folder.iterdir())]
        if folder.name in ("line_ends", "several_returns"):
            parts = parts[::3]
        alone = folder.name in ("next_year", "arl_negative")
        found.append(CUT.join(parts if alone else [base, *parts]))
    for family, envelope in (("longue", "P2"), ("ancienne", "P3")):
        flow = flows()[2]
        answer = Caisse(seed=1, reject_rate=0.4, family=family, envelope=envelope).respond(flow)
        found.append(CUT.join([flow, *(one.data for one in answer.returns), write_arls(answer.arls)]))
    return [*found, CUT.join([cli_samples.flow(2), cli_samples.retour()])]


_ADRI: Final = (
    b'{"dateReponse": "20260110", "infosGlobales": {"codeRegime": "08", "codeCaisse": "756"}, '
    b'"beneficiaireDeSoins": {"nomUsuel": "ZEBULON", "prenom": "QUETZAL", "noNIRCertifie": "%s", '
    b'"dateNaissance": "19770228", "codeServiceAMO": "03", "dateDebutServiceAMO": "20250601", '
    b'"lstPeriodeAMO": [{"dateDebut": "20200101", "dateFin": "00000000"}], "lstPeriodeCodeCouverture": '
    b'[{"codeALD": "1", "codeSituation": "0100", "dateDebut": "20260101", "dateFin": "20301231"}]}}'
)
_FSV: Final = (
    b'<c:Rsp xmlns:c="urn:exemple"><c:client><c:individu><c:nomUsuel>ZEBULON</c:nomUsuel>'
    b"<c:dateNaissance>1977-02-28</c:dateNaissance><c:nirIndividu>%s</c:nirIndividu></c:individu>"
    b"<c:couvertureAMO><c:dateDeb>2024-01-01</c:dateDeb><c:codeAld>1</c:codeAld></c:couvertureAMO>"
    b"</c:client></c:Rsp>"
)


def rights() -> list[bytes]:
    """Facts on rights: CSV as spreadsheets save it, answers of teleservices."""
    nir, key = cli_samples.NIR, cli_samples.CLE
    head = (
        "nir;cle_nir;date_naissance;nom;prenom;regime;caisse;ouvert_du;ouvert_au;c2s;exoneration;constate_le"
    )
    row = f"{nir};{key};28/02/1977;ZEBULON;QUETZAL;01;421;01/01/2020;31/12/2025;O;C;2025-03-10"
    table = f"{head}\r\n{row}\r\n{row.replace('QUETZAL', 'XANTIPPE')}\r\n"
    return [
        table.encode(),
        ("sep=;\r\n" + table).encode("utf-8-sig"),
        table.replace(";", ",").encode("utf-16"),
        table.replace(";", "\t").replace("ZEBULON", "ZÉBULON").encode("latin-1"),
        *(b'"' + table.replace(";", '";"').replace("\r\n", '"\r\n"').encode() + b'"',),
        _ADRI % (nir + key).encode(),
        _FSV % nir.encode(),
    ]


_COLUMNS: Final = """sorte = "paiements"
[colonnes]
facture = "N° facture"
lot = "Lot"
jour = "Date paiement"
amo = "Payé RO"
amc = "Payé RC"
etat = "Statut"
motif = "Motif"
[etats]
P = ["Payé", "Réglé"]
R = "Rejeté"
"""


def tables() -> list[bytes]:
    """A table of payments and its declared columns."""
    text = (
        "N° facture;Lot;Date paiement;Payé RO;Payé RC;Statut;Motif\r\n"
        "000000001;1;20/01/2026;24,50;10,50 €;Payé;\r\n"
        "000000002;1;2026-01-20;-1 234,56;(21,00);Rejeté;DROITS FERMES\r\n"
        "Total;;;24,50;;;\r\n"
    )
    arl = (
        'sorte = "arl"\n[colonnes]\nlot = "Lot"\naccepte = "Statut"\n'
        '[etats]\noui = ["Payé"]\nnon = ["Rejeté"]\n'
    )
    one = 'part = "AMC"\n[colonnes]\nfacture = "N° facture"\nmontant = "Payé RC"\n'
    book = _workbook([line.split(";") for line in text.split("\r\n")])
    pairs = (
        (text.encode(), _COLUMNS),
        (text.encode("cp1252"), one),
        (text.encode("utf-16"), arl),
        (book, _COLUMNS),
    )
    return [CUT.join((table, columns.encode())) for table, columns in pairs]


def _workbook(rows: list[list[str]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def envelopes() -> list[bytes]:
    """Mails, mailboxes and archives, one within another."""
    flow, back = cli_samples.flow(1), cli_samples.retour()
    made = envelope_samples
    simple, zipped = made.edi(flow, made.SUBJECT.format(1)), made.zipped(a__b2=flow, r__noe=back)
    return [
        simple,
        made.edi(back, packed="zlib"),
        made.multi(made.part(zipped, "retours.zip", "zip"), made.part(back, "é.noe")),
        made.signed(back),
        made.enveloped(),
        made.forwarded(simple),
        zipped,
        made.locked(),
        made.mailbox(simple, made.signed(back)),
        _tarred({"a.b2": flow, "b/r.noe": back}),
    ]


def _tarred(files: dict[str, bytes]) -> bytes:
    import tarfile

    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def configurations() -> list[bytes]:
    """`noemie.toml`, with every key."""
    own = (
        'norm = "PS-2003C"\nselect = ["smg", "cle.nir"]\nignore = ["facture"]\nfail-on = "error"\n'
        'baseline = "b.json"\nlayouts = "."\ncodes = "."\n[severity]\n"cle.nir" = "warning"\n'
        '[smg]\nnature_assurance = "?"\n[[delais]]\nentre = "prescription-acte"\njours = 30\n'
        "du = 2025-01-01\n"
    )
    return [
        own.encode(),
        b'fail-on = "warning"\n',
        b'[tool.noemie]\nnorm = "PS-2003C"\n[tool.noemie.severity]\n"cle.nir" = "off"\n',
    ]


def sites() -> list[bytes]:
    """Tables that a site adds: rejects, codes of lists, layouts, delays."""
    reject = (
        'source = "caisse, courrier"\nauthor_role = "facturation"\ndate = 2026-03-04\n'
        '[[reject]]\nnamespace = "AMO"\ncode = "0999 001"\nlabel = "LIBELLE"\nmeaning_fr = "Sens."\n'
        'action_class = "corriger_retransmettre"\n'
        'motive = "doublon"\nvalid_from = "2026-01-XX"\n'
    )
    codes = "list,code,label_fr,label_en,valid_from,usage\nnature_assurance,99,essai,trial,2025-01-01,\n"
    shipped = (_ROOT / "fse/data/b2.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    head, *rows = shipped
    kind = rows[0].split(",")[:2]
    layout = head + "".join(row for row in rows if row.split(",")[:2] == kind)
    delays = "id,value,unit,from,until,source,grade\nrelance,45,days,2026-01-01,,caisse,B\n"
    return [CUT.join(part.encode() for part in (reject, codes, layout, delays))]


_SCENARIO: Final = """[[facture]]
numero = ["1", "00000000?"]
lot = "001"
issue = "rejetee"
motif = "droits_fermes"
[[facture]]
rang = [1, 2]
issue = "partielle"
montant_amo = 1000
[[facture]]
proportion = 0.25
delai = 3
double = "meme_retour"
[[forfait]]
montant = 15000
[[retenue]]
montant = -2000
solde = 500
[[retour]]
rang = 1
copies = 1
[[lot]]
numero = "001"
arl = "negatif"
"""


def scenarios() -> list[bytes]:
    """Scenarios of the simulated caisse."""
    parts = _SCENARIO.split("[[")
    return [_SCENARIO.encode(), *(f"[[{part}".encode() for part in parts[1:])]


def requests() -> list[bytes]:
    """Requests to the page: method and path, headers, an empty line, a body.

    `@FACTURE@` and `@VIREMENT@` are those of the ledger that the page stands on.
    """
    flow, back = cli_samples.flow(1), cli_samples.retour()
    form = b"content-type: application/x-www-form-urlencoded\n"
    found = [
        b"POST /api/check?nom=a.b2&registre=1&lang=en\n\n" + flow,
        b"POST /api/decode?nom=r.noe\n\n" + back,
        b"GET /api/explain/2900 005?lang=fr\n\n",
        b"POST /expliquer\n" + form + b"\nq=droits+fermes",
        b"POST /controler\ncontent-type: multipart/form-data; boundary=x\n\n" + _part(b"a.b2", flow),
        b"POST /decoder\ncontent-type: multipart/form-data; boundary=x\n\n" + _part(b"r.noe", back),
        b"POST /inspecteur\ncontent-type: multipart/form-data; boundary=x\n\n" + _part(b"r.noe", back),
        b"GET /inspecteur/1?r=3\n\n",
        b"POST /droits\n" + form + b"\nnom=ZEBULON&naissance=28%2F02%2F1977&nir=&date=2026-01-01&regime=01",
        b"POST /factures\n" + form + b"\ncherche=000000002&etat=rejetee&mois=2026-01&page=1",
        b"POST /rejets\n"
        + form
        + b"\naction=corriger_retransmettre&motif=doublon&caisse=01421&mois=2026-01&patient=ZEBULON",
        b"POST /paiements\n"
        + form
        + b"\norganisme=01421&du=01/01/2026&au=2026-02-01&regime=01&portee=sauf&patient=1&virement=VIR",
        b"POST /marquer\n" + form + b"\nfacture=@FACTURE@&sorte=rappel&detail=31/01/2026&retour=/",
        b"POST /pointer\n" + form + b"\nlibelle=@VIREMENT@&retour=%2Fpaiements",
        b"POST /reprendre\n" + form + b"\nmarque=1&retour=/",
        b"POST /reglages/jetons\n" + form + b"\nnom=essai",
        b"POST /masquer\n" + form + b"\nretour=/",
        b"POST /api/jobs?nom=r.noe\n\n" + back,
        b"POST /deposer\ncontent-type: multipart/form-data; boundary=x\n\n" + _part(b"a.b2", flow),
        b"POST /droits/lire\ncontent-type: multipart/form-data; boundary=x\n\n"
        + _part(b"d.csv", rights()[0]),
    ]
    for path in (
        "/", "/rejets?page=2", "/tableau?du=01/01/2025&au=2026-01-01", "/suivre?tri=montant",
        "/factures?etat=payee&page=1", "/facture/@FACTURE@", "/paiements", "/facture/@FACTURE@/lettre",
        "/paiements.csv?mois=2026-01", "/tableau?an=2026", "/etat?mois=2026-01", "/droits", "/controler",
        "/reglages", "/verrou", "/static/house.css", "/openapi.json", "/api/today", "/api/jobs/1",
    ):  # fmt: skip
        found += [f"GET {path}\n\n".encode()]
    return found


def _part(name: bytes, data: bytes) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="fichiers"; filename="%s"\r\n\r\n' % name
    return head + data + b"\r\n--x--\r\n"


#: Verbs with their options -> what they read.
_VERBS: Final = {
    "flow": (
        "check --verbose", "check --format sarif", "show --records", "mask", "diff", "convert --format csv",
        "reconcile --format html",
    ),
    "return": (
        "decode", "decode --format html", "explain", "reconcile", "show --format json", "ledger import",
    ),
    "zone": (
        "check --format html", "show", "convert --format xml", "mask --format json", "rights import",
    ),
    "rights": ("rights import",),
}  # fmt: skip
VERBS: Final = frozenset(verb.encode() for verbs in _VERBS.values() for verb in verbs)


def commands() -> list[bytes]:
    """A verb with its options, then the file that it is given."""
    read = {
        "flow": cli_samples.flow(1),
        "return": cli_samples.retour(),
        "zone": zones()[0],
        "rights": rights()[0],
    }
    return [verb.encode() + CUT + read[kind] for kind, verbs in _VERBS.items() for verb in verbs]
