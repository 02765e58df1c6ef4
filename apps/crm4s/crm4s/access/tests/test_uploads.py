import io
from types import SimpleNamespace

import frappe
from frappe.tests.utils import FrappeTestCase
from pypdf import PdfWriter
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from crm4s.access import uploads
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.tests.local_values import local_values_as_they_were

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def pdf() -> bytes:
	"""One empty page: newer versions of the framework read what says that it is a PDF."""
	made, page = io.BytesIO(), PdfWriter()
	page.add_blank_page(72, 72)
	page.write(made)
	return made.getvalue()


class TestUploads(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("uploads")
		self.addCleanup(frappe.db.rollback, save_point="uploads")
		self.lead = make_lead().name

	def attach(self, name: str, content: bytes, doctype: str = "C4S Lead", by_a_person: bool = True):
		with local_values_as_they_were("request"):
			frappe.local.request = Request(EnvironBuilder(method="POST").get_environ()) if by_a_person else None
			to = {"attached_to_doctype": doctype, "attached_to_name": self.lead} if doctype else {}
			file = frappe.get_doc({"doctype": "File", "file_name": name, "is_private": 1, "content": content, **to})
			self.addCleanup(file.on_trash)
			return file.insert()

	def test_what_can_act_is_not_taken(self):
		for name in ("a.html", "a.svg", "a.html.txt", "invoice.pdf.exe", "a.SVG", "a.xhtml", "photo\u202egpj.scr"):
			with self.subTest(name), self.assertRaisesRegex(frappe.ValidationError, "can act when they are opened"):
				self.attach(name, b"hello")

	def test_a_content_that_is_something_else_is_not_taken(self):
		for name, content in (("a.png", b"<script>alert(1)</script>"), ("a.gif", b"MZ\x90\x00"), ("a.xlsx", b"<html>"), ("a.webp", PNG), ("note.txt", b"\x7fELF")):
			with self.subTest(name), self.assertRaisesRegex(frappe.ValidationError, "is not what its name says"):
				self.attach(name, content)

	def test_a_program_is_no_pdf(self):
		# Newer versions of the framework refuse it before we are asked.
		self.assertEqual([False, True], [uploads.fits("a.pdf", content[:16]) for content in (b"MZ\x90\x00", pdf())])

	def test_ordinary_files_are(self):
		for name, content in (("a.pdf", pdf()), ("报价单.xlsx", b"PK\x03\x04"), ("note.txt", b"hello"), ("list.csv", b"a,b"), ("v1.2.docx", b"PK\x03\x04")):
			with self.subTest(name):
				self.assertTrue(self.attach(name, content).name)

	def test_letters_and_other_peoples_documents_are_left_alone(self):
		self.assertTrue(self.attach("a.html", b"<p>", by_a_person=False).name)
		self.assertTrue(self.attach("a.html", b"<p>", doctype="").name)

	def test_what_is_attached_later_is_looked_at_as_well(self):
		file = self.attach("a.html", b"<p>", doctype="")
		with local_values_as_they_were("request"), self.assertRaisesRegex(frappe.ValidationError, "can act"):
			frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())
			file.update({"attached_to_doctype": "C4S Lead", "attached_to_name": self.lead}).save()

	def test_a_private_one_that_came_anyhow_is_saved_and_not_shown(self):
		for path, active in (("/private/files/a.xhtml", True), ("/private/files/a.svg.gz", True), ("/private/files/a.pdf", False), ("/app/a.html", False)):
			with self.subTest(path):
				response = Response(b"x")
				uploads.show_safely(SimpleNamespace(path=path), response)
				self.assertEqual(active, response.headers.get("Content-Disposition") == "attachment")
				self.assertEqual(active, response.headers.get("Content-Security-Policy") == "sandbox")
