"""The hostile files by name, each with what is to become of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Maker = Callable[[str], bytes]
Planter = Callable[[Path], None]
_KINDS = {
    ".pdf": "PDF",
    ".png": "images",
    ".jpg": "images",
    ".tif": "images",
    ".docx": "Office",
    ".xlsx": "Office",
    ".pptx": "Office",
    ".odt": "Office",
    ".webp": "images",
    ".jp2": "images",
    ".docm": "Office",
    ".zip": "Office",
    ".eml": "mail",
    ".msg": "mail",
}


@dataclass(frozen=True)
class Hostile:
    """A file: its path (any bytes) and what is to become of it, and what makes its bytes, or puts it there itself."""

    name: str
    quick: bool
    make: Maker | None = None
    plant: Planter | None = None

    @property
    def outcome(self) -> str:
        return self.name.partition("--")[0]

    @property
    def kind(self) -> str:
        """The row of the table that it belongs to."""
        if self.plant:
            return "no plain files"
        return "names" if "/" in self.name else _KINDS.get(Path(self.name).suffix, "text")


FILES: dict[str, Hostile] = {}


def hostile(*names: str, quick: bool = False) -> Callable[[Maker], Maker]:
    """The function makes the bytes of files with these names. `quick`: in the sample too."""

    def keep(make: Maker) -> Maker:
        FILES.update({name: Hostile(name, quick, make) for name in names})
        return make

    return keep


def planted(name: str, *, quick: bool = False) -> Callable[[Planter], Planter]:
    """The function puts something by this name into the drop, which is no plain file."""

    def keep(plant: Planter) -> Planter:
        FILES[name] = Hostile(name, quick, plant=plant)
        return plant

    return keep
