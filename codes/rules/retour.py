"""Rules on NOEMIE returns: their frame, their levels, their counters and totals.

A return comes from a payer: nobody can correct it on the spot. The instructions say what to ask for, and what
to look at before a payment or a reject is booked. Mismatches of counters and totals are warnings: the levels of
the PS references are not public.
"""

from codes.rules.model import Rule, Severity, make

_INFO, _WARNING, _ERROR = Severity.INFO, Severity.WARNING, Severity.ERROR

RULES: tuple[Rule, ...] = (
    make(
        "retour.inconnu",
        _ERROR,
        (
            "Retour NOEMIE non reconnu",
            "ce fichier n'est pas un retour NOEMIE (aspect : {lookalike})",
            "Un retour commence par l'entité 000 (précédée de sa longueur ou non) ; ses entités finissent par @.",
            "Donner le retour lui-même, ou le mail ou l'archive qui le porte : déchiffré, non converti. Un fichier B2 se lit "
            "avec « noemie check ».",
        ),
        (
            "NOEMIE return not recognised",
            "this file is not a NOEMIE return (looks like: {lookalike})",
            "A return starts with entity 000 (after its length or not); its entities end with @.",
            "Give the return itself, or the mail or the archive that carries it: decrypted, not converted. A B2 file "
            "is read with `noemie check`.",
        ),
        "[sesamviewer] [alcide] [coog]",
        "A",
        unreadable=True,
    ),
    make(
        "retour.debut-absent",
        _ERROR,
        (
            "Entité 000 absente",
            "le retour ne commence pas par l'entité 000",
            "Sans elle, ni l'émetteur ni la référence du retour ne sont connus : le sens des rejets en dépend.",
            "Demander de nouveau le fichier entier ; ne rien comptabiliser à partir de celui-ci.",
        ),
        (
            "Entity 000 missing",
            "the return does not start with entity 000",
            "Without it, neither the sender nor the reference of the return is known: what rejects mean depends on it.",
            "Ask for the whole file again; book nothing from this one.",
        ),
        "[alcide] [coog]",
        "A",
    ),
    make(
        "retour.debut-double",
        _WARNING,
        (
            "Entité 000 répétée",
            "cette entité 000 en suit une autre, sans rien entre elles",
            "Un fichier peut contenir plusieurs retours, chacun de l'entité 000 à l'entité 999 ; un retour n'a "
            "qu'une entité 000.",
            "Vérifier auprès de qui a transmis le fichier qu'aucun retour n'a été perdu entre les deux.",
        ),
        (
            "Entity 000 repeated",
            "this entity 000 follows another one, with nothing between them",
            "A file may hold several returns, each from entity 000 to entity 999; a return has one entity 000.",
            "Check with whoever passed the file on that no return was lost between the two.",
        ),
        "[alcide] [coog] [arthus]",
        "B",
    ),
    make(
        "retour.coupures",
        _WARNING,
        (
            "Fins de ligne ajoutées",
            "des fins de ligne coupent les entités ; le retour est lu sans elles",
            "Un courrier ou une copie en mode texte a replié le fichier ; rien n'y manque.",
            "Recevoir les retours en mode binaire ; celui-ci peut être utilisé.",
        ),
        (
            "Line ends added",
            "line ends cut the entities; the return is read without them",
            "A mail, or a copy in text mode, wrapped the file; nothing is missing.",
            "Receive returns in binary mode; this one can be used.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "retour.jour-douteux",
        _INFO,
        (
            "Jour dont l'ordre est douteux",
            "ce jour, lu {expected}, n'existe pas ou est loin du paiement ; lu AAMMJJ, il est possible",
            "Les entités écrivent le jour d'abord ; un organisme complémentaire peut recopier d'un flux B2 un jour "
            "qui commence par l'année.",
            "Rapprocher par le numéro de la facture et du lot, sans se fier à ce jour.",
        ),
        (
            "Day whose order is doubtful",
            "this day, read {expected}, does not exist or is far from the payment; read AAMMJJ, it is possible",
            "Entities write the day first; a complementary insurer may copy from a B2 flow a day that begins with "
            "the year.",
            "Match by the numbers of the invoice and of the batch, without relying on this day.",
        ),
        "[arthus]",
        "C",
    ),
    make(
        "retour.fin-absente",
        _ERROR,
        (
            "Entité 999 absente",
            "le retour ne se termine pas par l'entité 999",
            "La fin du fichier manque : des paiements ou des rejets peuvent être perdus.",
            "Demander de nouveau le fichier entier avant de rapprocher les paiements.",
        ),
        (
            "Entity 999 missing",
            "the return does not end with entity 999",
            "The end of the file is missing: payments or rejects may be lost.",
            "Ask for the whole file again before payments are matched.",
        ),
        "[alcide] [coog]",
        "A",
    ),
    make(
        "retour.apres-fin",
        _WARNING,
        (
            "Données après l'entité 999",
            "des données suivent l'entité 999, qui doit être la dernière",
            "Elles ne sont comprises dans aucun compteur : ce sont des restes, ou un fichier mal assemblé.",
            "Vérifier l'origine de ces données auprès de qui a transmis le fichier.",
        ),
        (
            "Data after entity 999",
            "data follow entity 999, which must be the last",
            "No counter covers them: they are left-overs, or the file was badly put together.",
            "Ask whoever passed the file on where these data come from.",
        ),
        "[alcide] [coog]",
        "A",
    ),
    make(
        "retour.tronque",
        _ERROR,
        (
            "Entité coupée",
            "cette entité est incomplète ; {expected} octets attendus",
            "Les zones coupées ne sont pas lues : un montant ou un code de rejet peut manquer.",
            "Demander de nouveau le fichier entier, transféré en mode binaire.",
        ),
        (
            "Entity cut short",
            "this entity is not complete; {expected} bytes expected",
            "The fields that were cut are not read: an amount or a reject code may be missing.",
            "Ask for the whole file again, transferred in binary mode.",
        ),
        "[alcide] [coog]",
        "A",
    ),
    make(
        "retour.enveloppe-courte",
        _INFO,
        (
            "Blancs finaux absents",
            "les blancs à la fin de cette entité manquent ; {expected} octets attendus",
            "Un éditeur ou un transfert en mode texte a retiré les espaces de fin ; toutes les zones utiles sont là.",
            "Transférer les retours en mode binaire et ne pas les ouvrir dans un éditeur de texte.",
        ),
        (
            "Final blanks missing",
            "the blanks at the end of this entity are missing; {expected} bytes expected",
            "An editor or a transfer in text mode removed the final spaces; every useful field is there.",
            "Transfer returns in binary mode, and do not open them in a text editor.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "retour.delimiteur",
        _ERROR,
        (
            "Marque de fin d'entité",
            "cette entité ne se termine pas par @ à sa place ; {expected} octets attendus",
            "Des octets ont été perdus, ajoutés ou changés : les zones de cette entité peuvent être fausses.",
            "Demander de nouveau le fichier, transféré en mode binaire ; ne pas se fier à cette entité.",
        ),
        (
            "End-of-entity mark",
            "this entity does not end with @ where it should; {expected} bytes expected",
            "Bytes were lost, added or changed: the fields of this entity may be wrong.",
            "Ask for the file again, transferred in binary mode; do not rely on this entity.",
        ),
        "[alcide] [coog]",
        "A",
    ),
    make(
        "retour.entite-inconnue",
        _WARNING,
        (
            "Entité non décrite",
            "cette entité n'est pas décrite par nos sources ; elle est conservée telle quelle",
            "Son contenu n'est pas lu : un paiement ou un rejet peut s'y trouver (212 et 216 ressemblent à 210).",
            "Lire l'entité avec la documentation de l'émetteur, ou décrire ses zones dans entities.csv (--layouts).",
        ),
        (
            "Entity not described",
            "our sources do not describe this entity; it is kept as it is",
            "What it holds is not read: a payment or a reject may be there (212 and 216 look like 210).",
            "Read the entity with the documentation of its sender, or describe its fields in entities.csv (--layouts).",
        ),
        "[episodus]",
        "B",
    ),
    make(
        "retour.octets-parasites",
        _WARNING,
        (
            "Octets hors entité",
            "ces octets n'appartiennent à aucune entité ; la lecture reprend après le @ suivant",
            "Le fichier a été abîmé à cet endroit : une entité peut avoir disparu.",
            "Demander de nouveau le fichier, transféré en mode binaire.",
        ),
        (
            "Bytes outside entities",
            "these bytes belong to no entity; reading resumes after the next @",
            "The file was damaged there: an entity may have disappeared.",
            "Ask for the file again, transferred in binary mode.",
        ),
        "toolkit",
        "A",
    ),
    make(
        "retour.octets-blancs",
        _INFO,
        (
            "Remplissage entre les entités",
            "des espaces ou des octets NUL se trouvent hors des entités",
            "C'est du remplissage laissé par un transport ; aucune donnée n'est en cause.",
            "Rien à faire.",
        ),
        (
            "Filling between entities",
            "spaces or NUL bytes stand outside the entities",
            "It is filling left by a transport; no data are concerned.",
            "Nothing to do.",
        ),
        "[coog]",
        "C",
    ),
    make(
        "retour.octets-nuls",
        _INFO,
        (
            "Octets NUL dans un texte",
            "des octets NUL complètent cette zone à la place d'espaces",
            "L'habitude a été observée à la fin de libellés ; ils sont retirés à l'affichage et conservés à l'écriture.",
            "Rien à faire.",
        ),
        (
            "NUL bytes in a text",
            "NUL bytes fill this field instead of spaces",
            "The habit was seen at the end of labels; they are removed when shown and kept when written.",
            "Nothing to do.",
        ),
        "[coog]",
        "A",
    ),
    make(
        "retour.signe-blanc",
        _WARNING,
        (
            "Montant sans signe",
            "ce montant n'est pas nul et son signe est à blanc ; il est lu comme positif",
            "Un espace n'a été vu que sur un total nul : un paiement et une reprise se confondent.",
            "Vérifier le montant sur le relevé bancaire ou le décompte avant de le comptabiliser.",
        ),
        (
            "Amount without a sign",
            "this amount is not zero and its sign is blank; it is read as positive",
            "A space was seen on a zero total only: a payment and a recovery look alike.",
            "Verify the amount on the bank statement or the settlement before it is booked.",
        ),
        "[coog] [sesamviewer]",
        "B",
    ),
    make(
        "retour.etat-montant",
        _WARNING,
        (
            "Part non payée avec un montant payé",
            "cette part est rejetée, différée ou non traitée, et porte pourtant un montant payé",
            "L'état et le montant se contredisent.",
            "Se fier au relevé bancaire ; interroger le payeur avant de renvoyer la facture.",
        ),
        (
            "Unpaid part with an amount paid",
            "this part is rejected, deferred or not processed, and yet bears an amount paid",
            "The state and the amount contradict each other.",
            "Rely on the bank statement; ask the payer before the invoice is sent again.",
        ),
        "[sesamviewer] [jfse]",
        "B",
    ),
    make(
        "retour.cloture-absente",
        _WARNING,
        (
            "Niveau non clos",
            "le niveau {expected} ouvert par cette entité n'est clos par aucune entité 990",
            "Ses compteurs ne peuvent pas être vérifiés : une partie du retour peut manquer.",
            "Vérifier que le fichier est entier ; sinon le demander de nouveau.",
        ),
        (
            "Level not closed",
            "level {expected}, opened by this entity, is closed by no entity 990",
            "Its counters cannot be verified: a piece of the return may be missing.",
            "Make sure that the file is whole; ask for it again otherwise.",
        ),
        "[alcide] [coog]",
        "B",
    ),
    make(
        "retour.cloture-orpheline",
        _WARNING,
        (
            "Clôture sans ouverture",
            "cette entité 990 clôt le niveau {expected}, qui n'est pas ouvert",
            "L'entité qui ouvre ce niveau manque, ou porte un autre niveau.",
            "Vérifier que le fichier est entier ; sinon le demander de nouveau.",
        ),
        (
            "Closing without an opening",
            "this entity 990 closes level {expected}, which is not open",
            "The entity that opens this level is missing, or has another level.",
            "Make sure that the file is whole; ask for it again otherwise.",
        ),
        "[alcide] [coog]",
        "B",
    ),
    make(
        "retour.niveau-saute",
        _INFO,
        (
            "Niveau sauté",
            "cette entité ouvre un niveau plus profond que le suivant ({expected} au plus attendu)",
            "Les niveaux des références PS ne sont pas publics : le saut peut être normal, ou une entité manquer.",
            "Rien à faire si tous les retours de cet émetteur ont la même forme.",
        ),
        (
            "Level jumped over",
            "this entity opens a deeper level than the next one ({expected} at most expected)",
            "The levels of the PS references are not public: the jump may be normal, or an entity may be missing.",
            "Nothing to do when all returns of this sender have the same shape.",
        ),
        "[alcide] [episodus]",
        "C",
    ),
    make(
        "retour.compteur",
        _WARNING,
        (
            "Compteur de niveau",
            "ce compteur ne correspond pas au contenu du niveau clos ({expected} éléments)",
            "Une entité manque ou est en double. La règle n'est prouvée que sur le flux 929.",
            "Comparer au décompte de l'émetteur ; si tous ses retours diffèrent de même, l'ignorer.",
        ),
        (
            "Level counter",
            "this counter does not match what the closed level holds ({expected} elements)",
            "An entity is missing or present twice. The rule is proven on flow 929 only.",
            "Compare with the settlement of the sender; ignore it when all its returns differ alike.",
        ),
        "[coog]",
        "B",
    ),
    make(
        "retour.total",
        _WARNING,
        (
            "Total de niveau",
            "ce total ne correspond pas aux montants du niveau clos ({expected} centimes)",
            "La somme des parts payées doit se retrouver dans les totaux des niveaux.",
            "Rapprocher ce niveau du relevé bancaire avant de le comptabiliser.",
        ),
        (
            "Level total",
            "this total does not match the amounts of the closed level ({expected} cents)",
            "The sum of the paid parts must be found again in the totals of the levels.",
            "Match this level with the bank statement before it is booked.",
        ),
        "[sesamviewer] [alcide]",
        "C",
    ),
    make(
        "retour.total-fichier",
        _WARNING,
        (
            "Total du fichier",
            "le total de l'entité 999 ne correspond pas aux montants du retour ({expected} centimes)",
            "La somme des parts payées doit se retrouver dans le total du fichier.",
            "Rapprocher chaque virement du relevé bancaire avant de le comptabiliser.",
        ),
        (
            "Total of the file",
            "the total of entity 999 does not match the amounts of the return ({expected} cents)",
            "The sum of the paid parts must be found again in the total of the file.",
            "Match each transfer with the bank statement before it is booked.",
        ),
        "[sesamviewer] [alcide]",
        "C",
    ),
    make(
        "retour.nombre-enregistrements",
        _WARNING,
        (
            "Nombre d'enregistrements physiques",
            "l'entité 999 n'annonce pas le nombre d'enregistrements physiques du fichier ({expected})",
            "Un enregistrement physique peut avoir été perdu, ou le fichier remis en forme par un intermédiaire.",
            "Vérifier que le fichier est entier : totaux et compteurs des niveaux.",
        ),
        (
            "Number of physical records",
            "entity 999 does not announce the number of physical records of the file ({expected})",
            "A physical record may have been lost, or the file framed anew by an intermediary.",
            "Make sure that the file is whole: totals and counters of the levels.",
        ),
        "[coog]",
        "C",
    ),
    make(
        "retour.nombre-lots",
        _INFO,
        (
            "Nombre de lots",
            "le nombre de lots de l'entité 999 n'est pas celui que nous comptons ({expected})",
            "Ce que compte cette zone n'est pas publié ; 001 a été vu pour un seul organisme.",
            "Rien à faire si les totaux sont justes.",
        ),
        (
            "Number of batches",
            "the number of batches in entity 999 is not the one we count ({expected})",
            "What this field counts is not published; 001 was seen for a single insurer.",
            "Nothing to do when the totals are right.",
        ),
        "[coog]",
        "C",
    ),
    make(
        "retour.identite",
        _WARNING,
        (
            "Identité de 000 et de 999",
            "cette zone de l'entité 999 diffère de la même zone de l'entité 000",
            "Le début et la fin peuvent venir de deux fichiers.",
            "Demander de nouveau le fichier, ou vérifier qu'il n'a pas été assemblé à la main.",
        ),
        (
            "Identity of 000 and 999",
            "this field of entity 999 differs from the same field of entity 000",
            "The start and the end may come from two files.",
            "Ask for the file again, or make sure that it was not put together by hand.",
        ),
        "[alcide] [coog]",
        "B",
    ),
)
