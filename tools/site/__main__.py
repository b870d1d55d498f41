"""`python -m tools.site`: build the documentation site."""

import sys

from tools.site.build import main

sys.exit(main(sys.argv[1:]))
