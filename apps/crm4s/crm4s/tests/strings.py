"""Every string of the app that a person may read, found in its files without running them.

`app_strings()` gives each with the first place that uses it. What counts: names, labels, options and descriptions of DocTypes; roles;
workspaces, number cards, charts, reports; literals in `_()`, `__()`, `Problem()`, `Reason()` and `Work(why=…)`; names in the lookup lists that Frappe translates.
"""

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
MODULE = PACKAGE / "crm4s"
TRANSLATIONS = PACKAGE / "translations"

# A call of __() with a literal; Frappe allows no expression there.
JAVASCRIPT_CALL = re.compile(r"""\b__\(\s*(?P<quote>["'`])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""", re.DOTALL)
# A list of literals that are translated one by one: ["a", "b"].map((value) => ({ value, label: __(value) })).
JAVASCRIPT_LIST = re.compile(r"\[(?P<items>[^\[\]]*)\]\.map\(\((?P<name>\w+)\) => .{0,120}?\b__\((?P=name)\)", re.DOTALL)
# The same by a function of ours.
JAVASCRIPT_CHOICES = re.compile(r"\b(?:choices|view)\(\[(?P<items>[^\[\]]*)\]", re.DOTALL)
JAVASCRIPT_LITERAL = re.compile(r"""(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""")
JINJA_CALL = re.compile(r"""\b_\(\s*(?P<quote>["'])(?P<text>(?:\\.|(?!(?P=quote)).)*)(?P=quote)""", re.DOTALL)
LETTER = re.compile(r"[A-Za-z]{2}")
# What a text holds in place of a value: {0}, {name}, {}.
PLACEHOLDER = re.compile(r"\{\w*\}")

# What Frappe itself translates when it shows the standard fields of these documents.
SHOWN_FIELDS = {
	"Workspace": ("title",),
	"Number Card": ("label",),
	"Dashboard Chart": ("chart_name",),
	"Dashboard Chart Source": ("name",),
	"Report": ("report_name",),
	"Page": ("title",),
	"Print Format": ("name",),
	"Notification": (),
	"Web Form": ("title", "button_label", "success_title", "success_message"),
	"Module Onboarding": ("title", "subtitle", "success_message"),
	"Onboarding Step": ("title", "description", "action_label"),
}
# Names in workflows/data that Frappe translates when it shows them.
WORKFLOW_NAMES = {
	"Workflow": "workflow_name",
	"Workflow State": "workflow_state_name",
	"Workflow Action Master": "workflow_action_name",
}
SHOWN_CHILD_FIELDS = {
	"Web Form": {"web_form_fields": ("label", "description")},
	"Workspace": {
		"links": ("label",),
		"shortcuts": ("label", "format"),
		"charts": ("label",),
		"number_cards": ("label",),
		"quick_lists": ("label",),
	},
}
# A phrase that a module may pass to `_()` through a variable, and words of Frappe that look like one.
PHRASE = re.compile(r"[A-Z][\w ,&/'–-]*[a-z)%][\w ,&/'–-]*|[A-Z]{2,4}")
FRAMEWORK_WORDS = {"Email Account", "Text Editor", "Int", "Info", "DocType", "Workflow", "Data", "Link", "Currency", "Percent", "Float", "Date", "Datetime", "Green", "Red", "Orange", "Blue"} | {"Small Text", "Long Text", "Check", "Select", "Dashboard Chart", "POST", "GET", "RGBA"}


def app_strings() -> dict[str, str]:
	"""Each string that a person may read, with the file that uses it first."""
	found: dict[str, str] = {}
	for text, place in _all_strings():
		text = text.strip()
		if text and LETTER.search(text):
			found.setdefault(text, place)
	return found


def translations(language: str) -> list[tuple[str, str, str]]:
	"""The rows of a translation file: source, translation, context (mostly empty)."""
	with open(TRANSLATIONS / f"{language}.csv", encoding="utf-8", newline="") as file:
		return [(*row, "")[:3] for row in csv.reader(file) if row]


def placeholders(text: str) -> set[str]:
	return set(PLACEHOLDER.findall(text))


def framework_sources() -> str:
	"""What the installed framework's sources say, in one text: our translations of its words must occur there."""
	import frappe

	root = Path(frappe.__file__).parent
	left_out = {"node_modules", "tests", "translations", "locale", "lib", "dist"}
	return "\n".join(
		file.read_text(errors="ignore")
		for file in root.rglob("*")
		if file.suffix in (".py", ".js", ".vue", ".html", ".json") and not left_out & set(file.relative_to(root).parts)
	)


def doctypes() -> list[dict]:
	return [json.loads(file.read_text()) for file in sorted(MODULE.glob("doctype/*/*.json"))]


