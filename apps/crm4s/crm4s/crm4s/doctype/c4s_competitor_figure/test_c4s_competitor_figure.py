import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_figure(**overrides):
	"""A saved price of a competitor of a store, found today."""
	item = {"item_name": "试验保养价格", "aspect": "Price", "unit": "Yuan", "better": "Lower"}
	rival = {"competitor_name": "试验汽修", "competitor_kind": "Independent Workshop"}
	values = {"doctype": "C4S Competitor Figure", "observed_on": nowdate(), "value": 380, "source": "Phone Call", "outlet": "城东店"}
	if "item" not in overrides:
		values["item"] = made_or_changed("C4S Benchmark Item", item["item_name"], {"doctype": "C4S Benchmark Item", **item}, {}).name
	if "competitor" not in overrides:
		values["competitor"] = made_or_changed("C4S Competitor", rival["competitor_name"], {"doctype": "C4S Competitor", **rival}, {}).name
	if "dealership" not in overrides:
		values["dealership"] = make_dealership("RIVAL-1").name
	return frappe.get_doc({**values, **overrides}).insert()


class TestCompetitorFigure(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_nothing_is_found_on_a_day_to_come(self):
		with self.assertSaysWhy("on a day to come"):
			make_figure(observed_on=add_days(nowdate(), 1))

	def test_points_end_at_a_hundred(self):
		figure = make_figure()
		item = frappe.get_doc("C4S Benchmark Item", figure.item).update({"item_name": "试验评分", "unit": "Points", "better": "Higher"})
		scored = frappe.copy_doc(item).insert().name
		self.assertEqual("Points", make_figure(item=scored, value=88).unit)
		with self.assertSaysWhy("from 0 to 100"):
			make_figure(item=scored, value=101)

	def test_a_price_of_nothing_was_forgotten(self):
		with self.assertSaysWhy("Enter the competitor's figure"):
			make_figure(value=0)

	def test_what_they_give_for_nothing_costs_nothing(self):
		figure = make_figure(is_free=1, value=20)
		self.assertEqual((1, 0), (figure.is_free, figure.value))
		item = frappe.copy_doc(frappe.get_doc("C4S Benchmark Item", figure.item).update({"item_name": "试验时长", "unit": "Minutes"})).insert().name
		timed = make_figure(item=item, is_free=1, value=20)
		self.assertEqual((0, 20), (timed.is_free, timed.value))

	def test_what_is_compared_by_model_names_ours(self):
		item = frappe.get_doc("C4S Benchmark Item", make_figure().item)
		item.update({"needs_model": 1}).save()
		with self.assertSaysWhy("say with which of our models"):
			make_figure(item=item.name, outlet="城西店")
		self.assertTrue(make_figure(item=item.name, vehicle_model=make_model().name).name)

	def test_it_is_entered_once_a_day(self):
		figure = make_figure()
		with self.assertSaysWhy(f"already entered for that day: {figure.name}"):
			make_figure(outlet=" 城东店 ", value=400)
		make_figure(outlet="城西店")
		make_figure(observed_on=add_days(nowdate(), -1))
		figure.update({"value": 390}).save()

	def test_a_market_researcher_enters_it_for_the_own_store(self):
		store = make_dealership("RIVAL-1").name
		make_figure()
		with as_user(make_user("Market Researcher", [store])):
			self.assertEqual(store, make_figure(outlet="城南店", item="试验保养价格", competitor="试验汽修", dealership=None).dealership)
		with as_user(make_user("Dealer Manager", [store])):
			self.assertFalse(frappe.has_permission("C4S Competitor Figure", "create"))


class TestCompetitorFigureOfAStore(StoreDocumentTests, FrappeTestCase):
	doctype, role = "C4S Competitor Figure", "Market Researcher"

	def make_document_of(self, store: str):
		return make_figure(dealership=store)
