"""What all tests share: an empty embedded catalogue, made by the migrations once a process and copied after that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.catalogue import Catalogue


@pytest.fixture(autouse=True, scope="session")
def _empty_catalogue_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Thousands of tests begin with one: its dozen migrations took an eighth of the suite's processor time."""
    empty = tmp_path_factory.mktemp("empty") / "catalogue.sqlite"
    Catalogue.sqlite(empty).close()
    as_it_is = Catalogue.sqlite

    def sqlite(path: Path) -> Catalogue:
        if not path.exists() and path.parent.is_dir():
            shutil.copyfile(empty, path)
        return as_it_is(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Catalogue, "sqlite", staticmethod(sqlite))
        yield
