"""The demo's tables by themselves: repeatable, valid, consistent, and never later than now. No site needed."""

import unittest
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import status_after
from crm4s.demo.generate import Demo, generate
from crm4s.demo.group import OUTLETS, models
from crm4s.demo.opening import Calendar, festival_days
from crm4s.demo.people import MOBILE_PREFIX as CUSTOMER_PREFIX
from crm4s.demo.standards import standard, table
from crm4s.identifiers.identity_document import normalise_identity_document, resident_card_facts
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.plate import FUEL, NEW_ENERGY_SMALL, plate_kind
from crm4s.identifiers.vin import has_valid_check_digit, normalise_vin

NOW = datetime(2026, 11, 21, 14, 0)


def frames(demo: Demo) -> dict[str, pd.DataFrame]:
	"""All tables of the demo by name."""
	found = {"ties": demo.ties}
	for topic in (demo.people, demo.vehicles, demo.visits, demo.leads, demo.showroom, demo.drives, demo.voice, demo.retention):
		found |= {f"{type(topic).__name__}.{field.name}": getattr(topic, field.name) for field in fields(topic)}
	for topic in (demo.workshop, demo.appointments, demo.dispatch):
		tables = {field.name: getattr(topic, field.name) for field in fields(topic)}
		found |= {f"{type(topic).__name__}.{name}": frame for name, frame in tables.items() if isinstance(frame, pd.DataFrame)}
	found |= {"Deals.deals": demo.deals.deals, "Deals.services": demo.deals.services, "Deals.versions": demo.deals.versions}
	return found | {f"Deals.{name}": frame for name, frame in (demo.deals.rows | demo.deals.version_rows).items()}


def moments(frame: pd.DataFrame) -> pd.DataFrame:
	"""Every moment of a table with its column, of columns that hold moments."""
	values = [
		(column, value)
		for column in frame.columns
		for value in frame[column]
		if isinstance(value, datetime) and value == value
	]
	return pd.DataFrame(values, columns=["column", "value"])


