import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.dms.intake.upload_files import add_answers, answers_path
from crm4s.tests.people import as_user, make_user

UPLOAD = "C4S DMS Upload"


class TestC4SDMSUpload(FrappeTestCase):
	"""How an upload is worked off is tested in crm4s/dms/intake/tests/test_upload.py."""

	def test_administrators_look_and_take_away_and_nobody_else_does(self):
		for role, may in (("Administrator", True), ("DMS Integration", False), ("CRM Manager", False)):
			with as_user(make_user(role)):
				rights = [bool(frappe.has_permission(UPLOAD, right)) for right in ("read", "delete", "write", "create")]
				self.assertEqual([may, may, False, False], rights, role)

	def test_its_answers_go_with_it(self):
		upload = frappe.get_doc({"doctype": UPLOAD, "link": "L", "entity": "Customer", "status": "Queued"})
		upload.insert(ignore_links=True)
		self.assertTrue(add_answers(upload.name, 0, [{"line": 1}]) and answers_path(upload.name).exists())
		upload.delete()
		self.assertFalse(answers_path(upload.name).exists())
