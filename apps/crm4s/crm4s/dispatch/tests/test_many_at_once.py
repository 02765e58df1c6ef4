"""Two people send at the same moment; these tests commit and take away what they made."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.dispatch import actions
from crm4s.dispatch.tests.factories import make_order, make_store, make_team
from crm4s.exceptions import DispatchError
from crm4s.tests.at_once import at_once, done, refused

STORE = "DISPATCH-MANY"
ORDER, BOOKING = "C4S Dispatch Order", "C4S Booking"


class TestManyAtOnce(FrappeTestCase):
	def setUp(self):
		frappe.db.rollback()
		self.addCleanup(self.remove_everything)
		make_store(STORE)
		self.teams = [make_team(STORE, name).name for name in ("1号救援车", "2号救援车")]
		self.orders = [make_order(STORE).name for _number in range(2)]

	def remove_everything(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		orders = frappe.get_all(ORDER, {"dealership": STORE}, pluck="name")
		for doctype in (ORDER, BOOKING, "C4S Resource"):
			frappe.db.delete(doctype, {"dealership": STORE})
		for doctype, field in (("Comment", "reference_name"), ("Version", "docname")):
			frappe.db.delete(doctype, {field: ["in", orders or [""]]})
		if frappe.db.exists("C4S Dealership", STORE):
			frappe.delete_doc("C4S Dealership", STORE, force=True, delete_permanently=True)
		frappe.db.commit()

	def test_of_two_who_send_one_team_one_wins_and_the_other_order_still_waits(self):
		outcomes = at_once(*(lambda order=order: actions.send(order, self.teams[0]) for order in self.orders))
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))), outcomes)
		self.assertIsInstance(refused(outcomes)[0], DispatchError)
		self.assertIn("1号救援车 is still on order", str(refused(outcomes)[0]))
		self.assertEqual({"Called", "Dispatched"}, set(frappe.get_all(ORDER, {"dealership": STORE}, pluck="status")))
		self.assertEqual(1, frappe.db.count(BOOKING, {"dealership": STORE, "status": "Booked"}))

	def test_of_two_who_send_different_teams_to_one_order_the_second_hears_who_goes(self):
		outcomes = at_once(*(lambda team=team: actions.send(self.orders[0], team) for team in self.teams))
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))), outcomes)
		self.assertRegex(str(refused(outcomes)[0]), "is Dispatched already, with [12]号救援车")
		team = frappe.db.get_value(ORDER, self.orders[0], "team")
		self.assertEqual([team], frappe.get_all(BOOKING, {"dealership": STORE, "status": "Booked"}, pluck="resource"))

	def test_who_presses_twice_ends_an_order_once(self):
		actions.send(self.orders[0], self.teams[0])
		actions.arrive(self.orders[0])
		outcomes = at_once(*[lambda: actions.solve(self.orders[0])] * 2)
		self.assertEqual((1, 1), (len(done(outcomes)), len(refused(outcomes))), outcomes)
		self.assertIn("is Solved", str(refused(outcomes)[0]))

	def test_teams_that_are_exchanged_by_two_people_do_not_wait_for_each_other(self):
		for order, team in zip(self.orders, self.teams, strict=True):
			actions.send(order, team)
		outcomes = at_once(*(lambda order=order, team=team: actions.send_other(order, team) for order, team in zip(self.orders, reversed(self.teams), strict=True)))
		self.assertEqual({DispatchError}, {type(outcome) for outcome in refused(outcomes)}, outcomes)
