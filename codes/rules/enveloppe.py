"""Rules on what carries files: mails, mailboxes, archives. They look at nothing inside those files."""

from codes.rules.model import Rule, Severity, make

_ERROR = Severity.ERROR

RULES: tuple[Rule, ...] = (
    make(
        "enveloppe.chiffree",
        _ERROR,
        (
            "Contenu chiffré",
            "ce contenu est chiffré ({lookalike}) : rien n'en peut être lu",
            "Une enveloppe S/MIME ou PGP ne s'ouvre qu'avec la clé privée du destinataire, une archive qu'avec son mot de passe.",
            "Ouvrir ce fichier dans le logiciel qui a la clé ou le mot de passe, puis donner ce qu'il contenait.",
        ),
        (
            "Encrypted contents",
            "these contents are encrypted ({lookalike}): nothing of them can be read",
            "An S/MIME or PGP envelope opens only with the private key of its recipient, an archive with its password.",
            "Open it in the program that has the key or the password, then give the file it held.",
        ),
        "[AL]",
        "A",
        unreadable=True,
    ),
    make(
        "enveloppe.sans-fichier",
        _ERROR,
        (
            "Rien à lire dans cette enveloppe",
            "ce fichier ({lookalike}) a été ouvert, et rien de ce qui est demandé ne s'y trouve",
            "Un mail, une boîte ou une archive sert à porter des flux, des retours ou des accusés : celui-ci n'en porte pas.",
            "Vérifier que c'est bien celui-là, et la commande : « noemie check » lit les flux et les retours, « noemie decode » les retours.",
        ),
        (
            "Nothing to read in this envelope",
            "this file ({lookalike}) was opened, and nothing of what is asked for is in it",
            "A mail, a mailbox or an archive is there to carry flows, returns or acknowledgements: this one carries none.",
            "Check that it is the right one, and the command: `noemie check` reads flows and returns, `noemie decode` returns.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "enveloppe.abimee",
        _ERROR,
        (
            "Archive ou mail endommagé",
            "ce contenu est coupé, endommagé, ou compressé d'une façon que la commande ne lit pas",
            "Un flux lu en partie donnerait des totaux faux.",
            "Transférer de nouveau l'archive, en mode binaire ; sinon l'ouvrir, et donner les fichiers qu'elle porte.",
        ),
        (
            "Damaged archive or mail",
            "these contents are cut, damaged, or compressed in a way that the command does not read",
            "A flow read in part would give wrong totals.",
            "Transfer the archive again, in binary mode; else open it, and give the files it carries.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "enveloppe.profonde",
        _ERROR,
        (
            "Trop d'enveloppes l'une dans l'autre",
            "plus de {expected} archives ou mails sont l'un dans l'autre : celui-ci n'est pas ouvert",
            "Cette limite protège la machine d'un fichier qui s'ouvrirait sans fin.",
            "Ouvrir les premières, puis donner ce qu'elles portent.",
        ),
        (
            "Too many envelopes one within another",
            "more than {expected} archives or mails stand one within another: this one is not opened",
            "This limit protects the machine from a file that would unfold without end.",
            "Open the first ones, then give what they carry.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "enveloppe.plusieurs",
        _ERROR,
        (
            "Plusieurs fichiers dans cette enveloppe",
            "ce mail ou cette archive porte {expected} fichiers ; il en faut un seul ici",
            "Cette commande compare ou convertit un fichier à la fois.",
            "Extraire le fichier voulu, puis donner celui-là.",
        ),
        (
            "Several files in this envelope",
            "this mail or archive carries {expected} files; one is wanted here",
            "This command compares or converts one file at a time.",
            "Extract the file that is wanted, then give that one.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "enveloppe.nombre-factures",
        Severity.INFO,  # the flow itself is right
        (
            "Sujet du mail et nombre de factures",
            "le sujet du mail n'annonce pas le nombre de factures du flux joint (annoncé / lu : {expected})",
            "Le sujet d'un envoi finit par le nombre de ses enregistrements de type 5 : le flux joint n'est peut-être pas le bon, ou n'est pas entier.",
            "Vérifier la pièce jointe, puis refaire le mail avec le nombre de factures du flux.",
        ),
        (
            "Subject of the mail and number of invoices",
            "the subject of the mail does not tell the number of invoices of the flow it carries (told / read: {expected})",
            "The subject of a sending ends with the number of its records of type 5: the flow may be another one, or not whole.",
            "Check the attachment, then make the mail again with the number of invoices of the flow.",
        ),
        "[AL]",
        "B",
    ),
)
