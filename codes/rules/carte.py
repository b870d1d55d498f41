"""Rules on what an invoice and a card say of the same person: Vitale card, card of the professional (CPS).

A card is what was read on one day, and the links from its fields to those of B2 come from one program or from
their words: nothing here is ever more than a warning.
"""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING = Severity.INFO, Severity.WARNING

_FILLED = "[medintuxGP] [SV]"
_WORDS = "[medintux] [SV]"

_INSURED: tuple[Rule, ...] = (
    make(
        "carte.nir",
        _WARNING,
        (
            "NIR presque égal à celui de la carte",
            "à un caractère près, ce NIR est celui de la carte, dont il porte la clé",
            "La clé est celle du NIR de la carte : le numéro a sans doute été saisi, et mal saisi.",
            "Reprendre le NIR lu sur la carte Vitale (groupe 101, champ 8).",
        ),
        (
            "NIR nearly equal to that of the card",
            "but for one character this NIR is that of the card, whose key it has",
            "The key is that of the NIR of the card: the number was probably typed, and mistyped.",
            "Take the NIR read from the Vitale card (group 101, field 8).",
        ),
        _FILLED,
        "C",
        motive="nir_cle_invalide",
    ),
    make(
        "carte.cle-nir",
        _WARNING,
        (
            "Clé du NIR différente de celle de la carte",
            "le NIR est celui de la carte, sa clé ne l'est pas",
            "La caisse refuse un NIR dont la clé est fausse.",
            "Reprendre la clé lue sur la carte Vitale (groupe 101, champ 9).",
        ),
        (
            "Key of the NIR other than on the card",
            "the NIR is that of the card, its key is not",
            "The caisse refuses a NIR whose key is wrong.",
            "Take the key read from the Vitale card (group 101, field 9).",
        ),
        _FILLED,
        "B",
        motive="nir_cle_invalide",
    ),
    make(
        "carte.organisme",
        _WARNING,
        (
            "Organisme différent de celui de la carte",
            "régime, caisse et centre de la carte : {expected}",
            "La facture part à un organisme qui ne gère peut-être pas cet assuré.",
            "Reprendre régime, caisse et centre de la carte, ou la faire mettre à jour si l'assuré a changé de caisse.",
        ),
        (
            "Organism other than on the card",
            "régime, caisse and centre of the card: {expected}",
            "The invoice goes to an organism that may not manage this insured person.",
            "Take régime, caisse and centre of the card, or have it updated when the person changed caisse.",
        ),
        _FILLED,
        "B",
        motive="caisse_gestionnaire_erronee",
    ),
    make(
        "carte.marquage",
        _WARNING,
        (
            "Carte de test, facture réelle",
            "la carte est une carte de test ; marquage attendu : {expected}",
            "La bibliothèque SSV refuse de mêler cartes de test et cartes réelles (erreur 0xF026).",
            "Marquer la facture « T », ou facturer avec une carte réelle.",
        ),
        (
            "Test card, real invoice",
            "the card is a test card; marking expected: {expected}",
            "The SSV library refuses to mix test cards and real cards (error 0xF026).",
            "Mark the invoice T, or bill with a real card.",
        ),
        _WORDS,
        "C",
        motive="carte_lecteur",
    ),
    make(
        "carte.fin-validite",
        _WARNING,
        (
            "Soins après la fin de validité de la carte",
            "ces soins sont postérieurs à la fin de validité inscrite sur la carte",
            "Les droits inscrits sur une carte périmée ont pu changer depuis.",
            "Faire mettre la carte à jour, ou demander une attestation de droits.",
        ),
        (
            "Care after the end of validity of the card",
            "this care comes after the end of validity written on the card",
            "Rights written on a card that has expired may have changed since.",
            "Have the card updated, or ask for a certificate of rights.",
        ),
        "[medintux cards]",
        "B",
        motive="droits_fermes",
    ),
)

