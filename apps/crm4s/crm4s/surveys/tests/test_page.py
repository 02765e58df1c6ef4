"""The public page: what a link shows, what happens to answers, and what strangers may try."""

import io
import re

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, now_datetime, set_request
from frappe.website.serve import get_response
from PIL import Image

from crm4s import guessing, pictures
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import CHOICE, NPS, RATING, make_survey
from crm4s.crm4s.doctype.c4s_survey_invitation.test_c4s_survey_invitation import make_invitation
from crm4s.surveys import giving, links, page
from crm4s.tests.at_once import at_once, done, refused
from crm4s.tests.local_values import OF_A_REQUEST, local_values_as_they_were
from crm4s.tests.people import make_user

INVITATION, RESPONSE, TASK = "C4S Survey Invitation", "C4S Survey Response", "C4S Care Task"
ADDRESS = "203.0.113.9"
LARGEST_PAGE = 50 * 1024
ENGLISH = [{"language": "en", "original": original, "text": text} for original, text in (("接待？", "Reception?"), ("推荐？", "Recommend?"), ("原因？", "Reason?"), ("价格", "Price"), ("服务", "Service"))]


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
	written = io.BytesIO()
	Image.new("RGB", size, "red").save(written, kind)
	return written.getvalue()


class PageTestCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("SURVEY-PAGE", dealership_name="页面店").name
		cls.customer = make_customer(store=cls.store, language="zh", customer_name="李静").name
		cls.addClassCleanup(frappe.db.rollback)

	def setUp(self):
		frappe.db.savepoint("survey_page")
		self.language = frappe.local.lang
		self.addCleanup(self.forget_failures)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="survey_page")
		frappe.local.lang = self.language

	def forget_failures(self):
		frappe.cache().delete(frappe.cache().make_key(f"c4s_wrong_links:{ADDRESS}"))

	def invite(self, *questions, **overrides):
		survey = make_survey(*questions, **overrides)
		self.addCleanup(frappe.clear_document_cache, "C4S Survey", survey.name)
		invitation = make_invitation(survey.name, self.store, customer=self.customer)
		self.addCleanup(frappe.cache().delete, frappe.cache().make_key(f"c4s_survey_tries:{invitation.name}"))
		self.survey, self.invitation, self.token = survey, invitation, links.token_of(invitation.name)
		return invitation

	def get(self, user: str = "Guest", **query) -> tuple[int, str]:
		return self.request("GET", user, {"t": self.token, **query})

	def post(self, user: str = "Guest", files: dict | None = None, **form) -> tuple[int, str]:
		return self.request("POST", user, {"t": self.token, "version": self.survey.published_version, **form}, files)

	def request(self, method: str, user: str, form: dict, files: dict | None = None) -> tuple[int, str]:
		"""Status and HTML as somebody gets them."""
		frappe.set_user(user)
		try:
			with local_values_as_they_were(*OF_A_REQUEST):
				frappe.local.flags = frappe.local.flags.copy()
				set_request(method=method, path="/survey", data={name: (io.BytesIO(data), f"{name}.png") for name, data in (files or {}).items()} or None)
				frappe.local.request_ip = ADDRESS
				frappe.local.form_dict = frappe._dict({name: value for name, value in form.items() if value is not None})
				response = get_response()
		finally:
			frappe.set_user("Administrator")
		html = response.get_data(as_text=True)
		self.size = len(html.encode())
		return response.status_code, re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)

	def response(self):
		name = frappe.db.get_value(INVITATION, self.invitation.name, "response")
		return frappe.get_doc(RESPONSE, name) if name else None

	def says(self, html: str, sentence: str):
		self.assertIn(sentence, re.sub(r"\s+", " ", html))


class TestOwnWords(PageTestCase):
	def test_answers_are_the_customers_whoever_is_signed_in_and_their_occasion_stays(self):
		self.invite(RATING)
		self.post(user="Administrator", **{"q-Q1": "9"})
		response = self.response()
		self.assertEqual("Guest", response.owner)
		response.update({"comment": "已回访"}).save()
		other, frappe.local.lang = make_customer(store=self.store).name, self.language
		for field, value in (("customer", other), ("responded_on", add_days(response.responded_on, -30)), ("channel", "Visit"), ("invitation", None)):
			with self.assertRaisesRegex(frappe.ValidationError, "This answers an invitation"):
				frappe.get_doc(RESPONSE, response.name).update({field: value}).save()
		response.reload()
		response.answers[0].text = "1"
		with self.assertRaisesRegex(frappe.ValidationError, "The customer gave these answers"):
			response.save()


