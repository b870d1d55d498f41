"""The OpenAPI 3.1 document of the HTTP interface: schemas are those of the verbs, and of our Structs."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

import msgspec

from cli.serve.job_model import JobState
from cli.words.schema import Schema

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
def document() -> Schema:
    """The document."""
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
                "post": _post(
                    "check", "Is it right? Findings are a 200.", _ref("Check"), (_NAME, _LEDGER, _LANG)
                )
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
            "schemas": _schemas(),
            "securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}},
        },
    }


#: Documents whose schema is published beside their verb.
_PUBLISHED: Final = {
    "Check": ("cli.check", "check.schema.json"),
    "Decoded": ("cli.decode", "decode.schema.json"),
    "Explained": ("cli.explain", "explain.schema.json"),
}


def _schemas() -> Schema:
    """Schemas by name; what a published one holds has its name before its own."""
    from noemie.ledger.today_model import Aujourdhui

    types = [Problem, JobState, Aujourdhui]
    _, found = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schemas: Schema = dict(found)
    for name, (package, file) in _PUBLISHED.items():
        text = files(package).joinpath(file).read_text(encoding="utf-8")
        whole = json.loads(text.replace('"#/$defs/', f'"#/components/schemas/{name}_'))
        schemas |= {f"{name}_{inner}": one for inner, one in whole.pop("$defs", {}).items()}
        for key in ("$schema", "$id"):
            whole.pop(key, None)
        schemas[name] = whole
    return schemas


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


_PROBLEM: Final = {
    "description": "What went wrong, and how to correct it.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def _post(
    name: str, summary: str, schema: Schema, parameters: tuple[Any, ...] = (), status: int = 200
) -> Schema:
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
) -> Schema:
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
