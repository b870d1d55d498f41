"""How the property tests are run: the same examples every time, as many as a push can wait for."""

import os
import signal
import tempfile

from hypothesis import HealthCheck, settings

import fse.checker

#: The fast engine asks its gate from the first invoice on, so that tests of a few invoices test it.
fse.checker.FEW = 0

settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
#: New examples at each run, many of them: HYPOTHESIS_PROFILE=long python -m pytest
settings.register_profile("long", settings.get_profile("ci"), derandomize=False, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

#: Keys and ledgers that programs make go to a folder of the tests, never to that of the user.
_SETTINGS = tempfile.TemporaryDirectory(prefix="noemie-tests-")
os.environ["XDG_CONFIG_HOME"] = _SETTINGS.name
os.environ["XDG_DATA_HOME"] = f"{_SETTINGS.name}/data"

# The language of who runs the suite changes nothing.
for _name in ("NOEMIE_LANG", "LC_ALL", "LC_MESSAGES"):
    os.environ.pop(_name, None)
os.environ["LANG"] = "C.UTF-8"

# A shell that runs the suite in the background has it ignore the keyboard, and so every process it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
