"""An administrator sets up a connected system in the desk: a user with its key, what it sends, a sample that is tried, a new secret, a dead delivery."""

import json

import frappe

from crm4s.crm4s.doctype.c4s_dms_delivery.test_c4s_dms_delivery import make_delivery
from crm4s.crm4s.doctype.c4s_dms_endpoint.test_c4s_dms_endpoint import make_endpoint
from crm4s.dms.webhooks.decision import DEAD, DELIVERED, WAITING
from crm4s.tests.end_to_end.browser import BrowserTestCase
from crm4s.tests.people import make_user

LINK, DELIVERY, NAME = "C4S DMS Link", "C4S DMS Delivery", "E2E-System"
SAMPLE = [{"external_id": "P-1", "part_number": "E2E-1", "part_name": "机油滤清器"}, {"external_id": "P-2", "prise": 12}]


class TestLinkForm(BrowserTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.administrator = make_user("Administrator")
		cls.let_sign_in(cls.administrator, "en")
		cls.addClassCleanup(cls.remove_account)
		frappe.db.commit()

	@classmethod
	def remove_account(cls) -> None:
		frappe.db.rollback()
		for doctype, name in ((LINK, NAME), ("User", f"{NAME.lower()}@dms.invalid")):
			frappe.delete_doc(doctype, name, force=True, ignore_missing=True)
		frappe.db.commit()

	def test_from_nothing_to_a_key_that_opens(self):
		with self.desk(self.administrator) as desk:
			first = self.open_account(desk)
			self.say_what_it_sends(desk)
			self.try_a_sample(desk)
			desk.press("New Secret")
			desk.confirm("Yes")
			self.assertNotEqual(first, self.secret_shown(desk))
			self.look_at_a_dead_delivery(desk)
			self.assert_no_problems(desk)

	def open_account(self, desk) -> str:
		desk.page.evaluate("doctype => { frappe.new_doc(doctype); }", LINK)
		desk.wait_for_form(LINK)
		desk.fill(link_name=NAME)
		desk.press("Create User and Key")
		secret = self.secret_shown(desk)
		self.assertEqual(f"{NAME.lower()}@dms.invalid", desk.page.evaluate("cur_frm.doc.user"))
		return secret

	def secret_shown(self, desk) -> str:
		"""The header for requests, which the dialog shows this once."""
		desk.dialog.get_by_text("Key and Secret").wait_for()
		header = desk.page.evaluate("cur_dialog.get_value('header')")
		self.assertRegex(header, r"^Authorization: token \w{15}:\w{32}$")
		desk.confirm("Close")
		return header

	def say_what_it_sends(self, desk) -> None:
		grid = desk.form.locator('.frappe-control[data-fieldname="entities"]')
		row = grid.locator(".grid-body .grid-row").first
		row.locator('[data-fieldname="entity"]').click()
		row.locator('[data-fieldname="entity"] select').select_option("Part")
		row.locator('input[data-fieldname="takes_in"]').check()
		desk.save()
		frappe.db.rollback()
		rows = frappe.get_all("C4S DMS Link Entity", {"parent": NAME}, ["entity", "takes_in"], as_list=True)
		self.assertEqual((("Part", 1),), tuple(rows))

	def try_a_sample(self, desk) -> None:
		desk.press("Try Records")
		desk.dialog.locator(".ace_editor").wait_for()
		desk.page.evaluate("sample => cur_dialog.set_value('records', sample)", json.dumps(SAMPLE))
		desk.dialog.locator(".modal-footer .btn-primary").click()
		desk.dialog.locator(".indicator-pill").nth(1).wait_for()
		found = desk.dialog.inner_text()
		for words in ("P-1 Created", "P-2 Rejected", "prise", "This field is not known; check its spelling."):
			self.assertIn(words, found)
		desk.dialog.locator(".btn-modal-close").click()
		frappe.db.rollback()
		self.assertFalse(frappe.db.exists("C4S Part", "E2E-1"))

	def look_at_a_dead_delivery(self, desk) -> None:
		endpoint = make_endpoint(link=NAME).name
		dead = [make_delivery(endpoint=endpoint, status=DEAD, first_position=position).name for position in (1, 2)]
		taken = make_delivery(endpoint=endpoint, status=DELIVERED, first_position=3).name
		frappe.db.set_value("C4S DMS Endpoint", endpoint, "enabled", 0)
		frappe.db.commit()
		desk.show_form(DELIVERY, dead[0])
		desk.press("Send Again")
		desk.show_list(DELIVERY)
		for name in (dead[1], taken):
			desk.page.locator(f'.list-row-checkbox[data-name="{name}"]').check()
		desk.page.locator(".actions-btn-group:visible button").click()
		desk.page.locator(".actions-btn-group:visible").get_by_text("Send Again").click()
		desk.settle()
		frappe.db.rollback()
		self.assertEqual([WAITING, WAITING, DELIVERED], [frappe.db.get_value(DELIVERY, name, "status") for name in (*dead, taken)])
