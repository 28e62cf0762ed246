"""The findings about files as JSON, `bp-tutor/check/1`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bp_tutor.authoring.checked import Checked
    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.explain import Page
    from bp_tutor.reader import Mark
    from bp_tutor.words import Words

SCHEMA = "bp-tutor/check/1"
RESULTS = ("sound", "findings", "unreadable")


def checks_json(found: list[Checked], words: Words) -> str:
    """One document about all files."""
    results = [checked.result for checked in found]
    document = {
        "schema": SCHEMA,
        "files": [_file(checked, words) for checked in found],
        "summary": {
            "files": len(found),
            **{name: results.count(code) for code, name in enumerate(RESULTS)},
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _file(checked: Checked, words: Words) -> dict[str, Any]:
    page = checked.page
    return {
        "file": str(checked.path),
        "result": RESULTS[checked.result],
        "mistakes": [
            {
                **_place(mistake.mark),
                "path": mistake.path,
                "key": mistake.key,
                "message": mistake.message(words.text),
                "nearest": mistake.nearest or None,
            }
            for mistake in checked.mistakes
        ],
        "findings": [
            {
                "severity": finding.severity,
                **_place(finding.mark),
                "path": finding.path,
                "key": finding.key,
                "message": finding.said(words),
            }
            for finding in checked.findings
        ],
        "verified": [
            {
                "checked": result.checked,
                "largest": result.largest,
                "skipped": list(result.skipped),
                "undecided": list(result.undecided),
                "failed": list(result.failed),
            }
            for result in checked.checks
        ],
        "figures": [_figure(judged, page) for judged in checked.figures] if page else [],
        "teaching": _teaching(checked),
    }


def _place(mark: Mark | None) -> dict[str, int | None]:
    return {"line": mark.line if mark else None, "column": mark.column if mark else None}


def _figure(judged: Judged, page: Page) -> dict[str, Any]:
    from bp_tutor.authoring.published.table import reason_text

    meant, figure = judged.meant, judged.meant.figure
    return {
        "name": figure.name,
        "id": meant.identifier,
        "update": figure.update,
        "after": figure.after,
        "page": figure.page,
        **_place(figure.mark),
        "printed": figure.value,
        "right": judged.value,
        "verdict": judged.verdict,
        "accepted": figure.accepted,
        "sound": judged.sound,
        "reasons": [
            {
                "key": reason.key,
                "message": reason_text(reason, page.words),
                **{name: str(value) for name, value in reason.values if name in SHOWN},
            }
            for reason in (*judged.reasons, judged.misstated)
            if reason is not None
        ],
        "certain": judged.certain,
    }


SHOWN = ("origin", "figure", "count", "kinds", "layer")


def _teaching(checked: Checked) -> list[dict[str, Any]]:
    from bp_tutor.authoring.weakness import sentence

    if checked.page is None:
        return []
    return [
        {
            "key": weakness.key,
            "grave": weakness.grave,
            "update": weakness.update,
            "ids": list(weakness.identifiers),
            "message": sentence(weakness, checked.page),
        }
        for weakness in checked.teaching
    ]
