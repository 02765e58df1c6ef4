"""Lists of customers, previews, what the pickers offer, coupons for a segment."""

import json
from unittest.mock import patch

import frappe
from frappe.utils import add_months, nowdate
from frappe.utils.csvutils import to_csv

from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.crm4s.doctype.c4s_segment.test_c4s_segment import make_segment
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import CouponError, SegmentError
from crm4s.segments import api, catalogue, lists, members, preview
from crm4s.segments.finding import customers_of
from crm4s.segments.tests.test_members import CUSTOMER, MEMBER, SegmentTestCase
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class ListTestCase(SegmentTestCase):
	def setUp(self):
		super().setUp()
		self.manager = make_user("CRM Manager", [self.own])

	def inside(self, segment: str) -> list[str]:
		return sorted(members.members_of(segment).run(pluck=True))


class TestLists(ListTestCase):
	def test_chosen_customers_come_in_once_and_those_of_other_stores_not_at_all(self):
		mine, stranger = self.customer(), self.customer(store=self.other)
		with as_user(self.manager):
			segment = make_segment(kind="List").name
			taken = api.add_customers(segment, json.dumps([mine, mine, stranger]))
			self.assertEqual((1, 0, [stranger]), (taken["added"], taken["known"], [row["value"] for row in taken["problems"]]))
			self.assertEqual((0, 1), tuple(api.add_customers(segment, [mine])[key] for key in ("added", "known")))
		self.assertEqual([mine], self.inside(segment))
		self.assertEqual((self.manager, 1), (frappe.db.get_value(MEMBER, {"segment": segment}, "added_by"), frappe.db.get_value("C4S Segment", segment, "size")))

	def test_a_filter_takes_nobody_by_hand(self):
		with self.assertRaisesRegex(SegmentError, "choose a list"):
			api.add_customers(make_segment().name, [self.customer()])

	def test_a_spreadsheet_names_customers_by_number_or_phone_and_wrong_rows_come_back(self):
		phones = [f"+861390013{number:04d}" for number in range(7001, 7004)]
		by_number, by_phone = self.customer(), self.customer(phone=phones[0])
		stranger = self.customer(phone=phones[1], store=self.other)
		segment = make_segment(kind="List", dealership=self.own).name
		rows = [["客户编号", "手机号"], [by_number, ""], ["", phones[0][3:]], ["", phones[1]], [stranger, ""], ["CU-nobody", ""], ["", "123"], ["", phones[2]]]
		taken = lists.add_sheet(segment, "list.csv", to_csv(rows).encode())
		self.assertEqual(2, taken.added)
		self.assertEqual(sorted([by_number, by_phone]), self.inside(segment))
		self.assertEqual([4, 5, 6, 7, 8], [row["row"] for row in taken.problems])
		reasons = {row["row"]: row["reason"] for row in taken.problems}
		# Whether another store knows somebody is not told.
		self.assertEqual({"No customer of the segment's stores."}, {reasons[number] for number in (4, 5, 6, 8)})
		self.assertNotIn("No customer", reasons[7])

	def test_a_phone_of_several_customers_asks_for_the_number(self):
		shared = [{"phone": "+8613900137100", "kind": "Mobile", "is_shared": 1}]
		for _one in range(2):
			self.customer(phones=shared)
		segment = make_segment(kind="List", dealership=self.own).name
		taken = lists.add_sheet(segment, "list.csv", to_csv([["Phone"], ["13900137100"]]).encode())
		self.assertEqual((0, "2 customers have this phone; name the customer number."), (taken.added, taken.problems[0]["reason"]))

	def test_a_sheet_without_a_known_heading_is_refused(self):
		with self.assertRaisesRegex(SegmentError, "column with the heading"):
			lists.add_sheet(make_segment(kind="List").name, "list.csv", to_csv([["Name"], ["张伟"]]).encode())

	def test_members_are_taken_out_of_lists_that_one_may_write(self):
		customer = self.customer()
		own, group = make_segment(kind="List", dealership=self.own).name, make_segment(kind="List").name
		for segment in (own, group):
			members.add(segment, [customer])
		names = {segment: frappe.db.get_value(MEMBER, {"segment": segment}) for segment in (own, group)}
		with as_user(self.manager):
			self.assertEqual(1, api.remove_members([names[own]]))
			with self.assertRaises(frappe.PermissionError):
				api.remove_members([names[group]])
		self.assertEqual(([], [customer]), (self.inside(own), self.inside(group)))

	def test_what_a_filter_has_now_is_kept_as_a_list(self):
		customer = self.customer()
		segment = make_segment(("Customer", "city", "=", self.city), dealership=self.own)
		members.refresh(segment.name)
		with as_user(self.manager):
			kept = api.keep_as_list(segment.name, "Kept")
		frappe.db.set_value(CUSTOMER, customer, "city", "elsewhere")
		members.refresh(segment.name)
		self.assertEqual(([], [customer]), (self.inside(segment.name), self.inside(kept)))
		self.assertEqual(("List", self.own, 1), frappe.db.get_value("C4S Segment", kept, ["kind", "dealership", "size"]))


