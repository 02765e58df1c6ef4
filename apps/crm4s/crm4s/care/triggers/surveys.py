"""Answers of customers who are not content."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, day_range, tables


def low_scores(rule, day: date) -> Iterator[list[Due]]:
	customer, car = tables()
	response = frappe.qb.DocType("C4S Survey Response")
	query = (
		frappe.qb.from_(response)
		.join(customer)
		.on(customer.name == response.customer)
		.left_join(car)
		.on(car.name == response.vehicle)
		.select(response.name, response.customer, response.vehicle, response.dealership, response.score, response.responded_on)
		.where(response.responded_on[day_range(day)] & (response.rated_answers > 0) & (response.score < rule.score_below))
	)
	if rule.survey_kind:
		query = query.where(response.survey_kind == rule.survey_kind)
	yield [
		Due(row.name, "1", row.customer, day, row.vehicle, row.dealership, {"date": row.responded_on.date(), "score": row.score})
		for row in narrow(query, rule, customer, car).run(as_dict=True)
	]
