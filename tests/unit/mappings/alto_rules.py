"""What the schema of ALTO 4.4 asks of the elements that we write, in words of our own.

For each element: its children in order with how often each may come, its attributes with what each may be, and which
must be there. Whatever is not named here we do not write.
"""

from __future__ import annotations

import re
from typing import Any

NAMESPACE = "{http://www.loc.gov/standards/alto/ns-v4#}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"

FLOAT = re.compile(r"-?\d+(\.\d+)?")
ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
SHARE = re.compile(r"0(\.\d+)?|1(\.0+)?")
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
ANY = re.compile(r".*", re.DOTALL)
PLACE = dict.fromkeys(("HPOS", "VPOS", "WIDTH", "HEIGHT"), FLOAT)

# The children as a pattern over their names, each followed by a space.
CHILDREN = {
    "alto": r"(Description )?(Styles )?(Tags )?(ReadingOrder )?Layout ",
    "Description": r"MeasurementUnit (sourceImageInformation )?(OCRProcessing )*(Processing )*",
    "sourceImageInformation": r"(fileName )?(fileIdentifier )*(documentIdentifier )*",
    "Processing": r"(processingCategory )?(processingDateTime )?(processingAgency )?(processingStepDescription )*"
    r"(processingStepSettings )?(processingSoftware )?",
    "processingSoftware": r"(softwareCreator )?(softwareName )?(softwareVersion )?(applicationDescription )?",
    "Layout": r"(Page )+",
    "Page": r"(TopMargin )?(LeftMargin )?(RightMargin )?(BottomMargin )?(PrintSpace )?",
    "PrintSpace": r"(Shape )?((TextBlock|Illustration|GraphicalElement|ComposedBlock) )*",
    "TextBlock": r"((Shape )?)((TextLine )+)?",
    "TextLine": r"(Shape )?(String (SP )?)+(HYP )?",
    "String": r"",
    "SP": r"",
}
ATTRIBUTES = {
    "alto": {"SCHEMAVERSION": ANY, f"{XSI}schemaLocation": ANY},
    "fileIdentifier": {"fileIdentifierLocation": ANY},
    "Processing": {"ID": ID},
    "Page": {
        "ID": ID, "PHYSICAL_IMG_NR": FLOAT, "WIDTH": FLOAT, "HEIGHT": FLOAT, "PAGECLASS": ANY, "QUALITY_DETAIL": ANY,
        "PC": SHARE, "ROTATION": FLOAT, "LANG": LANGUAGE,
    },
    "PrintSpace": PLACE,
    "TextBlock": {"ID": ID, **PLACE},
    "TextLine": {"ID": ID, **PLACE},
    "String": {"ID": ID, "CONTENT": ANY, "WC": SHARE, **PLACE},
}  # fmt: skip
REQUIRED = {
    "Processing": {"ID"},
    "Page": {"ID", "PHYSICAL_IMG_NR"},
    "TextBlock": {"ID"},
    "String": {"CONTENT"},
}
TEXTS = {
    "MeasurementUnit": re.compile("mm10|inch1200|pixel"),
    "processingCategory": re.compile("contentGeneration|contentModification|preOperation|postOperation|other"),
    "fileName": ANY,
    "fileIdentifier": ANY,
    "softwareName": ANY,
}


def check_alto(root: Any) -> None:
    """AssertionError where a document breaks a rule."""
    assert root.tag == NAMESPACE + "alto"
    names: list[str] = []
    for element in root.iter():
        name = element.tag.removeprefix(NAMESPACE)
        assert name in CHILDREN or name in TEXTS, name
        _check_children(element, name)
        _check_attributes(element, name)
        names += [element.get("ID")] if element.get("ID") else []
    assert len(set(names)) == len(names), "an ID names one element"


def _check_children(element: Any, name: str) -> None:
    children = "".join(f"{child.tag.removeprefix(NAMESPACE)} " for child in element)
    assert re.fullmatch(CHILDREN.get(name, ""), children), (name, children)
    text = element.text or ""
    if name in TEXTS:
        assert TEXTS[name].fullmatch(text), (name, text)
    else:
        assert not text.strip(), (name, text)


def _check_attributes(element: Any, name: str) -> None:
    allowed = ATTRIBUTES.get(name, {})
    for key, value in element.attrib.items():
        assert key in allowed, (name, key)
        assert allowed[key].fullmatch(value), (name, key, value)
    assert set(element.attrib) >= REQUIRED.get(name, set()), name
