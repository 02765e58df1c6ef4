"""How a link stands, and setting one up in the desk."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime
from frappe.utils.password import get_decrypted_password

from crm4s.crm4s.doctype.c4s_dms_link.test_c4s_dms_link import LINK, make_link
from crm4s.crm4s.doctype.c4s_dms_request.test_c4s_dms_request import make_request
from crm4s.dms import accounts, api, health
from crm4s.dms.answers import REQUEST
from crm4s.dms.links import link_of
from crm4s.dms.tests.caller import call, said
from crm4s.tests.people import as_user, make_user


class HealthTestCase(FrappeTestCase):
	def setUp(self):
		frappe.db.savepoint("health")
		self.addCleanup(frappe.db.rollback, save_point="health")
		self.addCleanup(frappe.cache.delete_value, "c4s_dms_links")
		self.link = make_link()

	def asked(self, hours_ago: float = 0, **values) -> None:
		row = make_request(self.link.name, **values)
		frappe.db.set_value(REQUEST, row.name, "creation", add_to_date(now_datetime(), hours=-hours_ago), update_modified=False)

	def found(self) -> dict:
		return health.of_link(link_of(self.link.user))


class TestHealth(HealthTestCase):
	def test_the_last_success_of_each_entity_and_direction(self):
		self.asked(3, entity="customer")
		self.asked(2, entity="customer")
		self.asked(1, entity="customer", http_status=422)
		self.asked(5, entity="lead", method="changes")
		rows = self.found()["entities"]
		self.assertEqual([("customer", "in"), ("lead", "out")], [(row["entity"], row["direction"]) for row in rows])
		self.assertAlmostEqual(2, (now_datetime() - rows[0]["last_success"]).total_seconds() / 3600, places=1)

	def test_what_failed_within_the_hour_is_counted(self):
		for hours, status, rejected in ((0.1, 200, 3), (0.2, 422, 0), (0.3, 503, 0), (0.4, 500, 0), (2, 500, 9)):
			self.asked(hours, http_status=status, rejected=rejected)
		found = self.found()
		names = ("requests_last_hour", "failed_last_hour", "refused_last_hour", "rejected_last_hour")
		self.assertEqual([4, 2, 1, 3], [found[name] for name in names])

	def test_one_word_for_it(self):
		quiet = {"failed_last_hour": 0, "deliveries_dead": 0, "endpoints_away": 0, "waiting_records": 0, "open_conflicts": 0, "now": now_datetime()}
		fresh, old = ([{"last_success": add_to_date(now_datetime(), hours=-hours)}] for hours in (1, 30))
		for changes, word in (
			({"entities": fresh}, "ok"),
			({"entities": old}, "silent"),
			({"entities": []}, "silent"),
			({"entities": fresh, "waiting_records": 1}, "waiting"),
			({"entities": fresh, "open_conflicts": 1, "deliveries_dead": 1}, "failing"),
			({"entities": old, "failed_last_hour": 1}, "failing"),
			({"entities": fresh, "endpoints_away": 1}, "failing"),
		):
			self.assertEqual(word, health.state_of({**quiet, **changes}), changes)

	def test_the_other_side_reads_its_own(self):
		other = make_link()
		self.asked(0.1, http_status=500)
		self.assertEqual(["failing", "silent"], [said(call(user, "health"))["state"] for user in (self.link.user, other.user)])

	def test_the_desk_reads_it_with_its_own_names(self):
		self.asked(1, entity="vehicle_model")
		with as_user(make_user("Administrator")):
			self.assertEqual(["Vehicle Model"], [row["title"] for row in api.look(self.link.name)["entities"]])
		with as_user(make_user("Dealer Manager")):
			self.assertRaises(frappe.PermissionError, api.look, self.link.name)


class TestSettingUp(HealthTestCase):
	def test_an_administrator_opens_a_link_without_anybodys_help(self):
		with as_user(make_user("Administrator")):
			made = api.open_account("East-Kingdee")
			link = frappe.get_doc({"doctype": LINK, "link_name": "East-Kingdee", "user": made["user"], "entities": [{"entity": "Part", "takes_in": 1}]}).insert()
		user = frappe.get_doc("User", made["user"])
		self.assertEqual(("Website User", [accounts.ROLE]), (user.user_type, [row.role for row in user.roles]))
		self.assertEqual((made["key"], made["secret"]), (user.api_key, get_decrypted_password("User", user.name, "api_secret")))
		self.assertEqual(200, call(made["user"], "health").status_code)
		with as_user(make_user("Administrator")):
			renewed = api.new_secret(link.name)
		self.assertEqual(made["key"], renewed["key"])
		self.assertEqual(renewed["secret"], get_decrypted_password("User", user.name, "api_secret"))
		self.assertNotEqual(made["secret"], renewed["secret"])

	def test_nobody_else_makes_users_or_takes_over_their_keys(self):
		with as_user(make_user("Dealer Manager")):
			self.assertRaises(frappe.PermissionError, api.open_account, "Thief")
			self.assertRaises(frappe.PermissionError, api.new_secret, self.link.name)
		colleague = make_user("Sales Consultant")
		frappe.db.set_value(LINK, self.link.name, "user", colleague)
		with as_user(make_user("Administrator")):
			self.assertRaisesRegex(frappe.ValidationError, "works in the desk", api.new_secret, self.link.name)

	def test_names_that_cannot_be(self):
		with as_user(make_user("Administrator")):
			self.assertRaisesRegex(frappe.ValidationError, "Link Name", api.open_account, "  ")
			api.open_account("Twice")
			self.assertRaisesRegex(frappe.ValidationError, "exists already", api.open_account, "twice")

	def test_a_sample_is_tried_and_nothing_stays(self):
		with as_user(make_user("Administrator")):
			tried = api.try_records(self.link.name, "Part", '[{"external_id": "P1", "part_number": "90915", "part_name": "滤清器"}, {"external_id": "P2", "price": "much"}]')
			self.assertRaisesRegex(frappe.ValidationError, "not JSON", api.try_records, self.link.name, "Part", "{")
			self.assertRaisesRegex(frappe.ValidationError, "given out only", api.try_records, self.link.name, "Lead", "{}")
		self.assertEqual([("P2", "price")], [(one["external_id"], one["errors"][0]["field"]) for one in tried["results"] if one["state"] == "rejected"])
		self.assertEqual(["created", "rejected"], [one["state"] for one in tried["results"]])
		self.assertFalse(frappe.db.exists("C4S Part", {"part_number": "90915"}))
