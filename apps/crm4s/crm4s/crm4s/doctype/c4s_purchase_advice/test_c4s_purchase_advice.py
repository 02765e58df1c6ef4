import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import fmt_money

from crm4s.advice import api
from crm4s.advice.hints import holds
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]
ADVICE = "C4S Purchase Advice"


def make_advice(**overrides):
	"""A saved advice for a visitor without a file, who needs five seats for up to 200,000; it compares one model."""
	values = {
		"doctype": ADVICE,
		"person_name": "周敏",
		"dealership": overrides.get("dealership") or make_dealership("ADVICE-1").name,
		"seats": 5,
		"budget_to": 200000,
		"models": overrides.get("models") or [{"model": make_model("T-ADVICE", seats=5, guide_price=198800).name}],
	}
	values.update(overrides)
	return frappe.get_doc(values).insert()


def electric(**values):
	return make_model("T-ADVICE-E", energy_type="Battery Electric", seats=5, guide_price=150000, range_km=500, **values)


class AdviceTestCase(FrappeTestCase):
	def setUp(self):
		# Only the models of the test are on sale.
		frappe.db.set_value("C4S Vehicle Model", {"enabled": 1}, "enabled", 0)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()


class TestAdvice(AdviceTestCase):
	def test_a_comparison_needs_no_file(self):
		advice = make_advice(person_name=None)
		self.assertEqual((None, None), (advice.customer, advice.lead))

	def test_the_name_comes_from_customer_or_lead(self):
		lead = make_lead(dealership=make_dealership("ADVICE-1").name)
		self.assertEqual("李娜", make_advice(person_name=None, lead=lead.name).person_name)

	def test_the_score_is_written_and_not_taken_from_the_caller(self):
		advice = make_advice(models=[{"model": make_model("T-ADVICE", seats=5, guide_price=220000).name, "score": 99}])
		row = advice.models[0]
		# Within the budget at half of the room of 20 %, seats fully; both weigh 3.
		self.assertEqual((75.0, 220000), (row.score, row.guide_price))
		reasons = advice.get_comparison()["models"][0]["reasons"]
		currency = frappe.db.get_default("currency")
		price, above = (fmt_money(amount, precision=0, currency=currency) for amount in (220000, 20000))
		self.assertIn(("partly", f"Within the Budget: {price}, which is {above} above"), reasons)
		self.assertIn(("fits", "Enough Seats: 5, at least 5 needed"), reasons)

	def test_up_to_four_models_are_compared_each_once(self):
		models = [{"model": make_model(f"T-ADVICE-{number}").name} for number in range(5)]
		with self.assertRaisesRegex(frappe.ValidationError, "Up to 4 models can be compared; take out 1"):
			make_advice(models=models)
		with self.assertRaisesRegex(frappe.ValidationError, "is compared twice"):
			make_advice(models=models[:1] * 2)

	def test_a_budget_is_in_order(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Budget From must not be more than Budget To"):
			make_advice(budget_from=300000)

	def test_a_customer_of_another_store_cannot_be_linked(self):
		own, other = make_dealership("ADVICE-1").name, make_dealership("ADVICE-2").name
		stranger = make_customer("13800138111", store=other).name
		with as_user(make_user("Sales Consultant", [own])), self.assertRaises(frappe.PermissionError):
			make_advice(customer=stranger, dealership=own)

	def test_the_consultants_advice_is_the_consultants(self):
		consultant = make_user("Sales Consultant", [make_dealership("ADVICE-1").name])
		with as_user(consultant):
			self.assertEqual(consultant, make_advice().advised_by)


class TestSuggestions(AdviceTestCase):
	def test_the_models_on_sale_are_ranked_with_reasons_and_hints(self):
		make_model("T-ADVICE", seats=5, guide_price=198800)
		electric()
		make_model("T-ADVICE-OLD", seats=5, guide_price=100000, enabled=0)
		rows = api.suggest({"seats": 5, "budget_to": 200000, "home_charging": "No"})
		self.assertEqual(["T-ADVICE", "T-ADVICE-E"], [row["model"] for row in rows])
		self.assertEqual(100, rows[0]["score"])
		self.assertIn(("partly", "Charging: Battery Electric suits “Charging at Home: No” to 30 %"), rows[1]["reasons"])
		self.assertEqual(["Without a charger at home a battery electric car lives on public charging; ask where the car stands at night."], rows[1]["hints"])

	def test_a_car_with_too_few_seats_is_ruled_out_and_comes_last(self):
		make_model("T-ADVICE", seats=5, guide_price=100000)
		make_model("T-ADVICE-7", seats=7, guide_price=400000)
		rows = api.suggest({"seats": 7, "budget_to": 120000})
		self.assertEqual([("T-ADVICE-7", False), ("T-ADVICE", True)], [(row["model"], row["is_ruled_out"]) for row in rows])

	def test_a_range_is_no_reason_for_or_against_a_car_that_burns_fuel(self):
		make_model("T-ADVICE", seats=5)
		self.assertEqual([], api.suggest({"yearly_km": 20000})[0]["reasons"])

	def test_weights_are_data(self):
		make_model("T-ADVICE", seats=5, guide_price=198800)
		frappe.db.set_value("C4S Suitability Criterion", {"enabled": 1}, "enabled", 0)
		self.assertIsNone(api.suggest({"seats": 5})[0]["score"])

	def test_whoever_makes_no_advice_is_suggested_nothing(self):
		with as_user(make_user("Technician")), self.assertRaises(frappe.PermissionError):
			api.suggest({"seats": 5})
		with as_user(make_user("Technician")), self.assertRaises(frappe.PermissionError):
			api.compare(["T-ADVICE"])

	def test_models_stand_side_by_side(self):
		make_model("T-ADVICE", seats=5, specifications=[{"specification_group": "Dimensions", "attribute": "轴距", "value": "2800", "unit": "mm"}])
		electric()
		compared = api.compare(["T-ADVICE-E", "T-ADVICE"])
		self.assertEqual(["T-ADVICE-E", "T-ADVICE"], [model["model"] for model in compared["models"]])
		rows = {row["attribute"]: row for row in compared["rows"]}
		self.assertEqual((("–", "2800 mm"), True), (rows["轴距"]["values"], rows["轴距"]["differs"]))
		self.assertEqual((("5", "5"), False), (rows["Seats"]["values"], rows["Seats"]["differs"]))
		self.assertNotIn("Battery (kWh)", rows)


class TestHints(FrappeTestCase):
	hint = {"energy_type": "Battery Electric", "home_charging": "No", "driving": None, "purpose": None, "yearly_km_from": 0, "yearly_km_to": 0, "over_budget": 0}
	car = {"energy_type": "Battery Electric", "guide_price": 150000}

	def test_all_that_is_filled_in_must_hold(self):
		self.assertTrue(holds(self.hint, {"home_charging": "No"}, self.car))
		self.assertFalse(holds(self.hint, {"home_charging": "Yes"}, self.car))
		self.assertFalse(holds(self.hint, {"home_charging": "No"}, {"energy_type": "Petrol"}))

	def test_what_was_not_said_fulfils_nothing(self):
		self.assertFalse(holds(self.hint, {}, self.car))
		few = {**self.hint, "home_charging": None, "yearly_km_to": 8000}
		self.assertFalse(holds(few, {"yearly_km": 0}, self.car))
		self.assertTrue(holds(few, {"yearly_km": 8000}, self.car))

	def test_a_price_above_the_budget(self):
		dear = {**self.hint, "home_charging": None, "over_budget": 1}
		self.assertTrue(holds(dear, {"budget": (None, 140000)}, self.car))
		self.assertFalse(holds(dear, {"budget": (None, 160000)}, self.car))
		self.assertFalse(holds(dear, {"budget": (None, None)}, self.car))


class TestPrint(AdviceTestCase):
	def test_the_print_holds_needs_reasons_hints_and_figures(self):
		advice = make_advice(home_charging="No", note="<b>周末试驾</b>", models=[{"model": electric().name}])
		html = frappe.get_print(ADVICE, advice.name, "C4S Purchase Advice")
		for text in ("周敏", "Charging at Home", "Enough Seats: 5, at least 5 needed", "lives on public charging", "Electric Range (km)"):
			self.assertIn(text, html)
		self.assertIn("&lt;b&gt;周末试驾", html)


class TestAdviceOfStores(DealingTests, FrappeTestCase):
	doctype = ADVICE
	role = "Sales Consultant"

	def make_document_of(self, store, **values):
		return make_advice(dealership=store, **values)
