"""Two receptionists at the same moment, over connections of their own: what is made here is committed and removed again."""

from threading import Barrier, Thread

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_reception_queue_entry.test_c4s_reception_queue_entry import make_entry
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import make_visit
from crm4s.exceptions import NobodyAvailableError, VisitMovedOnError
from crm4s.reception import visits
from crm4s.reception.tests.showroom import ago
from crm4s.tests.people import make_user

test_ignore = ["User"]
STORE = "ROOM-DESKS"
VISIT, ENTRY = "C4S Showroom Visit", "C4S Reception Queue Entry"


class Desk(Thread):
	"""One hand-over over a database connection of its own; it begins when all desks are ready."""

	def __init__(self, visit: str, ready: Barrier):
		super().__init__(daemon=True)
		self.visit, self.ready, self.site = visit, ready, frappe.local.site
		self.consultant = self.error = None

	def run(self):
		frappe.init(site=self.site)
		frappe.connect()
		frappe.flags.in_test = True
		try:
			# The snapshot of the transaction begins before anybody has been asked.
			frappe.db.get_value(VISIT, self.visit, "sales_consultant")
			self.ready.wait(timeout=20)
			self.consultant = visits.hand_over(self.visit).sales_consultant
			frappe.db.commit()
		except Exception as error:
			self.error = error
			frappe.db.rollback()
		finally:
			frappe.destroy()


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

	def hand_over_at_once(self, names: list[str]) -> list[Desk]:
		frappe.db.commit()
		ready = Barrier(len(names))
		desks = [Desk(name, ready) for name in names]
		for desk in desks:
			desk.start()
		for desk in desks:
			desk.join(timeout=60)
		frappe.db.rollback()
		return desks

	def test_two_visitors_at_two_desks_go_to_two_consultants(self):
		for _ in range(3):
			frappe.db.set_value(ENTRY, {"dealership": STORE}, "state", "In Line")
			desks = self.hand_over_at_once([make_visit(dealership=STORE, phone=None).name for _ in range(2)])
			self.assertEqual([None, None], [desk.error for desk in desks])
			self.assertEqual(2, len({desk.consultant for desk in desks}))

	def test_six_visitors_and_three_consultants_leave_three_waiting(self):
		desks = self.hand_over_at_once([make_visit(dealership=STORE, phone=None).name for _ in range(6)])
		asked = [desk.consultant for desk in desks if desk.consultant]
		self.assertEqual(sorted(self.users), sorted(asked))
		self.assertEqual([NobodyAvailableError] * 3, [type(desk.error) for desk in desks if desk.error])

	def test_one_visitor_at_two_desks_goes_to_one_consultant(self):
		name = make_visit(dealership=STORE, phone=None).name
		desks = self.hand_over_at_once([name, name])
		self.assertEqual([VisitMovedOnError], [type(desk.error) for desk in desks if desk.error])
		self.assertEqual(1, frappe.db.count(ENTRY, {"dealership": STORE, "state": "Serving"}))
