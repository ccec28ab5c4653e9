"""Public holidays by country and, where they differ, by region: `DE`, `DE-BY`. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import holidays

LANGUAGE = "en_US"


@cache
def regions() -> Mapping[str, Sequence[str]]:
    """Return the regions of every country that has a calendar, by its two letters."""
    return holidays.list_supported_countries(include_aliases=False)


def checked(code: str) -> str:
    """Return a calendar's code as it is spelled, empty for none.

    Raises ValueError that says what is wrong with it, and what there is instead.
    """
    country, dash, region = code.strip().partition("-")
    country = country.upper()
    if not country:
        return ""
    if country not in regions():
        raise ValueError(
            f"there is no calendar of {country}; give two letters, such as DE or DE-BY"
        )
    if not dash:
        return country
    for known in regions()[country]:
        if known.casefold() == region.casefold():
            return f"{country}-{known}"
    there = ", ".join(regions()[country]) or "none"
    raise ValueError(f"{country} has no region {region}; it has {there}")


def between(code: str, first: date, last: date) -> dict[date, str]:
    """Return the names of a calendar's public holidays from one day to another, in their order."""
    if not code:
        return {}
    country, _, region = code.partition("-")
    found = holidays.country_holidays(
        country,
        subdiv=region or None,
        years=range(first.year, last.year + 1),
        language=LANGUAGE,
    )
    return {day: name for day, name in sorted(found.items()) if first <= day <= last}
