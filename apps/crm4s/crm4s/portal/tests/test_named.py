"""Names of documents for the rows that name them, and how often a page asks the database."""

import frappe

from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.portal import named
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.tests.queries import counted_queries

MODEL = "C4S Vehicle Model"
# The renderer, the frame and a source of open matters each ask once, and the cars three times.
MOST_FOR_HOME = 24


class TestNamed(PortalTestCase):
	def test_nothing_is_asked_for_nothing(self):
		with counted_queries() as queries:
			self.assertEqual({}, named.rows_of(MODEL, [None, ""], "model_title"))
			self.assertEqual({}, named.titles_of(MODEL, (), "model_title"))
		self.assertEqual([], queries)

	def test_what_is_named_often_is_asked_for_once(self):
		model = make_vehicle().model
		with counted_queries() as queries:
			found = named.titles_of(MODEL, [model, None, model], "model_title")
		self.assertEqual({model: frappe.db.get_value(MODEL, model, "model_title")}, found)
		self.assertEqual(1, len(queries))

	def test_the_first_page_of_who_has_one_car_asks_little(self):
		viewer = make_viewer()
		make_vehicle(parties=[{"customer": viewer.customer, "party_role": "Owner"}])
		self.get("/my", viewer)
		with counted_queries() as queries:
			self.assertEqual(200, self.get("/my", viewer).status)
		self.assertLessEqual(len(queries), MOST_FOR_HOME, "\n".join(queries))
