import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.audits import api
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_improvement_action.test_c4s_improvement_action import make_action
from crm4s.my_day.work import current_person
from crm4s.audits.due import WORK
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
AUDIT, RESPONSE = "C4S Store Audit", "C4S Survey Response"


def make_audit_survey(title: str = "Audit Test", kind: str = "Mystery Shopper"):
	"""A published survey of two ratings, the second with a reason, and a photo; made once."""
	if frappe.db.exists("C4S Survey", title):
		return frappe.get_doc("C4S Survey", title)
	questions = [
		{"code": "A1", "section": "Reception", "question": "Greeted?", "question_kind": "Rating 1-10", "weight": 1, "mandatory": 1, "indicator": "Reception in the Showroom"},
		{"code": "A2", "question": "Asked for needs?", "question_kind": "Rating 1-10", "weight": 3, "mandatory": 1, "asks_reason": "Required", "low_at": "6"},
		{"code": "A3", "section": "Store", "question": "Clean?", "question_kind": "Yes/No", "weight": 1, "mandatory": 0},
	]
	survey = frappe.get_doc({"doctype": "C4S Survey", "title": title, "survey_kind": kind, "enabled": 1, "language": "en", "questions": questions}).insert()
	survey.publish()
	return survey


def make_audit(**overrides):
	values = {"doctype": AUDIT, "window_from": nowdate(), "window_until": add_days(nowdate(), 7), "scenario": "Young family, second car"}
	if "survey" not in overrides:
		values["survey"] = make_audit_survey().name
	if "dealership" not in overrides:
		values["dealership"] = make_dealership("AUDIT-1").name
	if "auditor" not in overrides:
		values["auditor"] = make_user("Auditor")
	return frappe.get_doc({**values, **overrides}).insert()


def fill(audit, *texts: str, reason: str | None = "Nobody asked"):
	rows = [question.name for question in frappe.get_doc("C4S Survey", audit.survey).questions]
	audit.set("answers", [{"question_row": row, "text": text, "reason": reason} for row, text in zip(rows, texts, strict=False)])
	return audit.save()


