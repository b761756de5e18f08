"""GET /record-types: the types beyond administrative paper, their fields and labels."""

from __future__ import annotations

from fastapi import APIRouter

from mappings.record_types import ValueKind
from search_api.routes.asking import TheLanguage, TheServices
from search_api.routes.shaping import Shape, example

router = APIRouter(prefix="/record-types", tags=["describing"])


class TypeFieldShape(Shape):
    """A field. `name`: as a record's `fields` has it."""

    model_config = example(name="birth.sex", title="Giới tính", value="choice", choices=["Nam", "Nữ"])

    name: str
    title: str
    value: ValueKind
    choices: list[str]


class RecordTypeShape(Shape):
    """A type. `value`: what a record's field `record_type` says."""

    id: str
    value: str
    title: str
    fields: list[TypeFieldShape]


@router.get("")
def record_types(services: TheServices, language: TheLanguage) -> list[RecordTypeShape]:
    """Those that ship and the office's own, with titles in the language of Accept-Language."""
    return [
        RecordTypeShape(
            id=one.id,
            value=one.title.vi,
            title=one.title.in_language(language),
            fields=[
                TypeFieldShape(
                    name=field.name,
                    title=field.title.in_language(language),
                    value=field.kind,
                    choices=list(field.choices),
                )
                for field in one.fields
            ],
        )
        for one in services.types
    ]
