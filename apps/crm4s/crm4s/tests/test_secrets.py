"""What lets somebody in elsewhere stands in Frappe's password store, sealed with the site's key, and comes out nowhere."""

import json
import re

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dms_endpoint.test_c4s_dms_endpoint import make_endpoint
from crm4s.crm4s.doctype.c4s_message_channel.test_c4s_message_channel import make_channel
from crm4s.crm4s.doctype.c4s_telephone_exchange.test_c4s_telephone_exchange import make_exchange
from crm4s.tests.local_values import local_values_as_they_were

SOUNDS_SECRET = re.compile(r"secret|passw|pwd|token|credential|api_?key|private_key|passphrase|otp|access_key|auth_")
# Fields that sound like it and are none: why.
NO_SECRETS = {
	"access_key": "the name of an account, whose secret stands beside it",
	"token_hash": "only a digest of what was handed out",
	"token_url": "where a key is fetched",
	"token_path": "where in an answer the key stands",
	"token_seconds": "for how long a fetched key counts",
	"secret_made_on": "a moment",
	"secret_before_until": "a moment",
}
GROUP_DATA = "C4S Group Data Settings"
LAYOUT = ("Section Break", "Column Break", "Tab Break", "HTML", "Heading", "Button")
# A document that there is once is in no list.
LISTS = ("frappe.client.get_list", "frappe.desk.reportview.get")
MARK = "whsec_TWFyay1vZi1hLXNlY3JldC1vZi1vdXJzLTRTLTQyIQ=="
# Where what is asked, refused, changed or sent leaves words.
LOGS = ("Version", "Error Log", "Activity Log", "Comment", "Access Log", "C4S Access Log", "C4S Change", "C4S DMS Request", "C4S Message", "Integration Request", "Deleted Document")


def our_fields() -> list:
	types = frappe.get_all("DocType", {"module": "CRM4S"}, pluck="name")
	return frappe.get_all("DocField", {"parent": ["in", types]}, ["parent", "fieldname", "fieldtype"], limit=0)


class TestSecrets(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("secrets")
		self.addCleanup(frappe.clear_document_cache, GROUP_DATA, GROUP_DATA)
		self.addCleanup(frappe.db.rollback, save_point="secrets")

	def make_all(self) -> list:
		"""One document of each type with a secret, whose every secret is the mark."""
		made = [make_channel("Secret SMS"), make_exchange("Secret Exchange"), make_endpoint(), frappe.get_doc(GROUP_DATA)]
		for document in made:
			for field in document.meta.get("fields", {"fieldtype": "Password"}):
				document.set(field.fieldname, MARK)
			document.flags.ignore_permissions = True
			document.save()
		return made

	def test_no_field_that_sounds_secret_keeps_it_as_text(self):
		suspicious = [
			f"{field.parent}: {field.fieldname} ({field.fieldtype})"
			for field in our_fields()
			if SOUNDS_SECRET.search(field.fieldname) and field.fieldtype not in (*LAYOUT, "Password") and field.fieldname not in NO_SECRETS
		]
		self.assertEqual([], suspicious, "make it a Password, or say in NO_SECRETS why it is none")

	def test_each_type_with_a_secret_is_tried_here(self):
		with_secrets = {field.parent for field in our_fields() if field.fieldtype == "Password"}
		self.assertEqual(with_secrets, {document.doctype for document in self.make_all()})

	def test_the_tables_do_not_hold_it(self):
		for document in self.make_all():
			row = frappe.db.get_value(document.doctype, document.name, "*", as_dict=True)
			self.assertNotIn(MARK, str(row), document.doctype)
			field = document.meta.get("fields", {"fieldtype": "Password"})[0].fieldname
			self.assertEqual(MARK, frappe.get_doc(document.doctype, document.name).get_password(field))
			auth = frappe.qb.Table("__Auth")
			where = (auth.doctype == document.doctype) & (auth.name == document.name) & (auth.fieldname == field)
			kept, encrypted = frappe.qb.from_(auth).select(auth.password, auth.encrypted).where(where).run()[0]
			self.assertNotIn(MARK, kept)
			self.assertTrue(encrypted)

	def test_no_answer_holds_it(self):
		for document in self.make_all():
			which = {"doctype": document.doctype, "name": document.name}
			filters = json.dumps({"name": document.name})
			secret = document.meta.get("fields", {"fieldtype": "Password"})[0].fieldname
			for method, values in (
				("frappe.client.get", which),
				("frappe.desk.form.load.getdoc", which),
				("frappe.client.get_value", {"doctype": document.doctype, "fieldname": json.dumps(["name", secret]), "filters": filters}),
				("frappe.client.get_list", {"doctype": document.doctype, "fields": json.dumps(["*"]), "filters": filters}),
				("frappe.desk.reportview.get", {"doctype": document.doctype, "fields": json.dumps(["*"]), "filters": filters}),
			):
				if document.meta.issingle and method in LISTS:
					continue
				with self.subTest(doctype=document.doctype, method=method):
					self.assertNotIn(MARK, self.answer(method, values))

	def test_no_log_holds_it(self):
		for document in self.make_all():
			document.reload()
			for field in document.meta.get("fields", {"fieldtype": "Password"}):
				document.set(field.fieldname, MARK + "2")
			document.save()
			frappe.log_error("Something about a secret", reference_doctype=document.doctype, reference_name=document.name)
		for doctype in LOGS:
			with self.subTest(doctype):
				rows = frappe.get_all(doctype, {"creation": [">=", frappe.utils.add_to_date(None, minutes=-10)]}, ["*"], limit=0)
				self.assertNotIn(MARK, str(rows))

	def answer(self, method: str, values: dict) -> str:
		"""What the method says, within this transaction."""
		with local_values_as_they_were("form_dict", "response"):
			frappe.local.form_dict, frappe.local.response = frappe._dict(values), frappe._dict(docs=[])
			try:
				said = frappe.call(method, **values)
			except frappe.ValidationError as refused:
				said = str(refused)
			return frappe.as_json({**frappe.local.response, "message": said})
