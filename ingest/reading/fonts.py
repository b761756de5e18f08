"""In which font the runs of a DOCX stand (ECMA-376-1, 17.3.2.26 and 17.7.2), and their text in Unicode.

Text that was typed in TCVN3 or VNI is told by its font, and that is mostly named in a style.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ingest.reading.legacy import repairs

SetText = Callable[[str, str], str]
"""Font and text to the text that is kept."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_ANCESTORS = 20  # styles that are based on each other, maybe in a ring
_SAMPLE = 200_000


class RunFonts:
    """The fonts of the runs of one document. `styles`: its w:styles element, or None."""

    def __init__(self, styles: Any) -> None:
        self._styles = (
            {style.get(f"{_W}styleId"): style for style in styles.iter(f"{_W}style")} if styles is not None else {}
        )
        self._default = "" if styles is None else _named(styles.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr"))
        self._plain = next((key for key, style in self._styles.items() if _is_plain(style)), None)
        self._by_style: dict[str | None, str] = {}

    def of(self, piece: Any) -> str:
        """The name of the font of a w:t, w:tab or w:br, empty if nothing names one."""
        run = piece.getparent()
        properties = run.find(f"{_W}rPr")
        if font := _named(properties):
            return font
        if properties is not None and (font := self._of_style(_value(properties, "rStyle"))):
            return font
        paragraph = next(run.iterancestors(f"{_W}p"), None)
        style = None if paragraph is None else _value(paragraph.find(f"{_W}pPr"), "pStyle")
        return self._of_style(style or self._plain) or self._default

    def _of_style(self, name: str | None) -> str:
        if name not in self._by_style:
            self._by_style[name] = next(filter(None, map(_font_of_style, self._lineage(name))), "")
        return self._by_style[name]

    def _lineage(self, name: str | None) -> Iterator[Any]:
        for _ in range(_MOST_ANCESTORS):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = _value(style, "basedOn")


def _font_of_style(style: Any) -> str:
    return _named(style.find(f"{_W}rPr"))


def _named(properties: Any) -> str:
    """The font of letters beyond ASCII."""
    fonts = None if properties is None else properties.find(f"{_W}rFonts")
    return "" if fonts is None else fonts.get(f"{_W}hAnsi") or fonts.get(f"{_W}ascii") or ""


def _value(node: Any, name: str) -> str | None:
    child = None if node is None else node.find(f"{_W}{name}")
    return None if child is None else child.get(f"{_W}val")


def _is_plain(style: Any) -> bool:
    return style.get(f"{_W}default") in {"1", "true", "on"} and style.get(f"{_W}type") == "paragraph"


def in_unicode(lines: Callable[[SetText], Iterable[str]]) -> str:
    """The lines as one text, what stands in fonts of an old encoding repaired.

    `lines` is asked once for the text by font, and a second time only if a font needs a repair.
    """
    texts: dict[str, list[str]] = {}
    lengths: dict[str, int] = {}

    def gather(font: str, text: str) -> str:
        if lengths.get(font, 0) < _SAMPLE:
            lengths[font] = lengths.get(font, 0) + len(text) + 1
            texts.setdefault(font, []).append(text)
        return text

    as_it_is = "\n".join(lines(gather))
    found = repairs({font: " ".join(pieces) for font, pieces in texts.items()})
    if not found:
        return as_it_is
    return "\n".join(lines(lambda font, text: found[font](text) if font in found else text))
