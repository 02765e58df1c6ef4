"""What the desk's own scripts need to run with the packages of npm."""

import json
import unittest

from embedded import layout

CONTROLS = layout.FRAMEWORK / "frappe" / "public" / "js" / "frappe" / "form" / "controls"


class TimePicker(unittest.TestCase):
	def test_a_picker_without_seconds_is_not_asked_for_them(self):
		for name in ("time.js", "datetime.js"):
			with self.subTest(name):
				self.assertIn("if ($tp.$seconds && ", (CONTROLS / name).read_text())

	def test_opening_a_form_selects_no_date_again(self):
		self.assertIn("if (differs) this.datepicker.selectDate(", (CONTROLS / "datetime.js").read_text())


class Workspaces(unittest.TestCase):
	def test_what_a_reader_may_not_see_leaves_no_grey_block(self):
		"""From 2.27 on editor.js shows a stub for a block that renders nothing, which is how Frappe hides one."""
		packages = json.loads((layout.EMBEDDED / "node" / "package.json").read_text())
		self.assertEqual("2.26.5", packages["dependencies"]["@editorjs/editorjs"])


if __name__ == "__main__":
	unittest.main()
