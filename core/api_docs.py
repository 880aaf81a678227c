"""The API for readers: its description as a page without scripts, and the kinds of errors."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator

from core.access import public
from core.domain.problems import PROBLEM_TYPES

METHODS = ("get", "post", "put", "patch", "delete")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A parameter or a field: its name, its kind, whether it must be there, what it means."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that the API does."""

    id: str
    method: str
    path: str
    words: str
    parameters: tuple[Part, ...]
    fields: tuple[Part, ...]
    answers: tuple[tuple[str, str], ...]
    example: str


@dataclass(frozen=True, slots=True)
class Group:
    """Operations about one subject."""

    name: str
    words: str
    operations: tuple[Operation, ...]


@require_GET
def api_docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters and an example."""
    return render(request, "core/api_docs.html", {"groups": groups()})


@public
@require_GET
def problem_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Say what a kind of error means: where the `type` of a problem leads."""
    kind = PROBLEM_TYPES.get(name)
    if kind is None:
        raise Http404
    return render(request, "core/problem.html", {"kind": kind})


@cache
def groups() -> tuple[Group, ...]:
    """Return the operations by subject, read from the description; it changes with the code only."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    found: dict[str, list[Operation]] = {one["name"]: [] for one in schema.get("tags", [])}
    words = {one["name"]: one.get("description", "") for one in schema.get("tags", [])}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = _operation(path, method, methods[method], schema)
                found.setdefault(methods[method]["tags"][0], []).append(operation)
    return tuple(
        Group(name, words.get(name, ""), tuple(operations))
        for name, operations in found.items()
        if operations
    )


def _operation(path: str, method: str, about: Schema, schema: Schema) -> Operation:
    body = _first(about.get("requestBody", {}).get("content", {}))
    return Operation(
        id=about["operationId"],
        method=method.upper(),
        path=path,
        words=about.get("description", ""),
        parameters=tuple(
            Part(
                one["name"],
                _kind(one.get("schema", {})),
                bool(one.get("required")),
                one.get("description", ""),
            )
            for one in about.get("parameters", [])
        ),
        fields=tuple(_fields(body, schema)),
        answers=tuple(
            (status, answer.get("description", ""))
            for status, answer in about.get("responses", {}).items()
        ),
        example=_example(path, method, body, schema),
    )


def _first(content: Schema) -> Schema:
    media: Schema = next(iter(content.values()), {})
    found: Schema = media.get("schema", {})
    return found


def _resolved(node: Schema, schema: Schema) -> Schema:
    """Follow a reference; of several shapes the first stands for all."""
    while "$ref" in node or "oneOf" in node or "allOf" in node:
        if "$ref" in node:
            node = schema["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]]
        else:
            node = (node.get("oneOf") or node["allOf"])[0]
    return node


def _fields(body: Schema, schema: Schema) -> Iterator[Part]:
    shapes = body.get("oneOf") or _resolved_once(body, schema).get("oneOf") or [body]
    seen: set[str] = set()
    for shape in shapes:
        about = _resolved(shape, schema)
        for name, one in about.get("properties", {}).items():
            if name not in seen:
                seen.add(name)
                required = len(shapes) == 1 and name in about.get("required", [])
                yield Part(name, _kind(one), required, one.get("description", ""))


def _resolved_once(node: Schema, schema: Schema) -> Schema:
    if "$ref" not in node:
        return node
    found: Schema = schema["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]]
    return found


def _kind(node: Schema) -> str:
    if "$ref" in node:
        return str(node["$ref"].rsplit("/", 1)[1])
    kind = node.get("format") or node.get("type") or "object"
    return f"{kind}[]" if node.get("type") == "array" else str(kind)


def _example(path: str, method: str, body: Schema, schema: Schema) -> str:
    lines = [f"curl -X {method.upper()} '{settings.BASE_URL}{path}'"]
    lines.append('-H "Authorization: Bearer $TOKEN"')
    if method != "get":
        lines.append('-H "Idempotency-Key: $(uuidgen)"')
    if body:
        lines.append('-H "Content-Type: application/json"')
        sample = json.dumps(_sample(body, schema), ensure_ascii=False)
        lines.append(f"-d '{sample}'")
    return " \\\n  ".join(lines)


SAMPLES = {
    "uuid": "3f0c…",
    "date": "2026-04-01",
    "decimal": "12.5",
    "integer": 1,
    "boolean": True,
    "string": "…",
}


def _sample(node: Schema, schema: Schema, depth: int = 0) -> Any:
    about = _resolved(node, schema)
    if "enum" in about:
        return about["enum"][0]
    if about.get("type") == "array":
        return [_sample(about.get("items", {}), schema, depth + 1)] if depth < 3 else []
    if "properties" in about and depth < 3:
        required = about.get("required") or list(about["properties"])[:1]
        return {name: _sample(about["properties"][name], schema, depth + 1) for name in required}
    kind = about.get("format") or about.get("type") or "string"
    return SAMPLES.get(str(kind), {} if kind == "object" else "…")
