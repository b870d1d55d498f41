"""Rules on tables of payments or of ARLs that people keep: CSV, xlsx, read by declared columns."""

from codes.rules.model import Rule, Severity, make

_WARNING, _ERROR = Severity.WARNING, Severity.ERROR

RULES: tuple[Rule, ...] = (
    make(
        "tableau.illisible",
        _ERROR,
        (
            "Tableau illisible",
            "ce n'est ni un CSV ni un classeur xlsx lisible",
            "Un tableau lu en partie donnerait des totaux faux.",
            "Enregistrer de nouveau le tableau depuis le tableur, en CSV ou en xlsx, sans mot de passe.",
        ),
        (
            "Table that cannot be read",
            "this is neither a CSV nor an xlsx workbook that can be read",
            "A table read in part would give wrong totals.",
            "Save the table again from the spreadsheet, as CSV or xlsx, without a password.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "tableau.feuille",
        _ERROR,
        (
            "Feuille absente du classeur",
            "le classeur n'a pas la feuille que nomme la clé feuille",
            "Une autre feuille dirait autre chose.",
            "Corriger la clé feuille, ou la retirer pour lire la première.",
        ),
        (
            "Sheet absent from the workbook",
            "the workbook does not have the sheet that the key feuille names",
            "Another sheet would say something else.",
            "Correct the key feuille, or remove it to read the first one.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "tableau.entete",
        _ERROR,
        (
            "Colonnes absentes du tableau",
            "aucune ligne d'en-tête ne porte toutes les colonnes déclarées ; il manque : {expected}",
            "Une colonne prise pour une autre ferait dire au tableau ce qu'il ne dit pas.",
            "Corriger les noms dans le fichier de colonnes : ils sont ceux de la première ligne du tableau.",
        ),
        (
            "Columns absent from the table",
            "no row of headings has all the declared columns; missing: {expected}",
            "A column taken for another would make the table say what it does not.",
            "Correct the names in the file of columns: they are those of the first row of the table.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "tableau.colonnes",
        _ERROR,
        (
            "Tableau sans colonnes déclarées",
            "un tableau ne se lit qu'avec --columns FICHIER.toml, qui dit ce qu'est chaque colonne",
            "Un en-tête ne suffit pas : rien n'est pris sans être déclaré.",
            "Écrire le fichier de colonnes (une proposition suit quand les en-têtes la permettent, à vérifier), puis "
            "--columns ce-fichier.toml.",
        ),
        (
            "Table without declared columns",
            "a table is only read with --columns FILE.toml, which says what each column is",
            "A heading is not enough: nothing is taken without being declared.",
            "Write the file of columns (a proposal follows when the headings allow one, to be checked), then "
            "--columns that-file.toml.",
        ),
        "toolkit",
        "A",
        unreadable=True,
    ),
    make(
        "tableau.valeur",
        _WARNING,
        (
            "Ligne d'un tableau",
            "cette valeur n'a pas la forme attendue ({expected}) : la ligne est laissée de côté",
            "Un montant ou un jour mal lu ferait croire payé ce qui ne l'est pas.",
            "Corriger la ligne, ou les mots déclarés sous [etats] et [parts], puis importer de nouveau.",
        ),
        (
            "Row of a table",
            "this value has not the form that is expected ({expected}): the row is left out",
            "An amount or a day read wrong would tell as paid what is not.",
            "Correct the row, or the words declared under [etats] and [parts], then import again.",
        ),
        "toolkit",
        "A",
    ),
)
