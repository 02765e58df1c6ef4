"""A showroom for tests: a store with a receptionist and three consultants, made once for all tests of a class."""

from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_reception_queue_entry.test_c4s_reception_queue_entry import make_entry
from crm4s.tests.people import make_user

ENTRY = "C4S Reception Queue Entry"
STORE, OTHER_STORE = "ROOM-1", "ROOM-2"


class ShowroomTestCase(FrappeTestCase):
	"""`self.anna`, `self.ben` and `self.carla` stand in the line in this order; `self.receptionist` keeps it."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		for code in (STORE, OTHER_STORE):
			make_dealership(code)
		cls.receptionist = make_user("Receptionist", [STORE])
		cls.stranger = make_user("Receptionist", [OTHER_STORE])
		cls.anna, cls.ben, cls.carla = (make_user("Sales Consultant", [STORE]) for _ in range(3))

	def setUp(self):
		frappe.db.savepoint("showroom")
		frappe.clear_messages()
		for minutes, user in ((30, self.anna), (20, self.ben), (10, self.carla)):
			make_entry(STORE, user, since=ago(minutes))

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="showroom")

	def state(self, user: str) -> str:
		return frappe.db.get_value(ENTRY, {"dealership": STORE, "user": user}, "state")

	def order(self) -> list[str]:
		"""Who is available, in the order in which they are next."""
		people = {self.anna: "anna", self.ben: "ben", self.carla: "carla"}
		rows = frappe.get_all(ENTRY, {"dealership": STORE, "state": "In Line"}, ["user"], order_by="since asc")
		return [people[row.user] for row in rows]


def ago(minutes: float):
	"""So many minutes ago, but not yesterday: the line begins anew at midnight."""
	now = now_datetime()
	return max(now - timedelta(minutes=minutes), now.replace(hour=0, minute=0, second=0, microsecond=int(6e5 - minutes * 1e4)))
