"""Settings of Sphinx, for both languages; `tools.site.build` gives the language and the folder."""

from importlib import metadata

project = "sesam-noemie"
author = "The sesam-noemie developers"
version = release = metadata.version("sesam-noemie")
root_doc = "index"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
html_theme = "furo"
html_title = project
html_use_index = False
html_domain_indices = False
html_copy_source = False
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["noemie.css"]
templates_path: list[str] = []
# Headings of the pages, as GitHub makes their anchors.
myst_heading_anchors = 4
myst_links_external_new_tab = False
# Docstrings of this project write code between single backquotes.
default_role = "code"
autodoc_typehints = "signature"
autodoc_member_order = "groupwise"
autodoc_class_signature = "separated"
python_use_unqualified_type_names = True
# Fragments of files, and languages, that no highlighter knows.
suppress_warnings = ["misc.highlighting_failure"]
