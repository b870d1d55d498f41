"""Imports have no circle, those inside functions included; what only types need does not count."""

from graphlib import CycleError, TopologicalSorter

import grimp

PACKAGES = ("flatfile", "codes", "fse", "noemie", "fixtures", "cli")


def test_no_circle_of_imports():
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    needs = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(needs) > 300
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        raise AssertionError(" <- ".join(error.args[1])) from None
