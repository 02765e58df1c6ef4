"""No writer goes round the feed: who writes what counts by a statement of its own notes it in the same function."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.change_feed.watching import RELATIONSHIP, TABLES, WATCHED
from crm4s.tests.test_imports import PACKAGE, modules

# The demo begins before any system is connected; patches complete what older versions left; the uninstallation takes all.
OUTSIDE = ("demo", "patches", "seed", "removal", "uninstall", "install")
NOTES = re.compile(r"\b(note|changes\.write|documents\.\w+)\(")
TABLE = re.compile(r"(?:update|delete from|insert into|insert ignore into) `tab(?:\{(\w+)\}|([^`]+))`")
# Their fields come from elsewhere: classes and facts that are derived every night.
DERIVED = {("customer_value.writing._tell", "C4S Customer")}
COUNTS = {*WATCHED, *TABLES, RELATIONSHIP}


def fields_of(doctype: str) -> set[str]:
	"""Those whose writing counts; of a table and of a relationship every one."""
	if doctype in WATCHED:
		return set(WATCHED[doctype])
	return {field.fieldname for field in frappe.get_meta(doctype).fields}


class Writer:
	"""A function that may write by itself."""

	def __init__(self, module, node: ast.FunctionDef):
		self.module, self.node, self.text = module, node, ast.unparse(node)
		self.tables = {
			target.id: self.value(statement.value.args[0])
			for statement in ast.walk(node)
			if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call) and ast.unparse(statement.value.func) == "frappe.qb.DocType"
			for target in statement.targets
			if isinstance(target, ast.Name)
		}

	def value(self, node: ast.AST):
		"""What a constant of the module, or a text, is."""
		if isinstance(node, ast.Constant):
			return node.value
		return getattr(self.module, node.id, None) if isinstance(node, ast.Name) else None

	def written(self) -> Iterator[tuple[str, bool]]:
		"""Types that the function writes, and whether by what it says something that counts may be among it."""
		for call in [node for node in ast.walk(self.node) if isinstance(node, ast.Call)]:
			called = ast.unparse(call.func)
			if called in ("frappe.db.set_value", "frappe.db.delete") and call.args:
				said = " ".join(ast.unparse(argument) for argument in call.args[2:])
				yield self.value(call.args[0]), called.endswith("delete") or self.may_count(self.value(call.args[0]), said)
			if called == "frappe.qb.update" and call.args and isinstance(call.args[0], ast.Name):
				name, doctype = call.args[0].id, self.tables.get(call.args[0].id)
				yield doctype, self.may_count(doctype, " ".join(re.findall(rf"\.set\({name}(.*?),", self.text)))
			if called == "frappe.db.sql":
				for name, literal in TABLE.findall(ast.unparse(call)):
					yield literal or getattr(self.module, name, None), True

	def may_count(self, doctype: str | None, said: str) -> bool:
		"""Whether a field that counts is named, or none of the type at all, as the names come from elsewhere."""
		if doctype not in COUNTS:
			return False
		words = set(re.findall(r"\w+", said))
		known = {field.fieldname for field in frappe.get_meta(doctype).fields} | {"_assign", "modified"}
		return bool(words & fields_of(doctype)) or not words & known


def writers() -> Iterator[tuple[str, Writer]]:
	for name, path in modules().items():
		if name.startswith(OUTSIDE) or name.startswith(("change_feed", "rows", "dms")) or not re.search(r"set_value|qb\.update|db\.delete|db\.sql", path.read_text()):
			continue
		module = importlib.import_module(f"crm4s.{name}")
		for node in ast.walk(ast.parse(Path(PACKAGE, path).read_text())):
			if isinstance(node, ast.FunctionDef):
				yield f"{name}.{node.name}", Writer(module, node)


class TestWriters(FrappeTestCase):
	def test_who_writes_what_counts_notes_it(self):
		found = [(place, doctype, writer) for place, writer in writers() for doctype, counts in writer.written() if counts and doctype in COUNTS]
		self.assertIn(("leads.pool.put_into_pool", "C4S Lead"), [(place, doctype) for place, doctype, _writer in found])
		self.assertEqual(DERIVED, {(place, doctype) for place, doctype, writer in found if not NOTES.search(writer.text)})
