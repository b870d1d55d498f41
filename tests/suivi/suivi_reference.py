"""The follow-up model in executable form, as slow as it is plain: the oracle that the engine is compared with.

It reads whole files and looks at every pair of sendings. It knows neither tables, nor marks but `soldee`, nor
the two readings of the day of a 000.

facts (sendings, answers, lump sums, debts, ARLs) -> match -> resolve copies and versions by transfer -> chains -> states -> one action.
Nothing here depends on the order in which files are given. Everything is keyed by content.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import fse
import noemie
from codes.decide import Refus, explain
from codes.rejects import combine
from noemie.ledger.identity import identity_of_returned, identity_of_sent
from noemie.suivi.faits import cle
from noemie.suivi.returned import iter_returned
from noemie.suivi.sent import claimed


def explained(x):
    """What the catalogue knows of a reject, whenever it was told and by whom."""
    return explain(Refus(*x[:4]))


AMC_EMITTERS = {"OC", "CS", "MU"}  # SM (section locale mutualiste) is a compulsory body
RESEND = {"corriger_retransmettre", "renvoyer_fichier", "papier"}  # what I8 forbids on money and on a doubt
REDO = RESEND | {
    "mettre_a_jour_droits",
    "corriger_poste",
    "facturer_patient",
}  # what ends in a new invoice or in the patient's purse
ORDER = (
    "ne_pas_retransmettre",
    "attendre",
    "verifier_refaite",
    "redemander_retour",
    "verifier_virement",
    "verifier_reprise",
    "inconnue",
    "signaler_trop_percu",
    "relancer",
    "reclamation",
    "importer_envoi",
    "envoyer_piece",
    "mettre_a_jour_droits",
    "corriger_poste",
    "papier",
    "corriger_retransmettre",
    "renvoyer_fichier",
    "facturer_patient",
    "aucune",
)
PERSON = (
    "assure_",
    "beneficiaire_",
    "droits_",
    "nir_",
)  # motives after which the redo may bear another person
DELAYS = {
    "arl": 2,
    "amo_ouvres": 7,
    "relance": 30,
    "relance_amc": 30,
    "relance_differe": 30,
    "reclamation": 90,
    "arl_suivi": 10,
    "jour_corrige": 31,
}
CERT = ("certaine", "probable", "a_verifier")

LENGTHS = {
    k: max(v) if isinstance(v, (tuple, list, set, frozenset)) else v
    for k, v in noemie.entity_lengths().items()
}


def worst(*c):
    return max(c, key=CERT.index)


def norm(t):
    return " ".join(t.upper().split())


def digest(*x):
    return hashlib.sha256(repr(x).encode()).hexdigest()[:16]


# ---------------------------------------------------------------- facts
@dataclass
class Sending:
    file: str
    rec: int
    ps: str
    num: str
    lot: str
    date_lot: object
    date_fact: object
    ident: str
    sent_on: object
    amo: int
    amc: int
    tp: bool
    op: str
    patient: str
    e1: str
    e2: str
    e3: str
    answers: list = field(default_factory=list)
    arl: object = None
    cert: str = "certaine"
    told: set = field(default_factory=set)
    parts: dict = field(default_factory=dict)
    role: str = ""
    link: object = None
    copies: int = 1
    lines: int = 1
    run: tuple = ()
    acts: frozenset = frozenset()
    care: tuple = ()
    cut: dict = field(default_factory=dict)
    rang: int = 0

    @property
    def since(self):
        return self.sent_on or self.date_lot or self.date_fact

    @property
    def key(self):
        return (
            self.ps,
            self.num,
            self.lot,
            str(self.date_lot),
            str(self.date_fact),
            self.ident,
            str(self.sent_on),
            self.e1,
            self.amo,
            self.amc,
            self.op,
        )

    @property
    def order(self):
        return (
            self.since or dt.date.max,
            self.ident,
            self.num.zfill(9),
            self.rang,
            self.ps,
            self.lot,
            self.date_lot or dt.date.max,
            self.date_fact or dt.date.max,
            self.amo,
            self.amc,
            self.op,
            self.care[:1] + self.care[-1:] or (dt.date.max,),
            self.lines,
            self.file,
            self.rec,
        )


@dataclass(frozen=True)
class Run:
    id: str
    file: str
    emitter: str
    type: str
    recipient: str
    ident: str
    day: object
    complete: bool
    coherent: bool
    n: int = 0
    named: frozenset = frozenset()

    @property
    def head(self):
        return (self.emitter, self.recipient, self.ident, self.day)


@dataclass(frozen=True)
class Post:
    part: str
    etat: str
    demande: object
    paye: int


@dataclass
class Answer:
    run: Run
    T: tuple
    day: object
    num: str
    lot: str
    date_lot: object
    date_fact: object
    ps: tuple
    patient: str
    kind: str
    posts: tuple
    rejets: tuple
    old: bool = False
    aside: bool = False

    @property
    def key(self):
        return (self.num, self.lot, str(self.date_lot), str(self.date_fact), self.ps)


def flows_of(files):
    for name, data in sorted(files.items()):
        try:
            flux = fse.read_flux(data)
        except Exception:
            continue
        ident, day, run, start = "", None, 0, 0
        for item in flux.items:
            if not isinstance(item, fse.Facture):
                if item.type == "000":
                    run += 1
                    start = item.number
                    ident, day = item.text("identification_fichier"), item.get("date_fichier", dt.date)
                continue
            f = item
            amo, amc, tp = claimed(f)
            who = identity_of_sent(f)
            patient = digest(who.nir, who.naissance, who.rang) if who else ""
            acts = sorted(
                (str(a.date), a.code, a.quantite, str(a.coefficient), a.montant_amo, a.montant_amc)
                for a in f.actes
            )
            days = sorted({str(a.date) for a in f.actes})
            ps = cle(f.numero_ps)
            yield Sending(
                name,
                f.number,
                ps,
                cle(f.numero),
                cle(f.numero_lot),
                f.date_lot,
                f.date_facturation,
                ident,
                day,
                amo,
                amc,
                tp,
                f.nature_operation,
                patient,
                digest("e1", ps, patient, acts),
                digest("e2", ps, patient, days),
                digest("e3", ps, acts),
                lines=len(acts),
                run=(name, run),
                acts=frozenset((str(a.date), a.code) for a in f.actes),
                care=tuple(sorted({a.date for a in f.actes if a.date})),
                rang=f.number - start,
            )


def runs_of(files):
    """Logical returns: a file is cut before each 000."""
    for name, data in sorted(files.items()):
        try:
            retour = noemie.read_retour(data)
        except Exception:
            continue
        pieces, cur = [], []
        for e in retour.entites:
            if e.layout.name == "000" and cur:
                pieces.append(cur)
                cur = []
            cur.append(e)
        if cur:
            pieces.append(cur)
        for piece in pieces:
            last = piece[-1]
            # the last entity of a cut run, shorter than its kind, says nothing
            if (
                last.layout.name != "999"
                and len(piece) > 1
                and len(last.raw) < LENGTHS.get(last.layout.name, 0)
            ):
                yield name, retour.with_entites(piece[:-1])
            else:
                yield name, retour.with_entites(piece)


def _sign(act):
    return -1 if act.montant_rembourse < 0 else 1


def read_returns(files):
    runs, answers, lumps, debts = [], [], [], []
    for n, (name, r) in enumerate(runs_of(files)):
        kinds = [e.layout.name for e in r.entites]
        complete = "999" in kinds and "?" not in kinds and not r.anomalies
        body = [e.raw for e in r.entites if e.layout.name not in ("000", "999")]
        d = r.debut
        head = (
            tuple(
                d.text(n)
                for n in ("type_emetteur", "numero_emetteur", "numero_destinataire", "identification_fichier")
            )
            + (str(r.date_creation),)
            if d
            else ()
        )
        paid = sum(f.montant_paye for f in r.factures) + sum(x.montant for x in r.forfaits)
        fin = r.fin
        total = None
        if fin is not None and (total := fin.get("cumul_montants", int)) is not None:
            total *= -1 if fin.text("signe_cumul_montants") == "N" else 1
        extra = sum(_sign(a) * a.montant_complementaire for f in r.factures if not f.parts for a in f.actes)
        owed = sum(x.montant for x in r.dettes)
        comp = (
            bool(extra) and total in (paid + extra, paid + extra + owed) and total not in (paid, paid + owed)
        )
        coherent = total is None or comp or total in (paid, paid + owed)
        run = Run(
            digest(head, body),
            name,
            r.emetteur.numero,
            r.emetteur.type,
            r.destinataire.numero,
            r.identification_fichier,
            r.date_creation,
            complete,
            coherent,
            n,
            frozenset(
                cle(e.text("numero_lieu_execution" if e.type == "081" else "numero_destinataire_reglement"))
                for e in r.entites
                if e.type in ("020", "040", "081")
            )
            | {cle(r.destinataire.numero)},
        )
        runs.append(run)
        if r.is_oc:
            continue

        def transfer(v, payee=""):
            if v is None:
                return ("?", run.emitter, payee, run.ident, str(run.day))
            payer = norm(v.organisme_payeur) or run.emitter
            labels = tuple(map(norm, (v.libelles + ("", ""))[:2]))
            if v.date is None and not any(labels):
                return ("?", payer, payee, run.ident, str(run.day))
            return ("V", payer, payee, v.date, labels)

        owner = {}
        for v in r.virements:
            payee = cle(
                next(
                    (
                        rec.text("numero_destinataire_reglement")
                        for n in (v.noeud, *v.noeud.ancetres())
                        for rec in n.entete
                        if rec.type in ("040", "020") and rec.text("numero_destinataire_reglement")
                    ),
                    run.recipient,
                )
            )
            owner[id(v)] = transfer(v, payee)
        of = {id(x): owner[id(v)] for v in r.virements for x in (*v.forfaits, *v.dettes)}
        nowhere = transfer(None, cle(run.recipient))
        for x in r.forfaits:
            lumps.append((run, of.get(id(x), nowhere), (norm(x.code), x.montant, len(x.details))))
        for x in r.dettes:
            told = (norm(x.reference), str(x.date_dette), x.nature, x.nature_recuperation, x.montant, x.solde)
            debts.append((run, of.get(id(x), nowhere), told))
        for facture, got in zip(r.factures, iter_returned(r), strict=True):
            T = owner[id(facture.virement)] if facture.virement else transfer(None, cle(run.recipient))
            who = identity_of_returned(facture)
            patient = digest(who.nir, who.naissance, who.rang) if who else ""
            posts = tuple(
                Post(n, p.etat, p.demande, p.paye)
                for n, p in (("AMO", got.amo), ("AMC", got.amc))
                if p is not None
            )
            old = not facture.parts
            told_amc = sum(_sign(a) * a.montant_complementaire for a in facture.actes) if old else 0
            if comp and told_amc:
                posts += (Post("AMC", "P", None, told_amc),)
            rejets = got.rejets
            if run.type in AMC_EMITTERS:
                rejets = tuple(x._replace(part="C") for x in rejets)
            answers.append(
                Answer(
                    run,
                    T,
                    got.date_paiement or run.day,
                    cle(got.numero),
                    cle(got.lot),
                    got.date_lot,
                    got.date_facturation,
                    tuple(
                        dict.fromkeys(cle(x) for x in (*got.numeros_ps[1:], *got.numeros_ps[:1]) if cle(x))
                    ),
                    patient,
                    facture.type_facture,
                    posts,
                    rejets,
                    old,
                    bool(told_amc) and not comp,
                )
            )
        if (
            not complete
            and answers
            and answers[-1].run is run
            and not answers[-1].rejets
            and not any(p.etat or p.paye for p in answers[-1].posts)
        ):
            answers.pop()  # the last invoice of a cut run, without a posting, says nothing
    return runs, answers, lumps, debts


def once_sendings(found):
    """The same sending in several files counts once: n-th occurrence = n-th occurrence (multiset, never a set)."""
    per = defaultdict(lambda: defaultdict(list))
    for s in found:
        per[s.key][s.run].append(s)
    kept, copies = [], Counter()
    for key, by in per.items():
        best = max(sorted(by), key=lambda n: len(by[n]))
        kept += by[best]
        for n in by:
            if n != best:
                copies[(best, n)] += len(by[n])
    return sorted(kept, key=lambda s: s.order), copies


# ---------------------------------------------------------------- matching
def match(a: Answer, by_num, all_ps, paid_once):
    money_told = sum(p.paye for p in a.posts)
    cands = by_num.get(a.num, [])
    if not cands:
        return None, "numero_inconnu", ()
    told = next((x for x in a.ps if x in all_ps), None)  # the nearest level that names a known sender
    if told:
        cands = [s for s in cands if s.ps == told]
        if not cands:
            return None, "professionnel_different", ()
    early = [s for s in cands if not (a.day and s.since and s.since > a.day)]
    if not early:
        return None, "anterieure_a_l_envoi", ()
    cands = early
    graded = []
    for s in cands:
        lot = None if not a.lot or not s.lot else a.lot == s.lot
        dl = None if not (a.date_lot and s.date_lot) else a.date_lot == s.date_lot
        df = None if not (a.date_fact and s.date_fact) else a.date_fact == s.date_fact
        pat = None if not (a.patient and s.patient) else a.patient == s.patient
        money = None
        for p in a.posts:
            c = s.amo if p.part == "AMO" else s.amc
            if p.demande is not None and (p.demande or p.paye or p.etat):
                money = (money is not False) and abs(c) == p.demande
        batch = False if False in (lot, dl) else True if lot else None
        if pat is False and not (batch and money):
            continue
        if pat is False:
            g = "a_verifier"
        elif batch is False:
            # another batch (concentrator, DRE): everything else told must agree, and something must
            if df is False or not money or not (pat or a.kind == "D" or a.run.type in AMC_EMITTERS):
                continue
            g = "probable"
        elif batch is None:
            g = "certaine" if pat and df is not False else "probable"
        else:
            g = "certaine"
        if df is False and not batch:
            continue
        graded.append((CERT.index(g), 0 if money is not False else 1, 0 if pat else 1, s))
    if not graded:
        return None, "lot_ou_date_differents", ()

    def rank(x):
        g, m, p, s = x
        refused = s.arl is not None and not s.arl.positif
        return (
            g,
            m,
            p,
            money_told < 0
            and not (s.order in paid_once and paid_once[s.order] <= (a.day or dt.date.max))
            or money_told > 0 > s.amo + s.amc,
            refused,
            -(s.since or dt.date.min).toordinal(),
            s.order,
        )

    graded.sort(key=rank)
    best = graded[0]
    s = best[3]
    cert = CERT[best[0]]
    equal = [x[3] for x in graded[1:] if rank(x)[:5] == rank(best)[:5] and x[3].e2 != s.e2]
    return s, "a_verifier" if equal else cert, tuple(equal)


# ---------------------------------------------------------------- money: copies, versions
def resolve(per_run, claim, notes):
    """Postings of one (transfer, invoice, part) as told by several logical returns -> those that count."""
    sets = defaultdict(list)
    for run, posts in per_run.items():
        live = Counter(p for p in posts if p.etat or p.paye)
        if live:
            sets[tuple(sorted(live.items(), key=repr))].append(run)
    if not sets:
        return Counter()
    msets = {k: Counter(dict(k)) for k in sets}
    maximal = [k for k in msets if not any(o != k and not (msets[k] - msets[o]) for o in msets)]
    if len(maximal) == 1:
        runs = [r for k in sets for r in sets[k]]
        if len({r.id for r in runs}) > 1:
            notes.add("copie_presumee" if len({r.head for r in runs}) > 1 else "copie")
        elif len(runs) > 1:
            notes.add("copie")
        return msets[maximal[0]]
    heads = [{r.head for r in sets[k]} for k in maximal]
    disjoint = all(not (a & b) for i, a in enumerate(heads) for b in heads[i + 1 :])
    whole = sum((msets[k] for k in maximal), Counter())
    money = sum(p.paye * n for p, n in whole.items())
    if disjoint and claim and money == claim and all(p.etat == "P" for p in whole):
        notes.add("complement_presume")
        return whole

    def pays(k):
        return sum(p.paye * n for p, n in msets[k].items())

    def rank(k):
        runs = sets[k]
        return (
            any(r.complete for r in runs),
            any(r.coherent for r in runs),
            max(r.day or dt.date.min for r in runs),
        )

    top = max(map(rank, maximal))
    best = [k for k in maximal if rank(k) == top]
    notes.add("deux_versions" if len(best) == 1 else "deux_versions_sans_ordre")

    # of two that pay the same, the one whose postings come first: nothing tells them apart
    def order(p):
        return (p.part, p.etat, -1 if p.demande is None else p.demande, p.paye)

    return msets[min(best, key=lambda k: (pays(k), sorted(map(order, msets[k].elements()))))]


# ---------------------------------------------------------------- states
def part_state(claim, moves, cent=0):
    """moves: (day, etat, paye) of what counts, in order; `cent`: what rounding may explain."""
    sgn = -1 if claim < 0 else 1
    c = abs(claim)
    net = max(0, sum(p for _, _, p in moves) * sgn)
    told = [(d, e, p * sgn) for d, e, p in moves if e or p]
    if not told:
        return "attendue" if c else "rien_du"
    last = told[-1][1]
    cash = [p for _, _, p in told if p]
    if net == c and not (c == 0 and last == "R"):
        return "payee" if c or cash else "rien_du"
    if c and 0 < abs(net - c) <= cent and all(e == "P" and p > 0 for _, e, p in told):
        return "payee"
    if net > c:
        return "trop_payee"
    if cash and cash[-1] < 0:
        return "reprise"
    if last == "D":
        return "differee"
    if net == 0:
        return "rejetee"
    return "payee_en_partie"


@dataclass
class Line:
    s: Sending
    state: str
    action: str
    cert: str
    told: set
    amo: int
    amc: int
    claim: int
    due: int
    over: int
    days: object
    link: object
    parts: dict = field(default_factory=dict)  # part -> (state, claim, paid, due, over, action)


def part_claims(s):
    return {"AMO": s.amo, "AMC": s.amc}


def same_care(a, b):
    return a.e1 == b.e1 or a.e2 == b.e2 and bool(a.acts & b.acts)


def follow(files, arls=(), on=None, marks=()):
    sendings, sent_copies = once_sendings(flows_of(files))
    runs, answers, lumps, debts = read_returns(files)
    # a cut return of which the whole is there says nothing
    whole = {r.head for r in runs if r.complete}
    # not by its digest: one that lacks its 999 alone has that of the whole one
    void = {r for r in runs if not r.complete and r.head in whole}
    answers = [a for a in answers if a.run not in void]
    lumps = [x for x in lumps if x[0] not in void]
    debts = [x for x in debts if x[0] not in void]
    told = set()
    if sent_copies:
        told.add("envoi_en_double")
    for arl in sorted(arls, key=lambda a: (a.date_arl or dt.date.min, a.positif)):
        for s in sendings:
            if (
                cle(arl.numero_lot) == s.lot
                and cle(arl.numero_ps) in ("", s.ps)
                and arl.date_lot in (None, s.date_lot)
                and arl.date_fichier in (None, s.sent_on)
                and arl.identification_fichier in ("", s.ident)
            ):
                s.arl = arl
    acked = {(s.ps, s.since) for s in sendings if s.arl is not None and s.since}

    def follows(s):
        """Whether an ARL of this professional is known for a batch of the same day, later, or of the ten days before."""
        return any(ps == s.ps and s.since and (s.since - d).days <= DELAYS["arl_suivi"] for ps, d in acked)

    # exact copies of a whole logical return
    by_id = defaultdict(list)
    for r in runs:
        by_id[r.id].append(r)
    if any(len(v) > 1 for v in by_id.values()):
        told.add("retour_en_double")
    if any(not r.coherent for r in runs if r.complete):
        told.add("total_faux")
    damaged = [r for r in runs if not r.complete and not any(o.complete and o.head == r.head for o in runs)]
    if damaged:
        told.add("retour_coupe")
    # matching
    by_num = defaultdict(list)
    for s in sendings:
        by_num[s.num].append(s)
    all_ps = {s.ps for s in sendings}
    groups = defaultdict(lambda: defaultdict(list))
    who = {}
    rejects = defaultdict(set)
    orphan_reason = {}
    certs = defaultdict(lambda: "certaine")
    paid_once = {}  # the first day on which a sending was paid
    doubt = set()
    old_amo = defaultdict(set)
    aside = set()
    alone = [b for b in answers if b.lot and match(b, by_num, all_ps, {})[0] is None]
    joined = Counter()

    def key_of_orphan(a):
        """That of another run which says just the same of a lot, as often, when this one leaves it out."""
        said = Counter(
            (b.key, b.run)
            for b in alone
            if a.num
            and not a.lot
            and (b.num, b.T, b.ps) == (a.num, a.T, a.ps)
            and b.run != a.run
            and Counter(b.posts) == Counter(a.posts)
            and a.date_lot in (None, b.date_lot)
            and a.date_fact in (None, b.date_fact)
        )
        for key in sorted({key for key, _ in said}, key=repr):
            own = sum((b.key, b.run, b.T, b.posts) == (key, a.run, a.T, a.posts) for b in alone)
            times = own + joined[key, a.run, a.T, a.posts]
            if times < max(n for (other, _), n in said.items() if other == key):
                joined[key, a.run, a.T, a.posts] += 1
                return key
        return a.key

    for a in sorted(answers, key=lambda a: sum(p.paye for p in a.posts) < 0):
        s, why, equal = match(a, by_num, all_ps, paid_once)
        if s and sum(p.paye for p in a.posts) > 0:
            paid_once[s.order] = min(a.day or dt.date.min, paid_once.get(s.order, dt.date.max))
        owner = ("S", s.order) if s else ("O", key_of_orphan(a))
        if s:
            who[owner] = s
            certs[owner] = worst(certs[owner], why)
        else:
            orphan_reason[owner] = min(why, orphan_reason.get(owner, why))
        doubt |= {x.order for x in equal}
        if a.old and a.aside:
            aside.add(owner)
        for p in a.posts:
            groups[owner, a.T, p.part][a.run].append(p)
            if p.part == "AMO" and (p.etat or p.paye):
                old_amo[owner].add(a.old)
            if p.part == "AMC" and a.old and p.paye:
                certs[owner] = worst(certs[owner], "probable")
        for x in a.rejets:
            rejects[owner].add((a.day or dt.date.min, x, a.T))
        if not a.posts and a.rejets:
            groups[owner, a.T, "AMO"][a.run].append(Post("AMO", "R", None, 0))
    notes_of = defaultdict(set)

    def batch(s):
        return s.ps, s.lot, s.date_lot, s.ident, s.sent_on

    batches_answered = {batch(s) for s in who.values() if s.arl is not None and not s.arl.positif}

    def gathered(per):
        return resolve(per, 0, set())

    # a transfer without a day is the one of the same labels that says the same
    for (owner, T, part), per in list(groups.items()):
        if T[0] == "V" and T[3] is None:
            mine = gathered(per)
            for (o2, T2, part2), per2 in list(groups.items()):
                if (
                    o2 == owner
                    and part2 == part
                    and T2[0] == "V"
                    and T2[3]
                    and T2[4] == T[4]
                    and T2[1] == T[1]
                    and mine == gathered(per2)
                ):
                    del groups[owner, T, part]
                    notes_of[owner].add("copie_sans_jour")
                    break
    # no transfer at all: the same payment told again under another header is presumed a copy
    loose = defaultdict(list)
    for (owner, T, part), per in groups.items():
        if T[0] == "?":
            mine = tuple(sorted(((p, n) for p, n in gathered(per).items() if p.paye), key=repr))
            if mine:
                loose[owner, T[1:3], part, mine].append((owner, T, part))
    for keys in loose.values():
        for k in sorted(keys, key=repr)[1:]:
            del groups[k]
            notes_of[k[0]].add("copie_sans_virement")
            certs[k[0]] = worst(certs[k[0]], "a_verifier")
    moves = defaultdict(list)
    transfers = Counter()
    for (owner, T, part), per in sorted(groups.items(), key=repr):
        s = who.get(owner)
        claim = part_claims(s)[part] if s else 0
        notes = set()
        kept = resolve(per, claim, notes)
        notes_of[owner] |= notes
        d = T[3] if T[0] == "V" and T[3] else min((r.day for r in per if r.day), default=dt.date.min)
        for p, n in sorted(kept.items(), key=repr):
            moves[owner, part] += [(d, p.etat, p.paye)] * n
            transfers[T] += p.paye * n

    def lump_like(rows):
        per = defaultdict(lambda: defaultdict(int))
        for run, T, content in rows:
            per[T, content][run] += 1
        return {k: max(v.values()) for k, v in per.items()}

    lump = 0
    for (T, content), n in lump_like(lumps).items():
        transfers[T] += content[1] * n
        lump += content[1] * n
    debt = sum(content[4] * n for (T, content), n in lump_like(debts).items())
    if debts:
        told.add("retenue_hors_virement")
    for k in moves:
        moves[k].sort(key=lambda m: (m[0], m[2] != 0, m[2], m[1]))
    for ns in notes_of.values():
        told |= ns
    # what was taken back beyond what was read as paid is money of a payment not read: it stands with the orphans
    unread = Counter()
    for s in sendings:
        o = ("S", s.order)
        for part, c in part_claims(s).items():
            raw = sum(m[2] for m in moves[o, part])
            if c >= 0 and s.op not in ("5", "9") and raw < 0:
                unread[o, part] = raw
                notes_of[o].add("paiement_non_lu")

    def net(s, part=None):
        return sum(
            sum(m[2] for m in moves[("S", s.order), p]) - unread[("S", s.order), p]
            for p in ("AMO", "AMC")
            if part in (None, p)
        )

    def refused_arl(s):
        return s.arl is not None and not s.arl.positif

    def upto(s, part, when):
        return [m for m in moves[("S", s.order), part] if m[0] <= when]

    # provisional states
    for s in sendings:
        o = ("S", s.order)
        s.cert = certs[o]
        s.told |= notes_of[o]
        for part, c in part_claims(s).items():
            s.parts[part] = part_state(c, moves[o, part], 0 if rejects[o] else s.lines)
            if s.parts[part] == "payee" and net(s, part) != c:
                s.told.add("arrondi")
            if c == 0 and s.parts[part] == "rejetee" and any(part_claims(s).values()):
                s.parts[part] = "rien_du"

    def refused(s, when):
        """Whether, on that day, the caisse had refused it, in whole or for a part, or taken it back."""
        if refused_arl(s):
            return (s.arl.date_arl or s.since) <= when
        claims = part_claims(s)
        return any(
            part_state(c, upto(s, k, when)) in ("rejetee", "reprise")
            for k, c in claims.items()
            if c or not any(claims.values())
        )

    def missing(s, when):
        """What lacks in each part on that day, when it is partly paid and every lacking part was decided; else None."""
        had = {k: sum(m[2] for m in upto(s, k, when)) for k in part_claims(s)}
        lack = {k: c - had[k] for k, c in part_claims(s).items()}
        if (
            not any(v > 0 for v in had.values())
            or not any(lack.values())
            or any(v < 0 for v in lack.values())
        ):
            return None
        return (
            (lack, had)
            if all(
                part_state(part_claims(s)[k], upto(s, k, when)) in ("payee_en_partie", "rejetee", "reprise")
                for k, v in lack.items()
                if v
            )
            else None
        )

    def about_person(s):
        return any(
            (m := explained(x).motive) is not None and m.motive.startswith(PERSON)
            for _, x, _ in rejects[("S", s.order)]
        )

    # ------------------------------------------------ chains: the same care, sent again
    prev = {}
    used = set()
    halves = []

    def balance(s, olds):
        """L4: the old one is partly paid, and the new one claims what lacks, to the cent, of lines that are its own."""
        for p in olds:
            if (
                p.patient
                and p.patient == s.patient
                and s.acts
                and s.acts <= p.acts
                and (m := missing(p, s.since))
                and m[0] == part_claims(s)
            ):
                return p, m[1]
        return None

    for n, s in enumerate(sendings):
        older = sendings[:n]
        if s.op in ("5", "9"):
            back = [
                p
                for p in older
                if p.ps == s.ps
                and p.op not in ("5", "9")
                and (p.num == s.num or p.e1 == s.e1)
                and (p.amo, p.amc) == (-s.amo, -s.amc)
                and p.role != "annulee_par"
            ]
            if back:
                p = back[-1]
                s.role, s.link = "annulation", p
                p.link = s
                p.role = "annulee_par"
            continue
        free = [
            p
            for p in older
            if p.ps == s.ps and p.order not in used and p.op not in ("5", "9") and p.role != "annulee_par"
        ]
        same = [
            p
            for p in free
            if p.num == s.num and abs((s.since - p.since).days) <= 365 and (p.e2 == s.e2 or p.e3 == s.e3)
        ]
        redo = [p for p in free if p.num != s.num and p.e1 == s.e1 and refused(p, s.since)]
        half = balance(s, [p for p in free if p.num == s.num or not redo])
        if half and not (same and half[0] is not same[-1]):
            halves.append((half[0], s, half[1]))
            used.add(half[0].order)
            s.role = "solde"
        elif same:
            prev[s.order] = (same[-1], "certaine")
            used.add(same[-1].order)
        elif redo:
            prev[s.order] = (redo[0], "probable")
            used.add(redo[0].order)
    hints = {}
    for n, s in enumerate(sendings):
        if s.order in prev or s.role:
            continue
        older = [
            p
            for p in sendings[:n]
            if p.ps == s.ps and p.order not in used and p.op not in ("5", "9") and p.role != "annulee_par"
        ]

        def looks(p):
            if (
                missing(p, s.since)
                and p.patient
                and p.patient == s.patient
                and (p.e2 == s.e2 or s.acts <= p.acts)
            ):
                return True
            if not refused(p, s.since):
                return False
            if p.e2 == s.e2 or p.e3 == s.e3 and about_person(p):
                return True
            if not p.patient or p.patient != s.patient:
                return False
            if p.num == s.num and (s.since - p.since).days <= 365:
                return True
            # the care day was corrected: the new day, too, is of care given before the first sending
            return (
                s.amo + s.amc == p.amo + p.amc
                and bool(p.care and s.care and p.since)
                and s.care[-1] <= p.since
                and abs((s.care[0] - p.care[0]).days) <= DELAYS["jour_corrige"]
            )

        near = [p for p in older if looks(p)]
        early = [p for p in older if p.e1 == s.e1 and p.num != s.num and s.since > p.since]
        if near or early:
            hints[(near or early)[0].order] = s
        twin = [p for p in sendings[:n] if p.ps == s.ps and p.e1 == s.e1 and p.num != s.num]
        if twin and not near:
            s.told.add("memes_soins")
    chains = []
    chain_of = {}
    done = set()
    for s in reversed(sendings):
        if s.order in done or s.role in ("annulation",):
            continue
        chain = [s]
        while chain[0].order in prev:
            chain.insert(0, prev[chain[0].order][0])
        for c in chain:
            done.add(c.order)
            chain_of[c.order] = chain
        if len(chain) > 1:
            chains.append(chain)
    for chain in chains:
        for k in range(1, len(chain)):
            c = prev[chain[k].order][1]
            if c != "certaine":
                chain[k - 1].cert = worst(chain[k - 1].cert, c)
                chain[k - 1].told.add("refaite_presumee")
            chain[k - 1].told.add("renvoyee")
        for part in ("AMO", "AMC"):
            mem = [s for s in chain if part_claims(s)[part] or s.parts[part] != "rien_du"]
            if len(mem) < 2:
                continue

            def settle(i):
                """The member of rank i holds the claim of this part: what the others are."""
                for j, s in enumerate(mem):
                    if j != i:
                        s.parts[part] = (
                            "trop_payee_doublon" if net(s, part) > 0 else "remplacee" if j < i else "doublon"
                        )

            holder = next((i for i, s in enumerate(mem) if s.parts[part] in ("payee", "trop_payee")), None)
            if holder is None:
                holder = next(
                    (i for i, s in enumerate(mem) if net(s, part) > 0), None
                )  # money keeps the claim
            if holder is None:
                back = [i for i, s in enumerate(mem) if s.parts[part] == "reprise"]
                if back and not any(
                    s.since >= moves[("S", mem[back[-1]].order), part][-1][0] for s in mem[back[-1] + 1 :]
                ):
                    holder = back[-1]
            if holder is None:
                holder = len(mem) - 1
                while (
                    holder
                    and mem[holder].parts[part] == "attendue"
                    and mem[holder - 1].parts[part] in ("attendue", "differee")
                    and not refused_arl(mem[holder - 1])
                ):
                    holder -= 1
            settle(holder)
    # where none claims anything, one that was refused is replaced by any that comes later
    for chain in chains:
        for part in ("AMO", "AMC"):
            for s in chain[:-1]:
                if not any(part_claims(x)[part] for x in chain) and s.parts[part] == "rejetee":
                    s.parts[part] = "remplacee"
    # the balance redone (L4): the claim of the old one becomes what it was paid
    for p, s, had in halves:
        later = [c for c in chain_of.get(s.order, [s]) if c.order >= s.order]
        back = False
        if any(c.role == "annulee_par" for c in later):
            back = True
        for k, c in part_claims(p).items():
            if c == had[k] or back:
                continue
            if net(p, k) >= c:
                for x in later:
                    x.parts[k] = (
                        "trop_payee_doublon"
                        if net(x, k) > 0
                        else x.parts[k]
                        if x.parts[k] == "remplacee"
                        else "doublon"
                    )
            elif net(p, k) <= had[k]:
                p.cut[k] = had[k]
                p.parts[k] = part_state(had[k], moves[("S", p.order), k]) if had[k] else "remplacee"
            else:
                back = True
        if back:
            p.cut.clear()
            hints[p.order] = s
            [
                p.parts.__setitem__(k, part_state(c, moves[("S", p.order), k]))
                for k, c in part_claims(p).items()
                if c != had[k]
            ]
        else:
            p.told.add("solde_refait")
            p.cert = worst(p.cert, "probable")
    # ------------------------------------------------ lines
    days = (
        [r.day for r in runs if r.day]
        + [a.day for a in answers if a.day]
        + [s.since for s in sendings if s.since]
        + [a.date_arl for a in arls if a.date_arl]
    )
    on = on or max(days, default=None)
    paired = {frozenset((p.order, x.order)) for p, s, _ in halves for x in chain_of.get(s.order, [s])}

    def awaits(s):
        if refused_arl(s) or s.op in ("5", "9") or s.role == "annulee_par":
            return False
        return (
            s.parts["AMO"] in ("attendue", "differee")
            or s.parts["AMC"] in ("attendue", "differee")
            and s.parts["AMO"] != "rejetee"
        )

    def holds(s):
        return (
            s.op not in ("5", "9")
            and net(s) > 0
            and not (s.role == "annulee_par" and net(s) + net(s.link) <= 0)
        )

    def elsewhere(s):
        """Other sendings of the same professional for the same care that are paid or that wait."""
        return [
            x
            for x in sendings
            if x is not s
            and x.ps == s.ps
            and same_care(s, x)
            and frozenset((s.order, x.order)) not in paired
            and (holds(x) or awaits(x))
        ]

    def redone_without(s):
        """That a sending redid it without the part that was refused: the patient paid, perhaps."""
        later = (x for x in sendings if x.order in prev and prev[x.order][0] is s)
        return [None] * any(refused(s, x.since) and not refused_arl(x) for x in later)

    lines = []
    closed = {(m[0].split("#")[0], int(m[0].split("#")[1])): m[1] for m in marks}
    for s in sendings:
        o = ("S", s.order)
        c = {k: s.cut.get(k, v) for k, v in part_claims(s).items()}
        p = s.parts
        live = {k: v for k, v in p.items() if v not in ("rien_du", "remplacee", "doublon")}
        paid = {k: net(s, k) for k in c}
        answered = any(moves[o, k] for k in c)
        has = set(live.values())
        if s.role == "annulee_par" and not any(paid.values()):
            state = "annulee"
        elif s.role == "annulation" and not any(paid.values()) and s.link is not None and not net(s.link):
            state = "annulee"
        elif not live:
            vs = set(p.values())
            if "doublon" in vs:
                state = "doublon"
            elif "remplacee" in vs:
                state = "remplacee"
            else:
                state = "payee" if answered and s.tp else "rien_attendu"
        elif has & {"trop_payee", "trop_payee_doublon"}:
            state = "trop_payee"
        elif "reprise" in has:
            state = "reprise"
        elif has == {"payee"}:
            state = "payee"
        elif "differee" in has:
            state = "differee"
        elif "rejetee" in has:
            state = "payee_en_partie" if has & {"payee", "payee_en_partie"} else "rejetee"
        elif "payee_en_partie" in has:
            state = "payee_en_partie"
        elif has == {"payee", "attendue"}:
            state = "part_amc_attendue" if live.get("AMC") == "attendue" else "part_amo_attendue"
        else:
            state = (
                "arl_negatif"
                if refused_arl(s)
                else "arl_attendu"
                if s.arl is None and follows(s)
                else "reponse_attendue"
            )
        awaited = state in ("reponse_attendue", "part_amc_attendue", "part_amo_attendue", "arl_attendu")
        open_ = state not in ("payee", "remplacee", "doublon", "annulee", "rien_attendu")
        cert, notes = s.cert, set(s.told)
        if "deux_versions_sans_ordre" in notes:
            cert = worst(cert, "a_verifier")
        if notes & {"deux_versions", "complement_presume", "copie_presumee"}:
            cert = worst(cert, "probable")
        if s.order in doubt and open_:
            cert = worst(cert, "a_verifier")
            notes.add("autre_facture_possible")
        silent = (
            p["AMC"] == "attendue"
            and p["AMO"] in ("payee", "trop_payee", "payee_en_partie")
            and old_amo[o] == {True}
        )
        if silent:
            cert = worst(cert, "a_verifier")
            notes.add("amc_non_dite")
        if o in aside and p["AMC"] == "attendue":
            cert = worst(cert, "a_verifier")
            notes.add("amc_hors_virement")
        age = (on - s.since).days if on and s.since else None
        lost = (
            [r for r in damaged if s.ps in r.named and s.since and (r.day is None or s.since <= r.day)]
            if awaited or state == "arl_negatif"
            else []
        )
        if lost:
            cert = worst(cert, "a_verifier")
            notes.add("reponse_peut_etre_dans_retour_coupe")
        if state == "arl_negatif" and batch(s) in batches_answered:
            cert = worst(cert, "a_verifier")
            notes.add("lot_repondu")
        hint = hints.get(s.order) if state in ("rejetee", "payee_en_partie", "arl_negatif") else None
        if hint:
            notes.add("refaite_possible")
            cert = worst(cert, "a_verifier")
        mine = sorted({(d, x) for d, x, _ in rejects[o]}, key=repr)
        latest = max((m[0] for k in c for m in moves[o, k] if m[1] or m[2]), default=dt.date.min)
        said = any(
            explained(x).motive is not None and explained(x).motive.motive == "doublon"
            for m in chain_of.get(s.order, [s])
            for d, x, _ in rejects[("S", m.order)]
            if m is not s or d < latest
        )
        acts, cert, notes = decide(
            s,
            state,
            p,
            live,
            {k: moves[o, k] for k in c},
            mine,
            cert,
            notes,
            on,
            lost,
            hint,
            sum(paid.values()) > 0,
            said,
            s.order in doubt and awaited,
            silent and p["AMO"] == "trop_payee" and paid["AMO"] - c["AMO"] == c["AMC"],
            (elsewhere(s) or redone_without(s)) if open_ else [],
            chain_of.get(s.order, [s]),
            c,
        )
        if s.role == "annulee_par":  # cancelled by its sender: only its money may ask for something
            acts = {
                k: a if a in ("signaler_trop_percu", "verifier_reprise", "verifier_virement") else "aucune"
                for k, a in acts.items()
            }
        todo = [a for a in acts.values() if a not in ("aucune", "attendre")]
        action = min(todo or list(acts.values()) or ["aucune"], key=ORDER.index)
        if state == "doublon":
            action = "ne_pas_retransmettre"
        elif state in ("remplacee", "annulee", "rien_attendu"):
            action = "aucune"
        mark = closed.get((s.file, int(s.num)))
        if mark == "soldee" and state not in ("payee", "trop_payee"):
            state, action, acts = "soldee_hors_flux", "aucune", {}
        elif mark == "soldee":
            notes.add("marque_sans_effet")
        dead = state in ("remplacee", "doublon", "annulee", "rien_attendu", "soldee_hors_flux")
        eff = {k: 0 if dead or p[k] in ("remplacee", "doublon", "trop_payee_doublon") else c[k] for k in c}
        if state == "soldee_hors_flux":
            eff = dict(paid)
        parts = {
            k: (
                p[k].removesuffix("_doublon"),
                eff[k],
                paid[k],
                max(0, eff[k] - paid[k]),
                max(0, paid[k] - eff[k]),
                acts.get(k, "aucune"),
            )
            for k in c
        }
        lines.append(
            Line(
                s,
                state,
                action,
                cert,
                notes,
                paid["AMO"],
                paid["AMC"],
                sum(eff.values()),
                sum(x[3] for x in parts.values()),
                sum(x[4] for x in parts.values()),
                age,
                s.link,
                parts,
            )
        )
    settled = [
        l.s
        for l in lines
        if l.state in ("payee", "payee_en_partie", "part_amc_attendue", "trop_payee", "reprise")
        and l.s.role != "annulee_par"
        and l.s.op not in ("5", "9")
    ]
    for l in lines:
        if (
            l.state == "rejetee"
            and l.action == "ne_pas_retransmettre"
            and any((x.ps, x.e1) == (l.s.ps, l.s.e1) and x.since < l.s.since for x in settled)
        ):
            l.state, l.claim, l.due, l.cert = "doublon", 0, 0, worst(l.cert, "probable")
            l.over = sum(max(0, x[2]) for x in l.parts.values())
            l.told.add("deja_payee_sous_autre_numero")
            l.parts = {
                k: (
                    "doublon" if x[0] != "rien_du" else x[0],
                    0,
                    x[2],
                    0,
                    max(0, x[2]),
                    "ne_pas_retransmettre" if x[0] != "rien_du" else "aucune",
                )
                for k, x in l.parts.items()
            }
    for l in lines:
        told |= l.told
    orphans = []
    for o in sorted({k[0] for k in groups if k[0][0] == "O"}, key=repr):
        paid = {k: sum(m[2] for m in moves[o, k]) for k in ("AMO", "AMC")}
        live = sorted(rejects[o], key=repr)
        act = "verifier_reprise" if sum(paid.values()) < 0 else "importer_envoi"
        if live:
            act = str(combine([explained(x) for _, x, _ in live], [x.niveau for _, x, _ in live]))
            if act in REDO:
                act = "importer_envoi"
        if "copie_sans_virement" in notes_of[o] and act == "importer_envoi":
            act = "verifier_virement"
        orphans.append((o[1][0], paid["AMO"] + paid["AMC"], act, orphan_reason[o]))
    for s in sendings:
        back = sum(unread[("S", s.order), k] for k in ("AMO", "AMC"))
        if back:
            orphans.append((s.num, back, "verifier_reprise", "paiement_non_lu"))
    return dict(
        lines=lines,
        orphans=orphans,
        lump=lump,
        debt=debt,
        transfers=transfers,
        told=told,
        on=on,
        sendings=sendings,
        runs=runs,
        chains=[[c.order for c in chain] for chain in chains],
        halves=[(p.order, s.order) for p, s, _ in halves],
    )


def decide(
    s,
    state,
    p,
    live,
    moves,
    rejects,
    cert,
    notes,
    on,
    lost,
    hint,
    money,
    said,
    tied,
    swallowed,
    elsewhere,
    chain,
    claims,
):
    """The action of each part; the invoice shows the first of them in ORDER (attendre and aucune only when there is no other)."""
    idle = {k: "ne_pas_retransmettre" if state == v == "doublon" else "aucune" for k, v in p.items()}
    if state in ("remplacee", "doublon", "annulee", "rien_attendu"):
        return idle, cert, notes
    # (old family: an excess of the AMO part that is just what the silent AMC part lacks is probably that part)
    if notes & {"deux_versions_sans_ordre", "copie_sans_virement"} or swallowed:
        return {**idle, **{k: "verifier_virement" for k in live or p}}, cert, notes

    def days(base):
        return (on - base).days if on and base else 0

    def aged(base):
        n = days(base)
        if claims_negative:
            return "signaler_trop_percu" if n >= DELAYS["relance"] else "attendre"
        if tied:
            return "inconnue" if n >= DELAYS["relance"] else "attendre"
        return (
            "reclamation"
            if n >= DELAYS["reclamation"] and "amc_non_dite" not in notes
            else "relancer"
            if n >= DELAYS["relance"]
            else "attendre"
        )

    claims_negative = sum(claims.values()) < 0
    decided = [m[0] for k in moves for m in moves[k]]
    last = {k: max((m[0] for m in moves[k] if m[1] or m[2]), default=None) for k in moves}
    acts = dict(idle)
    for k, v in live.items():
        if v in ("trop_payee", "trop_payee_doublon"):
            acts[k] = "signaler_trop_percu"
        elif v == "reprise":
            acts[k] = "verifier_reprise"
        elif v == "attendue":
            if lost:
                acts[k] = "redemander_retour"
            elif state == "arl_negatif":
                acts[k] = "verifier_refaite" if hint else "renvoyer_fichier"
            elif k == "AMC" and p["AMO"] == "rejetee":
                acts[k] = "attendre"  # it waits for the AMO
            else:
                acts[k] = aged(max([*decided, s.since]) if decided else s.since)
                if (
                    state == "arl_attendu"
                    and acts[k] == "attendre"
                    and on
                    and working_days(s.since, on) > DELAYS["arl"]
                    and not claims_negative
                    and not tied  # left out of a choice: never chased
                ):
                    acts[k] = "relancer"
        elif v in ("differee", "rejetee", "payee_en_partie"):
            now = [x for d, x in rejects if last[k] is not None and d >= last[k]]
            own = [x for x in now if x.part in ("", {"AMO": "O", "AMC": "C"}[k])] or now
            chosen = str(combine([explained(x) for x in own], [x.niveau for x in own])) if own else "inconnue"
            if v == "differee":
                late = last[k] and days(last[k]) >= DELAYS["relance_differe"]
                acts[k] = (
                    aged(last[k])
                    if late
                    else "ne_pas_retransmettre"
                    if chosen == "ne_pas_retransmettre"
                    else "attendre"
                )
            else:
                acts[k] = "verifier_refaite" if hint else chosen
    # never a resend of what has money on it, is doubtful, was said to be paid, or waits in another part
    refused = [k for k, v in live.items() if v in ("rejetee", "payee_en_partie")]
    stop = money or claims_negative or any(acts[k] == "ne_pas_retransmettre" for k in refused)
    waits = state != "arl_negatif" and (
        live.get("AMO") in ("attendue", "differee") or live.get("AMC") == "differee"
    )
    for k, a in list(acts.items()):
        if live.get(k) not in ("rejetee", "payee_en_partie", "attendue"):
            continue
        if claims_negative and a in ("relancer", "reclamation"):
            acts[k] = "inconnue"  # I16: no negative claim is chased, whatever a reject asks for
        elif a in REDO and said:
            acts[k] = "inconnue"
            notes = notes | {"deja_payee_dite"}
            cert = worst(cert, "probable")
        elif a in RESEND and (stop or cert == "a_verifier"):
            acts[k] = "inconnue"
        elif a in REDO and waits:
            acts[k] = "attendre"
    # nor of care that another sending was paid for, or that awaits an answer
    if elsewhere and not money and any(acts[k] in REDO for k in live):
        inside = any(x in chain for x in elsewhere)
        for k in acts:
            if acts[k] in REDO and k in live:
                acts[k] = "inconnue" if inside else "verifier_refaite"
        if not inside:
            cert = worst(cert, "a_verifier")
            notes = notes | {"refaite_possible"}
    return acts, cert, notes


def easter(y):
    a, b, c = y % 19, y // 100, y % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    n = h + l - 7 * m + 114
    return dt.date(y, n // 31, n % 31 + 1)


def holiday(d):
    if (d.day, d.month) in {(1, 1), (1, 5), (8, 5), (14, 7), (15, 8), (1, 11), (11, 11), (25, 12)}:
        return True
    return (d - easter(d.year)).days in (1, 39, 50)


def working_days(a, b):
    return sum(
        1 for n in range(1, (b - a).days + 1) if (x := a + dt.timedelta(n)).weekday() < 5 and not holiday(x)
    )