class TestWholeDemo(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		cls.demo = generate(NOW)
		cls.customers, cls.cars = cls.demo.people.customers, cls.demo.vehicles.cars
		cls.visits, cls.leads = cls.demo.visits.visits, cls.demo.leads.leads

	def test_it_is_as_large_as_promised(self):
		self.assertGreaterEqual(len(self.customers), 2000)
		self.assertGreaterEqual(len(self.cars), 2600)
		self.assertAlmostEqual(120, int((self.cars["_way"] == "stock").sum()), delta=10)
		self.assertAlmostEqual(9000, len(self.visits), delta=700)
		self.assertAlmostEqual(1500, len(self.leads), delta=150)
		self.assertAlmostEqual(120, len(self.demo.voice.complaints), delta=10)
		self.assertAlmostEqual(1340, len(self.demo.voice.responses), delta=100)
		self.assertAlmostEqual(0.9, (self.customers["customer_kind"] == "Private").mean(), delta=0.02)
		self.assertEqual(12, sum(model["enabled"] for model in models(NOW.date())))
		self.assertLessEqual(
			set(self.cars["model"]) | set(self.leads["interested_model"]),
			{model["model_code"] for model in models(NOW.date())},
		)
		self.assertGreaterEqual(len(table("group")["parts"]), 60)
		self.assertEqual(7, self.cars["_energy_type"].nunique())

	def test_people_have_valid_phones_of_their_own(self):
		phones = self.demo.people.phones
		for number in {*phones["phone"], *self.leads["phone"], *self.demo.people.contacts["phone"].dropna()}:
			self.assertEqual(number, normalise_phone(number))
		primary = phones.loc[phones["is_primary"] == 1]
		self.assertEqual(sorted(self.customers["external_key"]), sorted(primary["parent"]))
		self.assertTrue(primary["phone"].is_unique)
		mobiles = phones.loc[phones["kind"] == "Mobile", "phone"]
		self.assertTrue(mobiles.str.startswith(f"+86{CUSTOMER_PREFIX}").all())

	def test_documents_are_valid_and_agree_with_the_person(self):
		known = self.customers.loc[self.customers["identity_number"].notna()]
		for kind, number in zip(known["identity_document_type"], known["identity_number"], strict=True):
			self.assertEqual(number, normalise_identity_document(kind, number))
		cards = known.loc[(known["identity_document_type"] == "Resident Identity Card") & known["birthday"].notna()]
		for number, sex, birthday in zip(cards["identity_number"], cards["sex"], cards["birthday"], strict=True):
			self.assertEqual("99", number[2:4])
			self.assertEqual((birthday, sex), (resident_card_facts(number).birth_date, resident_card_facts(number).sex))

	def test_vins_and_plates_are_valid_and_of_one_car(self):
		vins, plates = self.cars["vin"].dropna(), self.cars.loc[self.cars["plate_number"].notna()]
		self.assertTrue(all(normalise_vin(vin) == vin and has_valid_check_digit(vin) for vin in vins))
		self.assertTrue(vins.is_unique and plates["plate_number"].is_unique)
		for plate, energy in zip(plates["plate_number"], plates["_energy_type"], strict=True):
			is_green = energy in ("Battery Electric", "Plug-in Hybrid", "Range Extender", "Fuel Cell")
			self.assertEqual(NEW_ENERGY_SMALL if is_green else FUEL, plate_kind(plate), plate)
		self.assertTrue((self.cars.loc[self.cars["vin"].isna(), "_status"] == "Ordered").all())

	def test_nothing_lies_after_now(self):
		self.assert_nothing_after(self.demo)

	def assert_nothing_after(self, demo: Demo):
		ahead = {"respond_by", "resolve_by", "promised_on", "planned_from", "planned_to"}
		ahead |= {"starts_at", "ends_at", "blocked_from", "blocked_until"}
		ahead |= {"pick_up_from", "pick_up_to", "courtesy_from", "courtesy_to"}
		for name, frame in frames(demo).items():
			found = moments(frame)
			late = found.loc[(found["value"] > demo.now) & ~found["column"].isin(ahead)]
			self.assertTrue(late.empty, f"{name} {demo.now}: {late.head()}")
		for column in (
			"delivered_on",
			"first_registered_on",
			"arrived_on",
			"ordered_on",
			"produced_on",
			"invoice_date",
		):
			self.assertTrue(all(day <= demo.now.date() for day in demo.vehicles.cars[column] if day), column)

	def test_every_moment_gives_a_demo_without_a_future(self):
		for now in (
			datetime(2026, 2, 17, 3, 0),
			datetime(2028, 2, 29, 8, 31),
			datetime(2027, 1, 1, 23, 59),
			datetime(2026, 6, 8, 12, 0),
		):
			with self.subTest(now=now):
				self.assert_nothing_after(generate(now, scale=0.05))

	def test_a_test_drive_car_is_driven_by_one_at_a_time_while_the_store_is_open(self):
		drives = self.demo.drives
		self.assertEqual(6, len(drives.cars))
		self.assertLessEqual({"Done", "Cancelled", "No-Show", "Planned"}, set(drives.drives["status"]))
		taken = drives.bookings.loc[drives.bookings["status"] == "Booked"]
		for _car, rows in taken.groupby("resource"):
			spans = sorted(zip(rows["blocked_from"], rows["blocked_until"], strict=True))
			for (_from, until), (following, _until) in zip(spans, spans[1:], strict=False):
				self.assertLessEqual(until, following)
		for begins, ends in zip(drives.drives["planned_from"], drives.drives["planned_to"], strict=True):
			self.assertTrue(time(9) <= begins.time() and ends.time() <= time(17, 30))
		for kilometres in drives.drives.loc[drives.drives["status"] == "Done"].groupby("resource")[["odometer_out", "odometer_in"]]:
			figures = kilometres[1].to_numpy().flatten().tolist()
			self.assertEqual(sorted(figures), figures)

	def test_a_car_has_one_owner_at_a_time(self):
		owners = self.demo.vehicles.parties
		owners = owners.loc[owners["party_role"] == "Owner"]
		for _car, rows in owners.groupby("parent"):
			spans = sorted(zip(rows["valid_from"], rows["valid_to"], strict=True), key=lambda span: span[0])
			for (begin, end), (next_begin, _end) in zip(spans, spans[1:], strict=False):
				self.assertTrue(begin <= end <= next_begin)
		used = owners.groupby("parent")["customer"].nunique()
		self.assertGreaterEqual(int((used > 1).sum()), 140)

	def test_the_stock_log_makes_only_possible_steps(self):
		final = dict(zip(self.cars["external_key"], self.cars["_status"], strict=True))
		for car, rows in self.demo.vehicles.movements.groupby("vehicle", sort=False):
			status = before_allocation = None
			self.assertEqual(sorted(rows["moved_on"]), list(rows["moved_on"]))
			for movement, from_status, to_status in zip(
				rows["movement"], rows["from_status"], rows["to_status"], strict=True
			):
				self.assertEqual(status, from_status)
				if movement != "Entry":
					self.assertEqual(to_status, status_after(movement, status, before_allocation), (car, movement))
				before_allocation = status if movement == "Allocated" else before_allocation
				status = to_status
			self.assertEqual(final[car], status)

	def test_odometers_never_run_backwards(self):
		visits = self.visits.loc[(self.visits["odometer"] > 0), ["vehicle", "arrived_on", "odometer"]]
		readings = self.demo.visits.readings.rename(columns={"read_on": "arrived_on", "kilometres": "odometer"})
		points = pd.concat([visits, readings[["vehicle", "arrived_on", "odometer"]]]).sort_values(
			["vehicle", "arrived_on"]
		)
		steps = points.groupby("vehicle")["odometer"].diff().dropna().astype(float)
		self.assertTrue((steps >= 0).all())

	def test_every_visit_but_a_counter_sale_has_car_and_customer(self):
		others = self.visits.loc[self.visits["visit_kind"] != "Counter Sale"]
		self.assertTrue(others["vehicle"].notna().all() and others["customer"].notna().all())
		owners = self.demo.vehicles.parties
		owners = owners.loc[owners["party_role"] == "Owner"]
		pairs = set(zip(owners["parent"], owners["customer"], strict=True))
		self.assertTrue(all(pair in pairs for pair in zip(others["vehicle"], others["customer"], strict=True)))

	def test_cars_arrive_and_leave_while_the_outlet_is_open(self):
		nodes = {node["dealership_code"]: node for node in table("group")["nodes"]}
		calendars = {outlet: Calendar(nodes[outlet]["outlet_type"], date(2025, 1, 1), NOW.date()) for outlet in OUTLETS}
		closed = festival_days(2025, 2026)
		came = self.visits.loc[self.visits["visit_kind"] != "Rescue"]
		times = pd.concat(
			[
				came[["dealership", "arrived_on"]].rename(columns={"arrived_on": "at"}),
				self.visits[["dealership", "settled_on"]].rename(columns={"settled_on": "at"}),
			]
		)
		for outlet, moment in times.dropna().itertuples(index=False):
			opens, closes = calendars[outlet].hours[moment.weekday()]
			self.assertTrue(opens <= moment.time() <= closes and moment.date() not in closed, (outlet, moment))

	def test_settled_visits_have_times_in_order_and_items(self):
		settled = self.visits.loc[self.visits["status"] == "Settled"]
		self.assertTrue((settled["settled_on"] >= settled["arrived_on"]).all())
		self.assertTrue(settled["external_key"].isin(self.demo.visits.items["parent"]).all())
		self.assertTrue(settled["invoice_number"].is_unique)
		self.assertGreaterEqual(int((self.visits["status"] == "Open").sum()), 5)

	def test_items_come_to_whole_cents(self):
		for quantity, price, discount in self.demo.visits.items[
			["quantity", "unit_price", "discount_amount"]
		].itertuples(index=False):
			gross = Decimal(str(quantity)) * Decimal(str(price))
			self.assertGreaterEqual(gross, Decimal(str(discount)))
			self.assertEqual(Decimal(str(discount)), Decimal(str(discount)).quantize(Decimal("0.01")))

	def test_maintenance_matches_the_plan_of_the_car(self):
		plans = {name: {entry[0] for entry in plan} for name, plan in table("group")["plans"].items()}
		plan_of = {key: plans[name] for key, name in zip(self.cars["external_key"], self.cars["_plan"], strict=True)}
		work = {job["name"] for kind in ("repairs", "accidents") for job in table("work")[kind]}
		labour = self.demo.visits.items.query("item_kind == 'Labour'").merge(
			self.visits[["external_key", "vehicle"]], left_on="parent", right_on="external_key"
		)
		self.assertTrue(
			all(
				name in plan_of[car] or name in work
				for name, car in zip(labour["item_name"], labour["vehicle"], strict=True)
			)
		)

	def test_fewer_come_for_the_second_service(self):
		sold = self.cars.loc[
			(self.cars["_way"] == "sold")
			& (self.cars["delivered_on"] < NOW.date() - timedelta(days=430))
			& (self.cars["_kind"] == "Private")
		]
		services = self.visits.loc[
			self.visits["vehicle"].isin(sold["external_key"]) & (self.visits["status"] == "Settled")
		]
		counts = services.groupby("vehicle").size().reindex(sold["external_key"]).fillna(0)
		self.assertLess((counts >= 2).mean(), (counts >= 1).mean() - 0.05)

	def test_each_car_that_was_sold_has_its_won_lead(self):
		won = self.leads.loc[self.leads["status"] == "Won"]
		days = set(zip(won["customer"], (moment.date() for moment in won["won_on"]), strict=True))
		sold = self.cars.loc[self.cars["_way"] == "sold"]
		self.assertTrue(all(pair in days for pair in zip(sold["_owner"], sold["_allocated_on"], strict=True)))

	def test_each_car_that_was_sold_or_allocated_has_one_deal(self):
		deals = self.demo.deals.deals
		of_cars = deals.loc[deals["vehicle"].notna()]
		taken = self.cars.loc[self.cars["_way"].isin(["sold", "resold"]) | (self.cars["_status"] == "Allocated"), "external_key"]
		self.assertEqual(sorted(taken), sorted(of_cars["vehicle"]))
		customer_of = dict(zip(self.cars["external_key"], self.cars["_owner"], strict=True))
		for deal in of_cars.to_dict("records"):
			self.assertIn(customer_of[deal["vehicle"]], (deal["customer"], None))

	def test_amounts_of_deals_add_up_and_delivered_cars_are_paid_or_allowed(self):
		deals = self.demo.deals
		received = {deal: Decimal(0) for deal in deals.deals["external_key"]}
		for row in deals.rows["payments"].to_dict("records"):
			received[row["parent"]] += Decimal(str(row["amount"])) * (-1 if row["kind"] == "Refund" else 1)
		for deal in deals.deals.to_dict("records"):
			paid, due, back = (Decimal(str(deal[field])) for field in ("total_amount", "balance_due", "refund_due"))
			self.assertEqual(received[deal["external_key"]], Decimal(str(deal["paid_amount"])))
			if deal["status"] != "Cancelled":
				self.assertEqual(paid, received[deal["external_key"]] + due - back)
			if deal["status"] == "Delivered":
				self.assertEqual(due, Decimal(str(deal.get("balance_exception_amount") or 0)))

	def test_quotations_add_up(self):
		totals = dict(zip(self.demo.deals.versions["key"], self.demo.deals.versions["total_amount"], strict=True))
		sums = self.demo.deals.version_rows["lines"].groupby("parent")["amount"].sum()
		self.assertEqual({key: round(total, 2) for key, total in totals.items()}, {key: round(float(total), 2) for key, total in sums.items()})

	def test_open_leads_are_due_around_today(self):
		due = self.leads.loc[self.leads["status"] == "Open", "next_contact_on"]
		ahead = [(day - NOW.date()).days for day in due]
		self.assertTrue(all(-8 <= days <= 32 for days in ahead))
		self.assertGreater(sum(days == 0 for days in ahead), 20)
		self.assertGreater(sum(days < 0 for days in ahead), 10)

	def test_lost_leads_say_why(self):
		lost = self.leads.loc[self.leads["status"] == "Lost"]
		self.assertTrue(lost["lost_reason"].notna().all() and lost["lost_note"].notna().all())
		needing = {row["reason"] for row in standard("C4S Defeat Reason") if row.get("needs_competitor")}
		self.assertTrue(lost.loc[lost["lost_reason"].isin(needing), "competitor"].notna().all())

	def test_contacts_lie_between_receipt_and_outcome(self):
		log = self.demo.leads.contacts.merge(
			self.leads[["external_key", "received_on", "won_on", "lost_on"]], left_on="parent", right_on="external_key"
		)
		self.assertTrue((log["contacted_on"] >= log["received_on"]).all())
		for outcome in ("won_on", "lost_on"):
			ended = log.loc[log[outcome].notna()]
			self.assertTrue((ended["contacted_on"] <= ended[outcome]).all())

	def test_showroom_visits_have_their_times_in_order_and_some_wait_now(self):
		visits = self.demo.showroom.visits
		for visit in visits.to_dict("records"):
			times = [visit[field] for field in ("arrived_on", "offered_on", "taken_on", "left_on") if visit[field]]
			self.assertEqual(sorted(times), times)
		here = visits.loc[visits["status"] != "Gone"]
		self.assertEqual({"Waiting for Consultant": 6, "With Consultant": 4}, here["status"].value_counts().to_dict())
		self.assertEqual(set(here["sales_consultant"].dropna()), set(self.demo.showroom.line.query("state == 'Serving'")["user"]))
		self.assertGreater((visits["visit_order"] == "Came Again").sum(), 100)

	def test_complaints_have_their_times_in_order(self):
		complaints = self.demo.voice.complaints
		for row in complaints[["received_on", "responded_on", "resolved_on", "closed_on"]].itertuples(index=False):
			known = [moment for moment in row if moment is not None and moment == moment]
			self.assertEqual(sorted(known), known)
		is_open = complaints["status"] == "Open"
		self.assertGreaterEqual(int(is_open.sum()), 8)
		self.assertGreaterEqual(int((is_open & (complaints["resolve_by"] < NOW)).sum()), 4)

	def test_answers_stay_on_their_scale(self):
		answers = self.demo.voice.answers
		for kind, lowest, highest in (("Rating 1-10", 1, 10), ("NPS 0-10", 0, 10)):
			numbers = answers.loc[answers["question_kind"] == kind, "number"]
			self.assertTrue(numbers.between(lowest, highest).all())
		mandatory = {
			survey["title"]: {
				number for number, question in enumerate(survey["questions"], 1) if question.get("mandatory")
			}
			for survey in standard("C4S Survey")
		}
		given = answers.groupby("parent")["question_number"].agg(set)
		for key, title in self.demo.voice.responses[["key", "survey"]].itertuples(index=False):
			self.assertLessEqual(mandatory[title], given[key])

	def test_every_customer_belongs_to_a_store(self):
		self.assertEqual(set(self.customers["external_key"]), set(self.demo.ties["customer"]))
		self.assertFalse(self.demo.ties.duplicated(["customer", "dealership"]).any())


class TestService(unittest.TestCase):
	"""The workshop of a Thursday morning."""

	@classmethod
	def setUpClass(cls):
		cls.demo = generate(datetime(2026, 11, 19, 10, 40))
		cls.workshop, cls.appointments = cls.demo.workshop, cls.demo.appointments

	def assert_apart(self, rows: pd.DataFrame, owner: str, begins: str, ends: str):
		for _owner, of_one in rows.sort_values(begins).groupby(owner):
			spans = list(zip(of_one[begins], of_one[ends], strict=True))
			self.assertTrue(all(since[1] <= until[0] for since, until in zip(spans, spans[1:], strict=False)), spans[:5])

	def test_nobody_works_on_two_cars_at_once(self):
		times = self.workshop.intervals.assign(ended_at=[ended or self.demo.now for ended in self.workshop.intervals["ended_at"]])
		self.assert_apart(times, "technician", "started_at", "ended_at")

	def test_nothing_is_booked_twice(self):
		bookings = pd.concat([self.workshop.bookings, self.appointments.bookings])
		self.assert_apart(bookings, "resource", "starts_at", "ends_at")

	def test_each_visit_goes_through_its_steps_from_arrival_to_settlement(self):
		visits = self.demo.visits.visits.set_index("external_key")
		for key, steps in self.workshop.passages.groupby("visit"):
			visit, rows = visits.loc[key], steps.to_dict("records")
			self.assertEqual(visit["arrived_on"], rows[0]["entered_on"])
			self.assertEqual([row["entered_on"] for row in rows[1:]], [row["left_on"] for row in rows[:-1]])
			self.assertTrue(all(row["entered_on"] <= row["left_on"] for row in rows[:-1]), rows)
			if visit["status"] == "Settled":
				self.assertEqual(("Settled", visit["settled_on"]), (rows[-1]["event"], rows[-1]["entered_on"]))

	def test_a_settled_car_was_worked_on_and_passed(self):
		finished = self.workshop.jobs.loc[self.workshop.jobs["status"] == "Finished"]
		settled = set(self.workshop.facts.loc[self.workshop.facts["status"] == "Settled", "visit"])
		passed = set(self.workshop.checks.loc[(self.workshop.checks["check_kind"] == "Final Check") & (self.workshop.checks["result"] == "Passed"), "visit"])
		self.assertEqual(set(), {visit for visit in finished["visit"] if visit in settled} - passed)
		self.assertEqual(set(), settled & set(self.workshop.jobs.loc[self.workshop.jobs["status"] != "Finished", "visit"]))
		self.assertGreater(len(finished), 400)

	def test_there_is_life_on_the_board(self):
		self.assertLessEqual({"Finished", "Working"}, set(self.workshop.jobs["status"]))
		self.assertGreaterEqual(int((self.workshop.facts["status"] == "Open").sum()), 5)
		self.assertIn("Failed", set(self.workshop.checks["result"]))
		self.assertTrue(self.workshop.facts["comeback_of"].notna().any())
		self.assertTrue(any(self.workshop.damages["marks"]))

	def test_teams_are_sent_set_out_arrive_and_end_in_this_order(self):
		orders = self.demo.dispatch.orders
		for row in orders.to_dict("records"):
			stamps = [row[field] for field in ("called_on", "dispatched_on", "departed_on", "arrived_on", "ended_on") if row[field]]
			self.assertEqual(sorted(stamps), stamps)
		out = orders.loc[orders["status"].isin(["Dispatched", "On the Way", "On Site"])]
		self.assertEqual(len(out), out["team"].nunique())
		self.assertEqual({"Called", "Dispatched", "On the Way", "On Site", "Solved"}, set(orders["status"]))

	def test_some_came_by_appointment_and_some_are_still_to_come(self):
		counts = self.appointments.appointments["status"].value_counts()
		self.assertTrue(all(counts[status] >= 3 for status in ("Arrived", "Booked", "No-Show", "Cancelled")), counts.to_dict())
		booked = self.appointments.appointments.query("status == 'Booked'")
		self.assertTrue((booked["planned_from"] > self.demo.now).all())
		tomorrow = self.demo.now.date() + timedelta(days=1)
		self.assertGreaterEqual(sum(moment.date() == tomorrow for moment in booked["planned_from"]), 5)


class TestRepeatable(unittest.TestCase):
	def test_the_same_seed_gives_the_same_tables(self):
		first, second = frames(generate(NOW, 0.1, seed=7)), frames(generate(NOW, 0.1, seed=7))
		for name, frame in first.items():
			pd.testing.assert_frame_equal(frame, second[name], obj=name)

	def test_another_seed_gives_other_people(self):
		first, second = generate(NOW, 0.1, seed=7), generate(NOW, 0.1, seed=8)
		self.assertNotEqual(
			list(first.people.customers["customer_name"]), list(second.people.customers["customer_name"])
		)
		self.assertTrue(is_dataclass(first))


class TestRetention(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		demo = generate(NOW)
		cls.cases, cls.visits = demo.retention.cases, demo.visits.visits

	def test_cases_stand_in_every_status_and_a_car_has_one_open_case(self):
		self.assertEqual({"Open", "Won Back", "Ended"}, set(self.cases["status"]))
		still_open = self.cases.loc[self.cases["status"] == "Open"]
		self.assertEqual(len(still_open), still_open["vehicle"].nunique())

	def test_a_case_was_won_by_the_first_visit_to_the_workshop_after_it_was_opened(self):
		settled = self.visits.loc[(self.visits["status"] == "Settled") & (self.visits["visit_kind"] == "Workshop")].sort_values("settled_on")
		for case in self.cases.to_dict("records"):
			after = settled.loc[(settled["vehicle"] == case["vehicle"]) & (settled["arrived_on"] >= case["opened_on"]), "external_key"]
			self.assertEqual(next(iter(after), None), case["won_back_visit"], case["key"])

	def test_ended_cases_say_why(self):
		ended = self.cases.loc[self.cases["status"] == "Ended"]
		self.assertTrue(ended["end_reason"].notna().all() and (ended["ended_on"] > ended["opened_on"]).all())
