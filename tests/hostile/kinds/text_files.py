"""Hostile mails and texts."""

from __future__ import annotations

import base64
import random
from email.message import EmailMessage

from tests.hostile.making import body, packed_blanks
from tests.hostile.registry import hostile

_HEAD = "From: a@tangthu.example\nTo: b@tangthu.example\nSubject: {name}\nMIME-Version: 1.0\n"


@hostile("searchable--mail-100-deep.eml", quick=True)
def deep_mail(name: str) -> bytes:
    inner = f"{_HEAD.format(name=name)}Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n"
    for _ in range(100):
        inner = f"{_HEAD.format(name=name)}Content-Type: message/rfc822\n\n{inner}"
    return inner.encode()


@hostile("searchable--mail-multipart-100-deep.eml")
def deep_parts(name: str) -> bytes:
    inner = f"Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n"
    for n in range(100):
        inner = f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n{inner}\n--b{n}--\n'
    return (_HEAD.format(name=name) + inner).encode()


@hostile("rejected-damaged--mail-20000-deep.eml")
def deepest_mail(name: str) -> bytes:
    inner = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(20_000))
    return (_HEAD.format(name=name) + inner + body(name)).encode()


@hostile("partly--mail-with-a-bomb.eml")
def mail_bomb(name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@tangthu.example", "b@tangthu.example", name
    message.set_content(body(name))
    message.add_attachment(packed_blanks(500), maintype="application", subtype="gzip", filename="../../x.gz")
    return message.as_bytes()


@hostile("searchable--mail-with-remote-picture.eml")
def remote_picture(name: str) -> bytes:
    markup = f'<script>x()</script><img src="http://127.0.0.1:9/x.png"><p>{body(name)}</p>'
    text = base64.encodebytes(markup.encode()).decode()
    head = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
    return f"{_HEAD.format(name=name)}{head}\n{text}".encode()


@hostile("rejected-too-many-pages--100-megabytes-in-one-line.txt")
def one_line(name: str) -> bytes:
    return (name + " ").encode() * (100_000_000 // (len(name) + 1))


@hostile("searchable--3-megabytes-in-one-line.txt")
def long_line(name: str) -> bytes:
    return (body(name) + "x" * 3_000_000).encode()


@hostile("rejected-unknown-type--program.txt", quick=True)
def program(name: str) -> bytes:
    return b"\x7fELF" + random.Random(name).randbytes(20_000)


@hostile("searchable--utf-16-without-mark.txt")
def utf16(name: str) -> bytes:
    return (body(name) * 20).encode("utf-16-le")


@hostile("rejected-unknown-type--nul-bytes.txt")
def nul_bytes(name: str) -> bytes:
    return body(name).encode() + b"\0" * 50 + b"abc"


@hostile("searchable--marks-upon-marks.txt")
def marks(name: str) -> bytes:
    """Bringing combining marks into their order takes time by the square of their number."""
    return (body(name) + "a" + "\u0316\u0301" * 4_000).encode()


@hostile("searchable--million-marks-upon-one-letter.txt")
def million_marks(name: str) -> bytes:
    return (body(name) + "a" + "\u0301\u0316" * 1_000_000).encode()


@hostile("searchable--escapes-of-a-terminal.txt")
def escapes(name: str) -> bytes:
    return (body(name) + "\n\x1b]0;owned\x1b[2J\n").encode()


@hostile("searchable--script-for-the-page.txt")
def script(name: str) -> bytes:
    return (body(name) + "\n<script>alert(1)</script> {{ 7*7 }} ' OR 1=1 --").encode()


@hostile("rejected-unknown-type--markup.txt")
def markup(name: str) -> bytes:
    return b"<svg><script>x()</script>" + name.encode()


# ---- many of everything ----------------------------------------------------------------------------------------------


@hostile("searchable--million-headers.eml")
def million_headers(name: str) -> bytes:
    head = _HEAD.format(name=name)
    return (head + "X-A: b\n" * 1_000_000 + f"Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n").encode()


@hostile("searchable--comments-in-comments.eml")
def comments(name: str) -> bytes:
    head = _HEAD.format(name=name).replace("To: ", f"To: {'(' * 200_000}")
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n".encode()


@hostile("searchable--addresses-by-the-hundred-thousand.eml")
def addresses(name: str) -> bytes:
    head = _HEAD.format(name=name).replace("To: ", f"To: {'a@tangthu.example, ' * 100_000}")
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{body(name)}\n".encode()


@hostile("rejected-damaged--100000-attachments.eml")
def attachments(name: str) -> bytes:
    parts = "".join(f'--b\nContent-Disposition: attachment; filename="{n}.bin"\n\nx\n' for n in range(100_000))
    text = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{body(name)}\n"
    return f'{_HEAD.format(name=name)}Content-Type: multipart/mixed; boundary="b"\n\n{text}{parts}--b--\n'.encode()


@hostile("searchable--markup-without-end.eml")
def endless_markup(name: str) -> bytes:
    markup = f"<p>{body(name)}</p>" + "<!--" * 200_000 + "<a " * 200_000 + "<![" * 200_000
    head = "Content-Type: text/html; charset=utf-8\n"
    return f"{_HEAD.format(name=name)}{head}\n{markup}".encode()
