"""What matplotlib wrote, made fit for a page that forbids styles within elements."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from bp_tutor.output.svg import CONTROL
from bp_tutor.output.svg_style import FONTS

SVG = "http://www.w3.org/2000/svg"
_FAMILY = re.compile(r"'DejaVu Sans'(?:, sans-serif)?")
HALO = "halo"
"""How the identifiers of texts begin that have a light rim, to be read on any ground."""
_RIM = f".{HALO} text{{stroke:#fff;stroke-width:3px;stroke-linejoin:round;paint-order:stroke}}\n"
_LINK = "{http://www.w3.org/1999/xlink}href"


def readable(text: str) -> str:
    """Text without signs that XML does not allow, on one line."""
    return " ".join(text.translate(CONTROL).split())


def tidied(svg: str, title: str, description: str, width: float, height: float) -> str:
    """The SVG with classes for styles, fonts of any system, a title, and nothing needless."""
    # Written by matplotlib a moment ago, from texts that were escaped.
    root = ET.fromstring(svg)  # noqa: S314
    for part in root.findall(f"{{{SVG}}}metadata"):
        root.remove(part)
    classes: dict[str, str] = {}
    linked = set(re.findall(r"(?:#|url\(#)([\w-]+)", svg))
    for element in root.iter():
        style = element.attrib.pop("style", "")
        if style:
            rules = _FAMILY.sub(FONTS, style)
            element.set("class", classes.setdefault(rules, f"m{len(classes)}"))
        if element.get("id", "").startswith(HALO):
            element.set("class", HALO)
        if element.get("id") not in linked:
            element.attrib.pop("id", None)
        if _LINK in element.attrib:
            element.set("href", element.attrib.pop(_LINK))
    for rules_of_all in root.iter(f"{{{SVG}}}style"):
        several = "".join(f".{name}{{{rules}}}\n" for rules, name in classes.items())
        rules_of_all.text = (rules_of_all.text or "") + several + _RIM
    head = ET.Element(f"{{{SVG}}}title")
    head.text = readable(title)
    root.insert(0, head)
    root.attrib.pop("version", None)
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    root.set("role", "img")
    root.set("aria-label", readable(description))
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode") + "\n"
