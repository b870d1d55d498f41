"""A consultation of rights: as data, and as text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from cli.rights.model import C2s, Coded, Consultation, Exemption, Organism, Person, Rights, Smg
from cli.words.page import ERROR, GOOD, QUIET, STRONG, WARNING, Page
from cli.words.people import full_name
from cli.words.speech import language, say
from cli.words.texts import localised, printable
from codes.couverture import couverture
from codes.lists import b2

if TYPE_CHECKING:
    from fse.rights import Reponse
    from noemie.ledger.register.queries import Fiche

#: Columns of the words before an answer.
_LABEL: Final = 22

#: Quality of the insured person, on a card and in B2: they come first.
_INSURED: Final = ("0", "A")


def consultation(found: Sequence[Fiche], date: dt.date, *, values: bool) -> Consultation:
    """The rights of those found on a day: identities masked unless `values`."""
    people = [person(fiche, date, values=values) for fiche in found]
    people.sort(key=lambda one: (one.quality.code not in _INSURED, one.reference))
    return Consultation(lang=language(), date=date.isoformat(), found=people)


def person(fiche: Fiche, date: dt.date, *, values: bool) -> Person:
    """One person on a day."""
    answer = fiche.at(date)
    assert answer is not None
    quality = Coded(
        answer.qualite, _label(("qualite_beneficiaire", "qualite_beneficiaire_b2"), answer.qualite)
    )
    rights = _rights(answer)
    reference, nir, name = fiche.reference[:12], fiche.masque_nir, fiche.masque_nom
    if not values:
        return Person(reference=reference, nir=nir, name=name, quality=quality, rights=rights)
    last = max(fiche.droits, key=lambda droit: (bool(droit.nom), droit.constate_le or dt.date.min))
    return Person(
        reference=reference,
        nir=f"{last.nir} {last.cle_nir}".strip(),
        name=full_name(last.nom, last.prenom),
        birth=last.date_naissance,
        quality=quality,
        rights=rights,
    )


def _rights(answer: Reponse) -> Rights:
    told = answer.constate_le
    service = answer.service_amo
    return Rights(
        open=answer.ouvert,
        first=iso(answer.ouvert_du),
        last=iso(answer.ouvert_au),
        organism=Organism(
            regime=answer.regime,
            regime_label=_label(("grand_regime",), answer.regime),
            caisse=answer.caisse,
            centre=answer.centre,
            bill_to=answer.organisme_destinataire,
        ),
        c2s=C2s(
            has=answer.c2s,
            service=service,
            service_label=_label(("service_amo",), service.zfill(2) if service else ""),
            first=iso(answer.c2s_du),
            last=iso(answer.c2s_au),
        ),
        exemption=Exemption(
            told="exoneration" in told,
            codes=[Coded(code, _label(("justification_exoneration",), code)) for code in answer.exonerations],
            coverage=answer.code_couverture,
            first=iso(answer.couverture_du),
            last=iso(answer.couverture_au),
        ),
        medecin_traitant=answer.medecin_traitant,
        smg=Smg(
            entitled=answer.smg,
            first=iso(answer.attestation_du),
            last=iso(answer.attestation_au),
            bill_to=_smg_organism() if answer.smg else "",
        ),
        told_on={subject: iso(on) for subject, on in told.items()},
        sources=list(answer.sources),
    )


def _smg_organism() -> str:
    from fse.smg import fact

    return "-".join((fact("regime"), fact("caisse"), fact("centre")))


def _label(lists: tuple[str, ...], code: str) -> str:
    from codes.lists import b2

    for name in lists:
        if code and (entry := b2()[name].get(code)) is not None:
            return entry.label(language())
    return ""


def iso(value: dt.date | None) -> str:
    """A day as data, empty when there is none."""
    return value.isoformat() if value else ""


def print_consultation(data: Consultation) -> None:
    """The answer, a beneficiary after another."""
    page = Page()
    on = localised(data.date)
    page.heading(say(f"Consultation des droits au {on}", f"Rights on {on}"))
    for one in data.found:
        page.blank()
        _print_person(page, one)
    if not data.found:
        page.line(
            (
                say(
                    "Personne de ce nom ou de ce NIR dans le registre.",
                    "Nobody of this name or NIR in the register.",
                ),
                WARNING,
            )
        )
        page.line(
            say(
                "→ Le registre ne connaît que ce qui y a été importé : contrôler la saisie, puis consulter "
                "la caisse.",
                "→ The register only knows what was imported: check what was typed, then consult the caisse.",
            )
        )


def lines_of(person: Person) -> list[tuple[str, str]]:
    """What is known of one person, each with its label, in the order of the text."""
    return [(label, text) for label, text, _ in _lines(person.rights)]


def _print_person(page: Page, one: Person) -> None:
    quality = one.quality.label or one.quality.code
    parts = (one.name, quality, f"NIR {one.nir}", one.birth or "")
    head = " · ".join(printable(part) for part in parts if part)
    page.line((head, STRONG))
    rights = one.rights
    for label, text, style in _lines(rights):
        page.line(f"{label}".ljust(_LABEL), (text, style), indent=2, hang=_LABEL)


def _lines(rights: Rights) -> Iterator[tuple[str, str, str]]:
    """Label, text, style of each line."""
    unknown = say("non dit", "not told")
    period = _period(rights)
    opened = {
        True: (say("ouverts", "open"), GOOD),
        False: (say("FERMÉS", "CLOSED"), ERROR),
        None: (unknown, QUIET),
    }
    text, style = opened[rights.open]
    if rights.open is False and period:
        period = say(f"(dernière période connue : {period})", f"(last period known: {period})")
    yield say("Droits", "Rights"), f"{text} {period}".strip(), style
    yield say("Organisme", "Organism"), *_organism(rights.organism, unknown)
    c2s = rights.c2s
    detail = " ".join(filter(None, (c2s.service_label, _period(c2s) if c2s.has else "")))
    yield "C2S", _yes_no(c2s.has) + (f" ({detail})" if detail else ""), _style(c2s.has)
    yield say("Exonération", "Exemption"), *_exemption(rights.exemption)
    doctor = rights.medecin_traitant
    declared = {True: say("déclaré", "declared"), False: say("non déclaré", "not declared"), None: unknown}
    yield "Médecin traitant", declared[doctor], _style(doctor)
    smg = rights.smg
    entitled = _yes_no(smg.entitled)
    if smg.entitled:
        entitled = say("droit ouvert, attestation ", "entitled, attestation ") + (
            _period(smg) or say("sans date", "without date")
        )
        entitled += say(f" ; facturer ces soins à {smg.bill_to}", f"; bill such care to {smg.bill_to}")
    elif smg.entitled is False and smg.last:
        entitled += say(f" (attestation {_period(smg)})", f" (attestation {_period(smg)})")
    yield "SMG (L.115, L.212-1)", entitled, _style(smg.entitled)
    yield say("Constaté", "Told"), _told(rights), QUIET


def _organism(organism: Organism, unknown: str) -> tuple[str, str]:
    code = "-".join(filter(None, (organism.regime, organism.caisse, organism.centre)))
    if not code:
        return unknown, QUIET
    text = code + (f" ({organism.regime_label})" if organism.regime_label else "")
    to = organism.bill_to
    bill = (
        say(f"facturer à {to}", f"bill {to}")
        if to
        else say("organisme à facturer non dit", "whom to bill: not told")
    )
    return f"{text}{say(' ; ', '; ')}{bill}", ""


def _exemption(exemption: Exemption) -> tuple[str, str]:
    texts = [f"{code.code} {code.label}".strip() for code in exemption.codes]
    text = (
        ", ".join(texts)
        if texts
        else say("aucune à cette date", "none on this day")
        if exemption.told
        else ""
    )
    if exemption.coverage:
        meaning = b2()["code_couverture"].label(exemption.coverage, language())
        meaning = meaning or say("sens non publié", "meaning not public")
        if couverture(exemption.coverage).article_115:
            meaning += say(
                " : indice de soins médicaux gratuits à demander à la CNMSS, jamais une attestation",
                ": a hint at free medical care to be asked of the CNMSS, never an attestation",
            )
        code = say(
            f"code couverture {exemption.coverage}, {meaning}",
            f"coverage code {exemption.coverage}, {meaning}",
        )
        text = f"{text} ({code})" if text else code
    period = _period(exemption)
    return (f"{text} {period}".strip(), "") if text else (say("non dite", "not told"), QUIET)


def _told(rights: Rights) -> str:
    days = sorted({on for on in rights.told_on.values() if on})
    when = say("jour inconnu", "unknown day")
    if days:
        first, last = localised(days[0]), localised(days[-1])
        when = (
            say(f"le {last}", f"on {last}")
            if first == last
            else say(f"du {first} au {last}", f"{first} to {last}")
        )
    sources = ", ".join(map(printable, rights.sources))
    return f"{when} ({sources})" if sources else when


def _period(told: Rights | C2s | Exemption | Smg) -> str:
    first, last = localised(told.first), localised(told.last)
    if first and last:
        return say(f"du {first} au {last}", f"from {first} to {last}")
    if first:
        return say(f"depuis le {first}", f"since {first}")
    return say(f"jusqu'au {last}", f"until {last}") if last else ""


def _yes_no(value: bool | None) -> str:
    return {True: say("oui", "yes"), False: say("non", "no"), None: say("non dit", "not told")}[value]


def _style(value: bool | None) -> str:
    return QUIET if value is None else ""
