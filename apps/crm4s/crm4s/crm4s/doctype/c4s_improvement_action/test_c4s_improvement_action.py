import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, nowdate

from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_improvement_action.due import WORK
from crm4s.my_day.work import current_person
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_action(**overrides):
	"""A saved open action of a store, of Administrator, for today."""
	values = {
		"doctype": "C4S Improvement Action", "subject": "钣喷交车前复检", "kind": "Corrective", "responsible": "Administrator",
		"due_on": nowdate(), "what_to_do": "每台车交车前由组长复检漆面",
	}
	if "dealership" not in overrides:
		values["dealership"] = make_dealership("IMPROVE-1").name
	return frappe.get_doc({**values, **overrides}).insert()


class TestImprovementAction(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_it_is_done_with_what_was_done_and_checked_with_its_effect(self):
		action = make_action()
		with self.assertSaysWhy("Say what was done"):
			action.update({"status": "Done"}).save()
		action.reload()
		action.update({"status": "Done", "what_was_done": "已培训"}).save()
		self.assertEqual((getdate(), add_days(getdate(), 30)), (action.done_on, getdate(action.check_on)))
		with self.assertSaysWhy("Say whether it helped"):
			action.update({"status": "Checked"}).save()
		action.reload()
		action.update({"status": "Checked", "effect": "Effective"}).save()
		self.assertEqual((getdate(), "Administrator"), (action.checked_on, action.checked_by))

	def test_nothing_is_checked_before_it_is_done(self):
		with self.assertSaysWhy("An improvement action that is Open cannot become Checked"):
			make_action().update({"status": "Checked", "what_was_done": "x", "effect": "Effective"}).save()

	def test_what_did_not_help_is_taken_up_again(self):
		action = make_action()
		action.update({"status": "Done", "what_was_done": "已培训"}).save()
		action.update({"status": "Checked", "effect": "Not Effective"}).save()
		action.update({"status": "Open"}).save()
		self.assertEqual((None, None, None, None), (action.done_on, action.checked_on, action.checked_by, action.effect))

	def test_a_cancelled_one_says_why(self):
		with self.assertSaysWhy("Say why nobody does it"):
			make_action().update({"status": "Cancelled"}).save()

	def test_nobody_acts_upon_what_he_or_she_may_not_read(self):
		own, other = make_dealership("IMPROVE-1").name, make_dealership("IMPROVE-2").name
		theirs = make_complaint(dealership=other)
		with as_user(make_user("CRM Manager", [own])), self.assertRaisesRegex(frappe.PermissionError, "You may not read Complaint"):
			make_action(dealership=own, document_type=theirs.doctype, document_name=theirs.name)

	def test_my_day_shows_what_is_due_and_what_is_to_be_looked_at(self):
		store = make_dealership("IMPROVE-1").name
		with as_user(make_user("CRM Manager", [store])):
			me = frappe.session.user
			action, _later = make_action(responsible=me), make_action(responsible=me, due_on=add_days(nowdate(), 2))
			mine = lambda: {work.key: [row.name for row in frappe.get_list(work.doctype, work.filters(current_person()))] for work in WORK}
			self.assertEqual({"improvement_to_do": [action.name], "improvement_to_check": []}, mine())
			action.update({"status": "Done", "what_was_done": "已培训", "check_on": nowdate()}).save()
			self.assertEqual({"improvement_to_do": [], "improvement_to_check": [action.name]}, mine())


class TestActionsOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Improvement Action"
	role = "CRM Manager"

	def make_document_of(self, store):
		return make_action(dealership=store)
