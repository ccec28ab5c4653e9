"""The attributes of a class, as data, and values checked against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from itsm.assets.inputs import Value
from itsm.kernel.errors import Invalid
from itsm.kernel.events import Json

MAX_TEXT = 400
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class AttributeType(StrEnum):
    """What an attribute holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute that the CIs of a class have."""

    name: str
    label: str
    type: AttributeType = AttributeType.TEXT


def declared(raw: Json) -> tuple[Attribute, ...]:
    """Return the attributes that a class row declares."""
    rows: Sequence[Any] = raw if isinstance(raw, list) else ()
    return tuple(Attribute(row["name"], row["label"], AttributeType(row["type"])) for row in rows)


def checked(attributes: Sequence[Attribute], values: Mapping[str, Value]) -> dict[str, Json]:
    """Return `values` in the form in which they are kept; blank ones are None.

    Raises Invalid naming each value that its attribute cannot hold, and each unknown attribute.
    """
    by_name = {attribute.name: attribute for attribute in attributes}
    wrong: dict[str, str] = {}
    kept: dict[str, Json] = {}
    for name, value in values.items():
        try:
            kept[name] = _kept(by_name[name].type, value)
        except KeyError:
            wrong[f"attributes.{name}"] = "is not an attribute of this class"
        except ValueError as error:
            wrong[f"attributes.{name}"] = f"{by_name[name].label}: {error}"
    if wrong:
        raise Invalid("; ".join(wrong.values()), wrong)
    return kept


def _kept(kind: AttributeType, value: Value) -> Json:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    match kind:
        case AttributeType.TEXT:
            return text[:MAX_TEXT]
        case AttributeType.NUMBER:
            return _number(text)
        case AttributeType.DATE:
            return _date(text)
        case AttributeType.YES_NO:
            return _yes_no(text)


def _number(text: str) -> int | float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("is not a number") from None
    if number in {float("inf"), float("-inf")} or number != number:  # noqa: PLR0124 - NaN
        raise ValueError("is not a number")
    return int(number) if number.is_integer() else number


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("is not a date such as 2026-11-30") from None


def _yes_no(text: str) -> bool:
    try:
        return _YES_NO[text.lower()]
    except KeyError:
        raise ValueError("is neither yes nor no") from None
