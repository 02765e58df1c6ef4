import csv
import io
from pathlib import Path
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from openpyxl import load_workbook

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_spreadsheet_import import c4s_spreadsheet_import as controller
from crm4s.intake.sheets import job
from crm4s.intake.sheets.layouts import CUSTOMERS, LAYOUTS, VEHICLES, VISITS
from crm4s.intake.sheets.templates import comma_separated
from crm4s.sheet_reading import Limits, read_sheet
from crm4s.tests.people import as_user, make_user

DOCTYPE = "C4S Spreadsheet Import"
STORE, OTHER_STORE = "SHEET-1", "SHEET-2"
VIN = "LSVAG2180E2100001"
CUSTOMERS_CSV = "客户姓名,手机号,城市\n张伟,13800138000,上海市\n欧阳娜娜,1380013800,北京市\n李雷,13800138002,=1+1\n"


def make_import(content: bytes | str, kind: str = CUSTOMERS, file_name: str = "客户.csv", **overrides):
	"""A saved import with its file uploaded by the current user."""
	document = frappe.get_doc({"doctype": DOCTYPE, "kind": kind, "dealership": STORE, **overrides}).insert()
	document.file = attach(content, file_name, document).file_url
	return document.save()


def attach(content: bytes | str, file_name: str, document=None, **overrides):
	content = content.encode() if isinstance(content, str) else content
	values = {"doctype": "File", "file_name": f"{frappe.generate_hash(length=6)}-{file_name}", "content": content, "is_private": 1}
	if document:
		values |= {"attached_to_doctype": DOCTYPE, "attached_to_name": document.name, "attached_to_field": "file"}
	return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


def run(document, dry_run: bool = False):
	"""The document as the job leaves it."""
	job.run(document.name, dry_run, commit=False)
	return frappe.get_doc(DOCTYPE, document.name)


def counts(document) -> tuple[int, ...]:
	return tuple(document.get(f"{state}_count") for state in ("created", "updated", "unchanged", "rejected"))


class SpreadsheetTestCase(FrappeTestCase):
	def setUp(self):
		make_dealership(STORE)
		make_dealership(OTHER_STORE)

	def tearDown(self):
		frappe.set_user("Administrator")
		urls = frappe.get_all("File", {"attached_to_doctype": DOCTYPE}, pluck="file_url")
		frappe.db.rollback()
		for url in urls:
			for folder in ("private", "public"):
				Path(frappe.get_site_path(folder, "files", url.rsplit("/", 1)[-1])).unlink(missing_ok=True)
		frappe.local.lang = "en"


