"""Compound files and mails of Outlook, made for the tests."""

import struct

_FREE, _END, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
_FAT, _PLACES = 0xFFFFFFFD, 0xFFFFFFFC  # marks of sectors that hold the table, or its places
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_IN_HEADER, _IN_SECTOR = 109, 127  # places of the table that the header holds, and a sector of places
PROPERTIES = "__properties_version1.0"


def _entry(name, kind, right=_NONE, child=_NONE, start=_END, size=0):
    letters = name.encode("utf-16-le")
    head = letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters) + 2, kind, 1, _NONE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _listed(tree):
    """The number of the first entry, and the entries after the root. Those of a storage hang to the right."""
    entries = [None]

    def add(branch):
        first = previous = _NONE
        for name, held in branch.items():
            number = len(entries)
            entries.append({"name": name, "right": _NONE, "held": held, "start": 0 if held else _END})
            if previous == _NONE:
                first = number
            else:
                entries[previous]["right"] = number
            previous = number
            entries[number]["child"] = add(held) if isinstance(held, dict) else _NONE
        return first

    return add(tree), entries[1:]


def _small(entries):
    """The small streams in one, and the table of its sectors."""
    mini, following = bytearray(), []
    for entry in entries:
        held = entry["held"]
        if not isinstance(held, dict) and 0 < len(held) < _CUTOFF:
            entry["start"] = len(mini) // _MINI
            count = -(-len(held) // _MINI)
            following += [*range(entry["start"] + 1, entry["start"] + count), _END]
            mini += held.ljust(count * _MINI, b"\0")
    return bytes(mini), struct.pack(f"<{len(following)}I", *following)


def compound(tree):
    """A compound file; `tree`: name to bytes, or to a tree."""
    child, entries = _listed(tree)
    mini, mini_next = _small(entries)
    sectors, following = [], []

    def chain(content):
        start, count = len(sectors), -(-len(content) // _SECTOR)
        padded = content.ljust(count * _SECTOR, b"\0")
        sectors.extend(padded[n * _SECTOR : (n + 1) * _SECTOR] for n in range(count))
        following.extend([*range(start + 1, start + count), _END])
        return start

    for entry in entries:
        if not isinstance(entry["held"], dict) and len(entry["held"]) >= _CUTOFF:
            entry["start"] = chain(entry["held"])
    mini_start = chain(mini) if mini else _END
    mini_table = chain(mini_next.ljust(-(-len(mini_next) // _SECTOR) * _SECTOR, b"\xff")) if mini else _END
    rows = [_entry("Root Entry", 5, child=child, start=mini_start, size=len(mini))]
    for entry in entries:
        is_storage = isinstance(entry["held"], dict)
        size = 0 if is_storage else len(entry["held"])
        rows.append(_entry(entry["name"], 1 if is_storage else 2, entry["right"], entry["child"], entry["start"], size))
    rows += [bytes(128)] * (-len(rows) % 4)
    directory = chain(b"".join(rows))
    fats = -(-len(following) // 126)  # 128 numbers each, with room for the table's own sectors and those of places
    spread = -(-max(0, fats - _IN_HEADER) // _IN_SECTOR)
    following += [_FAT] * fats + [_PLACES] * spread
    numbers = following + [_FREE] * (fats * 128 - len(following))
    first_fat = len(sectors)
    sectors.extend(struct.pack("<128I", *numbers[n * 128 : (n + 1) * 128]) for n in range(fats))
    places = list(range(first_fat, first_fat + fats))
    first_spread = len(sectors) if spread else _END
    sectors.extend(_spread(places[_IN_HEADER:], len(sectors)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    mini_count = -(-len(mini_next) // _SECTOR)
    header += struct.pack("<5I", 0, fats, directory, 0, _CUTOFF)
    header += struct.pack("<4I", mini_table, mini_count, first_spread, spread)
    header += struct.pack(f"<{len(places[:_IN_HEADER])}I", *places[:_IN_HEADER])
    return header.ljust(_SECTOR, b"\xff") + b"".join(sectors)


def _spread(places, first):
    """The sectors of those places that the header has no room for, each with the number of the next; from `first`."""
    parts = [places[n : n + _IN_SECTOR] for n in range(0, len(places), _IN_SECTOR)]
    for number, part in enumerate(parts, first + 1):
        after = number if number < first + len(parts) else _END
        yield struct.pack("<128I", *part, *[_FREE] * (_IN_SECTOR - len(part)), after)


def properties(sent=0):
    """The stream of properties of a mail; `sent`: tenths of microseconds since 1601."""
    return bytes(32) + struct.pack("<IIQ", 0x00390040, 6, sent)


def outlook(texts, attachments=(), sent=0, encoded=None, **more):
    """A mail: property tag to text, names of attachments (or names to their bytes).

    `encoded`: property tag to bytes of one byte a letter.
    """
    named = isinstance(attachments, dict)
    # Pairs, not a dictionary: many may have the same name.
    contents = list(attachments.items()) if named else [(name, b"%PDF-1.7 not read") for name in attachments]
    tree = {PROPERTIES: properties(sent)}
    tree |= {f"__substg1.0_{tag}001F": text.encode("utf-16-le") for tag, text in texts.items()}
    tree |= {f"__substg1.0_{tag}001E": text for tag, text in (encoded or {}).items()}
    for number, (name, content) in enumerate(contents):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            PROPERTIES: bytes(8),
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    return compound(tree | more)
