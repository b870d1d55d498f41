"""`noemie codes`: the reference data, shipped and of the site.

`noemie codes nature_assurance 13` is `noemie codes list nature_assurance 13`. The others check the files of a
site (`validate`), make tables of the site from public nomenclatures (`import`), and write the whole catalogue
as one page or one file (`export`).
"""

from __future__ import annotations

from typing import Final

#: Verbs of the family: where each is, its one-line help.
VERBS: Final[dict[str, tuple[str, str]]] = {
    "list": ("cli.verbs.codes_list:list_", "The code lists, with their sources; meant when none is named."),
    "validate": ("cli.verbs.codes_validate:validate", "Check the files of a site: rejects and code lists."),
    "import": ("cli.verbs.codes_import:import_", "Make code lists of the site from public nomenclatures."),
    "export": ("cli.verbs.codes_export:export", "Write the whole catalogue: html, json or csv."),
}

DEFAULT: Final = "list"
