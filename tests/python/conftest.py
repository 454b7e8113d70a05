"""Inputs of the tests. Without the built module every test is skipped, and says why."""

import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHOP = ROOT / "examples/shop"

try:
    import whomay
except ImportError as error:
    print(f"SKIPPED: the module whomay is not built ({error}); -DWHOMAY_BUILD_PYTHON=ON, and "
          "PYTHONPATH=<build>/python")
    collect_ignore_glob = ["test_*.py"]
else:

    @pytest.fixture(scope="session")
    def plan():
        """The bundled example's pull request: two worlds."""
        return whomay.load(SHOP / "change/plan.json", SHOP / "manifests")
