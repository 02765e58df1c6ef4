"""Whom a segment finds, and that its members are kept right however often and by whomever they are refreshed."""

from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, add_months, getdate, now_datetime, nowdate

from crm4s.care.audience import narrow
from crm4s.care.dry_run import try_out
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import make_complaint
from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_membership_tier.test_c4s_membership_tier import make_tier
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.crm4s.doctype.c4s_segment.test_c4s_segment import make_segment
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.segments import clubs, finding, members
from crm4s.segments.measures import MEASURES
from crm4s.tests.at_once import at_once, done

test_ignore = ["User"]
CUSTOMER, MEMBER, VISIT = "C4S Customer", "C4S Segment Member", "C4S Service Visit"


class SegmentTestCase(FrappeTestCase):
	def setUp(self):
		self.own, self.other = make_dealership("SEGMENT-1").name, make_dealership("SEGMENT-2").name
		self.city = f"City {frappe.generate_hash(length=8)}"

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def customer(self, **values) -> str:
		return make_customer(**{"store": self.own, "city": self.city, **values}).name

	def found(self, *filters, **values) -> list[str]:
		"""The names of those whom conditions find among the customers of this test."""
		segment = make_segment(("Customer", "city", "=", self.city), *filters, **values)
		return sorted(finding.customers_of(segment).run(pluck=True))

	def visit(self, customer: str, days_ago: int, amount: float = 100, store: str | None = None, kind: str = "Workshop") -> None:
		"""A settled visit as the intake writes it."""
		frappe.get_doc(
			{
				"doctype": VISIT, "customer": customer, "dealership": store or self.own, "status": "Settled", "visit_kind": kind,
				"settled_on": add_days(now_datetime(), -days_ago), "customer_amount": amount, "name": frappe.generate_hash(length=12),
			}
		).db_insert()


class TestFieldsThatWereClosedSince(SegmentTestCase):
	def setUp(self):
		super().setUp()
		owner = self.customer()
		make_vehicle(dealership=self.own, current_owner=owner, plate_number="沪A12345", parties=[{"party_role": "Owner", "customer": owner, "valid_from": "2020-01-01"}])
		self.segment = make_segment(("Customer", "city", "=", self.city))
		members.refresh(self.segment.name)
		# As one was saved while everybody read plates.
		row = self.segment.filters[0].name
		frappe.db.set_value("C4S Segment Filter", row, {"about": "Vehicle", "fieldname": "plate_number", "value": "沪A99999"})

	def test_the_segment_is_switched_off_keeps_its_members_and_says_why(self):
		members.refresh(self.segment.name)
		self.segment.reload()
		self.assertEqual((0, 1, "****"), (self.segment.enabled, self.segment.size, self.segment.filters[0].value))
		self.assertEqual(1, frappe.db.count(MEMBER, {"segment": self.segment.name}))
		said = "Switched off: Plate Number is shown to some only, so that segments do not ask for it."
		self.assertEqual([said], frappe.get_all("Comment", {"reference_name": self.segment.name, "comment_type": "Info"}, pluck="content"))

	def test_it_is_switched_on_again_without_that_condition_only(self):
		members.refresh(self.segment.name)
		self.segment.reload()
		self.segment.enabled = 1
		with self.assertRaisesRegex(frappe.ValidationError, "Plate Number is shown to some only"):
			self.segment.save()
		self.segment.reload()
		self.segment.update({"enabled": 1, "filters": []})
		self.segment.save()
		self.assertTrue(self.segment.enabled)


