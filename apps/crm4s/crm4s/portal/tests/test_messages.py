"""Messages, notices, surveys: what was sent to a customer is there for that customer."""

import frappe
from frappe.utils import add_days, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_survey_invitation.test_c4s_survey_invitation import make_invitation
from crm4s.messages.outbox import MESSAGE
from crm4s.portal import matters
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.settings import setting
from crm4s.surveys import links


def make_message(customer: str, **values) -> str:
	"""A message that went out, as the worker leaves it."""
	written = {"customer": customer, "channel_kind": "SMS", "status": "Sent", "sent_on": now_datetime(), "sent_text": "您的爱车该保养了", "source_key": frappe.generate_hash(length=20), **values}
	return frappe.get_doc({"doctype": MESSAGE, **written}).insert(ignore_permissions=True).name


class TestMessages(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.viewer, self.stranger = make_viewer(), make_viewer()

	def page(self, who=None) -> str:
		return self.get("/my/messages", who or self.viewer).html

	def test_nothing_yet(self):
		self.assertIn("门店还没有给您发过消息", self.page())
		self.assertIn("您还没有提交过内容", self.page())
		self.assertIn("/my/me/consent", self.page())

	def test_what_went_out_is_the_customers_to_read_and_nobody_elses(self):
		make_message(self.viewer.customer)
		self.assertIn("您的爱车该保养了", self.page())
		self.assertNotIn("您的爱车该保养了", self.page(self.stranger))

	def test_what_did_not_go_out_or_was_for_colleagues_is_not_shown(self):
		for values in ({"status": "Suppressed"}, {"status": "To Be Sent"}, {"channel_kind": "Desk Task"}, {"template": setting("portal_code_template")}):
			make_message(self.viewer.customer, **values)
		self.assertNotIn("您的爱车该保养了", self.page())

	def test_links_that_were_hidden_are_no_stars(self):
		make_message(self.viewer.customer, sent_text="点击 *** 查看")
		self.assertIn("点击 … 查看", self.page())

	def test_a_notice_is_new_until_it_is_marked_as_read(self):
		notice, other = (make_message(viewer.customer, channel_kind="Portal Notice", sent_text="您的车已修好") for viewer in (self.viewer, self.stranger))
		self.assertIn("标为已读", self.page())
		self.assertEqual(["一条新消息"], self.titles())
		self.assertEqual(303, self.post("/my/messages", "read", self.viewer).status)
		self.assertTrue(frappe.db.get_value(MESSAGE, notice, "seen_on"))
		self.assertIsNone(frappe.db.get_value(MESSAGE, other, "seen_on"))
		self.assertNotIn("标为已读", self.page())
		self.assertIn("您的车已修好", self.page())
		self.assertEqual([], self.titles())

	def titles(self) -> list[str]:
		frappe.local.lang = "zh"
		return [line.title for line in matters.open_matters(self.viewer)]


class TestSurveys(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.viewer, self.stranger = make_viewer(), make_viewer()

	def test_an_open_one_leads_to_its_page_and_asks(self):
		invitation = make_invitation(customer=self.viewer.customer)
		path = f"/survey?t={links.token_of(invitation.name)}"
		self.assertIn(path, self.get("/my/surveys", self.viewer).html)
		self.assertEqual([path], [line.path for line in matters.open_matters(self.viewer) if line.asks])
		self.assertNotIn("/survey?t=", self.get("/my/surveys", self.stranger).html)

	def test_one_that_is_over_or_not_due_yet_is_not_shown(self):
		for values in ({"status": "Withdrawn"}, {"expires_on": f"{add_days(nowdate(), -1)} 23:59:59"}, {"due_on": add_days(nowdate(), 2)}):
			invitation = make_invitation(customer=self.viewer.customer)
			frappe.db.set_value(links.INVITATION, invitation.name, values)
		self.assertIn("目前没有待填写的问卷", self.get("/my/surveys", self.viewer).html)

	def test_answers_are_thanked_for(self):
		invitation = make_invitation(customer=self.viewer.customer)
		frappe.db.set_value(links.INVITATION, invitation.name, {"status": "Answered", "answered_on": now_datetime()})
		page = self.get("/my/surveys", self.viewer).html
		self.assertIn("感谢您的评价", page)
		self.assertNotIn("/survey?t=", page)