def _all_strings() -> Iterator[tuple[str, str]]:
	for file in sorted(PACKAGE.rglob("*")):
		# dist: what an ordinary bench builds from these files, inside the app.
		if not file.is_file() or {"tests", "dist"} & set(file.parts) or file.name.startswith("test_"):
			continue
		for text in _strings_of(file):
			yield text, str(file.relative_to(PACKAGE))


def _strings_of(file: Path) -> Iterator[str]:
	if file.suffix == ".py":
		yield from _python_strings(file.read_text())
	elif file.suffix == ".js":
		yield from _javascript_strings(file.read_text())
	elif file.suffix == ".html":
		yield from _jinja_strings(file.read_text())
	elif file.suffix == ".json":
		if file.parent.name == "fixtures":
			yield from (row["name"] for row in json.loads(file.read_text()) if row["doctype"] == "Role")
		elif file.parent == PACKAGE / "workflows" / "data":
			yield from (row[WORKFLOW_NAMES[row["doctype"]]] for row in json.loads(file.read_text()) if row["doctype"] in WORKFLOW_NAMES)
		elif file.parent == PACKAGE / "seed" / "data":
			yield from _seed_strings(file)
		elif MODULE in file.parents:
			yield from _json_strings(file)


def _json_strings(file: Path) -> Iterator[str]:
	try:
		document = json.loads(file.read_text())
	except ValueError:
		return
	if not isinstance(document, dict):
		return
	kind = document.get("doctype")
	if kind == "DocType":
		yield from _doctype_strings(document)
	for field in SHOWN_FIELDS.get(kind, ()):
		yield document.get(field) or ""
	for table, fields in SHOWN_CHILD_FIELDS.get(kind, {}).items():
		for row in document.get(table, []):
			yield from (row.get(field) or "" for field in fields)
	if kind == "Report":
		for row in [*document.get("columns", []), *document.get("filters", [])]:
			yield row.get("label") or ""


def _doctype_strings(document: dict) -> Iterator[str]:
	yield document["name"]
	yield document.get("description") or ""
	for field in document["fields"]:
		yield field.get("label") or ""
		yield field.get("description") or ""
		if field["fieldtype"] == "Select":
			yield from (field.get("options") or "").split("\n")
	for action in document.get("actions", []):
		yield action.get("label") or ""
	for link in document.get("links", []):
		yield link.get("group") or ""
	yield from (permission["role"] for permission in document.get("permissions", []))


def _seed_strings(file: Path) -> Iterator[str]:
	"""Names of the lookup lists that Frappe translates, in words that are not Chinese already."""
	translated = {
		document["name"]: document["autoname"].removeprefix("field:") if document.get("autoname") else document["title_field"]
		for document in doctypes()
		if document.get("translated_doctype")
	}
	for record in json.loads(file.read_text()):
		if record["doctype"] in translated:
			yield record[translated[record["doctype"]]]
		elif record["doctype"] == "Kanban Board":
			yield record["kanban_board_name"]


def _python_strings(source: str) -> Iterator[str]:
	"""Literals of the calls; and in a module that translates what a variable holds, all phrases it could hold."""
	tree = ast.parse(source)
	through_variable = False
	for node in ast.walk(tree):
		if isinstance(node, ast.Call) and node.args and _name_of(node.func) in ("_", "_lt", "Problem", "Reason"):
			text = node.args[0]
			if isinstance(text, ast.Constant) and isinstance(text.value, str):
				yield text.value
			else:
				through_variable = True
		if isinstance(node, ast.Call) and _name_of(node.func) == "Work":
			yield from (given.value.value for given in node.keywords if given.arg == "why")
	if through_variable:
		yield from _phrases(tree)


def _phrases(tree: ast.Module) -> Iterator[str]:
	for node in ast.walk(tree):
		if isinstance(node, ast.Constant) and isinstance(node.value, str) and PHRASE.fullmatch(node.value):
			if node.value not in FRAMEWORK_WORDS:
				yield node.value


def _name_of(function: ast.expr) -> str:
	return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _javascript_strings(source: str) -> Iterator[str]:
	for call in JAVASCRIPT_CALL.finditer(source):
		yield _unescaped(call["text"])
	for found in (*JAVASCRIPT_LIST.finditer(source), *JAVASCRIPT_CHOICES.finditer(source)):
		for item in JAVASCRIPT_LITERAL.finditer(found["items"]):
			yield _unescaped(item["text"])


def _jinja_strings(source: str) -> Iterator[str]:
	for call in (*JINJA_CALL.finditer(source), *JAVASCRIPT_CALL.finditer(source)):
		yield _unescaped(call["text"])


def _unescaped(text: str) -> str:
	return re.sub(r"\\(.)", lambda escape: "\n" if escape[1] == "n" else escape[1], text)
