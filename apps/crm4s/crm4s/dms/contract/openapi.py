"""The description of the contract in OpenAPI 3.1, made from the models and the methods themselves, so that it cannot say something else."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from crm4s.dms import problems
from crm4s.dms.contract.answered import ANSWERS, Answered, ProblemObject
from crm4s.dms.contract.registry import ENTITIES

VERSION = "1.0.0"
PATH = "/api/method/crm4s.dms.v1."
SCHEMAS = "#/components/schemas/"
ABOUT = "Takes in what a dealer management system knows, and gives out what changed here. The guide is docs/dms.en.md (docs/dms.zh.md)."
# Refused by the web server before we are asked: an address longer than any that we hand out.
TOO_LONG = 414
LIMITS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
# Headers of a refusal by its status.
REFUSAL_HEADERS = {401: "WWW-Authenticate", 405: "Allow", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After"}


def describe(methods: Iterable, server: str) -> dict:
	"""The whole description.

	Args:
		methods: of the gate.
		server: the address of the site.
	"""
	methods = sorted(methods, key=lambda method: method.name)
	described = {
		"openapi": "3.1.0",
		"info": {"title": "CRM4S DMS link", "version": VERSION, "description": ABOUT, "license": {"name": "MIT", "identifier": "MIT"}},
		"servers": [{"url": server}],
		"security": [{"token": []}, {"basic": []}],
		"paths": {PATH + method.name: _operations(method) for method in methods},
		"components": {"schemas": _schemas(methods), "responses": _refusals(), "securitySchemes": _security()},
	}
	return _with_plain_limits(described)


def _with_plain_limits(value):
	"""Limits as whole numbers where they are: some versions of pydantic write 99999, others 99999.0."""
	if isinstance(value, list):
		return [_with_plain_limits(one) for one in value]
	if not isinstance(value, dict):
		return value
	return {key: int(one) if key in LIMITS and isinstance(one, float) and one.is_integer() else _with_plain_limits(one) for key, one in value.items()}


def _answer_of(method) -> type[BaseModel]:
	return method.answer or ANSWERS.get(method.name, Answered)


def _schemas(methods: Iterable) -> dict:
	given = [(model, "validation") for model in [entity.model for entity in ENTITIES.values()]]
	answered = [(model, "serialization") for model in {_answer_of(method): None for method in methods} | {ProblemObject: None}]
	_places, made = models_json_schema([*given, *answered], ref_template=SCHEMAS + "{model}")
	# Parts of what methods take beside records.
	parts = [method.arguments.model_json_schema(ref_template=SCHEMAS + "{model}").get("$defs", {}) for method in methods]
	return dict(sorted({name: schema for found in (*parts, made["$defs"]) for name, schema in found.items()}.items()))


def _security() -> dict:
	token = {"type": "apiKey", "in": "header", "name": "Authorization", "description": "token KEY:SECRET"}
	return {"token": token, "basic": {"type": "http", "scheme": "basic", "description": "The key as user, the secret as password."}}


# Methods
# -------


def _operations(method) -> dict:
	return {http.lower(): _operation(method, http) for http in method.http}


def _operation(method, http: str) -> dict:
	summary, _blank, more = (method.function.__doc__ or method.name).partition("\n")
	operation = {"operationId": method.name, "summary": summary, "description": _unindented(more), "parameters": _parameters(method, http)}
	if http in ("POST", "PUT"):
		operation["requestBody"] = _body(method)
	if method.ends_on:
		operation["deprecated"] = True
	return {**operation, "responses": {"200": _answer(method), **_refused()}}


def _unindented(lines: str) -> str:
	return "\n".join(line.strip() for line in lines.strip().splitlines())


def _parameters(method, http: str) -> list[dict]:
	found = []
	if method.once:
		about = "New for each request, the same when it is repeated: the answer is then the same as well."
		schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
		found.append({"name": "Idempotency-Key", "in": "header", "required": True, "description": about, "schema": schema})
	if http == "GET" or not _takes_json(method):
		found += [_parameter(name, schema, method) for name, schema in _arguments(method)["properties"].items()]
	return found


def _takes_json(method) -> bool:
	return "application/json" in method.media


def _arguments(method) -> dict:
	schema = method.arguments.model_json_schema(ref_template=SCHEMAS + "{model}")
	schema.pop("$defs", None)
	return {"properties": {}, **schema}


def _parameter(name: str, schema: Mapping[str, Any], method) -> dict:
	required = name in _arguments(method).get("required", ())
	schema = _without_null(schema)
	about = schema.pop("description", "")
	return {"name": name, "in": "query", "required": required, **({"description": about} if about else {}), "schema": schema}


def _without_null(schema: Mapping[str, Any]) -> dict:
	"""What is left out of a query is not null there."""
	kept = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
	plain = {name: value for name, value in schema.items() if name not in ("anyOf", "title", "default") or (name == "default" and value is not None)}
	if not kept:
		return plain
	return {**plain, **kept[0]} if len(kept) == 1 else {**plain, "anyOf": kept}


def _body(method) -> dict:
	if not _takes_json(method):
		return {"required": True, "content": {media: {"schema": {"type": "string", "contentMediaType": media}} for media in method.media}}
	arguments = _arguments(method)
	if {"entity", "records"} <= set(arguments["properties"]):
		return {"required": True, "content": {"application/json": {"schema": _by_entity(arguments), "examples": _examples()}}}
	arguments.pop("title", None)
	return {"required": True, "content": {"application/json": {"schema": arguments}}}


def _by_entity(arguments: Mapping[str, Any]) -> dict:
	"""Records are those of the entity that is named beside them."""
	limits = {name: value for name, value in arguments["properties"]["records"].items() if name in ("minItems", "maxItems", "description")}
	others = {name: schema for name, schema in arguments["properties"].items() if name not in ("entity", "records")}
	return {
		"oneOf": [
			{
				"type": "object",
				"title": entity.title,
				"required": ["entity", "records"],
				"additionalProperties": False,
				"properties": {"entity": {"const": code}, "records": {**limits, "type": "array", "items": _model(entity.model)}, **others},
			}
			for code, entity in ENTITIES.items()
		]
	}


def _examples() -> dict:
	found = {}
	for code, entity in ENTITIES.items():
		for example in ((entity.model.model_config.get("json_schema_extra") or {}).get("examples") or ())[:1]:
			found[code] = {"summary": entity.title, "value": {"entity": code, "records": [json.loads(json.dumps(example, default=str))]}}
	return found


def _model(model: type[BaseModel]) -> dict:
	return {"$ref": SCHEMAS + model.__name__}


# Answers
# -------


def _answer(method) -> dict:
	schema = _model(_answer_of(method)) if method.gives == "application/json" else {"type": "string", "contentMediaType": method.gives}
	answer = {"description": "Done.", "content": {method.gives: {"schema": schema}}}
	if method.once:
		about = "true where the stored answer of an earlier request with this key was given."
		answer["headers"] = {"Idempotency-Replayed": {"description": about, "schema": {"type": "string", "enum": ["true"]}}}
	return answer


def _refused() -> dict:
	return {str(status): {"$ref": f"#/components/responses/{status}"} for status in _statuses()}


def _statuses() -> list[int]:
	return sorted({*problems.STATUS.values(), TOO_LONG})


def _refusals() -> dict:
	return {str(status): _refusal(status) for status in _statuses()}


def _refusal(status: int) -> dict:
	if status == TOO_LONG:
		return {"description": "The address is too long.", "content": {"text/html": {"schema": {"type": "string"}}}}
	codes = ", ".join(code for code, of_code in problems.STATUS.items() if of_code == status)
	content = {problems.MIME: {"schema": _model(ProblemObject)}}
	if status == 413:
		# Refused by the web server or the framework before we are asked.
		content["text/html"] = {"schema": {"type": "string"}}
	header = REFUSAL_HEADERS.get(status)
	headers = {"headers": {header: {"schema": {"type": "string"}}}} if header else {}
	return {"description": f"Codes: {codes}.", "content": content, **headers}
