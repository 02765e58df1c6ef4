"""What customers write, what they read of it, and what they do with the answer."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.complaints import feedback
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.interactions import actions
from crm4s.portal import matters, voices
from crm4s.portal.tests.documents import a_picture, make_report
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.portal.voices import COMPLAINT, INTERACTION
from crm4s.tests.people import make_user
from crm4s.workflows import states

STORE, WORDS = "PORTAL-VOICE", "空调一开就有异味"


class VoiceTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership(STORE).name
		self.viewer, self.stranger = make_viewer(store=STORE), make_viewer()
		self.car = make_vehicle(current_owner=self.viewer.customer, dealership=self.store).name

	def write(self, kind: str, who=None, files=None, **form):
		return self.post("/my/write", "send", who or self.viewer, files=files, kind=kind, **{"words": WORDS, "store": self.store, "once": frappe.generate_hash(length=32), **form})

	def written(self, kind: str, doctype: str = INTERACTION, **form):
		answer = self.write(kind, **form)
		self.assertEqual(303, answer.status, answer.html)
		return frappe.get_doc(doctype, answer.to.rsplit("/", 1)[1])


class TestWriting(VoiceTestCase):
	def test_the_page_offers_kinds_then_a_form_with_the_own_cars(self):
		for kind in voices.KINDS:
			self.assertIn(f"/my/write?kind={kind}", self.get("/my/write", self.viewer).html)
			form = self.get("/my/write", self.viewer, kind=kind).html
			self.assertIn(self.car, form)
			self.assertNotIn(self.car, self.get("/my/write", self.stranger, kind=kind).html)

	def test_a_complaint_gets_its_deadlines_and_number(self):
		complaint = self.written("complaint", COMPLAINT, car=self.car)
		self.assertEqual(("Portal", self.viewer.customer, self.car, self.store, self.viewer.user, "Open"), tuple(complaint.get(field) for field in ("channel", "customer", "vehicle", "dealership", "owner", "status")))
		self.assertTrue(complaint.respond_by and complaint.resolve_by and complaint.severity)
		page = self.get(f"/my/complaints/{complaint.name}", self.viewer).html
		self.assertIn(WORDS, page)
		self.assertIn("前联系您", page)

	def test_words_become_contacts_that_are_filed_and_routed(self):
		for kind, filed in (("enquiry", "Enquiry"), ("suggestion", "Suggestion"), ("design", "Design Wish"), ("safety", "Safety Concern")):
			contact = self.written(kind, car=self.car)
			self.assertEqual((filed, "Portal", "Inbound", self.viewer.customer, self.car), tuple(contact.get(field) for field in ("kind", "channel", "direction", "customer", "vehicle")))
			self.assertTrue(contact.department and contact.due_on, kind)
			self.assertEqual(WORDS, contact.said)

	def test_photos_come_along(self):
		answer = self.write("suggestion", files={"photos": [("a.jpg", a_picture()), ("b.png", a_picture("PNG"))]})
		page = self.get(answer.to, self.viewer).html
		self.assertEqual(2, page.count("<img src=\"/my/file/"))

	def test_what_is_missing_is_said_and_what_was_typed_stays(self):
		for form, sentence in (({"words": ""}, "请填写"), ({"store": "elsewhere"}, "请选择"), ({"kind": "praise"}, "请选择"), ({"topic": "Rescue Call"}, "请选择")):
			answer = self.write(**{"kind": "suggestion", **form})
			self.assertEqual(422, answer.status)
			self.assertIn(sentence, answer.html)
		self.assertIn(WORDS, self.write("suggestion", store="elsewhere").html)
		self.assertIn("照片无法识别", self.write("suggestion", files={"photos": [("a.jpg", b"no picture")]}).html)
		self.assertFalse(frappe.db.exists(INTERACTION, {"customer": self.viewer.customer}))

	def test_anothers_car_is_no_car(self):
		self.assertEqual(404, self.write("complaint", self.stranger, car=self.car).status)

	def test_the_eleventh_within_an_hour_is_refused(self):
		for _each in range(voices.PER_HOUR):
			self.written("suggestion")
		self.assertIn("请致电门店", self.write("complaint").html)

	def test_the_same_form_twice_makes_one(self):
		once = frappe.generate_hash(length=32)
		self.assertEqual(self.write("complaint", once=once).to, self.write("complaint", once=once).to)
		self.assertEqual(1, frappe.db.count(COMPLAINT, {"customer": self.viewer.customer}))


class TestContacts(VoiceTestCase):
	def setUp(self):
		super().setUp()
		self.contact = self.written("enquiry")
		self.path = f"/my/threads/{self.contact.name}"

	def answer(self):
		actions.answer(self.contact.name, "请到店检查空调滤芯。")

	def status(self):
		return frappe.db.get_value(INTERACTION, self.contact.name, "status")

	def test_the_answer_is_read_and_notes_are_not(self):
		self.contact.add_comment("Comment", "难缠的客户")
		self.answer()
		page = self.get(self.path, self.viewer).html
		self.assertIn("请到店检查空调滤芯。", page)
		self.assertNotIn("难缠", page)

	def test_each_answer_sends_one_message_that_leads_to_it(self):
		self.assertEqual([], self.told())
		self.answer()
		self.answer_saved_again()
		[message] = self.told()
		self.assertEqual(("Service Information", "咨询答复通知"), (message.purpose, message.template))
		actions.answer(self.contact.name, "周末也可以。")
		self.assertEqual(2, len(self.told()))
		frappe.db.set_value("C4S Message", message.name, {"status": "Sent", "sent_text": "已有答复，请查看", "channel_kind": "SMS"})
		self.assertNotIn("已有答复，请查看", self.get(self.path, self.viewer).html)

	def test_without_a_template_nobody_is_written_to(self):
		change_settings(portal_answer_template=None)
		self.answer()
		self.assertEqual([], self.told())

	def answer_saved_again(self):
		contact = frappe.get_doc(INTERACTION, self.contact.name)
		contact.flags.by_centre = True
		contact.save()

	def told(self):
		return frappe.get_all("C4S Message", {"reference_doctype": INTERACTION, "reference_name": self.contact.name}, ["name", "purpose", "template"], order_by="creation")

	def test_more_words_and_photos_join_it_and_its_handler_is_told(self):
		handler = make_user("Customer Service Representative", [self.store])
		frappe.db.set_value(INTERACTION, self.contact.name, "handler", handler)
		self.assertEqual(303, self.post(self.path, "add", self.viewer, words="<b>开了十分钟</b>\n更重", files={"photos": [("a.jpg", a_picture())]}).status)
		page = self.get(self.path, self.viewer).html
		self.assertIn("&lt;b&gt;开了十分钟&lt;/b&gt;", page)
		self.assertIn("/my/file/", page)
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": handler, "document_name": self.contact.name}))
		self.assertIn("请填写", self.post(self.path, "add", self.viewer).html)

	def test_content_closes_it_not_content_opens_it_again(self):
		self.assertIn("没有需要确认", self.post(self.path, "settle", self.viewer).html)
		self.answer()
		self.assertTrue([line for line in matters.open_matters(self.viewer) if line.path == self.path and line.asks])
		self.assertEqual(303, self.post(self.path, "settle", self.viewer).status)
		self.assertEqual("Closed", self.status())
		self.assertFalse([line for line in matters.open_matters(self.viewer) if line.path == self.path])
		self.assertIn("请填写", self.post(self.path, "object", self.viewer).html)
		self.assertEqual(303, self.post(self.path, "object", self.viewer, why="还是有味").status)
		self.assertEqual(("Open", 1), (self.status(), frappe.db.get_value(INTERACTION, self.contact.name, "times_reopened")))
		self.assertIn("还是有味", self.get(self.path, self.viewer).html)

	def test_a_call_that_a_colleague_noted_is_not_shown(self):
		frappe.db.set_value(INTERACTION, self.contact.name, "channel", "Phone")
		self.assertEqual(404, self.get(self.path, self.viewer).status)

	def test_nobody_else_reads_or_changes_it(self):
		self.answer()
		self.assertEqual(404, self.get(self.path, self.stranger).status)
		for action in ("add", "settle", "object"):
			self.assertEqual(404, self.post(self.path, action, self.stranger, words="x", why="x").status)
		self.assertEqual("Answered", self.status())

	def test_a_word_to_the_manufacturer_shows_how_far_it_is(self):
		wish = self.written("design", car=self.car)
		path = f"/my/threads/{wish.name}"
		for values, sentence in (({}, "会转达厂家"), ({"status": "Sent", "sent_on": now_datetime()}, "转达厂家，有答复会告诉您"), ({"status": "Answered", "manufacturer_answer": "下一代车型会改"}, "下一代车型会改")):
			report = make_report(frappe.db.get_value("C4S Vehicle", self.car, "model"), **values)
			frappe.db.set_value(INTERACTION, wish.name, "manufacturer_report", report)
			self.assertIn(sentence, self.get(path, self.viewer).html)


class TestComplaints(VoiceTestCase):
	def setUp(self):
		super().setUp()
		self.complaint = self.written("complaint", COMPLAINT)
		self.path = f"/my/complaints/{self.complaint.name}"

	def resolve(self, tell: bool = True):
		document = frappe.get_doc(COMPLAINT, self.complaint.name)
		document.update({"category": frappe.db.get_value("C4S Complaint Category", {"is_group": 0}), "solution": "免费更换蒸发箱", "root_cause": "内部原因", "outcome": "Repair"})
		states.move(document, "Resolved")
		if tell:
			feedback.tell_customer(document, "Call")

	def stored(self):
		return frappe.get_doc(COMPLAINT, self.complaint.name)

	def test_the_solution_is_shown_once_it_was_told_and_causes_never(self):
		self.resolve(tell=False)
		self.assertNotIn("蒸发箱", self.get(self.path, self.viewer).html)
		self.assertIn("没有需要确认", self.post(self.path, "settle", self.viewer, stars="5").html)
		feedback.tell_customer(self.stored(), "Call")
		page = self.get(self.path, self.viewer).html
		self.assertIn("免费更换蒸发箱", page)
		self.assertNotIn("内部原因", page)
		self.assertTrue([line for line in matters.open_matters(self.viewer) if line.path == self.path and line.asks])

	def test_content_closes_it_with_the_stars(self):
		self.resolve()
		self.assertIn("请选择", self.post(self.path, "settle", self.viewer).html)
		states.enter(self.stored(), "Feedback")
		self.assertEqual(303, self.post(self.path, "settle", self.viewer, stars="4", note="谢谢").status)
		self.assertEqual(("Closed", 4), (self.stored().status, self.stored().satisfaction))
		self.assertIn("没有需要确认", self.post(self.path, "settle", self.viewer, stars="1").html)

	def test_not_content_opens_it_again_with_a_new_promise(self):
		self.assertIn("还在处理", self.post(self.path, "object", self.viewer, why="没人联系").html)
		self.resolve()
		self.assertEqual(303, self.post(self.path, "object", self.viewer, why="换了还是有味").status)
		self.assertEqual(("Open", 1), (self.stored().status, self.stored().times_reopened))
		page = self.get(self.path, self.viewer).html
		self.assertIn("换了还是有味", page)
		self.assertNotIn("蒸发箱", page)

	def test_a_word_of_the_customer_ends_the_waiting_for_it(self):
		self.assertEqual(303, self.post(self.path, "add", self.viewer, words="还有一点").status)
		self.assertEqual("Received", self.stored().workflow_state)
		states.enter(self.stored(), "Waiting for Customer")
		self.assertTrue(self.stored().paused_since)
		self.assertEqual(303, self.post(self.path, "add", self.viewer, words="发票照片已补").status)
		self.assertEqual(("Handling", None), (self.stored().workflow_state, self.stored().paused_since))

	def test_what_a_colleague_wrote_down_of_a_call_stays_inside(self):
		frappe.db.set_value(COMPLAINT, self.complaint.name, {"channel": "Phone", "subject": "客户大吵大闹", "description": "客户大吵大闹"})
		for path in (self.path, "/my/messages", "/my"):
			page = self.get(path, self.viewer)
			self.assertEqual(200, page.status)
			self.assertNotIn("大吵大闹", page.html)

	def test_one_that_is_late_says_so(self):
		frappe.db.set_value(COMPLAINT, self.complaint.name, "respond_by", add_to_date(now_datetime(), hours=-1))
		self.assertIn("非常抱歉", self.get(self.path, self.viewer).html)

	def test_nobody_else_reads_or_changes_it(self):
		self.resolve()
		self.assertEqual(404, self.get(self.path, self.stranger).status)
		for action in ("add", "settle", "object"):
			self.assertEqual(404, self.post(self.path, action, self.stranger, words="x", why="x", stars="1").status)
		self.assertEqual("Resolved", self.stored().status)
