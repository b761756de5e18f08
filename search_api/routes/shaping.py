"""What all shapes of the API have in common."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """The root of all shapes."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


def example(**values: Any) -> ConfigDict:
    """The settings of a shape that has this example."""
    return ConfigDict(extra="forbid", from_attributes=True, json_schema_extra={"examples": [values]})