class TestStoreAudit(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("AUDIT-1").name
		cls.auditor = make_user("Auditor")
		cls.manager = make_user("Dealer Manager", [cls.store])

	def setUp(self):
		frappe.db.savepoint("audit")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="audit")
		frappe.clear_document_cache("C4S Dealership", self.store)

	def audit(self, **values):
		return make_audit(dealership=self.store, auditor=self.auditor, **values)

	def handed_in(self, *texts: str, **values):
		audit = self.audit(**values)
		fill(audit, *(texts or ("10", "4")))
		api.hand_in(audit.name)
		audit.reload()
		return audit

	def published(self, *texts: str, consequence: str = "", reason: str = "", **values):
		audit = self.handed_in(*texts, **values)
		api.publish(audit.name, consequence, reason)
		audit.reload()
		return audit

	def test_the_auditor_carries_it_out_and_the_store_sees_it_after_its_publish(self):
		audit = self.audit()
		with as_user(self.auditor):
			self.assertEqual(["A1", "A2", "A3"], [question["code"] for question in api.sheet(audit.name)["questions"]])
			# As a form sends it.
			fill(frappe.get_doc(frappe.get_doc(AUDIT, audit.name).as_dict(convert_dates_to_str=True)), "10")
			self.assertEqual("Under Way", frappe.db.get_value(AUDIT, audit.name, "status"))
			with self.assertRaisesRegex(frappe.MandatoryError, "Question 2 must be answered"):
				api.hand_in(audit.name)
			fill(frappe.get_doc(AUDIT, audit.name), "10", "4")
			api.hand_in(audit.name)
		audit.reload()
		# (1 × 9/9 + 3 × 3/9) ÷ 4: the reception's own indicator and the question without one stand side by side, each with its own weight.
		self.assertEqual(("Handed In", 2), (audit.status, audit.rated_answers))
		with as_user(self.manager):
			self.assertFalse(frappe.has_permission(AUDIT, "read", audit.name))
			self.assertNotIn(audit.name, frappe.get_list(AUDIT, pluck="name"))
			self.assertRaises(frappe.PermissionError, api.found, audit.name)
			self.assertEqual([], frappe.get_list(RESPONSE, {"survey": audit.survey}, pluck="name"))
		api.publish(audit.name)
		audit.reload()
		with as_user(self.manager):
			self.assertIn(audit.name, frappe.get_list(AUDIT, pluck="name"))
			self.assertEqual(["Asked for needs?"], [gap["question"] for gap in api.found(audit.name)["gaps"]])
			response = frappe.get_doc(RESPONSE, audit.response)
			response.check_permission("read")
			self.assertEqual((audit.score, "Mystery Shopper", "Nobody asked"), (response.score, response.survey_kind, response.answers[1].reason))
			for method, more in (("publish", {}), ("cancel", {"why": "x"}), ("give_back", {"why": "x"})):
				self.assertRaises(frappe.PermissionError, getattr(api, method), audit.name, **more)

	def test_the_auditor_changes_neither_the_plan_nor_what_was_handed_in(self):
		audit = self.audit()
		with as_user(self.auditor):
			with self.assertRaisesRegex(frappe.PermissionError, "Only those who plan audits"):
				frappe.get_doc(AUDIT, audit.name).update({"window_until": add_days(nowdate(), 90)}).save()
			self.assertRaises(frappe.PermissionError, make_audit, dealership=self.store, auditor=self.auditor)
			document = fill(frappe.get_doc(AUDIT, audit.name), "10", "4")
			# Written by steps only, whatever a form sends.
			document.update({"status": "Published", "score": 999}).save()
			self.assertEqual(("Under Way", 0), (document.status, document.score))
			api.hand_in(audit.name)
			self.assertRaises(frappe.PermissionError, frappe.get_doc(AUDIT, audit.name).save)
			self.assertRaises(frappe.PermissionError, api.publish, audit.name)
		with self.assertRaisesRegex(frappe.ValidationError, "What was handed in is not changed"):
			audit.reload()
			fill(audit, "10", "10")
		api.give_back(audit.name, "Please look again")
		with as_user(self.auditor):
			fill(frappe.get_doc(AUDIT, audit.name), "10", "10")

	def test_another_auditor_sees_nothing(self):
		audit = self.audit()
		with as_user(make_user("Auditor", [self.store])):
			self.assertFalse(frappe.has_permission(AUDIT, "read", audit.name))
			self.assertEqual([], frappe.get_list(AUDIT, pluck="name"))

	def test_another_store_sees_nothing_that_was_published(self):
		audit = self.published()
		with as_user(make_user("Dealer Manager", [make_dealership("AUDIT-2").name])):
			self.assertFalse(frappe.has_permission(AUDIT, "read", audit.name))
			self.assertEqual([], frappe.get_list(AUDIT, pluck="name"))
			self.assertEqual([], frappe.get_list("C4S Survey Answer", {"parent": audit.name}, pluck="name", parent_doctype=AUDIT))

	def test_answers_that_the_questions_do_not_allow_are_refused(self):
		for text in ("11", "0", "<b>x</b>"):
			with self.assertRaisesRegex(frappe.ValidationError, "must be a whole number from 1 to 10"):
				fill(self.audit(), text)
		with self.assertRaisesRegex(frappe.ValidationError, "must be to the questions"):
			self.audit().update({"answers": [{"question_row": "elsewhere", "text": "5"}]}).save()

	def test_a_low_answer_needs_its_reason(self):
		audit = fill(self.audit(), "10", "4", reason=None)
		with self.assertRaisesRegex(frappe.MandatoryError, "Say why, to question 2"):
			api.hand_in(audit.name)

	def test_a_follow_up_shows_the_change(self):
		first = self.published("4", "4")
		frappe.db.set_value(AUDIT, first.name, "visited_on", "2001-05-01 10:00:00")
		second = self.handed_in("10", "7", follow_up_of=first.name)
		self.assertEqual((first.name, round(second.score - first.score, 1)), (second.compared_with, second.change_in_score))
		self.assertGreater(second.change_in_score, 0)
		(reception, *_rest) = api.found(second.name)["sections"]
		self.assertEqual(("Reception", 333.3), (reception["heading"], reception["before"]))
		third = self.handed_in("10", "10")
		self.assertEqual(first.name, third.compared_with)

	def test_gaps_name_the_standard_and_what_is_done_about_them(self):
		audit = self.published("2", "6")
		first, second = api.found(audit.name)["gaps"]
		self.assertEqual(("Greeted?", 111.1), (first["question"], first["points"]))
		self.assertIn("Lead: Reception", [row["touchpoint"] for row in first["standards"]])
		self.assertEqual("Asked for needs?", second["question"])
		action = make_action(dealership=self.store, document_type=AUDIT, document_name=audit.name, subject=first["subject"])
		self.assertEqual([action.name], [row["name"] for row in api.found(audit.name)["gaps"][0]["actions"]])

	def test_a_suspension_needs_a_reason_reaches_the_outlet_and_is_lifted(self):
		audit = self.handed_in("1", "1")
		with self.assertRaisesRegex(frappe.MandatoryError, "Say why this is the consequence"):
			api.publish(audit.name, "Suspension")
		api.publish(audit.name, "Suspension", "Below the minimum")
		outlet = frappe.get_doc("C4S Dealership", self.store)
		self.assertEqual((1, f"Below the minimum ({audit.name})"), (outlet.suspended, outlet.suspension_reason))
		self.published("9", "9", consequence="Suspension Lifted", reason="Mended")
		self.assertEqual((0, None), frappe.db.get_value("C4S Dealership", self.store, ["suspended", "suspension_reason"]))

	def test_what_was_published_or_cancelled_goes_no_further(self):
		audit = self.published()
		for method, more in (("publish", {}), ("hand_in", {}), ("cancel", {"why": "x"})):
			with self.assertRaisesRegex(frappe.ValidationError, "The audit is Published already"):
				getattr(api, method)(audit.name, **more)
		self.assertEqual(1, frappe.db.count(RESPONSE, {"survey": audit.survey}))
		other = self.audit()
		api.cancel(other.name, "Store is being rebuilt")
		self.assertEqual(("Cancelled", "Store is being rebuilt"), frappe.db.get_value(AUDIT, other.name, ["status", "cancel_reason"]))

	def test_the_plan_is_checked(self):
		for values, sentence in (
			({"window_until": add_days(nowdate(), -1)}, "must not be before the first"),
			({"auditor": self.manager}, "does not have the role Auditor"),
			({"survey": frappe.db.get_value("C4S Survey", {"survey_kind": "CSI"})}, "neither for mystery shoppers nor for assessments"),
		):
			with self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_audit(**{"dealership": self.store, "auditor": self.auditor, **values})

	def test_my_day_names_what_is_to_be_done(self):
		audit = self.audit()
		names = lambda: {work.key: frappe.get_list(AUDIT, work.filters(current_person()) or [["name", "=", ""]], pluck="name") for work in WORK}
		with as_user(self.auditor):
			self.assertEqual({"audit_to_carry_out": [audit.name], "audit_to_publish": []}, names())
		fill(audit, "10", "4")
		api.hand_in(audit.name)
		with as_user(make_user("Group Manager")):
			self.assertIn(audit.name, names()["audit_to_publish"])