_BENEFICIARY: tuple[Rule, ...] = (
    make(
        "carte.date-naissance",
        _WARNING,
        (
            "Date de naissance absente de la carte",
            "aucun bénéficiaire de la carte n'est né ce jour-là",
            "La facture désigne le bénéficiaire par sa date et son rang de naissance.",
            "Reprendre la date de naissance de la carte (groupe 104, champ 12), même si aucun calendrier ne l'a.",
        ),
        (
            "Birth date that is not on the card",
            "no beneficiary of the card was born on that day",
            "The invoice names the beneficiary by birth date and rank at birth.",
            "Take the birth date of the card (group 104, field 12), even when no calendar has it.",
        ),
        _FILLED,
        "B",
        motive="beneficiaire_inconnu",
    ),
    make(
        "carte.rang-naissance",
        _WARNING,
        (
            "Rang de naissance différent de celui de la carte",
            "rang de la carte pour cette date de naissance : {expected}",
            "Entre jumeaux, seul le rang dit de qui il s'agit.",
            "Reprendre le rang de la carte (groupe 104, champ 13).",
        ),
        (
            "Rank at birth other than on the card",
            "rank on the card for this birth date: {expected}",
            "Between twins the rank alone tells who is meant.",
            "Take the rank of the card (group 104, field 13).",
        ),
        _FILLED,
        "B",
        motive="beneficiaire_inconnu",
    ),
    make(
        "carte.nir-beneficiaire",
        _WARNING,
        (
            "NIR du bénéficiaire différent de celui de la carte",
            "ce NIR n'est pas le NIR certifié que la carte donne à ce bénéficiaire",
            "La facture désigne peut-être une autre personne du foyer.",
            "Reprendre le NIR certifié de la carte (groupe 104, champ 9).",
        ),
        (
            "NIR of the beneficiary other than on the card",
            "this NIR is not the certified NIR that the card gives to this beneficiary",
            "The invoice may mean another person of the household.",
            "Take the certified NIR of the card (group 104, field 9).",
        ),
        _FILLED,
        "B",
        motive="beneficiaire_inconnu",
    ),
    make(
        "carte.qualite",
        _WARNING,
        (
            "Qualité du bénéficiaire différente de celle de la carte",
            "qualité d'après la carte : {expected}",
            "La facture désigne peut-être une autre personne du foyer.",
            "Vérifier le bénéficiaire, puis reprendre sa qualité sur la carte (groupe 104, champ 14).",
        ),
        (
            "Relation to the insured person other than on the card",
            "relation by the card: {expected}",
            "The invoice may mean another person of the household.",
            "Check the beneficiary, then take the relation from the card (group 104, field 14).",
        ),
        _WORDS,
        "C",
        motive="beneficiaire_inconnu",
    ),
    make(
        "carte.droits",
        _WARNING,
        (
            "Soins hors des périodes de droits de la carte",
            "la carte ne donne pas de droits AMO à la date de ces soins",
            "La caisse refuse les soins faits hors des droits ; ils ont pu être rouverts depuis la lecture.",
            "Interroger les droits à la date des soins, et faire mettre la carte à jour.",
        ),
        (
            "Care outside the periods of rights of the card",
            "the card gives no AMO rights on the day of this care",
            "The caisse refuses care outside the rights; they may have been opened again since the reading.",
            "Ask for the rights on the day of care, and have the card updated.",
        ),
        "[medintux cards]",
        "B",
        motive="droits_fermes",
    ),
)

_COMPLEMENTARY: tuple[Rule, ...] = (
    make(
        "carte.c2s",
        _WARNING,
        (
            "Complémentaire santé solidaire non facturée",
            "la carte dit le bénéficiaire couvert par la C2S ; contrat attendu : {expected}",
            "Le type de contrat dit à la caisse que la facture est celle d'un bénéficiaire de la C2S (ancienne CMU-C).",
            "Écrire le type de contrat de la C2S, ou vérifier les droits si la carte est ancienne.",
        ),
        (
            "Solidarity complementary cover not billed",
            "the card says that the beneficiary has the C2S; contract expected: {expected}",
            "The type of contract tells the caisse that the invoice is that of a beneficiary of the C2S (once CMU-C).",
            "Write the type of contract of the C2S, or check the rights when the card is old.",
        ),
        _WORDS,
        "C",
    ),
    make(
        "carte.organisme-complementaire",
        _WARNING,
        (
            "Complémentaire différente de celle de la carte",
            "numéro de la complémentaire sur la carte : {expected}",
            "La part complémentaire est demandée à un organisme que la carte ne désigne pas.",
            "Vérifier la carte de tiers payant à la date des soins.",
        ),
        (
            "Complementary insurer other than on the card",
            "number of the complementary insurer on the card: {expected}",
            "The complementary part is claimed from a body that the card does not name.",
            "Check the third-party payment card for the day of care.",
        ),
        _WORDS,
        "C",
        motive="amc_inconnue",
    ),
    make(
        "carte.numero-adherent",
        _WARNING,
        (
            "Numéro d'adhérent différent de celui de la carte",
            "la complémentaire est celle de la carte, le numéro d'adhérent ne l'est pas",
            "La complémentaire reconnaît son adhérent à ce numéro.",
            "Vérifier la carte de tiers payant, ou reprendre le numéro de la carte (groupe 109, champ 3).",
        ),
        (
            "Member number other than on the card",
            "the complementary insurer is that of the card, the member number is not",
            "The complementary insurer knows its member by this number.",
            "Check the third-party payment card, or take the number of the card (group 109, field 3).",
        ),
        _WORDS,
        "C",
        motive="amc_inconnue",
    ),
    make(
        "carte.droits-complementaire",
        _WARNING,
        (
            "Soins hors de la période de la complémentaire",
            "la carte ne donne pas de droits à cette complémentaire à la date des soins",
            "La complémentaire refuse les soins faits hors du contrat.",
            "Vérifier la carte de tiers payant à la date des soins.",
        ),
        (
            "Care outside the period of the complementary insurer",
            "the card gives no rights with this complementary insurer on the day of care",
            "The complementary insurer refuses care outside the contract.",
            "Check the third-party payment card for the day of care.",
        ),
        _WORDS,
        "C",
        motive="droits_rc_fermes",
    ),
)

