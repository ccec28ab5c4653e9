"""Tables written as CSV text that is safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet would take for a formula.
FORMULA = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?\d+([.,]\d+)?$")


def written(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV text in which no cell is a formula to a spreadsheet."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heading)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if FORMULA.match(text) and not _NUMBER.match(text) else text
