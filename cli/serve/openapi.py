"""The OpenAPI 3.1 document of the HTTP interface: schemas are those of the verbs, and of our Structs."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

import msgspec

__all__ = ["VALUES", "document"]

#: Values that parameters of an address may have.
VALUES: Final = {"lang": ("fr", "en"), "registre": ("0", "1")}


class Problem(msgspec.Struct, omit_defaults=True):
    """What went wrong (RFC 9457); `conseil` tells how to correct, `regle` is the rule of the catalogue."""

    type: str
    title: str
    status: int
    conseil: str
    detail: str = ""
    regle: str = ""


class Unreadable(msgspec.Struct):
    """A file that could not be read, and why."""

    fichier: str
    message: str
    conseil: str


class Result(msgspec.Struct, omit_defaults=True):
    """What a job read: files read, known already, of rights; flows, returns, ARLs among those read."""

    lus: int = 0
    connus: int = 0
    droits: int = 0
    flux: int = 0
    retour: int = 0
    arl: int = 0
    illisibles: list[Unreadable] = []


class JobState(msgspec.Struct):
    """A reading: `etat` is attend, lit, fini or refuse; `lus` files of `total` were read."""

    id: str
    etat: str
    lus: int
    total: int
    resultat: Result
    erreur: str


class Explained(msgspec.Struct):
    """What a code means: entries that are it, then those that are only near it (`noemie explain`)."""

    schema_version: int
    command: str
    lang: str
    answers: list[dict[str, Any]]


class Decoded(msgspec.Struct):
    """Decoded returns (`noemie decode --format json`): each file, then all of them added up."""

    schema_version: int
    command: str
    lang: str
    files: list[dict[str, Any]]
    summary: dict[str, Any]


_LANG: Final = {
    "name": "lang",
    "in": "query",
    "description": "Language of texts.",
    "schema": {"type": "string", "enum": list(VALUES["lang"])},
}
_NAME: Final = {
    "name": "nom",
    "in": "query",
    "description": "Name of the file in the answer.",
    "schema": {"type": "string"},
}
_LEDGER: Final = {
    "name": "registre",
    "in": "query",
    "description": "1: compared with the ledger and the rights of the page.",
    "schema": {"type": "string", "enum": list(VALUES["registre"])},
}


@lru_cache
def document() -> dict[str, Any]:
    """The document."""
    schemas, check = _schemas()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "sesam-noemie",
            "version": version("sesam-noemie"),
            "summary": "Check flows, decode returns, explain codes, on this machine.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"jeton": []}],
        "paths": {
            "/api/check": {
                "post": _post("check", "Is it right? Findings are a 200.", check, (_NAME, _LEDGER, _LANG))
            },
            "/api/decode": {"post": _post("decode", "What returns say.", _ref("Decoded"), (_NAME, _LANG))},
            "/api/explain/{code}": {
                "get": _get(
                    "explain",
                    "What a code, a label, a rule or a field means.",
                    "Explained",
                    ("code",),
                    (_LANG,),
                )
            },
            "/api/today": {"get": _get("today", "What came, what to do, what is late.", "Aujourdhui")},
            "/api/jobs": {
                "post": _post("newJob", "Read files into the ledger.", _ref("JobState"), (_NAME, _LANG), 202)
            },
            "/api/jobs/{id}": {"get": _get("job", "Where a job stands.", "JobState", ("id",))},
            "/api/jobs/{id}/events": {
                "get": {
                    **_get("jobEvents", "The same, as server-sent events.", "JobState", ("id",)),
                    "responses": {
                        "200": {
                            "description": "A JobState in each event; the last is fini or refuse.",
                            "content": {"text/event-stream": {"schema": {"type": "string"}}},
                        },
                        "default": _PROBLEM,
                    },
                }
            },
        },
        "components": {
            "schemas": schemas,
            "securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> tuple[dict[str, Any], dict[str, Any]]:
    """Schemas by name, and that of a check, which is published by itself."""
    from noemie.ledger.today_model import Aujourdhui

    types = [Problem, JobState, Explained, Decoded, Aujourdhui]
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    text = files("cli.check").joinpath("check.schema.json").read_text(encoding="utf-8")
    check = json.loads(text.replace('"#/$defs/', '"#/components/schemas/Check_'))
    schemas: dict[str, Any] = dict(found)
    schemas |= {f"Check_{name}": one for name, one in check.pop("$defs", {}).items()}
    for key in ("$schema", "$id"):
        check.pop(key, None)
    schemas["Check"] = check
    return schemas, _ref("Check")


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


_PROBLEM: Final = {
    "description": "What went wrong, and how to correct it.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _post(
    name: str, summary: str, schema: dict[str, Any], parameters: tuple[Any, ...] = (), status: int = 200
) -> dict[str, Any]:
    bytes_ = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    form = {
        "schema": {
            "type": "object",
            "properties": {"fichier": {"type": "string", "contentMediaType": "application/octet-stream"}},
            "required": ["fichier"],
        }
    }
    return {
        "operationId": name,
        "summary": summary,
        "parameters": list(parameters),
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": bytes_, "multipart/form-data": form},
        },
        "responses": {
            str(status): {"description": "Done.", "content": {"application/json": {"schema": schema}}},
            "default": _PROBLEM,
        },
    }


def _get(
    name: str, summary: str, schema: str, path: tuple[str, ...] = (), parameters: tuple[Any, ...] = ()
) -> dict[str, Any]:
    places = [
        {"name": one, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for one in path
    ]
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*places, *parameters],
        "responses": {
            "200": {"description": "Found.", "content": {"application/json": {"schema": _ref(schema)}}},
            "default": _PROBLEM,
        },
    }
