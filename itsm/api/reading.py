"""The OpenAPI document in the form that its page shows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Doc = Mapping[str, Any]
MEDIA = ("application/json", "multipart/form-data", "application/problem+json")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a member of a body."""

    name: str
    type: str
    required: bool
    note: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    statuses: tuple[tuple[str, str], ...]


def operations(doc: Doc) -> dict[str, list[Operation]]:
    """Return the operations of an OpenAPI document by tag, in the order of the document."""
    groups: dict[str, list[Operation]] = defaultdict(list)
    for path, methods in doc["paths"].items():
        for method, told in methods.items():
            tag = (told.get("tags") or ["Other"])[0]
            groups[tag].append(_operation(doc, method, path, told))
    return dict(groups)


def _operation(doc: Doc, method: str, path: str, told: Doc) -> Operation:
    responses = told.get("responses", {})
    good: Doc = next((one for status, one in responses.items() if status.startswith("2")), {})
    return Operation(
        id=told.get("operationId", f"{method}{path}"),
        method=method.upper(),
        path=path,
        summary=told.get("summary", ""),
        parameters=tuple(_parameter(doc, one) for one in told.get("parameters", ())),
        body=tuple(_members(doc, told.get("requestBody", {}))),
        answer=tuple(_members(doc, good)),
        statuses=tuple((status, one["description"]) for status, one in responses.items()),
    )


def _parameter(doc: Doc, told: Doc) -> Field:
    schema = _resolved(doc, told.get("schema", {}))
    note = told.get("description") or schema.get("description", "")
    return Field(told["name"], _type(doc, schema), told.get("required", False), note, told["in"])


def _members(doc: Doc, holder: Doc) -> Iterator[Field]:
    content = holder.get("content", {})
    given: Doc = next((content[media]["schema"] for media in MEDIA if media in content), {})
    schema = _resolved(doc, given)
    required = schema.get("required", ())
    for name, told in schema.get("properties", {}).items():
        found = _resolved(doc, told)
        note = told.get("description") or found.get("description", "")
        yield Field(name, _type(doc, found), name in required, note)


def _resolved(doc: Doc, schema: Doc) -> Doc:
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: Doc = doc["components"]["schemas"].get(reference.rpartition("/")[2], {})
    return found


def _type(doc: Doc, schema: Doc) -> str:
    schema = _resolved(doc, schema)
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_type(doc, one) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(doc, schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "any"))