class TestShowing(PageTestCase):
	def test_a_link_shows_the_questions_small_in_the_customers_language_and_nothing_of_the_customer(self):
		self.invite(RATING, NPS, CHOICE, {"question": "好？", "question_kind": "Yes/No"}, texts=ENGLISH)
		status, html = self.get()
		self.assertEqual(200, status)
		for seen in ("接待？", "页面店", "非常满意", 'lang="zh"'):
			self.assertIn(seen, html)
		for hidden in (self.customer, "李静", self.invitation.name + '"'):
			self.assertNotIn(hidden, html)
		self.assertLess(self.size, LARGEST_PAGE)
		self.assertNotRegex(html, r'(src|href)="(https?:)?//')

	def test_the_longest_survey_that_we_ship_is_small(self):
		self.invite(RATING)
		for survey in frappe.get_all("C4S Survey", {"published_version": ["is", "set"]}, pluck="name"):
			frappe.db.set_value(INVITATION, self.invitation.name, "survey", survey)
			self.assertEqual(200, self.get()[0])
			self.assertLess(self.size, LARGEST_PAGE, survey)

	def test_another_language_is_offered_when_everything_is_translated(self):
		self.invite(RATING, texts=[*ENGLISH])
		self.assertNotIn("English</a>", self.get()[1])
		survey = frappe.get_doc("C4S Survey", self.survey.name)
		survey.append("texts", {"language": "en", "original": survey.title, "text": "Your visit"})
		survey.save()
		survey.publish()
		self.assertIn("English</a>", self.get()[1])
		html = self.get(l="en")[1]
		for seen in ("Reception?", "Very satisfied", "Your visit", 'lang="en"'):
			self.assertIn(seen, html)

	def test_opening_is_noted_once(self):
		self.invite()
		self.get()
		opened = frappe.db.get_value(INVITATION, self.invitation.name, ["status", "opened_on"])
		self.get()
		self.assertEqual(("Opened", opened[1]), frappe.db.get_value(INVITATION, self.invitation.name, ["status", "opened_on"]))

	def test_a_preview_shows_the_draft_to_who_may_read_surveys_only(self):
		self.invite(RATING)
		self.survey.append("questions", {**CHOICE, "weight": 0, "question": "草稿题？"})
		self.survey.save()
		self.assertIn("草稿题？", self.request("GET", "Administrator", {"preview": self.survey.name})[1])
		status, html = self.request("GET", "Guest", {"preview": self.survey.name})
		self.assertEqual(403, status)
		self.assertNotIn("草稿题？", html)
		self.assertEqual([403, 403], [self.request("GET", "Guest", asked)[0] for asked in ({"preview": "No Such"}, {"ask": "No Such"})])

	def test_what_an_admin_wrote_is_shown_as_text(self):
		self.invite({"question": "<script>alert(1)</script>", "question_kind": "Choice", "options": "<b>a</b>\nb"})
		html = self.get()[1]
		self.assertNotIn("<script>alert(1)", html)
		self.assertNotIn("<b>a</b>", html)


