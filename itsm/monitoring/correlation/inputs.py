"""What the commands about correlation rules take; one text may stand for a list."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from itsm.monitoring.correlation import matching

MOST_TESTS = 20
MOST_FIELDS = 6


def _lines(value: object) -> object:
    if not isinstance(value, str):
        return value
    return [line.strip() for line in value.splitlines() if line.strip()]


def _words(value: object) -> object:
    return re.split(r"[\s,]+", value.strip()) if isinstance(value, str) and value.strip() else value


def _test(value: str) -> str:
    return str(matching.read(value))


Test = Annotated[str, Field(max_length=400), AfterValidator(_test)]
FieldName = Annotated[str, Field(max_length=130), AfterValidator(matching.field)]


class RuleInput(BaseModel):
    """A correlation rule; `tests` are lines such as `label.cluster = prod*`, all of which hold."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    name: str = Field(min_length=1, max_length=120)
    tests: Annotated[
        tuple[Test, ...], BeforeValidator(_lines), Field(min_length=1, max_length=MOST_TESTS)
    ]
    group_by: Annotated[
        tuple[FieldName, ...], BeforeValidator(_words), Field(min_length=1, max_length=MOST_FIELDS)
    ]
    window_min: int = Field(default=10, ge=1, le=1440, description="minutes between two alerts")
    enabled: bool = True

    def rule(self) -> matching.Rule:
        """Return it as it is asked, before it is stored."""
        tests = tuple(matching.read(line) for line in self.tests)
        return matching.Rule(0, tests, self.group_by, self.window_min)
