"""How Frappe's source gets here: names restored everywhere, the wrong file refused, every patch named, reasoned and tested."""

import ast
import re
import unittest
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from embedded import framework, layout
from embedded.console import Refusal

PATCH_NAME = re.compile(r"\d\d-[a-z0-9-]+\.patch")
HEADER = re.compile(r"Reason: (?P<reason>.+)\nTest: embedded/tests/(?P<file>test_\w+\.py)::(?P<test>\w+)\n\n(?=diff --git a/|--- a/)")


def make_wheel(folder: Path, files: dict[str, str | bytes]) -> Path:
	wheel = folder / framework.WHEEL
	with zipfile.ZipFile(wheel, "w") as archive:
		for name, content in files.items():
			archive.writestr(name, content)
	return wheel


def names_in(path: Path) -> set[str]:
	return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, (ast.ClassDef, ast.FunctionDef))}


class Source(unittest.TestCase):
	def setUp(self):
		temporary = TemporaryDirectory()
		self.addCleanup(temporary.cleanup)
		self.folder = Path(temporary.name)

	def test_names_are_restored_in_contents_and_paths(self):
		wheel = make_wheel(
			self.folder,
			{
				"criscostack/utils/brik_helper.py": "import criscostack\nclass CriscostackError: pass\n# criscoerp, Criscoerp, Crisco, CRISCOSTACK\n",
				"criscostack/logo.png": b"\x89PNG criscostack \xff",
				"criscostack-1.0.0.dist-info/METADATA": "Name: criscostack",
			},
		)
		self.assertEqual(framework.unpack(wheel, self.folder / "out"), 2)
		restored = self.folder / "out" / "frappe" / "utils" / "bench_helper.py"
		self.assertEqual(
			restored.read_text(), "import frappe\nclass FrappeError: pass\n# erpnext, ERPNext, Frappe, FRAPPE\n"
		)
		self.assertEqual((self.folder / "out" / "frappe" / "logo.png").read_bytes(), b"\x89PNG criscostack \xff")

	def test_a_file_outside_its_folder_is_refused(self):
		for name in ("criscostack/../../evil.py", "criscostack/../../../tmp/evil.py"):
			with self.subTest(name):
				wheel = make_wheel(self.folder, {name: "x"})
				with self.assertRaises(Refusal) as refused:
					framework.unpack(wheel, self.folder / "out")
				self.assertIn("outside its own folder", str(refused.exception))
				self.assertFalse((self.folder / "evil.py").exists())

	def test_another_file_than_the_examined_one_is_refused_and_deleted(self):
		wheel = make_wheel(self.folder, {"criscostack/__init__.py": ""})
		with self.assertRaises(Refusal) as refused:
			framework.verify(wheel)
		self.assertIn("is not the file that was examined", str(refused.exception))
		self.assertFalse(wheel.exists())

	def test_a_patch_that_does_not_fit_stops_loudly(self):
		(self.folder / "frappe").mkdir()
		(self.folder / "frappe" / "a.py").write_text("one\ntwo\nthree\n")
		patch = self.folder / "20-wrong.patch"
		patch.write_text("--- a/frappe/a.py\n+++ b/frappe/a.py\n@@ -1,3 +1,3 @@\n one\n-zwei\n+due\n three\n")
		with mock.patch.object(framework, "patches", return_value=[patch]):
			with self.assertRaises(Refusal) as refused:
				framework.apply_patches(self.folder)
		self.assertIn("The patch 20-wrong.patch does not fit", str(refused.exception))
		self.assertEqual((self.folder / "frappe" / "a.py").read_text(), "one\ntwo\nthree\n")

	def test_no_trace_of_the_other_name_is_left(self):
		found = []
		for path in (layout.FRAMEWORK / "frappe").rglob("*"):
			if path.is_file() and "node_modules" not in path.parts and "__pycache__" not in path.parts:
				text = path.read_bytes()
				if b"\0" not in text and re.search(rb"crisco", text, re.IGNORECASE):
					found.append(str(path))
		self.assertEqual(found, [])
		self.assertTrue((layout.FRAMEWORK / "frappe" / "utils" / "bench_helper.py").exists())


class Patches(unittest.TestCase):
	def test_every_patch_states_its_reason_and_a_test_that_exists(self):
		for patch in framework.patches():
			with self.subTest(patch.name):
				self.assertRegex(patch.name, PATCH_NAME)
				header = HEADER.match(patch.read_text())
				self.assertIsNotNone(header, "header lines Reason:, Test:, an empty line, the diff")
				file = layout.EMBEDDED / "tests" / header["file"]
				self.assertIn(header["test"], names_in(file), f"{file.name} has no {header['test']}")

	def test_numbers_are_not_used_twice(self):
		numbers = [patch.name[:2] for patch in framework.patches()]
		self.assertEqual(numbers, sorted(set(numbers)))

	def test_patches_touch_the_framework_only(self):
		for patch in framework.patches():
			with self.subTest(patch.name):
				for name in re.findall(r"^(?:---|\+\+\+) (\S+)", patch.read_text(), re.MULTILINE):
					self.assertTrue(name == "/dev/null" or re.match(r"[ab]/frappe/", name), name)
					self.assertNotIn("..", name.split("/"))

	def test_the_readme_lists_every_patch(self):
		text = (layout.EMBEDDED / "patches" / "README.md").read_text()
		missing = [patch.name for patch in framework.patches() if patch.stem not in text]
		self.assertEqual(missing, [])


if __name__ == "__main__":
	unittest.main()
