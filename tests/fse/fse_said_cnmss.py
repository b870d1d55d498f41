"""Texts on free care, prevention exams, service accidents. Literal, each read with care."""

from fse_said import Said

MESSAGES = {
    "smg.nature-22": Said(
        "error",
        (("2", "nature_assurance"),),
        (
            "Nature d'assurance 22",
            "22 est une valeur de la base nationale : elle ne s'écrit pas dans une facture",
            "Écrire la nature prévue par la norme que votre éditeur détient.",
        ),
        (
            "Nature of insurance 22",
            "22 is a value of the national database: it is not written in an invoice",
            "Write the nature that the norm held by your vendor gives.",
        ),
    ),
    "smg.triplet": Said(
        "error",
        (("2", "centre"),),
        (
            "Routage SMG",
            "la caisse 835 va avec le régime 08 et le centre 0300",
            "Écrire régime 08, caisse 835, centre 0300.",
        ),
        (
            "SMG routing",
            "caisse 835 goes with régime 08 and centre 0300",
            "Write régime 08, caisse 835, centre 0300.",
        ),
    ),
    "smg.mauvaise-caisse": Said(
        "warning",
        (("4", "qualificatif_depense"),),
        (
            "Signe SMG hors de la caisse 835",
            "cette ligne est dite en rapport avec l'article L.115, mais la facture ne va pas à 08-835-0300",
            (
                "Refaire la facture pour 08-835-0300, ou retirer le signe L ou le supplément si les soins "
                "n'ont pas de rapport avec l'infirmité."
            ),
        ),
        (
            "SMG sign outside caisse 835",
            (
                "this line is said to be in relation with article L.115, but the invoice does not go to "
                "08-835-0300"
            ),
            (
                "Make the invoice again for 08-835-0300, or remove the sign L or the supplement when care "
                "is not related to the infirmity."
            ),
        ),
    ),
    "smg.sans-rattachement": Said(
        "warning",
        (("2", "caisse"),),
        (
            "Facture SMG sans rattachement",
            (
                "la facture va à la caisse 835, mais aucune ligne ne porte le qualificatif L ni un "
                "supplément SMG"
            ),
            "Porter le qualificatif L sur les lignes concernées, et facturer le reste à part.",
        ),
        (
            "SMG invoice without link",
            "the invoice goes to caisse 835, but no line carries the qualifier L or an SMG supplement",
            "Put the qualifier L on the lines concerned, and bill the rest apart.",
        ),
    ),
    "smg.destinataire": Said(
        "warning",
        (("000", "numero_destinataire"),),
        (
            "Destinataire d'un fichier SMG",
            (
                "une facture SMG (caisse 835) est dans un fichier dont le destinataire n'est pas CM "
                "00000008052835"
            ),
            "Constituer un fichier pour CM 00000008052835 avec les seules factures SMG.",
        ),
        (
            "Recipient of an SMG file",
            "an SMG invoice (caisse 835) is in a file whose recipient is not CM 00000008052835",
            "Make a file for CM 00000008052835 with the SMG invoices alone.",
        ),
    ),
    "smg.date": Said(
        "warning",
        (("4", "date_acte"),),
        (
            "SMG avant 2010",
            "les soins sont antérieurs au 2010-01-01",
            "Corriger la date des soins, ou adresser la facture au service compétent à l'époque.",
        ),
        (
            "SMG before 2010",
            "care is before 2010-01-01",
            "Correct the date of care, or send the invoice to the service in charge at that time.",
        ),
    ),
    "smg.exoneration": Said(
        "warning",
        (("2", "justification_exoneration"),),
        (
            "Exonération 5 sur une facture SMG",
            "l'exonération 5 est celle des soins sans rapport avec l'infirmité pensionnée",
            (
                "Adresser la facture à la caisse 756, ou retirer l'exonération si les soins relèvent de "
                "l'article L.115."
            ),
        ),
        (
            "Exemption 5 on an SMG invoice",
            "exemption 5 is that of care unrelated to the pensioned infirmity",
            "Send the invoice to caisse 756, or remove the exemption if care comes under article L.115.",
        ),
    ),
    "smg.exoneration-codee": Said(
        "warning",
        (("2", "justification_exoneration"),),
        (
            "Exonération codée sur une facture SMG",
            "une facture SMG porte une exonération autre que 0",
            (
                "Écrire 0, ou adresser la facture à la caisse ordinaire si les soins ne relèvent pas de "
                "l'article L.115."
            ),
        ),
        (
            "Exemption coded on an SMG invoice",
            "an SMG invoice carries an exemption other than 0",
            "Write 0, or send the invoice to the ordinary caisse if care does not come under article L.115.",
        ),
    ),
    "smg.participation": Said(
        "warning",
        (("5", ""),),
        (
            "Part à la charge du pensionné",
            "une facture SMG en tiers payant laisse une part à la charge de l'assuré",
            (
                "Porter le montant AMO à 100 % de la base, et l'excédent sur une ligne de supplément s'il "
                "est admis."
            ),
        ),
        (
            "Share left to the pensioner",
            "an SMG invoice in third-party payment leaves a share to the insured person",
            "Bring the AMO amount to 100% of the base, and the excess to a supplement line where allowed.",
        ),
    ),
    "smg.melange": Said(
        "warning",
        (("4", "qualificatif_depense"),),
        (
            "Actes L.115 et autres actes mêlés",
            "une partie seulement des lignes porte un signe de rattachement à l'article L.115",
            "Faire deux factures : l'une pour 08-835-0300, l'autre pour la caisse ordinaire.",
        ),
        (
            "L.115 acts mixed with others",
            "only some of the lines carry a sign of relation with article L.115",
            "Make two invoices: one for 08-835-0300, the other for the ordinary caisse.",
        ),
    ),
    "smg.supplement-seul": Said(
        "info",
        (("4", "code_acte"),),
        (
            "Supplément SMG sans ligne de base",
            "la facture ne porte que des lignes de supplément",
            "Vérifier que la ligne au tarif n'a pas été oubliée.",
        ),
        (
            "SMG supplement without base line",
            "the invoice carries supplement lines only",
            "Check that the line at the tariff was not forgotten.",
        ),
    ),
    "smg.etablissement": Said(
        "warning",
        (("2", "caisse"),),
        (
            "SMG d'un établissement",
            "une facture SMG porte des soins externes d'établissement",
            "Adresser une facture papier à la CNMSS.",
        ),
        (
            "SMG of an establishment",
            "an SMG invoice carries outpatient care of an establishment",
            "Send a paper invoice to the CNMSS.",
        ),
    ),
    "ebd.destinataire": Said(
        "error",
        (("2", "destinataire_reglement"),),
        (
            "Destinataire du règlement d'un examen bucco-dentaire",
            "l'examen de prévention est à régler à l'assuré",
            "Écrire le professionnel comme destinataire du règlement.",
        ),
        (
            "Payee of a dental prevention exam",
            "the prevention exam is to be paid to the insured person",
            "Write the professional as payee.",
        ),
    ),
    "ebd.deux-feuilles": Said(
        "error",
        (("4", "code_acte"),),
        (
            "Examen bucco-dentaire et soins sur la même feuille",
            "l'examen de prévention et d'autres soins sont dans la même facture",
            "Faire une facture pour l'examen seul, et une autre pour les soins.",
        ),
        (
            "Dental prevention exam and care on one sheet",
            "the prevention exam and other care are in the same invoice",
            "Make one invoice for the exam alone, and another for the care.",
        ),
    ),
    "apias.caisse-smg": Said(
        "warning",
        (("2", "caisse"),),
        (
            "Accident de service adressé à la caisse SMG",
            "une facture d'accident (nature 41) est adressée à la caisse 835",
            (
                "Choisir entre les deux situations : 756 avec la feuille d'accident, ou 835 au titre de "
                "l'article L.115."
            ),
        ),
        (
            "Service accident sent to the SMG caisse",
            "an accident invoice (nature 41) is sent to caisse 835",
            "Choose between the two: 756 with the accident sheet, or 835 under article L.115.",
        ),
    ),
    "apias.caisse": Said(
        "warning",
        (("2", "caisse"),),
        (
            "Caisse d'un accident de service",
            "cette facture d'accident du régime 08 n'est pas adressée à la caisse 756",
            "Vérifier la caisse sur la feuille d'accident.",
        ),
        (
            "Caisse of a service accident",
            "this accident invoice of régime 08 is not sent to caisse 756",
            "Check the caisse on the accident sheet.",
        ),
    ),
    "apias.sejour-prolonge": Said(
        "info",
        (("3", "date_fin"),),
        (
            "Séjour de plus de 20 jours",
            (
                "le séjour dépasse 20 jours : règle d'une convention abrogée, valable du 2004-01-01 au "
                "2015-05-06"
            ),
            "Vérifier que l'accord de prolongation a été obtenu.",
        ),
        (
            "Stay of more than 20 days",
            "the stay exceeds 20 days: rule of a repealed convention, valid from 2004-01-01 to 2015-05-06",
            "Check that the agreement to the extension was given.",
        ),
    ),
}
