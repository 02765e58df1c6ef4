"""The demo's tables against the DocTypes on disk: no column without a field, no choice or lookup that does not exist."""

import json
import unittest
from datetime import datetime
from pathlib import Path

from crm4s.demo import group
from crm4s.demo.generate import generate
from crm4s.demo.standards import standard

DOCTYPES = Path(group.__file__).parents[1] / "crm4s" / "doctype"
# Columns of the tables that stand for something else: keys, and parents.
BESIDE = {"key", "parent", "idx", "question_number", "creation"}


def fields_of(doctype: str) -> dict[str, dict]:
	folder = doctype.lower().replace(" ", "_").replace("-", "_")
	described = json.loads((DOCTYPES / folder / f"{folder}.json").read_text())
	return {field["fieldname"]: field for field in described["fields"]}


class TestFitsDoctypes(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		demo = generate(datetime(2026, 11, 21, 14, 0), scale=0.1)
		cls.tables = {
			"C4S Customer": demo.people.customers,
			"C4S Customer Phone": demo.people.phones,
			"C4S Customer Interest": demo.people.interests,
			"C4S Customer Relation": demo.people.relations,
			"C4S Organisation Contact": demo.people.contacts,
			"C4S Store Relationship": demo.ties,
			"C4S Vehicle": demo.vehicles.cars,
			"C4S Vehicle Party": demo.vehicles.parties,
			"C4S Vehicle Fitted Option": demo.vehicles.options,
			"C4S Stock Movement": demo.vehicles.movements,
			"C4S Service Visit": demo.visits.visits,
			"C4S Service Item": demo.visits.items,
			"C4S Service Appointment": demo.appointments.appointments,
			"C4S Appointment Item": demo.appointments.items,
			"C4S Dispatch Order": demo.dispatch.orders,
			"C4S Dispatch Fee": demo.dispatch.fees,
			"C4S Insurance Policy": demo.insurance.policies,
			"C4S Policy Coverage": demo.insurance.coverages,
			"C4S Insurance Claim": demo.insurance.claims,
			"C4S Claim Loss": demo.insurance.losses,
			"C4S Claim Document": demo.insurance.documents,
			"C4S Repair Job": demo.workshop.jobs.drop(columns="visit"),
			"C4S Work Interval": demo.workshop.intervals.drop(columns="job"),
			"C4S Quality Check": demo.workshop.checks.drop(columns=["visit", "job"]),
			"C4S Odometer Reading": demo.visits.readings,
			"C4S Maintenance Done": demo.visits.done,
			"C4S Lead": demo.leads.leads,
			"C4S Lead Contact": demo.leads.contacts,
			"C4S Showroom Visit": demo.showroom.visits,
			"C4S Reception Queue Entry": demo.showroom.line,
			"C4S Purchase Advice": demo.showroom.advices,
			"C4S Resource": demo.drives.cars,
			"C4S Test Drive Route": demo.drives.routes,
			"C4S Test Drive": demo.drives.drives,
			"C4S Test Drive Rating": demo.drives.ratings,
			"C4S Booking": demo.drives.bookings,
			"C4S Deal": demo.deals.deals,
			"C4S Retention Case": demo.retention.cases,
			"C4S Retention Contact": demo.retention.contacts,
			"C4S Retention Objection": demo.retention.objections,
			"C4S Used Car Appraisal": demo.used_cars.appraisals,
			"C4S Appraisal Point": demo.used_cars.points,
			"C4S Appraisal Document": demo.used_cars.documents,
			"C4S Reconditioning Job": demo.used_cars.jobs,
			"C4S Deal Item": demo.deals.rows["items"],
			"C4S Deal Payment": demo.deals.rows["payments"],
			"C4S Deal Promise": demo.deals.rows["promises"],
			"C4S Deal Care Contact": demo.deals.rows["care_contacts"],
			"C4S Deal Check": demo.deals.rows["pdi_items"],
			"C4S Deal Service": demo.deals.services,
			"C4S Quotation Version": demo.deals.versions,
			"C4S Quotation Line": demo.deals.version_rows["lines"],
			"C4S Quotation Finance": demo.deals.version_rows["finance_offers"],
			"C4S Complaint": demo.voice.complaints,
			"C4S Survey Response": demo.voice.responses,
			"C4S Survey Answer": demo.voice.answers,
		}
		documents = [
			*group.nodes(),
			*group.brands(),
			*group.competitors(),
			*group.models(demo.now.date()),
			*group.options(),
			*group.parts(1),
			*demo.deals.offers,
			*demo.appointments.packages,
		]
		cls.documents = documents

	def columns(self):
		for doctype, frame in self.tables.items():
			fields = fields_of(doctype)
			for column in frame.columns:
				if not column.startswith("_") and column not in BESIDE:
					yield (
						doctype,
						column,
						fields.get(column),
						{value for value in frame[column] if value is not None and value == value and value != ""},
					)
		for values in self.documents:
			fields = fields_of(values["doctype"])
			for column, value in values.items():
				if column != "doctype" and not isinstance(value, list):
					yield values["doctype"], column, fields.get(column), {value} - {None, ""}

	def test_every_column_is_a_field(self):
		self.assertEqual([], [f"{doctype}.{column}" for doctype, column, field, _values in self.columns() if not field])

	def test_every_choice_is_an_option_of_its_field(self):
		wrong = {
			f"{doctype}.{column}": values - set(field["options"].split("\n"))
			for doctype, column, field, values in self.columns()
			if field["fieldtype"] == "Select" and values - set(field["options"].split("\n"))
		}
		self.assertEqual({}, wrong)

	def test_every_lookup_is_seeded(self):
		own = {row["competitor_name"] for row in group.competitors()} | {row["brand_name"] for row in group.brands()}
		wrong = {}
		for doctype, column, field, values in self.columns():
			seeded = standard(field.get("options", "")) if field["fieldtype"] == "Link" else []
			names = {next(value for key, value in row.items() if key != "doctype") for row in seeded}
			if names and values - names - own:
				wrong[f"{doctype}.{column}"] = values - names - own
		self.assertEqual({}, wrong)
