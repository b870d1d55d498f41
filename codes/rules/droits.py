"""Rules on rights: an invoice against what a register of rights tells, and the register's own files.

A register tells what a card, a certificate or a consultation said on some day: it may be old, and holds whom it
was given. So these rules predict a reject, they do not establish one; messages tell the day of the fact.
"""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

RULES: tuple[Rule, ...] = (
    make(
        "droits.autre-fichier",
        _ERROR,
        (
            "Fichier sans droits",
            "ce n'est ni une carte Vitale, ni un fichier de droits, ni une réponse ADRi ou FSV (aspect : {lookalike})",
            "Les droits se lisent dans une zone de carte Vitale (groupe 101), un CSV à colonnes nommées, une réponse ADRi (JSON) ou un client FSV (XML).",
            "Donner la zone lue en carte, la réponse elle-même, ou un CSV dont la première ligne nomme nir et date_naissance.",
        ),
        (
            "File without rights",
            "this is neither a Vitale card, nor a rights file, nor an ADRi or FSV answer (looks like: {lookalike})",
            "Rights are read from the zone of a Vitale card (group 101), a CSV with named columns, an ADRi answer (JSON) or an FSV client (XML).",
            "Give the zone read from the card, the answer itself, or a CSV whose first line names nir and date_naissance.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "droits.csv-entete",
        _ERROR,
        (
            "En-tête d'un fichier de droits",
            "la première ligne ne nomme pas, une seule fois, les colonnes nir et date_naissance",
            "Sans ces deux colonnes, un fait ne peut être rattaché à personne.",
            "Nommer les colonnes sur la première ligne, comme le fait « noemie rights export ».",
        ),
        (
            "Header of a rights file",
            "the first line does not name, once each, the columns nir and date_naissance",
            "Without these two columns, a fact cannot be tied to anybody.",
            "Name the columns on the first line, as `noemie rights export` does.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "droits.reponse",
        _ERROR,
        (
            "Réponse de téléservice illisible",
            "cette réponse ({lookalike}) est coupée, a deux fois une même clé, ou ne nomme personne par un NIR et une date de naissance",
            "Un fait ne peut être rattaché qu'à une personne connue.",
            "Enregistrer de nouveau la réponse ADRi (JSON) ou le client FSV (XML), en entier.",
        ),
        (
            "Answer of a teleservice that cannot be read",
            "this answer ({lookalike}) is cut, has one key twice, or names nobody by a NIR and a birth date",
            "A fact can only be tied to a person who is known.",
            "Save the ADRi answer (JSON) or the FSV client (XML) again, whole.",
        ),
        "[jfse] [FSV]",
        "B",
        unreadable=True,
    ),
    make(
        "droits.csv-valeur",
        _ERROR,
        (
            "Ligne d'un fichier de droits",
            "cette valeur n'a pas la forme attendue ({expected}) : la ligne est laissée de côté",
            "Un fait mal lu ferait prédire un rejet à tort, ou n'en prédirait pas.",
            "Corriger la ligne et importer de nouveau le fichier : ce qui y était déjà ne change pas.",
        ),
        (
            "Row of a rights file",
            "this value has not the form that is expected ({expected}): the row is left out",
            "A fact that is read wrong would predict a reject wrongly, or miss one.",
            "Correct the row and import the file again: what was there already does not change.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "droits.csv-colonne",
        _INFO,
        (
            "Colonne inconnue d'un fichier de droits",
            "la colonne {expected} porte un nom inconnu : elle n'est pas lue",
            "Un nom mal écrit ferait perdre une colonne entière sans le dire.",
            "Comparer ce nom à ceux de docs/guides/rights.md.",
        ),
        (
            "Unknown column of a rights file",
            "column {expected} has an unknown name: it is not read",
            "A name that is misspelt would lose a whole column without a word.",
            "Compare this name with those of docs/guides/rights.md.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "droits.ferme",
        _WARNING,
        (
            "Droits fermés à la date des soins",
            "aucun droit n'est ouvert à la date de cette ligne, d'après un constat du {expected}",
            "La caisse refuse une facture dont les soins sont hors de toute période de droits.",
            "Consulter les droits à la date des soins ; si la personne a changé de caisse, facturer à la nouvelle.",
        ),
        (
            "Rights closed at the care date",
            "no right is open at the date of this line, by what was told on {expected}",
            "The caisse refuses an invoice for care outside any period of rights.",
            "Consult the rights at the care date; if the person changed caisse, bill the new one.",
        ),
        "[S0]",
        "B",
        motive="droits_fermes",
    ),
    make(
        "droits.assure-inconnu",
        _WARNING,
        (
            "Assuré absent du registre des droits",
            "aucun fait du registre, dont le dernier est du {expected}, ne porte sur cet assuré",
            "La caisse refuse la facture d'un assuré qui n'est pas, ou plus, dans son fichier. Le registre local ne "
            "connaît toutefois que ceux qu'on lui a donnés.",
            "Contrôler le NIR, puis consulter les droits et les importer dans le registre.",
        ),
        (
            "Insured person absent from the rights register",
            "no fact of the register, the last of which is of {expected}, is about this insured person",
            "The caisse refuses the invoice of somebody who is not, or no longer, in its file. Yet the local register "
            "only knows whom it was given.",
            "Check the NIR, then consult the rights and import them in the register.",
        ),
        "[S0]",
        "B",
        motive="assure_inconnu",
    ),
    make(
        "droits.beneficiaire-inconnu",
        _WARNING,
        (
            "Bénéficiaire absent du registre des droits",
            "l'assuré est au registre, mais sans bénéficiaire de cette date de naissance et de ce rang",
            "Une date ou un rang de naissance faux désigne une autre personne, ou personne.",
            "Relire la carte ou l'attestation, et corriger la date ou le rang de naissance.",
        ),
        (
            "Beneficiary absent from the rights register",
            "the insured person is in the register, but no beneficiary of this birth date and rank",
            "A wrong birth date or rank points to somebody else, or to nobody.",
            "Read the card or the certificate again, and correct the birth date or rank.",
        ),
        "[S0]",
        "C",
        motive="beneficiaire_inconnu",
    ),
    make(
        "droits.caisse",
        _WARNING,
        (
            "Caisse différente de celle des droits",
            "les droits relèvent d'une autre caisse à la date des soins : {expected}",
            "La caisse refuse l'assuré qui ne dépend pas, ou plus, d'elle.",
            "Contrôler régime, caisse et centre sur la carte ou par une consultation, et refaire la facture.",
        ),
        (
            "Caisse other than that of the rights",
            "the rights belong to another caisse at the care date: {expected}",
            "The caisse refuses an insured person who does not, or no longer, depend on it.",
            "Check régime, caisse and centre on the card or by a consultation, and make the invoice again.",
        ),
        "[S0]",
        "B",
        motive="caisse_gestionnaire_erronee",
    ),
    make(
        "droits.exoneration",
        _WARNING,
        (
            "Exonération absente des droits",
            "l'exonération écrite n'est pas dans les droits à la date des soins, d'après un constat du {expected}",
            "La caisse refuse une exonération qu'elle ne retrouve pas dans son fichier à la date des soins.",
            "Consulter les droits à la date des soins ; retirer l'exonération, ou faire mettre la carte à jour.",
        ),
        (
            "Exemption absent from the rights",
            "the exemption written is not in the rights at the care date, by what was told on {expected}",
            "The caisse refuses an exemption that it does not find in its file at the care date.",
            "Consult the rights at the care date; remove the exemption, or have the card updated.",
        ),
        "[S0]",
        "B",
        motive="exoneration_non_retrouvee",
    ),
    make(
        "droits.taux",
        _INFO,
        (
            "Taux de pharmacie et code de couverture",
            "ce taux n'est ni celui du code de couverture ({expected}), ni celui d'une exonération",
            "Le code de couverture de la carte donne une famille de taux ; une exonération la remplace. Ces taux, "
            "d'une seule source de 2024, sont moins sûrs que l'exonération : un indice.",
            "Comparer le taux à la carte et à l'ordonnance ; ne rien changer s'ils le justifient.",
        ),
        (
            "Pharmacy rate and coverage code",
            "this rate is neither that of the coverage code ({expected}) nor that of an exemption",
            "The coverage code of the card gives a family of rates; an exemption replaces it. These rates, of one "
            "source of 2024, are less sure than the exemption: a hint.",
            "Compare the rate with the card and the prescription; change nothing if they account for it.",
        ),
        "[PHA]",
        "B",
    ),
    make(
        "droits.c2s",
        _WARNING,
        (
            "C2S absente des droits",
            "la facture est faite au titre de la C2S, qui n'est pas ouverte à la date des soins, d'après un constat "
            "du {expected}",
            "Sans C2S à la date des soins, la part complémentaire n'est pas due à ce titre.",
            "Consulter les droits à la date des soins ; corriger le type de contrat s'il est faux.",
        ),
        (
            "C2S absent from the rights",
            "the invoice is made under the C2S, which is not open at the care date, by what was told on {expected}",
            "Without C2S at the care date, the complementary share is not due on that ground.",
            "Consult the rights at the care date; correct the type of contract if it is wrong.",
        ),
        "[S0] [SV] [SFG]",
        "B",
        motive="droits_rc_fermes",
    ),
    make(
        "droits.smg",
        _WARNING,
        (
            "Soins L.115 sans attestation à la date",
            "la facture porte des soins L.115, sans attestation de droit à leur date, d'après un constat du {expected}",
            "Les soins médicaux gratuits se facturent sur présentation de l'attestation de droit de la CNMSS.",
            "Demander l'attestation de droit et la fiche des infirmités ; sans elles, facturer à la caisse ordinaire.",
        ),
        (
            "L.115 care without attestation at the date",
            "the invoice carries L.115 care, without an attestation at its date, by what was told on {expected}",
            "Free medical care is billed upon the attestation of right of the CNMSS.",
            "Ask for the attestation and the sheet of infirmities; without them, bill the ordinary caisse.",
        ),
        "[S0]",
        "C",
        motive="smg_sans_rattachement",
    ),
    make(
        "droits.medecin-traitant",
        _WARNING,
        (
            "Médecin traitant absent des droits",
            "la facture dit qu'un médecin traitant est déclaré, les droits disent que non, d'après un constat du "
            "{expected}",
            "Sans déclaration valable à la date, la caisse tient les soins pour hors parcours.",
            "Contrôler la déclaration à la date des soins ; ne corriger l'indicateur que s'il est faux.",
        ),
        (
            "Médecin traitant absent from the rights",
            "the invoice says that a médecin traitant is declared, the rights say no, by what was told on {expected}",
            "Without a valid declaration at the date, the caisse takes the care as outside the care path.",
            "Check the declaration at the care date; correct the indicator only if it is wrong.",
        ),
        "[S0] [SFG]",
        "C",
        norms=("CP-2005E", "CP-2003C"),
        motive="medecin_traitant",
    ),
)