class TestImport(SpreadsheetTestCase):
	def test_a_check_says_what_would_happen_and_writes_nothing(self):
		before = frappe.db.count("C4S Customer")
		document = run(make_import(CUSTOMERS_CSV), dry_run=True)
		self.assertEqual(("Checked", (2, 0, 0, 1), 3), (document.status, counts(document), document.total_rows))
		self.assertEqual(before, frappe.db.count("C4S Customer"))
		problem = document.problems[0]
		self.assertEqual((3, "手机号"), (problem.row_number, problem.field_label))
		self.assertIn("has 10 digits, but a Chinese mobile number has 11", problem.reason)

	def test_good_rows_are_kept_and_wrong_ones_come_back_to_be_mended(self):
		document = run(make_import(CUSTOMERS_CSV))
		self.assertEqual(("Finished", (2, 0, 0, 1)), (document.status, counts(document)))
		self.assertEqual({"张伟", "李雷"}, set(frappe.get_all("C4S Store Relationship", {"dealership": STORE}, pluck="customer_name")))

		back = self.rejected(document)
		self.assertEqual(["客户姓名", "手机号", "城市"], back.headings[3:])
		self.assertEqual([[3, "欧阳娜娜"]], [[row[0], row[3]] for row in back.rows])
		mended = [[*row[:4], "13800138001", *row[5:]] for row in back.rows]
		again = run(make_import(self.as_csv(back.headings, mended)))
		self.assertEqual((1, 0, 0, 0), counts(again))
		self.assertIsNone(again.rejected_file)

	def test_the_same_file_again_changes_nothing(self):
		document = run(make_import(CUSTOMERS_CSV))
		self.assertEqual((0, 0, 2, 1), counts(run(document)))
		self.assertEqual(1, frappe.db.count("File", {"attached_to_name": document.name, "attached_to_field": "rejected_file"}))

	def test_a_formula_in_the_file_comes_back_as_text(self):
		document = run(make_import("客户姓名,手机号\n=1+1,1\n"))
		content = Path(frappe.get_site_path(document.rejected_file.lstrip("/"))).read_bytes()
		self.assertEqual("'=1+1", load_workbook(io.BytesIO(content)).active["D2"].value)

	def test_a_gb18030_file_and_a_workbook_give_the_same(self):
		run(make_import(CUSTOMERS_CSV))
		self.assertEqual((0, 0, 2, 1), counts(run(make_import(CUSTOMERS_CSV.encode("gb18030")))))

	def test_a_file_that_cannot_be_read_fails_with_its_sentence(self):
		for content, name, sentence in (
			("客户姓名\n", "a.csv", "no rows below its headings"),
			("手机号\n1\n", "a.csv", "The column 客户姓名 / Customer Name is missing"),
			("PK", "a.xlsx", "damaged or locked"),
		):
			with self.subTest(sentence=sentence):
				document = run(make_import(content, file_name=name))
				self.assertEqual("Failed", document.status)
				self.assertIn(sentence, document.message)

	def test_the_file_of_rejected_rows_speaks_the_language_of_the_person(self):
		document = make_import(CUSTOMERS_CSV)
		job.run(document.name, dry_run=False, language="zh", commit=False)
		self.assertEqual(["行号", "字段", "原因"], self.rejected(frappe.get_doc(DOCTYPE, document.name)).headings[:3])

	def test_limits_are_said_in_a_sentence(self):
		with patch.object(job, "limits", lambda: Limits(rows=2)):
			self.assertIn("more than 2 rows; split it", run(make_import(CUSTOMERS_CSV)).message)
		with patch.object(job, "limits", lambda: Limits(bytes=10)):
			self.assertIn("split it", run(make_import(CUSTOMERS_CSV)).message)

	def test_columns_that_are_not_known_are_named(self):
		document = run(make_import("客户姓名,手机号,<b>幸运色</b>\n张伟,13800138000,红\n"))
		self.assertIn("幸运色", document.message)
		self.assertNotIn("<b>", document.message)

	def test_vehicles_with_owners_and_visits_with_lines(self):
		run(make_import("客户编号,客户姓名,手机号\nK1,张伟,13800138000\n"))
		cars = make_import(f"车架号,车型,车牌号,车主客户编号,购车日期\n{VIN},卡罗拉,沪A12345,K1,2024-05-01\n", VEHICLES)
		self.assertEqual((1, 0, 0, 0), counts(run(cars)))
		visits = make_import(
			"工单号,到店类型,状态,车牌号,进店时间,结算时间,行驶里程,项目类别,项目名称,数量,单价\n"
			"A1,进店,已结算,沪A12345,2026-03-01 09:30,2026-03-01 16:00,15230,工时,换机油,1,80\n"
			"A1,,,,,,,其他,洗车,1,30\n"
			"A2,进店,已结算,沪A12345,2026-04-01 09:30,2026-04-01 16:00,15000,工时,检查,1,0\n",
			VISITS,
		)
		document = run(visits)
		self.assertEqual((1, 0, 0, 1), counts(document))
		self.assertEqual((4, "行驶里程"), (document.problems[0].row_number, document.problems[0].field_label))
		visit = frappe.get_doc("C4S Service Visit", {"external_key": f"{STORE}:A1"})
		self.assertEqual((110.0, 15230, "张伟"), (visit.total_amount, visit.odometer, frappe.db.get_value("C4S Customer", visit.customer, "customer_name")))

	def test_a_wrong_line_brings_back_all_rows_of_its_visit(self):
		document = run(
			make_import(
				"工单号,到店类型,状态,进店时间,结算时间,项目名称,单价\n"
				"A1,柜台销售,已结算,2026-03-01,2026-03-01,机油,80\nA1,,,,,滤芯,drei\n",
				VISITS,
			)
		)
		self.assertEqual([(2, ""), (3, "单价")], [(row.row_number, row.field_label or "") for row in document.problems])
		self.assertEqual(2, len(self.rejected(document).rows))

	def rejected(self, document):
		return read_sheet("back.xlsx", Path(frappe.get_site_path(document.rejected_file.lstrip("/"))).read_bytes())

	def as_csv(self, headings: list, rows: list) -> str:
		file = io.StringIO()
		csv.writer(file).writerows([headings, *rows])
		return file.getvalue()