class TestFinding(SegmentTestCase):
	def test_conditions_of_a_group_all_hold_and_of_several_groups_one_is_enough(self):
		rich, woman, both = self.customer(sex="Male"), self.customer(sex="Female"), self.customer(sex="Female")
		frappe.db.set_value(CUSTOMER, rich, "total_spent", 9000)
		frappe.db.set_value(CUSTOMER, both, "total_spent", 9000)
		rows = (("Customer", "sex", "=", "Female"), ("Value", "total_spent", ">=", "5000"))
		self.assertEqual([both], self.found(*rows))
		self.assertEqual(
			sorted([rich, woman, both]),
			self.found(rows[0], (*rows[1], {"group_number": 2}), ("Customer", "city", "=", self.city, {"group_number": 2})),
		)

	def test_conditions_on_cars_are_about_one_car(self):
		one, two = self.customer(), self.customer()
		for owner, colours in ((one, ("Black", "White")), (two, ("Black",))):
			for colour in colours:
				usage = "Business" if colour == "White" else "Home"
				make_vehicle(current_owner=owner, exterior_colour=colour, usage=usage)
		self.assertEqual([one], self.found(("Vehicle", "exterior_colour", "=", "White")))
		self.assertEqual([], self.found(("Vehicle", "exterior_colour", "=", "White"), ("Vehicle", "usage", "=", "Home")))

	def test_customers_of_other_stores_and_disabled_ones_are_not_meant(self):
		mine, _stranger = self.customer(), self.customer(store=self.other)
		frappe.db.set_value(CUSTOMER, self.customer(), "disabled", 1)
		self.assertEqual([mine], self.found(dealership=self.own))
		both = self.found()
		self.assertEqual(2, len(both))

	def test_visits_are_counted_within_the_time_and_who_has_none_counts_as_zero(self):
		regular, late, never = self.customer(), self.customer(), self.customer()
		self.visit(regular, 10, 300)
		self.visit(regular, 40, 300)
		self.visit(regular, 5, 50, kind="Counter Sale")
		self.visit(late, 400, 900)
		visits, spending = ("Behaviour", "workshop_visits"), ("Behaviour", "service_spending")
		year = {"within": 12, "within_unit": "Calendar Months"}
		for conditions, expected in (
			((*visits, ">=", "1"), [regular, late]),
			((*visits, ">=", "2", year), [regular]),
			((*visits, "=", "0", year), [late, never]),
			((*visits, "<", "2"), [late, never]),
			((*visits, "in", "1, 2"), [regular, late]),
			((*visits, "not in", "1，2"), [never]),
			((*visits, "is not set", None), [never]),
			((*visits, ">", "0", {"within": 20, "within_unit": "Days"}), [regular]),
			((*spending, ">", "600", year), [regular]),
			((*spending, ">=", "900"), [late]),
			(("Behaviour", "days_since_visit", ">", "365"), [late]),
			(("Behaviour", "days_since_visit", "<=", "365"), [regular]),
			(("Behaviour", "days_since_visit", "is not set", None), [never]),
		):
			with self.subTest(conditions):
				self.assertEqual(sorted(expected), self.found(conditions))

	def test_what_is_open_now_is_counted(self):
		asks, complains, quiet = self.customer(), self.customer(), self.customer()
		make_lead(customer=asks, dealership=self.own)
		make_complaint(customer=complains, dealership=self.own)
		self.assertEqual([asks], self.found(("Behaviour", "open_leads", ">", "0")))
		self.assertEqual([complains], self.found(("Behaviour", "open_complaints", ">=", "1")))
		self.assertEqual([complains], self.found(("Behaviour", "complaints", ">=", "1", {"within": 1})))
		self.assertEqual(sorted([asks, quiet]), self.found(("Behaviour", "open_complaints", "=", "0")))

	def test_the_last_score_is_the_one_that_counts(self):
		better, worse = self.customer(), self.customer()
		for customer, scores in ((better, (400, 900)), (worse, (900, 400))):
			for ago, score in zip((30, 3), scores, strict=True):
				frappe.get_doc(
					{
						"doctype": "C4S Survey Response", "customer": customer, "dealership": self.own, "score": score,
						"responded_on": add_days(now_datetime(), -ago), "survey_kind": "CSI", "rated_answers": 1, "name": frappe.generate_hash(length=12),
					}
				).db_insert()
		# Neither a survey without ratings nor what is expected is how content the customer is.
		for number, values in enumerate(({"survey_kind": "NPS", "rated_answers": 0, "score": 0}, {"survey_kind": "Expectation", "rated_answers": 3, "score": 100})):
			row = {"doctype": "C4S Survey Response", "customer": better, "dealership": self.own, "responded_on": add_days(now_datetime(), number - 2), **values}
			frappe.get_doc({**row, "name": frappe.generate_hash(length=12)}).db_insert()
		self.assertEqual([worse], self.found(("Behaviour", "last_score", "<", "600")))

	def test_points_tier_coupons_messages_and_clubs(self):
		member, guest = self.customer(), self.customer()
		tier, club = make_tier("Test Tier of Segments", 99).name, make_club().name
		frappe.db.set_value("C4S Membership", make_member(member, 500).name, "tier", tier)
		make_coupon(customer=member, dealership=self.own)
		clubs.join(club, member)
		frappe.get_doc(
			{
				"doctype": "C4S Message", "customer": member, "dealership": self.own, "status": "Received by Customer", "sent_on": add_days(now_datetime(), -3),
				"name": frappe.generate_hash(length=12),
			}
		).db_insert()
		registration = {"doctype": "C4S Event Registration", "customer": member, "dealership": self.own, "campaign": "CP", "status": "Attended"}
		frappe.get_doc({**registration, "attended_on": now_datetime(), "name": frappe.generate_hash(length=12)}).db_insert()
		for fieldname, operator, value, *more in (
			("events_attended", ">", "0", {"within": 1}),
			("points_balance", ">=", "500"),
			("membership_tier", "=", tier),
			("membership_tier", "is set", None),
			("unused_coupons", ">", "0"),
			("owner_club", "in", club),
			("messages", ">", "0", {"within": 7, "within_unit": "Days"}),
		):
			with self.subTest(fieldname, operator=operator):
				self.assertEqual([member], self.found(("Behaviour", fieldname, operator, value, *more)))
		self.assertEqual([guest], self.found(("Behaviour", "points_balance", "<", "1")))
		self.assertEqual([guest], self.found(("Behaviour", "membership_tier", "!=", tier)))
		self.assertEqual([guest], self.found(("Behaviour", "owner_club", "is not set", None)))
		clubs_row = frappe.get_last_doc("C4S Owner Club Member", {"customer": member})
		clubs_row.db_set({"since": add_days(nowdate(), -9), "until": add_days(nowdate(), -1)})
		self.assertEqual([], self.found(("Behaviour", "owner_club", "=", club)))

	def test_a_stores_segment_counts_what_the_store_deals_unless_stores_share_that(self):
		customer = self.customer()
		self.visit(customer, 10, store=self.other)
		condition = ("Behaviour", "workshop_visits", ">", "0")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")
		change_settings(stores_share_dealings=0)
		self.assertEqual([], self.found(condition, dealership=self.own))
		self.assertEqual([customer], self.found(condition))
		change_settings(stores_share_dealings=1)
		self.assertEqual([customer], self.found(condition, dealership=self.own))

	def test_the_index_that_a_measure_names_is_there(self):
		for name, measure in MEASURES.items():
			rows = frappe.db.sql(f"show index from `tab{measure.doctype}`", as_dict=True)
			columns: dict[str, list[str]] = {}
			for row in sorted(rows, key=lambda row: row.Seq_in_index):
				columns.setdefault(row.Key_name, []).append(row.Column_name)
			fits = [names for names in columns.values() if names[: len(measure.index)] == list(measure.index)]
			self.assertTrue(fits, name)


