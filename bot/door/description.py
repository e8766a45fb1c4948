"""What the door understands and answers, as OpenAPI 3.1, made from the types themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

import bot
from bot.door.answers import Known, Opened, Ready, Several, Wrong
from bot.ports import Hook

_REF: Final = "#/components/schemas/{name}"
_JSON: Final = "application/json"

#: What can go wrong with a delivery.
_WRONGS: Final[Mapping[int, str]] = {
    400: "Not JSON, or broken off",
    401: "The signature or token is missing, wrong or too old",
    408: "It came too slowly",
    413: "Larger than 1 MB",
    415: "Packed, or not declared as JSON",
    422: "JSON that does not fit the mapping",
    503: "It cannot be kept right now: bring it again after Retry-After",
}

Tree = dict[str, Any]


def describe(hooks: Sequence[Hook]) -> Tree:
    """The document, with a path of its own for each hook."""
    types = [Opened, Several, Known, Wrong, Ready, *(hook.shape for hook in hooks)]
    (opened, several, known, wrong, ready, *shapes), components = msgspec.json.schema_components(
        types, ref_template=_REF
    )
    taken = {"anyOf": [opened, several]}
    paths = {
        f"/hooks/{hook.name}": {"post": _delivery(hook, shape, taken, known, wrong)}
        for hook, shape in zip(hooks, shapes, strict=True)
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Heard", "version": bot.__version__, "description": "Where complaints are brought."},
        "paths": paths | _watching(ready),
        "components": {"schemas": components, "securitySchemes": _proofs()},
    }


def _delivery(hook: Hook, shape: Tree, taken: Tree, known: Tree, wrong: Tree) -> Tree:
    proof: Tree = {name: [] for name, is_wanted in _proofs_of(hook).items() if is_wanted}
    return {
        "operationId": f"deliver-{hook.name}",
        "summary": f"A delivery of {hook.name}: one complaint, or at most a hundred",
        "security": [proof],
        "parameters": [_header(name) for name in ("Idempotency-Key", *(_SIGNED if hook.is_signed else ()))],
        "requestBody": {"required": True, "content": {_JSON: {"schema": shape}}},
        "responses": {
            "202": _answer("It is kept, durably", taken),
            "200": _answer("It was known already", known),
            **{str(status): _answer(what, wrong) for status, what in _WRONGS.items()},
        },
    }


_SIGNED: Final = ("webhook-id", "webhook-timestamp")


def _proofs_of(hook: Hook) -> Mapping[str, bool]:
    return {"signature": hook.is_signed, "token": hook.has_token}


def _header(name: str) -> Tree:
    return {"name": name, "in": "header", "required": name in _SIGNED, "schema": {"type": "string"}}


def _watching(ready: Tree) -> Tree:
    text = {"description": "Fine", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {
        "/healthz": {"get": {"summary": "Whether it lives", "responses": {"200": text}}},
        "/readyz": {
            "get": {
                "summary": "Whether it can work",
                "responses": {"200": _answer("It can", ready), "503": _answer("Something is missing", ready)},
            }
        },
        "/metrics": {"get": {"summary": "Figures for Prometheus", "responses": {"200": text}}},
        "/openapi.json": {
            "get": {"summary": "This document", "responses": {"200": _answer("OpenAPI 3.1", {"type": "object"})}}
        },
    }


def _proofs() -> Tree:
    return {
        "token": {"type": "http", "scheme": "bearer"},
        "signature": {
            "type": "apiKey",
            "in": "header",
            "name": "webhook-signature",
            "description": "Standard Webhooks: v1,<base64 of HMAC-SHA256 over id.timestamp.body>",
        },
    }


def _answer(what: str, schema: Tree) -> Tree:
    return {"description": what, "content": {_JSON: {"schema": schema}}}
