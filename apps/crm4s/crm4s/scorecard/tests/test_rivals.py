from datetime import date

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_benchmark_item.test_c4s_benchmark_item import make_item
from crm4s.crm4s.doctype.c4s_competitor_figure.test_c4s_competitor_figure import make_figure
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.scorecard.rivals import rivals_of
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestRivals(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_two_items_of_each_aspect_that_we_have_a_figure_for(self):
		store = make_dealership("CARD-RIVAL").name
		wanted = [("价一", "Price", 1), ("价二", "Price", 2), ("价三", "Price", 3), ("时一", "Time", 4)]
		for name, aspect, sequence in wanted:
			make_item(f"试验{name}", aspect=aspect, sequence=sequence)
			make_figure(dealership=store, item=f"试验{name}", observed_on="2001-05-20", value=300, own_value=360)
		make_item("试验无我", aspect="Service", sequence=5)
		make_figure(dealership=store, item="试验无我", observed_on="2001-05-20", value=300)
		with as_user(make_user("Dealer Manager", [store])):
			rows = rivals_of(store, date(2001, 5, 1))
			self.assertEqual([("试验价一", 360, 300), ("试验价二", 360, 300), ("试验时一", 360, 300)], [(row["item"], row["ours"], row["median"]) for row in rows])
			self.assertEqual([], rivals_of(store, date(2001, 4, 1)))
		with as_user(make_user("Technician", [store])):
			self.assertEqual([], rivals_of(store, date(2001, 5, 1)))
