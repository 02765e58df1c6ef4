"""Two receptionists at the same moment, over connections of their own: what is made here is committed and removed again."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_reception_queue_entry.test_c4s_reception_queue_entry import make_entry
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import make_visit
from crm4s.exceptions import NobodyAvailableError, VisitMovedOnError
from crm4s.reception import visits
from crm4s.reception.tests.showroom import ago
from crm4s.tests.at_once import at_once, done, refused
from crm4s.tests.people import make_user

test_ignore = ["User"]
STORE = "ROOM-DESKS"
VISIT, ENTRY = "C4S Showroom Visit", "C4S Reception Queue Entry"


class TestTwoDesks(FrappeTestCase):
	def setUp(self):
		self.addCleanup(self.remove_all)
		make_dealership(STORE)
		self.users = [make_user("Sales Consultant", [STORE]) for _ in range(3)]
		for position, user in enumerate(self.users):
			make_entry(STORE, user, since=ago(30 - position))

	def remove_all(self):
		frappe.db.rollback()
		for doctype in (VISIT, ENTRY):
			frappe.db.delete(doctype, {"dealership": STORE})
		frappe.db.delete("Notification Log", {"for_user": ["in", self.users]})
		for user in self.users:
			frappe.delete_doc("User", user, force=True)
		frappe.db.delete("User Permission", {"for_value": STORE})
		frappe.delete_doc("C4S Dealership", STORE, force=True)
		frappe.db.commit()

	def hand_over_at_once(self, names: list[str]) -> list:
		return at_once(*[lambda name=name: visits.hand_over(name).sales_consultant for name in names])

	def test_two_visitors_at_two_desks_go_to_two_consultants(self):
		for _ in range(3):
			frappe.db.set_value(ENTRY, {"dealership": STORE}, "state", "In Line")
			desks = self.hand_over_at_once([make_visit(dealership=STORE, phone=None).name for _ in range(2)])
			self.assertEqual([], refused(desks))
			self.assertEqual(2, len(set(desks)))

	def test_six_visitors_and_three_consultants_leave_three_waiting(self):
		desks = self.hand_over_at_once([make_visit(dealership=STORE, phone=None).name for _ in range(6)])
		self.assertEqual(sorted(self.users), sorted(done(desks)))
		self.assertEqual([NobodyAvailableError] * 3, [type(refusal) for refusal in refused(desks)])

	def test_one_visitor_at_two_desks_goes_to_one_consultant(self):
		name = make_visit(dealership=STORE, phone=None).name
		desks = self.hand_over_at_once([name, name])
		self.assertEqual([VisitMovedOnError], [type(refusal) for refusal in refused(desks)])
		self.assertEqual(1, frappe.db.count(ENTRY, {"dealership": STORE, "state": "Serving"}))
