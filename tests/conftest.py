"""What all tests share: an empty embedded catalogue, made by the migrations once a process and copied after that."""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from archive.catalogue import Catalogue
from search_api.people import passwords

_ORDER = {
    name: place
    for place, name in enumerate(("fuzz", "faults", "hostile", "browser", "integration", "rights", "contracts", "unit"))
}
_AS_THEY_ARE = (passwords._HASHER, passwords.NOBODYS)


def pytest_collection() -> None:
    """What is collected stays to the end: a fifth of the time went into looking for what could go."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on as ever, but for what is there by now."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a test with `each(n)` all cases but each n-th are `long`: they differ by little and each takes seconds."""
    seen: Counter[str] = Counter()
    for item in items:
        marker = item.get_closest_marker("each")
        if marker is not None:
            name = item.nodeid.partition("[")[0]
            if seen[name] % marker.args[0]:
                item.add_marker(pytest.mark.long)
            seen[name] += 1
    # Of what is tried in a browser with script and without, every second one without.
    without = [item for item in items if _params(item).get("context") is False]
    for item in without[1::2]:
        item.add_marker(pytest.mark.long)
    # Long files first, so that no process is left alone with one at the end.
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    place = _ORDER.get(_folder(item), len(_ORDER))
    # Of the units those that read pages take seconds each, and the others next to nothing.
    return place, _ORDER.get("unit") == place and item.path.parent.name not in ("reading", "intake")


def _params(item: pytest.Item) -> dict[str, object]:
    case = getattr(item, "callspec", None)
    return case.params if case else {}


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


@pytest.fixture(autouse=True, scope="session")
def _passwords_kept_cheaply() -> Iterator[None]:
    """Thousands sign in; 64 MiB three times over for each would be a seventh of the time. Services run as they are."""
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", cheap)
        patch.setattr(passwords, "NOBODYS", cheap.hash("a password that nobody has kept"))
        yield


@pytest.fixture(scope="module")
def passwords_as_they_are() -> Iterator[None]:
    """With the parameters of a service."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", _AS_THEY_ARE[0])
        patch.setattr(passwords, "NOBODYS", _AS_THEY_ARE[1])
        yield


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
