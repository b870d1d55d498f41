"""`noemie rights`: what is known of patients' rights, and what a consultation of rights answers.

The register is a SQLite file, or a PostgreSQL database, filled from Vitale cards and CSV; the first import
makes it. `noemie check FLUX --rights DB` predicts rejects from it. Identities are kept as tokens unless told
otherwise: a NIR is asked for, never shown. Give it by standard input (`--nir -`): no history keeps it.
"""

from __future__ import annotations

from typing import Final

VERBS: Final[dict[str, tuple[str, str]]] = {
    "import": (
        "cli.verbs.rights_import:import_",
        "Put cards (SSV zones) and CSV in; the same again changes nothing.",
    ),
    "show": ("cli.verbs.rights_show:show", "Rights of an insured person and their dependants, by NIR."),
    "find": ("cli.verbs.rights_show:find", "Rights of somebody by name and birth date."),
    "list": ("cli.verbs.rights_list:list_", "Everybody, by reference, with what is open on a day."),
    "stats": ("cli.verbs.rights_list:stats", "How many people and facts, how old, what is open on a day."),
    "export": ("cli.verbs.rights_list:export", "Every fact as CSV, which `import` reads again."),
    "purge": ("cli.verbs.rights_purge:purge", "Remove old facts, or somebody: a trial first."),
}

DEFAULT: Final = ""
