"""Templates into pages: one environment for each language, everything escaped, strict about what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from kernel.bilingual import Bilingual, Language
from search_api.access.asking import current_viewer
from search_api.access.policy import Permission
from search_api.web import packing, wording
from search_api.web.language import COOKIE, LANGUAGES, choose, translator
from search_api.web.static_files import static_address

_YEAR = 31_536_000  # seconds

_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
    "Vary": f"Cookie, {packing.VARYING}",
}
"""Of every page: nothing foreign, nothing inline, nothing kept for somebody else."""


@cache
def environment(language: Language) -> Environment:
    """The templates in one language. `_` and `ngettext` escape what they fill in."""
    made = Environment(
        loader=PackageLoader("search_api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = translator(language)
    made.install_gettext_callables(words.say, words.plural, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {
        "day": wording.day,
        "moment": wording.moment,
        "size": lambda octets: wording.size(octets, language),
        "amount": lambda number: wording.decimal(number, 0, language),
        "seconds": lambda milliseconds: wording.decimal(max(milliseconds, 10) / 1000, 2, language),
        "fraction": lambda edge: f"{edge:.5f}",
    }
    made.globals |= {
        "language": language,
        "static": static_address,
        "state_words": wording.RECORD_STATES,
        "page_state_words": wording.PAGE_STATES,
        "source_words": wording.SOURCES,
        "read_by_words": wording.READ_BY,
        "sorts": wording.SORTS,
    }
    return made


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence above a page: what was done, or why not. `tone`: good or bad."""

    text: str
    tone: str = "good"
    title: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """One request with the language of its answer."""

    request: Request
    language: Language

    @classmethod
    def read(cls, request: Request, default: Language) -> Asking:
        """Chooses the language by the address, the cookie, the house, in this order."""
        return cls(request, choose(request.query_params.get("lang"), request.cookies.get(COOKIE), default))

    def say(self, sentence: str, **values: object) -> str:
        """An English sentence of the catalogue in the language of the answer, its `%(name)s` places filled."""
        return translator(self.language).say(sentence) % values if values else translator(self.language).say(sentence)

    def plural(self, one: str, many: str, count: int) -> str:
        """The form for `count`, its `%(num)s` filled."""
        form = translator(self.language).plural(one, many, count)
        return form % {"num": count} if "%(" in form else form

    def either(self, sentence: Bilingual) -> str:
        """A sentence that carries both languages."""
        return sentence.in_language(self.language)

    def in_language(self, language: Language) -> str:
        """This address in another language. For the answer to a form: the page it was sent from."""
        rest = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        path = self.request.url.path if self.request.method in ("GET", "HEAD") else "/"
        # A path that begins with two slashes would be read as the name of another site.
        return f"/{path.lstrip('/')}?{urlencode([*rest, ('lang', language)])}"

    def fragment(self, template: str, **context: Any) -> str:
        """A template filled in."""
        context |= {"in_language": self.in_language, "viewer": current_viewer(self.request), "may": Permission}
        return environment(self.language).get_template(template).render(context)

    def page(self, template: str, status: int = 200, here: str = "", **context: Any) -> HTMLResponse:
        """A whole page. `here`: the entry of the head that it belongs to."""
        answer = HTMLResponse(*self._wrapped(self.fragment(template, here=here, **context), status))
        if self.request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(COOKIE, self.language, max_age=_YEAR, httponly=True, samesite="lax")
        return answer

    def _wrapped(self, text: str, status: int) -> tuple[bytes, int, dict[str, str]]:
        content = text.encode()
        if not packing.worth_packing(content) or not packing.takes_gzip(self.request):
            return content, status, dict(HEADERS)
        return packing.packed(content), status, {**HEADERS, "Content-Encoding": "gzip"}
