"""Who imports whom: no package reads one that reads it, by however many steps, and nobody reads what stands at the top."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from frappe.tests.utils import FrappeTestCase

import crm4s

PACKAGE = Path(crm4s.__file__).resolve().parent
# What people open: it reads everything, nothing reads it.
TOP = ("crm4s.report", "crm4s.page", "www", "templates", "demo")


def modules() -> dict[str, Path]:
	"""Modules of the app that are no tests, by their dotted names below `crm4s`."""
	paths = [path for path in PACKAGE.rglob("*.py") if not path.name.startswith("test_") and "tests" not in path.parts and "node_modules" not in path.parts]
	return {".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
	"""The own modules that a file imports, at its top or within a function."""
	for node in ast.walk(ast.parse(path.read_text())):
		if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "crm4s":
			begun = node.module.partition(".")[2]
			for name in node.names:
				whole = f"{begun}.{name.name}".strip(".")
				yield whole if whole in known else begun
		elif isinstance(node, ast.Import):
			yield from (name.name.removeprefix("crm4s.") for name in node.names if name.name.startswith("crm4s."))


def unused(path: Path) -> set[str]:
	"""Names that a file imports and never speaks of; `import a as a` is for others."""
	tree = ast.parse(path.read_text())
	names = {
		(name.asname or name.name).partition(".")[0]
		for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))
		for name in node.names if name.name != name.asname
	}
	return names - {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def package_of(module: str) -> str:
	"""A folder of the app; of the Frappe module `crm4s` each document type, report and page is one of its own."""
	parts = module.split(".")
	return ".".join(parts[:3] if parts[0] == "crm4s" else parts[:1])


class TestImports(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		known = modules()
		cls.imports = {module: set(imported(path, known)) - {module, ""} for module, path in known.items()}

	def test_imports_are_found(self):
		self.assertIn("crm4s.report.period", self.imports["crm4s.report.c4s_churn.c4s_churn"])
		self.assertIn("value.satisfaction", self.imports["surveys.questions"])

	def test_nothing_is_imported_for_nothing(self):
		files = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py" and "node_modules" not in path.parts]
		self.assertEqual({}, {str(path.relative_to(PACKAGE)): names for path in files if (names := unused(path))})

	def test_no_packages_read_each_other_in_a_circle(self):
		packages: dict[str, set[str]] = {}
		for module, read in self.imports.items():
			packages.setdefault(package_of(module), set()).update({package_of(other) for other in read} - {package_of(module)})
		self.assert_no_circle(packages)

	def test_no_modules_read_each_other_in_a_circle(self):
		self.assert_no_circle(self.imports)

	def test_nobody_reads_reports_pages_and_the_demo(self):
		for module, read in self.imports.items():
			if not module.startswith(TOP):
				self.assertEqual([], [other for other in read if other.startswith(TOP)], module)

	def assert_no_circle(self, graph: dict[str, set[str]]) -> None:
		try:
			TopologicalSorter(graph).prepare()
		except CycleError as circle:
			self.fail(" reads ".join(reversed(circle.args[1])))