_PROFESSIONAL: tuple[Rule, ...] = (
    make(
        "carte.numero-ps",
        _WARNING,
        (
            "Numéro du professionnel presque égal à celui de la CPS",
            "à un caractère près, ce numéro est celui de la carte du professionnel",
            "La clé de ce numéro est fausse : il a sans doute été mal saisi.",
            "Reprendre le numéro de facturation de la CPS (groupe 2, champs 9 et 10).",
        ),
        (
            "Number of the professional nearly equal to that of the CPS",
            "but for one character this number is that of the card of the professional",
            "The key of this number is wrong: it was probably mistyped.",
            "Take the billing number of the CPS (group 2, fields 9 and 10).",
        ),
        _FILLED,
        "C",
        motive="ps_non_identifie",
    ),
    make(
        "carte.specialite",
        _WARNING,
        (
            "Spécialité différente de celle de la CPS",
            "spécialité de la carte du professionnel : {expected}",
            "La facture annonce une spécialité que la carte ne confirme pas.",
            "Reprendre la spécialité de la CPS (groupe 2, champ 14).",
        ),
        (
            "Speciality other than on the CPS",
            "speciality on the card of the professional: {expected}",
            "The invoice tells a speciality that the card does not confirm.",
            "Take the speciality of the CPS (group 2, field 14).",
        ),
        _FILLED,
        "C",
    ),
    make(
        "carte.zone-tarif",
        _WARNING,
        (
            "Zone de tarif différente de celle de la CPS",
            "zone tarifaire de la carte du professionnel : {expected}",
            "La facture annonce une zone que la carte ne confirme pas.",
            "Reprendre la zone tarifaire de la CPS (groupe 2, champ 15).",
        ),
        (
            "Tariff area other than on the CPS",
            "tariff area on the card of the professional: {expected}",
            "The invoice tells an area that the card does not confirm.",
            "Take the tariff area of the CPS (group 2, field 15).",
        ),
        _FILLED,
        "C",
    ),
    make(
        "carte.condition-exercice",
        _WARNING,
        (
            "Exercice libéral ou salarié différent de celui de la CPS",
            "d'après le mode d'exercice de la carte : {expected}",
            "La facture annonce un exercice que la carte ne confirme pas.",
            "Reprendre l'exercice de la situation de facturation de la CPS (groupe 2, champ 2).",
        ),
        (
            "Private or salaried practice other than on the CPS",
            "by the mode of practice of the card: {expected}",
            "The invoice tells a practice that the card does not confirm.",
            "Take the practice of the billing situation of the CPS (group 2, field 2).",
        ),
        _FILLED,
        "C",
    ),
)

_COUNTS: tuple[Rule, ...] = (
    make(
        "carte.comparee",
        _INFO,
        (
            "Factures comparées à la carte Vitale",
            "{expected} facture(s) de l'assuré de la carte comparée(s)",
            "Seules les factures de l'assuré de la carte sont jugées.",
            "Rien à faire.",
        ),
        (
            "Invoices compared with the Vitale card",
            "{expected} invoice(s) of the insured person of the card compared",
            "Only the invoices of the insured person of the card are judged.",
            "Nothing to do.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "carte.autre-personne",
        _INFO,
        (
            "Factures d'autres personnes que l'assuré de la carte",
            "{expected} facture(s) d'un autre assuré, non comparée(s)",
            "Une carte ne dit rien des autres assurés.",
            "Rien à faire ; pour les comparer, donner leurs cartes avec --card.",
        ),
        (
            "Invoices of others than the insured person of the card",
            "{expected} invoice(s) of another insured person, not compared",
            "A card says nothing of other insured people.",
            "Nothing to do; to compare them, give their cards with --card.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "carte.comparee-cps",
        _INFO,
        (
            "Factures comparées à la CPS",
            "{expected} facture(s) du professionnel de la carte comparée(s)",
            "Seules les factures du professionnel de la carte sont jugées.",
            "Rien à faire.",
        ),
        (
            "Invoices compared with the CPS",
            "{expected} invoice(s) of the professional of the card compared",
            "Only the invoices of the professional of the card are judged.",
            "Nothing to do.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "carte.autre-professionnel",
        _INFO,
        (
            "Factures d'autres professionnels que celui de la CPS",
            "{expected} facture(s) d'un autre professionnel, non comparée(s)",
            "Une CPS ne dit rien des autres professionnels.",
            "Rien à faire ; pour les comparer, donner leurs cartes avec --cps.",
        ),
        (
            "Invoices of others than the professional of the CPS",
            "{expected} invoice(s) of another professional, not compared",
            "A CPS says nothing of other professionals.",
            "Nothing to do; to compare them, give their cards with --cps.",
        ),
        "toolkit",
        "A",
    ),
)

RULES: tuple[Rule, ...] = _INSURED + _BENEFICIARY + _COMPLEMENTARY + _PROFESSIONAL + _COUNTS