class TestPreview(ListTestCase):
	def asked(self, *filters, **values) -> dict:
		rows = [dict(zip(("about", "fieldname", "operator", "value"), row, strict=True)) for row in filters]
		return api.preview(json.dumps({"kind": "Filter", "filters": rows, **values}))

	def test_it_counts_and_says_why_of_some(self):
		customer = self.customer(customer_name="陈静")
		make_vehicle(current_owner=customer, exterior_colour="Black")
		self.visit(customer, 3)
		answer = self.asked(
			("Customer", "city", "=", self.city), ("Vehicle", "exterior_colour", "=", "Black"), ("Behaviour", "workshop_visits", ">=", "1")
		)
		self.assertEqual((1, [customer]), (answer["size"], [row["customer"] for row in answer["sample"]]))
		self.assertIn(f"City {self.city}", answer["sample"][0]["why"])
		self.assertIn("Workshop Visits 1", answer["sample"][0]["why"])
		self.assertEqual(["City = " + self.city, "Exterior Colour = Black", "Workshop Visits ≥ 1"], answer["conditions"][0])

	def test_who_works_for_a_store_asks_about_its_customers_only(self):
		mine, _stranger = self.customer(), self.customer(store=self.other)
		with as_user(self.manager):
			answer = self.asked(("Customer", "city", "=", self.city), dealership=self.own)
			self.assertEqual((1, [mine]), (answer["size"], [row["customer"] for row in answer["sample"]]))
			for store in (self.other, None):
				with self.assertRaises(frappe.PermissionError):
					self.asked(("Customer", "city", "=", self.city), dealership=store)
			with self.assertRaisesRegex(frappe.ValidationError, "shown to some only"):
				self.asked(("Customer", "primary_phone", "is set", None), dealership=self.own)

	def test_nobody_learns_a_plate_by_asking_for_it_in_the_own_store_or_in_another(self):
		self.customer()
		for role, stores in (("CRM Manager", [self.own]), ("CRM Manager", [self.other]), ("Group Manager", [])):
			with self.subTest(role, stores=stores), as_user(make_user(role, stores)):
				with self.assertRaisesRegex(frappe.ValidationError, "Plate Number is shown to some only"):
					self.asked(("Vehicle", "plate_number", "=", "沪A12345"), dealership=stores[0] if stores else None)
				self.assertNotIn("plate_number", [row["value"] for row in api.fields()])

	def test_the_sample_names_only_whom_the_reader_sees(self):
		mine, _stranger = self.customer(), self.customer(store=self.other)
		segment = make_segment(("Customer", "city", "=", self.city))
		with as_user(self.manager):
			answer = preview.preview(segment)
		self.assertEqual((2, [mine]), (answer.size, [row["customer"] for row in answer.sample]))

	def test_where_counting_takes_too_long_stretches_of_customers_are_counted(self):
		for number in range(12):
			self.customer(sex="Female" if number % 6 else "Male")
		segment = make_segment(("Customer", "city", "=", self.city), ("Customer", "sex", "=", "Male"))

		def slow(asked, between=None):
			query = customers_of(asked, between)
			return query if between else query.where(frappe.qb.functions("sleep", 3) == 0)

		with patch.object(preview, "LONGEST_SECONDS", 0.3), patch.object(preview.finding, "customers_of", slow):
			with patch.object(preview, "_about_how_many", lambda: frappe.db.count(CUSTOMER)):
				answer = preview.preview(segment)
		self.assertTrue(answer.estimated)
		self.assertEqual((2, 2), (answer.size, len(answer.sample)))
		self.assertEqual(0, frappe.db.sql("select @@max_statement_time")[0][0])

	def test_what_cannot_even_be_estimated_is_left_to_the_refresh(self):
		segment = make_segment(("Customer", "city", "=", self.city))
		self.customer()

		def slow(asked, between=None):
			return customers_of(asked, between).where(frappe.qb.functions("sleep", 3) == 0)

		with patch.object(preview, "LONGEST_SECONDS", 0.2), patch.object(preview.finding, "customers_of", slow):
			answer = preview.preview(segment)
		self.assertEqual((None, False, []), (answer.size, answer.estimated, answer.sample))