class TestAnswering(PageTestCase):
	def test_answers_become_a_response_of_the_version_that_was_shown(self):
		visit = make_service_visit(dealership=self.store, customer=self.customer)
		self.invite(RATING, {**CHOICE, "question_kind": "Multiple Choice"}, {"question": "好？", "question_kind": "Yes/No"})
		self.invitation.db_set("service_visit", visit.name)
		shown = self.survey.published_version
		self.survey.questions[0].question = "新的问法？"
		self.survey.save()
		self.survey.publish()
		status, html = self.post(version=shown, **{"q-Q1": "8", "q-Q2-1": "服务", "q-Q3": "No", "why-Q3": "<i>等太久</i>"})
		self.assertEqual(200, status)
		self.says(html, "谢谢，我们已收到您的回答。")
		response = self.response()
		kept = [(row.question, row.text, row.number, row.reason) for row in response.answers]
		self.assertEqual([("接待？", "8", 8, None), ("原因？", "服务", 0, None), ("好？", "No", 0, "<i>等太久</i>")], kept)
		self.assertEqual((shown, "zh", "Web", self.customer, visit.name, visit.service_advisor), tuple(response.get(field) for field in ("version", "language", "channel", "customer", "service_visit", "service_advisor")))
		self.assertEqual("Answered", frappe.db.get_value(INVITATION, self.invitation.name, "status"))

	def test_the_channel_is_the_one_by_which_the_message_went_out(self):
		self.invite()
		frappe.get_doc({"doctype": "C4S Message", "status": "Sent", "channel_kind": "WeChat", "customer": self.customer, "purpose": "Follow-up and Surveys", "template": "满意度调查邀请",
			"channels": "WeChat", "dealership": self.store, "reference_doctype": INVITATION, "reference_name": self.invitation.name, "sent_on": now_datetime()}).db_insert()
		self.post(**{"q-Q1": "8"})
		self.assertEqual("WeChat", self.response().channel)

	def test_answers_to_questions_that_are_not_asked_are_dropped(self):
		self.invite(RATING, {"question": "哪里？", "question_kind": "Text", "mandatory": 1, "shown_if_question": "Q1", "shown_if": "Is at Most", "shown_if_value": "6"})
		self.post(**{"q-Q1": "9", "q-Q2": "left over"})
		self.assertEqual(["Q1"], [row.code for row in self.response().answers])

	def test_a_mistake_is_said_above_the_form_which_keeps_what_was_typed(self):
		self.invite({**RATING, "mandatory": 1}, {"question": "说说", "question_kind": "Text"})
		for wrong, sentence in (({"q-Q1": "11"}, "问题 1 的回答应为"), ({"q-Q1": ""}, "问题 1"), ({"q-Q1": "8", "q-Q2": "长" * 2001}, "第 2 题")):
			status, html = self.post(**{"q-Q2": "留着", **wrong})
			self.assertEqual(200, status)
			self.assertIn(sentence, html)
			self.assertIn("留着" if wrong.get("q-Q2") is None else "长长", html)
			self.assertIsNone(self.response())

	def test_a_version_of_another_survey_is_not_taken(self):
		other = make_survey({"question": "别的？", "question_kind": "Text"})
		self.invite(RATING)
		self.post(version=other.published_version, **{"q-Q1": "8"})
		self.assertEqual(self.survey.published_version, self.response().version)

	def test_a_second_sending_is_thanked_and_changes_nothing(self):
		self.invite()
		self.post(**{"q-Q1": "8"})
		first = self.response()
		for status, html in (self.post(**{"q-Q1": "1"}), self.get()):
			self.assertEqual(200, status)
			self.says(html, "您已填写过，非常感谢！")
		self.assertEqual(1, frappe.db.count(RESPONSE, {"invitation": self.invitation.name}))
		self.assertEqual("8", first.answers[0].text)

	def test_nobody_corrects_what_the_customer_wrote(self):
		self.invite({**RATING, "weight": 1})
		self.post(**{"q-Q1": "2"})
		response = self.response()
		response.update({"comment": "已致电"}).save()
		frappe.local.lang = "en"
		response.answers[0].text = "10"
		with self.assertRaisesRegex(frappe.ValidationError, "The customer gave these answers; they stay as they are"):
			response.save()

	def test_nobody_calls_or_writes_once_it_is_answered(self):
		self.invite()
		task = frappe.get_doc({"doctype": TASK, "customer": self.customer, "dealership": self.store, "why": "x", "due_on": now_datetime(), "status": "Open",
			"reference_doctype": INVITATION, "reference_name": self.invitation.name})
		task.set_new_name()
		task.db_insert()
		self.post(**{"q-Q1": "8"})
		self.assertEqual("Cancelled", frappe.db.get_value(TASK, task.name, "status"))


class TestStrangers(PageTestCase):
	def test_a_link_that_nobody_made_is_refused_and_guessing_is_stopped(self):
		self.invite()
		own = self.token
		for wrong in ("", "x", own[:-1] + ("A" if own[-1] != "A" else "B"), "SI-99999999." + own.partition(".")[2], "x" * 200):
			self.token = wrong
			status, html = self.get()
			self.assertEqual(410, status)
			self.assertNotIn("接待？", html)
		for _number in range(guessing.MOST_FAILURES):
			self.get()
		self.token = own
		self.says(self.get()[1], "Too many wrong links were tried")

	def test_an_expired_or_withdrawn_link_says_so_and_takes_nothing(self):
		self.invite()
		for values, sentence in (({"expires_on": add_days(now_datetime(), -1)}, "填写时间已过"), ({"status": "Expired"}, "填写时间已过"), ({"status": "Withdrawn"}, "本次调查已结束")):
			frappe.db.set_value(INVITATION, self.invitation.name, values)
			frappe.clear_document_cache(INVITATION, self.invitation.name)
			for status, html in (self.get(), self.post(**{"q-Q1": "8"})):
				self.assertEqual(410, status)
				self.says(html, sentence)
		self.assertIsNone(self.response())

	def test_one_form_is_not_sent_without_end(self):
		self.invite({**RATING, "mandatory": 1})
		frappe.cache().set(frappe.cache().make_key(f"c4s_survey_tries:{self.invitation.name}"), page.MOST_TRIES)
		self.says(self.post(**{"q-Q1": "8"})[1], "提交次数过多")
		self.assertIsNone(self.response())


