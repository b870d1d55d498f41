"""Rules on the binary zones of SESAM-Vitale: their bytes, the order of their groups, their fields.

A zone comes from a card or from a library: a wrong key or an unknown code in it is told, never a reason to
refuse it. Only what breaks the grammar stops the reading.
"""

from codes.rules._zone_champs import FIELDS
from codes.rules.model import Rule, Severity, make

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

_CARDS = "[medintux cards]"
_BOTH = "[medintux] [medintux cards]"
_CALLS = "[medintux]"

_BYTES: tuple[Rule, ...] = (
    make(
        "zone.vide",
        _ERROR,
        (
            "Zone SSV vide",
            "la zone ne contient aucun octet",
            "Il n'y a rien à lire.",
            "Relire la carte, ou exporter de nouveau la zone depuis le logiciel.",
        ),
        (
            "Empty SSV zone",
            "the zone holds no byte",
            "There is nothing to read.",
            "Read the card again, or export the zone again from the software.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "zone.autre-fichier",
        _ERROR,
        (
            "Autre fichier au lieu d'une zone SSV",
            "ce fichier n'est pas une zone SSV (aspect : {lookalike})",
            "Une zone est une suite de groupes binaires, sans en-tête : rien d'autre ne peut y être lu.",
            "Donner la zone elle-même, telle que la bibliothèque SSV la rend.",
        ),
        (
            "Another file instead of an SSV zone",
            "this file is not an SSV zone (looks like: {lookalike})",
            "A zone is a series of binary groups, without a header: nothing else can be read as one.",
            "Give the zone itself, as the SSV library returns it.",
        ),
        _CARDS,
        "A",
        unreadable=True,
    ),
    make(
        "zone.autre-zone",
        _ERROR,
        (
            "Autre zone que celle attendue",
            "cette zone n'a pas les groupes attendus ({expected})",
            "Une carte Vitale a les groupes 101 et 104, la carte d'un professionnel les groupes 1 et 2.",
            "Donner la zone lue sur la bonne carte : --card pour la carte Vitale, --cps pour la CPS.",
        ),
        (
            "Another zone than the one expected",
            "this zone does not have the groups expected ({expected})",
            "A Vitale card has groups 101 and 104, the card of a professional groups 1 and 2.",
            "Give the zone read from the right card: --card for the Vitale card, --cps for the CPS.",
        ),
        _BOTH,
        "A",
        unreadable=True,
    ),
    make(
        "zone.sans-nir",
        _ERROR,
        (
            "Carte sans NIR lisible",
            "cette carte ne dit le NIR de personne : aucune facture ne peut lui être comparée",
            "Une facture est comparée à la carte de son assuré, que son NIR désigne.",
            "Relire la carte, et donner la zone telle que le lecteur la rend.",
        ),
        (
            "Card without a readable NIR",
            "this card tells nobody's NIR: no invoice can be compared with it",
            "An invoice is compared with the card of its insured person, whom the NIR names.",
            "Read the card again, and give the zone as the reader returns it.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "zone.trop-grande",
        _ERROR,
        (
            "Zone SSV trop grande",
            "le fichier dépasse {expected} octets",
            "Aucune source ne donne de taille maximale ; cette limite protège la mémoire de la machine.",
            "Vérifier qu'il s'agit bien d'une zone ; depuis Python, la limite se règle (« limit »).",
        ),
        (
            "SSV zone too large",
            "the file has more than {expected} bytes",
            "No source gives a largest size; this limit protects the memory of the machine.",
            "Check that this is a zone; from Python the limit can be set (`limit`).",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "zone.tronquee",
        _ERROR,
        (
            "Zone SSV coupée",
            "la zone s'arrête dans l'en-tête d'un groupe ; {expected} octets attendus",
            "La fin de la zone manque : des droits ou des bénéficiaires peuvent être perdus.",
            "Relire la carte, ou transférer de nouveau la zone entière en mode binaire.",
        ),
        (
            "SSV zone cut short",
            "the zone stops within the header of a group; {expected} bytes expected",
            "The end of the zone is missing: rights or beneficiaries may be lost.",
            "Read the card again, or transfer the whole zone again in binary mode.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.longueur-interdite",
        _ERROR,
        (
            "Forme de longueur interdite",
            "cette longueur ne commence par aucune des formes permises ({expected})",
            "Sans longueur lisible, ni ce groupe ni la suite de la zone ne peuvent être découpés.",
            "Écrire la longueur dans sa forme la plus courte : un octet jusqu'à 127, puis 81, 82...",
        ),
        (
            "Forbidden form of length",
            "this length starts with none of the forms allowed ({expected})",
            "Without a readable length neither this group nor the rest of the zone can be cut.",
            "Write the length in its shortest form: one byte up to 127, then 81, 82...",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.groupe-deborde",
        _ERROR,
        (
            "Groupe plus long que la zone",
            "ce groupe annonce plus d'octets que la zone n'en contient (octets restants : {expected})",
            "La fin de la zone manque, ou la longueur du groupe est fausse.",
            "Relire la carte ou transférer de nouveau la zone ; sinon, corriger la longueur du groupe.",
        ),
        (
            "Group longer than the zone",
            "this group announces more bytes than the zone holds (bytes left: {expected})",
            "The end of the zone is missing, or the length of the group is wrong.",
            "Read the card or transfer the zone again; otherwise correct the length of the group.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.champ-deborde",
        _ERROR,
        (
            "Champ plus long que son groupe",
            "ce champ annonce plus d'octets que son groupe n'en contient (octets restants : {expected})",
            "Les champs remplissent exactement leur groupe : l'une des deux longueurs est fausse.",
            "Corriger la longueur du champ ou celle du groupe.",
        ),
        (
            "Field longer than its group",
            "this field announces more bytes than its group holds (bytes left: {expected})",
            "Fields fill their group exactly: one of the two lengths is wrong.",
            "Correct the length of the field or that of the group.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.octets-finaux",
        _WARNING,
        (
            "Octets en trop à la fin de la zone",
            "{expected} octet(s) de remplissage suivent le dernier groupe",
            "Une zone n'a ni fin de ligne ni remplissage : un programme les lirait comme un groupe.",
            "Retirer ces octets ; transférer la zone en mode binaire.",
        ),
        (
            "Extra bytes at the end of the zone",
            "{expected} byte(s) of filling follow the last group",
            "A zone has neither line end nor filling: a program would read them as a group.",
            "Remove these bytes; transfer the zone in binary mode.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.longueur-longue",
        _WARNING,
        (
            "Longueur écrite dans une forme trop longue",
            "cette longueur tient dans une forme plus courte",
            "Toutes les cartes de test emploient la forme la plus courte ; d'anciens programmes lisent mal les autres.",
            "Écrire la longueur dans sa forme la plus courte.",
        ),
        (
            "Length written in too long a form",
            "this length fits a shorter form",
            "All test cards use the shortest form; some old programs misread the others.",
            "Write the length in its shortest form.",
        ),
        _CARDS,
        "A",
    ),
)

_GROUPS: tuple[Rule, ...] = (
    make(
        "zone.groupe-inconnu",
        _INFO,
        (
            "Groupe inconnu",
            "ce groupe n'est pas dans la table publique ; il est gardé tel quel",
            "La table publique date de 2005 : les versions récentes ont d'autres groupes.",
            "Rien à faire ; pour le lire, ajouter sa description avec --layouts.",
        ),
        (
            "Unknown group",
            "this group is not in the public table; it is kept as it is",
            "The public table dates from 2005: recent versions have other groups.",
            "Nothing to do; to read it, add its description with --layouts.",
        ),
        _CALLS,
        "C",
    ),
    make(
        "zone.champ-en-trop",
        _INFO,
        (
            "Champs au-delà de la table",
            "ce groupe a plus de {expected} champs ; les autres sont gardés tels quels",
            "La table publique date de 2005 : les versions récentes ont d'autres champs.",
            "Rien à faire ; pour les lire, ajouter leur description avec --layouts.",
        ),
        (
            "Fields beyond the table",
            "this group has more than {expected} fields; the others are kept as they are",
            "The public table dates from 2005: recent versions have other fields.",
            "Nothing to do; to read them, add their description with --layouts.",
        ),
        _BOTH,
        "C",
    ),
    make(
        "zone.champ-manquant",
        _WARNING,
        (
            "Champs manquants",
            "ce groupe s'arrête ici ; {expected} champs sont attendus",
            "Un champ se reconnaît à sa place : tous sont présents, même vides.",
            "Écrire tous les champs du groupe, avec une longueur nulle pour ceux qui sont vides.",
        ),
        (
            "Missing fields",
            "this group stops here; {expected} fields are expected",
            "A field is known by its place: all are present, even when empty.",
            "Write all the fields of the group, with a length of zero for the empty ones.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.ordre",
        _ERROR,
        (
            "Ordre des groupes de la carte",
            "ce groupe n'est pas à sa place ; ordre attendu : {expected}",
            "Rien d'autre que l'ordre ne rattache un groupe à son bénéficiaire.",
            "Ranger les groupes : 101, 102, 103, puis pour chaque bénéficiaire 104, 105, 106, et 107 108 ou 109 111.",
        ),
        (
            "Order of the groups of the card",
            "this group is not at its place; expected order: {expected}",
            "Nothing but the order links a group to its beneficiary.",
            "Sort the groups: 101, 102, 103, then for each beneficiary 104, 105, 106, and 107 108 or 109 111.",
        ),
        _CARDS,
        "A",
    ),
    make(
        "zone.parent-absent",
        _ERROR,
        (
            "Groupe sans celui dont il dépend",
            "ce groupe doit suivre un groupe {expected}, qui manque",
            "Des droits sans bénéficiaire, ou une période sans mutuelle, ne se rattachent à rien.",
            "Ajouter le groupe manquant, ou retirer celui-ci.",
        ),
        (
            "Group without the one it depends on",
            "this group must follow a group {expected}, which is missing",
            "Rights without a beneficiary, or a period without a mutual insurer, belong to nothing.",
            "Add the missing group, or remove this one.",
        ),
        _BOTH,
        "A",
    ),
    make(
        "zone.mutuelle-et-amc",
        _ERROR,
        (
            "Mutuelle et AMC ensemble",
            "un même bénéficiaire a un seul de ces groupes : {expected}",
            "La bibliothèque SSV refuse une telle carte (erreur 0xF0F0).",
            "Garder la mutuelle (107, 108) ou l'AMC (109, 111) ; faire mettre la carte à jour.",
        ),
        (
            "Mutual insurer and AMC together",
            "a beneficiary has only one of these groups: {expected}",
            "The SSV library refuses such a card (error 0xF0F0).",
            "Keep the mutual insurer (107, 108) or the AMC (109, 111); have the card updated.",
        ),
        _BOTH,
        "A",
        motive="carte_lecteur",
    ),
    make(
        "zone.groupe-absent",
        _ERROR,
        (
            "Groupe de la carte absent",
            "la carte n'a pas de groupe {expected}",
            "Toute carte a un assuré (101) et au moins un bénéficiaire (104).",
            "Relire la carte ; la zone est peut-être incomplète.",
        ),
        (
            "Group of the card missing",
            "the card has no group {expected}",
            "Every card has an insured person (101) and at least one beneficiary (104).",
            "Read the card again; the zone may be incomplete.",
        ),
        _BOTH,
        "A",
    ),
    make(
        "zone.groupe-double",
        _ERROR,
        (
            "Groupe présent plusieurs fois",
            "ce groupe est déjà présent à cet endroit ; {expected} seul est attendu",
            "Un programme lirait le premier et ignorerait l'autre, ou l'inverse.",
            "Garder un seul groupe ; séparer les zones si deux ont été mises bout à bout.",
        ),
        (
            "Group present several times",
            "this group is already present there; only {expected} is expected",
            "A program would read the first and skip the other, or the reverse.",
            "Keep one group; split the zones when two were put end to end.",
        ),
        _BOTH,
        "A",
    ),
    make(
        "zone.nombre-groupes",
        _WARNING,
        (
            "Plus de groupes qu'annoncé",
            "plus de {expected} groupes de ce type ; les libellés publics n'en annoncent pas plus",
            "Un programme qui réserve la place annoncée perdrait les suivants. Les libellés sont anciens.",
            "Vérifier la zone ; les groupes en plus sont lus et gardés.",
        ),
        (
            "More groups than announced",
            "more than {expected} groups of this type; the public labels announce no more",
            "A program that keeps the announced room would lose the next ones. The labels are old.",
            "Check the zone; the groups beyond are read and kept.",
        ),
        _CALLS,
        "C",
    ),
    make(
        "zone.ordre-presume",
        _WARNING,
        (
            "Ordre présumé des groupes",
            "ce groupe est attendu avant le groupe {expected}, d'après des sources indirectes",
            "L'ordre des groupes d'une CPS ou d'une facture est déduit de programmes, non d'une norme.",
            "Vérifier avec la documentation de votre bibliothèque SSV.",
        ),
        (
            "Presumed order of the groups",
            "this group is expected before group {expected}, from indirect sources",
            "The order of the groups of a CPS or of an invoice is inferred from programs, not from a norm.",
            "Check with the documentation of your SSV library.",
        ),
        "[medintuxGP]",
        "C",
    ),
    make(
        "zone.groupe-attendu",
        _WARNING,
        (
            "Groupe attendu absent",
            "le groupe {expected} est attendu dans une telle zone, d'après des sources indirectes",
            "La présence de ce groupe est déduite de programmes, non d'une norme.",
            "Vérifier avec la documentation de votre bibliothèque SSV.",
        ),
        (
            "Expected group missing",
            "group {expected} is expected in such a zone, from indirect sources",
            "The presence of this group is inferred from programs, not from a norm.",
            "Check with the documentation of your SSV library.",
        ),
        "[medintuxGP]",
        "C",
    ),
)

RULES: tuple[Rule, ...] = _BYTES + _GROUPS + FIELDS
