"""No original value of a personal field is left. The search is not the one of the toolkit: values are taken
from the tables here, and looked for as substrings of the whole copy."""

import pytest
from mask_samples import masked, scenario

import fse
import noemie
from fixtures.generate import PROFILES
from flatfile.kinds import DATE_DECODERS

#: Numbers with fewer digits stand by chance among amounts and days: they are compared in their own place.
LONG = 8


def values_of(records):
    """The values of the personal fields: texts of 4 characters, numbers of 8 digits, or more."""
    found = set()
    for record in records:
        for field in record.layout.fields:
            value = record.raw[field.slice].strip(b" \0")
            says = len(set(value)) > 1 and len(value) >= (LONG if value.isdigit() else 4)
            if field.personal and says and len(value.lstrip(b"0")) >= 4:
                found.add(value)
    return found


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_no_value_is_left_anywhere(profile):
    flows, returns, _ = scenario(profile, invoices=12)
    for read, files in ((fse.read_flux, flows), (noemie.read_retour, returns)):
        for data in files:
            found = read(data)
            values = values_of(found.records if hasattr(found, "records") else found.entites)
            assert len(values) > 3
            copy = masked(data)
            assert [value for value in values if value in copy] == []


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_no_short_value_stays_in_its_place(profile):
    for data in scenario(profile, invoices=12)[0]:
        one, other = fse.read_flux(data), fse.read_flux(masked(data))
        seen = 0
        for before, after in zip(one.records, other.records, strict=True):
            for field in before.layout.fields:
                value = before.raw[field.slice].strip(b" \0")
                if field.personal and len(value) >= 4 and len(set(value)) > 1:
                    seen += 1
                    assert after.raw[field.slice].strip(b" \0") != value, field.name
        assert seen > 10


def test_births_are_still_dates():
    for data in scenario(invoices=12)[0]:
        for before, after in zip(
            fse.read_flux(data).factures, fse.read_flux(masked(data)).factures, strict=True
        ):
            days = [DATE_DECODERS["AAMMJJ"](f.date_naissance.encode()) for f in (before, after)]
            # Some births have no calendar day: they have none either.
            assert (days[0] is None) == (days[1] is None)
            assert before.date_naissance != after.date_naissance