class TestPickers(ListTestCase):
	def test_fields_are_offered_in_words_without_those_that_only_some_may_read(self):
		rows = {(row["about"], row["value"]): row for row in api.fields()}
		self.assertEqual("City", rows["Customer", "city"]["label"])
		self.assertIn(("Value", "total_spent"), rows)
		self.assertTrue(rows["Behaviour", "workshop_visits"]["limited"])
		self.assertNotIn(("Customer", "primary_phone"), rows)
		names = [row["value"] for row in api.fields()]
		self.assertEqual(len(names), len(set(names)), "a picker tells fields by their name alone")
		of_rule = {(row["about"], row["value"]) for row in api.fields(of_rule=True)}
		self.assertEqual({"Customer", "Vehicle"}, {about for about, _name in of_rule})
		self.assertIn(("Customer", "primary_phone"), of_rule)

	def test_values_are_offered_in_words(self):
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		self.assertEqual([{"value": "Female", "label": "女"}], api.values("女", "Customer", "sex"))
		club = make_club(club_name="Test Club of Values").name
		self.assertEqual([club], [row["value"] for row in api.values("Club of Values", "Behaviour", "owner_club")])
		self.assertEqual([], api.values("", "Customer", "identity_number"))
		self.assertIn("Test Club of Values", catalogue.said(make_segment(("Behaviour", "owner_club", "=", club)).filters[0]))

	def test_options_may_be_written_as_they_are_read(self):
		frappe.local.lang = "zh"
		self.addCleanup(setattr, frappe.local, "lang", "en")
		self.assertEqual("Female, Male", make_segment(("Customer", "sex", "in", "女，Male")).filters[0].value)

	def test_days_may_be_said_from_today_on(self):
		customer = self.customer()
		make_vehicle(current_owner=customer, first_registered_on=add_months(nowdate(), -40))
		condition = ("Vehicle", "first_registered_on")
		self.assertEqual([customer], self.found((*condition, "<=", "-36 months")))
		self.assertEqual([], self.found((*condition, ">", "-36 months")))
		self.assertEqual([customer], self.found((*condition, "<", "today")))
		with self.assertRaisesRegex(frappe.ValidationError, "is no value of"):
			self.found((*condition, "<", "-36 moons"))
		self.assertIn({"value": "-36 months", "label": "36 months ago"}, api.values("36", *condition))

	def test_every_kind_of_condition_can_be_said(self):
		for row in catalogue.entries():
			said = catalogue.said(frappe._dict(about=row["about"], fieldname=row["value"], operator="is set", value=None, within=0))
			self.assertIn("is set", said)


class TestCouponsForASegment(ListTestCase):
	def test_each_member_gets_one_from_the_own_store_and_who_came_since_another_time(self):
		mine, theirs = self.customer(), self.customer(store=self.other)
		segment, offer = make_segment(kind="List").name, make_coupon_offer(f"T-{frappe.generate_hash(length=6)}").name
		members.add(segment, [mine, theirs])
		api.give_in_background(offer, segment)
		api.give_in_background(offer, segment)
		fields = ["customer", "dealership"]
		self.assertEqual({(mine, self.own), (theirs, self.other)}, {tuple(row.values()) for row in frappe.get_all("C4S Coupon", {"offer": offer}, fields)})
		newcomer = self.customer()
		members.add(segment, [newcomer])
		api.give_in_background(offer, segment)
		self.assertEqual(3, frappe.db.count("C4S Coupon", {"offer": offer}))

	def test_only_who_writes_the_segment_and_gives_coupons_may(self):
		segment, offer = make_segment(kind="List").name, make_coupon_offer("T-Fifty").name
		own = make_segment(kind="List", dealership=self.own).name
		with as_user(self.manager):
			self.assertEqual(0, api.give_coupons(offer, own))
			for refused in (lambda: api.give_coupons(offer, segment), lambda: api.give_coupons(offer, own, self.other)):
				with self.assertRaises(frappe.PermissionError):
					refused()

	def test_of_an_offer_that_is_over_nothing_is_given_and_who_asks_is_told(self):
		offer = make_coupon_offer("T-Over").name
		frappe.db.set_value("C4S Coupon Offer", offer, "enabled", 0)
		with self.assertRaisesRegex(CouponError, "T-Over.* is over"):
			api.give_coupons(offer, make_segment(kind="List").name)

	def test_a_customer_joins_and_leaves_a_club_from_the_customers_form(self):
		club, customer = make_club().name, make_customer(store=self.own).name
		with as_user(self.manager):
			member = api.join_club(club, customer)
			self.assertEqual(member, next(row["member"] for row in api.clubs_of(customer) if row["name"] == club))
			api.leave_club(member)
			with self.assertRaises(frappe.PermissionError):
				api.join_club(club, make_stranger(self.other))


def make_stranger(store: str) -> str:
	with as_user("Administrator"):
		return make_customer(store=store).name
