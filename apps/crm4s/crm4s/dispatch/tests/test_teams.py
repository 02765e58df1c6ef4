import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s import bookings
from crm4s.bookings.tests.factories import at, make_resource
from crm4s.dispatch import api, steps, teams
from crm4s.dispatch.tests.factories import make_order, make_store, make_team
from crm4s.exceptions import InvalidIdentifierError
from crm4s.identifiers.position import Position
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

test_ignore = ["User"]
CAR = Position(31.24, 121.49)


class TestTeams(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def found(self, start=None, minutes: int = 60, position: Position | None = CAR) -> list[dict]:
		return teams.teams_of(self.store, start or at(3), minutes, position)

	def test_the_nearest_free_one_comes_first_and_those_without_a_place_last(self):
		make_team(self.store, "无位置")
		make_team(self.store, "远", home_latitude=31.34, home_longitude=121.49)
		make_team(self.store, "近", home_latitude=31.25, home_longitude=121.49)
		# A hundredth of a degree of latitude is 1.1 km.
		self.assertEqual([("近", 1.1), ("远", 11.1), ("无位置", None)], [(team["resource_name"], team["distance"]) for team in self.found()])

	def test_a_team_without_a_place_of_its_own_waits_at_the_store(self):
		frappe.db.set_value("C4S Dealership", self.store, {"latitude": 31.26, "longitude": 121.49})
		make_team(self.store)
		self.assertEqual([(2.2, 31.26)], [(team["distance"], team["latitude"]) for team in self.found()])

	def test_those_who_are_taken_come_after_the_free_ones_by_when_they_are_free(self):
		for name, place, hours in (("近忙", 31.25, 5), ("早空", 31.40, 4), ("闲", 31.50, None)):
			team = make_team(self.store, name, home_latitude=place, home_longitude=121.49)
			if hours:
				bookings.book(team.name, at(2), at(hours))
		expected = [("闲", True, at(3)), ("早空", False, at(4)), ("近忙", False, at(5))]
		self.assertEqual(expected, [(team["resource_name"], team["is_free"], team["free_from"]) for team in self.found()])

	def test_a_gap_that_is_too_short_is_not_free(self):
		team = make_team(self.store)
		bookings.book(team.name, at(3, 30), at(5))
		self.assertEqual([at(5)], [team["free_from"] for team in self.found(minutes=60)])
		self.assertEqual([at(3)], [team["free_from"] for team in self.found(minutes=30)])

	def test_technicians_are_there_in_the_opening_hours_and_when_they_are_not_absent(self):
		user = make_user("Technician", [self.store])
		make_resource(self.store, kind="Technician", user=user, resource_name="王师傅")
		self.assertEqual([at(8, 30)], [team["free_from"] for team in self.found(at(3))])
		frappe.get_doc(
			{"doctype": "C4S Absence", "user": user, "dealership": self.store, "absent_from": at(8), "absent_until": at(12), "reason": "培训"}
		).insert()
		self.assertEqual([at(12)], [team["free_from"] for team in self.found(at(9))])

	def test_disabled_teams_bays_and_those_of_other_stores_are_not_offered(self):
		make_team(self.store, enabled=0)
		make_resource(self.store, kind="Bay", resource_name="1号工位")
		make_team(make_store("DO-2"))
		self.assertEqual([], self.found())

	def test_the_order_that_a_team_is_on_is_named(self):
		team, order = make_team(self.store), make_order(self.store)
		steps.send(order, team.name)
		self.assertEqual([(order.name, False)], [(team["order"], team["is_free"]) for team in self.found(frappe.utils.now_datetime())])

	def test_many_teams_take_as_many_queries_as_one(self):
		make_team(self.store)
		with counted_queries() as one:
			self.found()
		for number in range(5):
			make_team(self.store, f"{number}号")
		with counted_queries() as many:
			self.found()
		self.assertEqual(len(one), len(many))

	def test_teams_are_offered_to_those_who_send_them_only(self):
		make_team(self.store)
		order = make_order(self.store)
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertEqual(1, len(api.get_teams(order.name)))
		for user in (make_user("Technician", [self.store]), make_user("Service Advisor", [make_store("DO-2")])):
			with as_user(user), self.assertRaises(frappe.PermissionError):
				api.get_teams(order.name)


class TestTeamAsResource(FrappeTestCase):
	def setUp(self):
		self.store = make_store("DO-1")

	def tearDown(self):
		frappe.db.rollback()

	def test_phone_plate_and_place_are_understood(self):
		team = make_team(self.store, phone="13800138101", plate_number="沪a12001", home_latitude=31.25, home_longitude=121.5)
		self.assertEqual(("+8613800138101", "沪A12001"), (team.phone, team.plate_number))
		with self.assertRaisesRegex(InvalidIdentifierError, "exchanged"):
			make_team(self.store, home_latitude=121.5, home_longitude=31.25)

	def test_what_is_no_team_has_nothing_of_a_team(self):
		bay = make_resource(self.store, kind="Bay", resource_name="1号工位", phone="13800138101", opening_hours_only=1, members=[{"user": "Administrator"}])
		self.assertEqual((None, 0, []), (bay.phone, int(bay.opening_hours_only or 0), bay.members))