class TestMembers(SegmentTestCase):
	def members(self, segment) -> list[str]:
		return sorted(members.members_of(segment.name).run(pluck=True))

	def test_a_refresh_adds_who_is_new_and_takes_out_who_is_gone_slice_by_slice(self):
		first, second, third = (self.customer() for _one in range(3))
		segment = make_segment(("Customer", "city", "=", self.city))
		with patch.object(members, "SLICE", 2):
			self.assertEqual(members.Counts(3, 0, 3), members.refresh(segment.name))
			self.assertEqual(members.Counts(0, 0, 3), members.refresh(segment.name))
			frappe.db.set_value(CUSTOMER, second, "city", "elsewhere")
			fourth = self.customer()
			self.assertEqual(members.Counts(1, 1, 3), members.refresh(segment.name))
		self.assertEqual(sorted([first, third, fourth]), self.members(segment))
		self.assertEqual((3, True), (frappe.db.get_value("C4S Segment", segment.name, "size"), bool(frappe.db.get_value("C4S Segment", segment.name, "refreshed_on"))))

	def test_who_stays_keeps_the_day_of_coming_and_has_the_name_of_today(self):
		self.customer()
		segment = make_segment(("Customer", "city", "=", self.city))
		members.refresh(segment.name)
		name = frappe.db.get_value(MEMBER, {"segment": segment.name})
		frappe.db.set_value(MEMBER, name, {"added_on": add_months(nowdate(), -2), "customer_name": "Former Name"})
		members.refresh(segment.name)
		self.assertEqual("张伟", frappe.db.get_value(MEMBER, name, "customer_name"))
		self.assertTrue(str(frappe.db.get_value(MEMBER, name, "added_on")).startswith(str(add_months(nowdate(), -2))))

	def test_a_list_keeps_its_customers_as_long_as_they_are_customers_of_its_stores(self):
		stays, goes = self.customer(), self.customer()
		segment = make_segment(kind="List", dealership=self.own)
		members.add(segment.name, [stays, goes])
		frappe.db.delete("C4S Store Relationship", {"customer": goes})
		self.assertEqual(members.Counts(0, 1, 1), members.refresh(segment.name))
		self.assertEqual([stays], self.members(segment))

	def test_one_that_fails_does_not_keep_the_others(self):
		self.customer()
		broken, good = make_segment(("Customer", "city", "=", self.city)), make_segment(("Customer", "city", "=", self.city))
		frappe.db.set_value("C4S Segment Filter", broken.filters[0].name, "fieldname", "shoe_size")
		frappe.db.set_value("C4S Segment", {"name": ["not in", [broken.name, good.name]]}, "enabled", 0)
		members.refresh_all()
		self.assertEqual(1, len(self.members(good)))
		self.assertTrue(frappe.db.exists("Error Log", {"method": f"Segment {broken.name}"}))

	def test_a_care_rule_means_the_members_only(self):
		inside, _outside = self.customer(), self.customer()
		segment = make_segment(kind="List")
		members.add(segment.name, [inside])
		rule = make_rule(segment=segment.name)
		customer = frappe.qb.DocType(CUSTOMER)
		query = frappe.qb.from_(customer).select(customer.name).where(customer.city == self.city)
		self.assertEqual([inside], narrow(query, rule, customer).run(pluck=True))
		with self.subTest("the dry run says so"):
			self.assertIn("which are not complete yet", try_out(rule, getdate()).notes[0])
			members.refresh(segment.name)
			self.assertRegex(try_out(rule, getdate()).notes[0], "Only members of the segment Test .*, as of ")


class TestRefreshAtOnce(SegmentTestCase):
	def setUp(self):
		super().setUp()
		self.customers = [self.customer() for _one in range(6)]
		self.segment = make_segment(("Customer", "city", "=", self.city)).name

	def tearDown(self):
		frappe.db.rollback()
		for doctype, name in (("C4S Segment", self.segment), *((CUSTOMER, name) for name in self.customers), ("C4S Dealership", self.own), ("C4S Dealership", self.other)):
			frappe.delete_doc(doctype, name, force=True, delete_permanently=True)
		frappe.db.commit()

	def test_two_refreshes_at_once_leave_each_customer_in_once(self):
		with patch.object(members, "SLICE", 2):
			outcomes = at_once(*[lambda: members.refresh(self.segment)] * 3)
		self.assertEqual(3, len(done(outcomes)), outcomes)
		self.assertEqual(sorted(self.customers), sorted(members.members_of(self.segment).run(pluck=True)))