class TestPhotos(PageTestCase):
	PHOTO = {"question": "照片", "question_kind": "Photo", "weight": 0}

	def test_a_photo_is_kept_as_a_private_picture_of_the_response(self):
		self.invite(self.PHOTO)
		self.post(files={"photo-Q1": picture()})
		response = self.response()
		file = frappe.get_doc("File", {"file_url": response.answers[0].photo})
		self.addCleanup(file.delete_file_data_content)
		self.assertEqual((1, RESPONSE, response.name), (file.is_private, file.attached_to_doctype, file.attached_to_name))
		self.assertEqual("JPEG", Image.open(file.get_full_path()).format)

	def test_what_is_no_photo_is_refused_in_one_sentence(self):
		self.invite(self.PHOTO, RATING)
		bomb = picture(size=(1, 1)).replace(b"\x00\x00\x00\x01\x00\x00\x00\x01", b"\x00\x01\x00\x00\x00\x01\x00\x00", 1)
		for data, sentence in ((b"<?php evil(); ?>", "照片无法识别"), (picture("GIF"), "照片无法识别"), (bomb, "照片无法识别"), (picture() + b"0" * pictures.LARGEST_BYTES, "照片太大")):
			status, html = self.post(files={"photo-Q1": data}, **{"q-Q2": "7"})
			self.assertEqual(200, status)
			self.assertIn(sentence, html)
			self.assertIn('value="7" checked', html)
			self.assertIn("请重新选择照片", html)
		self.assertIsNone(self.response())


class TestByPhone(PageTestCase):
	def test_an_agent_asks_the_same_questions_and_the_call_is_done(self):
		self.invite()
		task = frappe.get_doc({"doctype": TASK, "customer": self.customer, "dealership": self.store, "why": "x", "due_on": now_datetime(), "status": "Open",
			"reference_doctype": INVITATION, "reference_name": self.invitation.name})
		task.set_new_name()
		task.db_insert()
		agent, asked = make_user("Customer Service Representative", [self.store]), {"ask": self.invitation.name, "t": None}
		self.assertIn("李静", self.get(agent, **asked)[1])
		self.says(self.post(agent, **asked, **{"q-Q1": "8"})[1], "谢谢，我们已收到您的回答")
		self.assertEqual(("Phone", agent), (self.response().channel, self.response().owner))
		self.assertEqual(("Done", "Reached"), frappe.db.get_value(TASK, task.name, ["status", "outcome"]))

	def test_strangers_and_other_stores_do_not_ask(self):
		self.invite()
		elsewhere = make_user("Customer Service Representative", [make_dealership("SURVEY-OTHER").name])
		for user in ("Guest", elsewhere, make_user("Technician", [self.store])):
			status, html = self.post(user, ask=self.invitation.name, t=None, **{"q-Q1": "8"})
			self.assertEqual(403, status)
			self.assertNotIn("李静", html)
		self.assertIsNone(self.response())


class TestTwoAtOnce(FrappeTestCase):
	def test_two_answers_at_the_same_moment_make_one_response(self):
		store, survey = make_dealership("SURVEY-TWICE").name, make_survey()
		customer = make_customer(store=store).name
		invitation = make_invitation(survey.name, store, customer=customer)
		self.addCleanup(self.take_away, store, survey, customer, invitation.name)
		outcomes = at_once(*[lambda: giving.answer(invitation.name, survey.published_version, {"Q1": "8"}, {}, {}, "zh", "Web").name] * 2)
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))))
		self.assertIsInstance(refused(outcomes)[0], links.AnsweredError)
		self.assertEqual(1, frappe.db.count(RESPONSE, {"invitation": invitation.name}))

	def take_away(self, store, survey, customer, invitation) -> None:
		frappe.db.rollback()
		frappe.db.set_value(INVITATION, invitation, "response", None)
		for name in frappe.get_all(RESPONSE, {"invitation": invitation}, pluck="name"):
			frappe.delete_doc(RESPONSE, name, force=True)
		for doctype, name in ((INVITATION, invitation), ("C4S Survey", survey.name), ("C4S Customer", customer), ("C4S Dealership", store)):
			frappe.delete_doc(doctype, name, force=True)
		frappe.db.commit()
