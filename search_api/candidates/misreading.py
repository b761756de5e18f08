"""How likely OCR reads one digit as another sign, where a hand wrote it."""

from __future__ import annotations

import unicodedata

_LOOKS = {
    "0": "oOQDcCaôơÔƠ()GU@°óòỏõọÓÒÖöØø69",
    "1": "lLIi|!/tfíìỉĩịÍÌjJ[]{}⁄\\4†ÏYr7",
    "2": "zZaeqQRLA4?&7",
    "3": "BEJ85ẽ9ễ?JỊỏ",
    "4": "AuUHyYLh9fW1#đĐ",
    "5": "sSŠšJFf$§63ếG",
    "6": "bGócộốổC0ỏĐlL8ếỂ&h",
    "7": "TFJ1zỹ)>2?†ƒ/Zrt",
    "8": "BSgR&3§X6ẽ%0¿",
    "9": "gqpQ4ợặyaọ0đ7Ựự",
}
_BARE = {digit: frozenset(signs + digit) for digit, signs in _LOOKS.items()}
_ALIKE, _OTHER, _LOST, _ADDED = 0.45, 1.0, 0.9, 0.5


def misreading(written: str, read: str) -> float:
    """How far from the digits `written` what was `read` of them is: 0 the same, about 1 for each wrong sign.

    An edit distance whose costs are small for signs that look alike, and for scraps that OCR adds.
    """
    signs = "".join(sign for sign in unicodedata.normalize("NFC", read) if not sign.isspace())[:12]
    row = [_ADDED * count for count in range(len(signs) + 1)]
    for digit in written:
        above, row = row, [row[0] + _LOST]
        for column, sign in enumerate(signs, 1):
            same = above[column - 1] + _cost(digit, sign)
            row.append(min(same, above[column] + _LOST, row[-1] + _ADDED))
    return row[-1]


def _cost(digit: str, sign: str) -> float:
    if sign == digit:
        return 0.0
    return _ALIKE if sign in _BARE[digit] else _OTHER
