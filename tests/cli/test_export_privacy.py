"""No format of report holds a personal value, whatever the damage; the baseline neither."""

import pytest
from cli_runner import run
from cli_samples import DAMAGE, flow, leaks, mouvements, retour

FORMATS = ("sarif", "junit", "github", "csv", "html", "json")


@pytest.fixture(params=["whole", *DAMAGE])
def damage(request):
    return DAMAGE.get(request.param, lambda data: data)


@pytest.mark.parametrize("make", [flow, retour, mouvements], ids=["flow", "return", "rights"])
def test_reports(tmp_path, damage, make):
    path = tmp_path / "file.b2"
    path.write_bytes(damage(make()))
    for format in FORMATS:
        result = run("check", path, "--format", format, "--verbose", "--show-context", "--max-findings", "0")
        assert leaks(result.out) == []
        assert leaks(result.err) == []
        assert "Traceback" not in result.err
        assert result.status in (0, 1, 2), result.err


def test_baselines(tmp_path, damage):
    path, baseline = tmp_path / "file.b2", tmp_path / "baseline.json"
    path.write_bytes(damage(flow()))
    result = run("check", path, "--write-baseline", baseline)
    assert result.status in (0, 2)
    assert leaks(baseline.read_text() + result.out + result.err) == []
    text = run("check", path, "--baseline", baseline, "--stale", "--show-context")
    assert leaks(text.out + text.err) == []