class TestStates(SpreadsheetTestCase):
	def test_another_file_begins_anew(self):
		document = run(make_import(CUSTOMERS_CSV))
		document.file = attach("客户姓名,手机号\n王芳,13800138009\n", "b.csv", document).file_url
		document.save()
		self.assertEqual(("New", (0, 0, 0, 0), []), (document.status, counts(document), document.problems))

	def test_nobody_writes_results_by_hand(self):
		document = run(make_import(CUSTOMERS_CSV))
		document.update({"status": "New", "created_count": 99, "rejected_file": "/private/files/other.xlsx"})
		document.save()
		self.assertEqual(("Finished", 2), (document.status, document.created_count))
		self.assertNotEqual("/private/files/other.xlsx", document.rejected_file)

	def test_import_asks_for_a_check_first(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Check the file first"):
			controller.import_rows(make_import(CUSTOMERS_CSV).name)

	def test_a_job_is_queued_once(self):
		document = make_import(CUSTOMERS_CSV)
		with patch("frappe.enqueue") as enqueue:
			self.assertEqual("Checking", controller.check(document.name))
			words = enqueue.call_args.kwargs
			self.assertEqual(("long", True, document.name), (words["queue"], words["deduplicate"], words["name"]))
			with patch.object(controller, "is_job_enqueued", lambda job_id: True):
				with self.assertRaisesRegex(frappe.ValidationError, "under way; wait"):
					controller.check(document.name)
				with self.assertRaisesRegex(frappe.ValidationError, "under way; wait"):
					frappe.get_doc(DOCTYPE, document.name).save()
			# The job died: it may be started again.
			controller.check(document.name)

	def test_an_import_without_file_does_not_start(self):
		document = frappe.get_doc({"doctype": DOCTYPE, "kind": CUSTOMERS, "dealership": STORE}).insert()
		with self.assertRaisesRegex(frappe.ValidationError, "Upload a file first"):
			controller.check(document.name)

	def test_a_public_upload_becomes_private(self):
		document = frappe.get_doc({"doctype": DOCTYPE, "kind": CUSTOMERS, "dealership": STORE}).insert()
		document.file = attach(CUSTOMERS_CSV, "c.csv", document, is_private=0).file_url
		document.save()
		self.assertTrue(document.file.startswith("/private/files/"))
		self.assertEqual((2, 0, 0, 1), counts(run(document)))

	def test_other_kinds_of_files_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Only Excel workbooks"):
			make_import("x", file_name="a.txt")


class TestRights(SpreadsheetTestCase):
	def test_a_crm_manager_imports_customers_of_the_own_store(self):
		with as_user(make_user("CRM Manager", [STORE])):
			self.assertEqual((2, 0, 0, 1), counts(run(make_import(CUSTOMERS_CSV))))

	def test_another_stores_import_is_out_of_reach(self):
		document = make_import(CUSTOMERS_CSV)
		with as_user(make_user("CRM Manager", [OTHER_STORE])):
			self.assertEqual([], frappe.get_list(DOCTYPE))
			for call in (controller.check, controller.import_rows, controller.is_under_way):
				self.assertRaises(frappe.PermissionError, call, document.name)
			self.assertRaises(frappe.PermissionError, make_import, CUSTOMERS_CSV)

	def test_an_import_is_not_moved_out_of_another_store(self):
		document = make_import(CUSTOMERS_CSV)
		with as_user(make_user("CRM Manager", [OTHER_STORE])):
			document.dealership = OTHER_STORE
			self.assertRaises(frappe.PermissionError, document.save)

	def test_a_role_without_right_is_refused(self):
		for role in ("Receptionist", "Sales Consultant", "Data Analyst", "Technician"):
			with self.subTest(role=role), as_user(make_user(role, [STORE])):
				self.assertRaises(frappe.PermissionError, make_import, CUSTOMERS_CSV)
				self.assertRaises(frappe.PermissionError, controller.template, CUSTOMERS)

	def test_who_may_not_enter_visits_does_not_import_them(self):
		with as_user(make_user("CRM Manager", [STORE])):
			document = make_import("工单号,进店时间\nA1,2026-03-01\n", VISITS)
			with self.assertRaisesRegex(frappe.PermissionError, "right to enter and to change what it holds"):
				controller.check(document.name)
			self.assertEqual("Failed", run(document).status)

	def test_a_column_beyond_the_rights_of_the_user_is_refused(self):
		content = f"车架号,车型,采购价\n{VIN},卡罗拉,100\n"
		with as_user(make_user("CRM Manager", [STORE])):
			document = run(make_import(content, VEHICLES))
		self.assertEqual("Failed", document.status)
		self.assertIn("Purchase Price", document.message)
		with as_user(make_user("Dealer Manager", [STORE])):
			self.assertEqual((1, 0, 0, 0), counts(run(make_import(content, VEHICLES))))

	def test_the_path_of_somebody_elses_file_proves_nothing(self):
		secret = attach("客户姓名,手机号\n密,13800138007\n", "secret.csv")
		with as_user(make_user("CRM Manager", [STORE])):
			document = frappe.get_doc({"doctype": DOCTYPE, "kind": CUSTOMERS, "dealership": STORE}).insert()
			document.file = secret.file_url
			with self.assertRaisesRegex(frappe.PermissionError, "you may not read it"):
				document.save()


class TestTemplates(SpreadsheetTestCase):
	def test_a_template_can_be_imported_as_it_is(self):
		for kind in (CUSTOMERS, VEHICLES, VISITS):
			for language in ("zh", "en"):
				with self.subTest(kind=kind, language=language):
					frappe.local.lang = language
					controller.template(kind)
					frappe.local.lang = "en"
					content = frappe.response.pop("filecontent")
					document = run(make_import(content, kind, "template.xlsx"))
					self.assertEqual([], [row.reason for row in document.problems])
					self.assertEqual(1, document.created_count + document.unchanged_count)

	def test_the_templates_of_the_documentation_are_the_ones_of_the_form(self):
		folder = Path(frappe.get_app_path("crm4s")).resolve().parents[2] / "docs" / "templates"
		if not folder.exists():
			self.skipTest("the app is installed without the repository")
		for layout in LAYOUTS.values():
			self.assertEqual(comma_separated(layout), (folder / f"{layout.slug}.csv").read_bytes(), layout.slug)

	def test_there_is_no_other_template(self):
		with self.assertRaisesRegex(frappe.ValidationError, "no such template"):
			controller.template("Leads")
