"""Every report and every role: who is not among its readers gets neither its figures nor its file."""

import json
from pathlib import Path

import frappe
from frappe.desk.query_report import export_query, run
from frappe.tests.utils import FrappeTestCase

import crm4s
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
FOLDER = Path(crm4s.__file__).resolve().parent / "crm4s" / "report"
WAYS = {
	"figures": lambda report: run(report, {}),
	"file": lambda report: _exported(report),
}


def _exported(report: str) -> None:
	before = frappe.local.form_dict
	frappe.local.form_dict = frappe._dict(report_name=report, filters="{}", file_format_type="Excel", visible_idx="[]")
	try:
		export_query()
	finally:
		frappe.local.form_dict = before


def reports() -> list[dict]:
	return [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*/*.json"))]


class TestReportsByRole(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		store = make_dealership("REPORTS-BY-ROLE").name
		cls.people = {role: make_user(role, [store]) for role in frappe.get_all("Role", {"name": ["like", "C4S %"]}, pluck="name")}

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_who_may_not_read_a_report_gets_neither_figures_nor_file(self):
		for report in reports():
			readers = {row["role"] for row in report["roles"]}
			self.assertTrue(readers, f"{report['name']} is open to everybody")
			for role in sorted(set(self.people) - readers):
				for way, ask in WAYS.items():
					with self.subTest(report=report["name"], role=role, way=way), as_user(self.people[role]), self.assertRaises(frappe.PermissionError):
						ask(report["name"])

	def test_who_is_named_among_its_readers_may_read_what_it_is_about(self):
		"""Without that right the report would be in the menu and answer with a refusal."""
		for report in reports():
			for role in sorted({row["role"] for row in report["roles"]} & set(self.people)):
				with self.subTest(report=report["name"], role=role), as_user(self.people[role]):
					self.assertTrue(frappe.has_permission(report["ref_doctype"], "report"))
					self.assertTrue(frappe.get_doc("Report", report["name"]).is_permitted())

	def test_who_may_not_export_what_a_report_is_about_gets_no_file(self):
		for report in reports():
			for role in sorted({row["role"] for row in report["roles"]} & set(self.people)):
				with as_user(self.people[role]):
					if not frappe.has_permission(report["ref_doctype"], "export"):
						with self.subTest(report=report["name"], role=role), self.assertRaises(frappe.PermissionError):
							WAYS["file"](report["name"])
