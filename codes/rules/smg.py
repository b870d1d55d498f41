"""Rules on free medical care of military pensioners (soins médicaux gratuits, L.115 now L.212-1)."""

from codes.rules.model import Rule, Severity, make

_WARNING, _ERROR = Severity.WARNING, Severity.ERROR

RULES: tuple[Rule, ...] = (
    make(
        "smg.nature-22",
        _ERROR,
        (
            "Nature d'assurance 22",
            "22 est une valeur de la base nationale : elle ne s'écrit pas dans une facture",
            "Le SNDS note 22 les soins aux invalides de guerre ; la valeur B2 n'est pas publiée.",
            "Écrire la nature prévue par la norme que votre éditeur détient.",
        ),
        (
            "Nature of insurance 22",
            "22 is a value of the national database: it is not written in an invoice",
            "The SNDS notes care of war pensioners as 22; the B2 value is not published.",
            "Write the nature that the norm held by your vendor gives.",
        ),
        "[SNDS] [MB]",
        "B",
        motive="nature_assurance_incompatible",
    ),
    make(
        "smg.triplet",
        _ERROR,
        (
            "Routage SMG",
            "la caisse 835 va avec le régime 08 et le centre 0300",
            "Les soins médicaux gratuits relèvent de 08-835-0300 ; un autre triplet n'arrive pas à la CNMSS.",
            "Écrire régime 08, caisse 835, centre 0300.",
        ),
        (
            "SMG routing",
            "caisse 835 goes with régime 08 and centre 0300",
            "Free medical care belongs to 08-835-0300; another triple does not reach the CNMSS.",
            "Write régime 08, caisse 835, centre 0300.",
        ),
        "[MB] [AL] [CN]",
        "A",
        motive="smg_mauvaise_caisse",
    ),
    make(
        "smg.mauvaise-caisse",
        _WARNING,
        (
            "Signe SMG hors de la caisse 835",
            "cette ligne est dite en rapport avec l'article L.115, mais la facture ne va pas à 08-835-0300",
            "Adressée ailleurs, la facture est payée par la caisse ordinaire, participations et franchises retenues.",
            "Refaire la facture pour 08-835-0300, ou retirer le signe L ou le supplément si les soins n'ont pas de "
            "rapport avec l'infirmité.",
        ),
        (
            "SMG sign outside caisse 835",
            "this line is said to be in relation with article L.115, but the invoice does not go to 08-835-0300",
            "Sent elsewhere, the invoice is paid by the ordinary caisse, with participations and franchises withheld.",
            "Make the invoice again for 08-835-0300, or remove the sign L or the supplement when care is not "
            "related to the infirmity.",
        ),
        "[CN] [NX] [MB]",
        "C",
        motive="smg_mauvaise_caisse",
    ),
    make(
        "smg.sans-rattachement",
        _WARNING,
        (
            "Facture SMG sans rattachement",
            "la facture va à la caisse 835, mais aucune ligne ne porte le qualificatif L ni un supplément SMG",
            "La relation avec l'article L.115 (L.212-1) se dit au moment où la facture est faite.",
            "Porter le qualificatif L sur les lignes concernées, et facturer le reste à part.",
        ),
        (
            "SMG invoice without link",
            "the invoice goes to caisse 835, but no line carries the qualifier L or an SMG supplement",
            "The relation with article L.115 (L.212-1) is stated when the invoice is made.",
            "Put the qualifier L on the lines concerned, and bill the rest apart.",
        ),
        "[S0] [NX] [MB]",
        "C",
        motive="smg_sans_rattachement",
    ),
    make(
        "smg.destinataire",
        _WARNING,
        (
            "Destinataire d'un fichier SMG",
            "une facture SMG (caisse 835) est dans un fichier dont le destinataire n'est pas CM {expected}",
            "Un fichier ne va qu'à un organisme : les factures SMG vont à la CNMSS.",
            "Constituer un fichier pour CM 00000008052835 avec les seules factures SMG.",
        ),
        (
            "Recipient of an SMG file",
            "an SMG invoice (caisse 835) is in a file whose recipient is not CM {expected}",
            "A file goes to one organism only: SMG invoices go to the CNMSS.",
            "Make a file for CM 00000008052835 with the SMG invoices alone.",
        ),
        "[AL]",
        "C",
        motive="smg_mauvaise_caisse",
    ),
)
