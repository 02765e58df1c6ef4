import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import getdate

from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]
PLAN = "C4S Work Plan"


def make_plan(dealership: str, *items: tuple[float, float], **overrides):
	"""A saved plan of May 2001; `items` are what is planned and done of each."""
	rows = [{"what": "回访流失客户", "quantity": quantity, "done": done} for quantity, done in items or ((10, 0),)]
	return frappe.get_doc({"doctype": PLAN, "person": "Administrator", "dealership": dealership, "month": "2001-05-20", "items": rows, **overrides}).insert()


class TestWorkPlan(StoreDocumentTests, FrappeTestCase):
	doctype, role = PLAN, "CRM Manager"

	def make_document_of(self, store: str):
		return make_plan(store)

	def test_it_counts_what_is_done(self):
		plan = make_plan(self.own, (10, 10), (4, 8), (2, 1))
		self.assertEqual((3, 2, 83.3), (plan.planned_items, plan.done_items, plan.done_percent))
		self.assertEqual(getdate("2001-05-01"), getdate(plan.month))

	def test_a_person_has_one_plan_a_month(self):
		first = make_plan(self.own)
		with self.assertRaisesRegex(frappe.ValidationError, first.name):
			make_plan(self.own, month="2001-05-02")
		make_plan(self.own, month="2001-06-02")

	def test_nothing_is_planned_of_which_there_is_none(self):
		with self.assertRaisesRegex(frappe.ValidationError, "how much of it is planned"):
			make_plan(self.own, (0, 0))

	def test_staff_tick_their_own_plan_and_see_no_colleagues(self):
		advisor = make_user("Service Advisor", [self.own])
		mine, colleagues = make_plan(self.own, person=advisor).name, make_plan(self.own).name
		with as_user(advisor):
			self.assertEqual([mine], frappe.get_list(PLAN, {"name": ["in", [mine, colleagues]]}, pluck="name"))
			self.assertEqual(1, len(frappe.get_list("C4S Work Plan Item", {"parent": ["in", [mine, colleagues]]}, parent_doctype=PLAN)))
			plan = frappe.get_doc(PLAN, mine)
			plan.items[0].done = 10
			self.assertEqual(100, plan.save().done_percent)
			self.assertFalse(frappe.has_permission(PLAN, "write", colleagues))
