"""What an uninstallation takes out of the framework's own tables; all of it is rolled back."""

from pathlib import Path

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.removal import OURS, SERVES_WITHOUT, fields_naming_document_types, remove_from_reports, remove_what_names_our_documents

BOARD, REPORT = "Board of Somebody", "Report of Somebody"


def make(doctype: str, **values):
	document = frappe.get_doc({"doctype": doctype, **values})
	# A mailbox would be tried, a notification wants more than this is about.
	document.flags.ignore_validate = doctype in ("Auto Email Report", "Email Account", "Notification")
	return document.insert(ignore_permissions=True, ignore_mandatory=True)


class RowsAboutOurDocuments(FrappeTestCase):
	def setUp(self):
		self.lead = make_lead()

	def tearDown(self):
		frappe.db.rollback()

	def test_nothing_of_the_framework_names_our_documents_any_more(self):
		about = {"reference_doctype": "C4S Lead", "reference_name": self.lead.name}
		make("ToDo", description="Call", reference_type="C4S Lead", reference_name=self.lead.name)
		make("Comment", comment_type="Comment", content="Called", **about)
		make("Communication", subject="Offer", content="Offer", **about)
		make("User Permission", user="Guest", allow="C4S Lead", for_value=self.lead.name)
		make("Notification", name=BOARD, document_type="C4S Lead", event="New", subject="New", enabled=0)
		make("Kanban Board", kanban_board_name=BOARD, reference_doctype="C4S Lead", field_name="grade", columns=[{"column_name": "H"}])
		frappe.defaults.set_user_default("C4S Dealership", "Some Store", "Guest")
		frappe.db.set_default("crm4s_demo", "{}")
		remove_what_names_our_documents()
		left = [(table, field) for table, field in fields_naming_document_types() if frappe.db.exists(table, {field: OURS})]
		self.assertEqual(left, [])
		self.assertFalse(frappe.db.exists("Kanban Board Column", {"parent": BOARD}))
		self.assertFalse(frappe.db.exists("DefaultValue", {"defkey": OURS}))
		self.assertFalse(frappe.db.exists("DefaultValue", {"defkey": "crm4s_demo"}))

	def test_what_is_made_of_other_documents_stays(self):
		kept = make("ToDo", description="Call", reference_type="User", reference_name="Guest")
		make("Kanban Board", kanban_board_name=BOARD, reference_doctype="ToDo", field_name="status", columns=[{"column_name": "Open"}])
		remove_what_names_our_documents()
		self.assertTrue(frappe.db.exists("ToDo", kept.name))
		self.assertTrue(frappe.db.exists("Kanban Board Column", {"parent": BOARD}))

	def test_files_go_from_the_disk(self):
		attached = {"attached_to_doctype": "C4S Lead", "attached_to_name": self.lead.name}
		file = make("File", file_name="licence.txt", content="a licence", is_private=1, **attached)
		self.assertTrue(Path(file.get_full_path()).exists())
		remove_what_names_our_documents()
		self.assertFalse(frappe.db.exists("File", file.name))
		self.assertFalse(Path(file.get_full_path()).exists())

	def test_a_mailbox_that_only_feeds_our_documents_stays(self):
		mailbox = make("Email Account", email_account_name=BOARD, email_id="leads@example.com", append_to="C4S Lead")
		remove_what_names_our_documents()
		self.assertIsNone(frappe.db.get_value("Email Account", mailbox.name, "append_to"))
		self.assertIn(("Email Account", "append_to"), SERVES_WITHOUT)

	def test_mailing_of_a_report_over_our_documents_ends(self):
		make("Report", report_name=REPORT, ref_doctype="C4S Lead", report_type="Report Builder", is_standard="No")
		make("Auto Email Report", report=REPORT, user="Administrator", email_to="a@example.com")
		remove_from_reports()
		self.assertFalse(frappe.db.exists("Auto Email Report", {"report": REPORT}))

	def test_copies_of_deleted_documents_go(self):
		def keep_copy(**values):
			return frappe.get_doc({"doctype": "Deleted Document", "data": "{}", **values}).insert().name

		ours = keep_copy(deleted_doctype="C4S Lead", deleted_name="LD-1")
		about_ours = keep_copy(deleted_doctype="ToDo", deleted_name="1", data='{\n "reference_type": "C4S Lead"\n}')
		of_our_module = keep_copy(deleted_doctype="Workspace", deleted_name="Sales", data='{\n "module": "CRM4S"\n}')
		others = keep_copy(deleted_doctype="ToDo", deleted_name="2", data='{\n "reference_type": "User"\n}')
		remove_what_names_our_documents()
		left = frappe.get_all("Deleted Document", {"name": ["in", [ours, about_ours, of_our_module, others]]}, pluck="name")
		self.assertEqual(left, [others])
