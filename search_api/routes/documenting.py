"""GET /docs: the API for people, made from its own OpenAPI description, without a script."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE = (
    ":root{color-scheme:light dark;--ink:#222;--paper:#fff;--box:#f4f4f2;--line:#ddd;--link:#17558f}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e5e7e9;--paper:#14181d;--box:#1d2329;--line:#39424c;--link:#8cc0f2}}"
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:var(--ink);"
    "background:var(--paper);overflow-wrap:anywhere}a{color:var(--link)}"
    "h2{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}"
    "code,pre{background:var(--box);border-radius:4px}pre{padding:.75rem;overflow:auto;overflow-wrap:normal}"
    "td{padding:.2rem 1rem .2rem 0;vertical-align:top}"
)


@router.get("/docs")
def documentation(request: Request) -> HTMLResponse:
    """Every route with its parameters and an example of its answer."""
    described = request.app.openapi()
    sections = [
        _section(path, method, operation, described)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    ]
    title = escape(described["info"]["title"])
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{title} API</title><style>{_STYLE}</style>'
        f'<meta name="viewport" content="width=device-width"><main><p><a href="/">Tàng thư</a></p><h1>{title} API</h1>'
        f"<p>{escape(described['info']['description'])}</p>"
        f'<p>OpenAPI: <a href="{request.app.openapi_url}">{request.app.openapi_url}</a></p>'
        f"{''.join(sections)}</main></html>"
    )
    # Its one style stands in the page itself.
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


def _section(path: str, method: str, operation: dict[str, Any], described: dict[str, Any]) -> str:
    rows = "".join(_parameter(one) for one in operation.get("parameters", []))
    example, name = _example(operation, described), f"{method.upper()} {escape(path)}"
    return "".join(
        (
            f"<h2><code>{name}</code></h2><p>{escape(operation.get('description', ''))}</p>",
            f"<table>{rows}</table>" if rows else "",
            _shown(name, example) if example is not None else "",
        )
    )


def _shown(name: str, example: Any) -> str:
    written = escape(json.dumps(example, ensure_ascii=False, indent=2))
    # Longer lines are scrolled to: by the keyboard too.
    return f'<pre tabindex="0" role="region" aria-label="{name}">{written}</pre>'


def _parameter(parameter: dict[str, Any]) -> str:
    told = parameter.get("description") or parameter.get("schema", {}).get("description", "")
    needed = " (required)" if parameter.get("required") else ""
    return f"<tr><td><code>{escape(parameter['name'])}</code>{needed}</td><td>{escape(told)}</td></tr>"


def _example(operation: dict[str, Any], described: dict[str, Any]) -> Any:
    """The answer's example, put together from the examples of its parts."""
    for status, answer in operation["responses"].items():
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if status.startswith("2") and schema:
            return _example_of(schema, described, depth=0)
    return None


def _example_of(schema: dict[str, Any], described: dict[str, Any], depth: int) -> Any:
    if "$ref" in schema:
        schema = described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    if schema.get("examples"):
        return schema["examples"][0]
    if "anyOf" in schema:
        return _example_of(schema["anyOf"][0], described, depth)
    if schema.get("type") == "array" and depth < _DEEPEST:
        return [_example_of(schema.get("items", {}), described, depth + 1)]
    if schema.get("properties") and depth < _DEEPEST:
        return {name: _example_of(one, described, depth + 1) for name, one in schema["properties"].items()}
    return {"string": "…", "integer": 1, "number": 0.5, "boolean": True}.get(schema.get("type", ""), {})


_DEEPEST = 6
