"""Points and coupons that are about to be worth nothing."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables


def points_expire(rule, day: date) -> Iterator[list[Due]]:
	"""Members whose next points expire on that day; those after them are next once these are gone, hence the window."""
	customer, _car = tables()
	member = frappe.qb.DocType("C4S Membership")
	query = (
		frappe.qb.from_(member)
		.join(customer)
		.on(customer.name == member.customer)
		.select(member.name, member.customer, member.next_expiry_points)
		.where((member.next_expiry_on == day) & (member.status == "Active") & (member.next_expiry_points > 0))
	)
	rows = narrow(query, rule, customer).run(as_dict=True)
	yield [Due(row.name, f"{day}", row.customer, day, facts={"date": day, "points": row.next_expiry_points}) for row in rows]


def coupons_expire(rule, day: date) -> Iterator[list[Due]]:
	customer, _car = tables()
	coupon = frappe.qb.DocType("C4S Coupon")
	query = (
		frappe.qb.from_(coupon)
		.join(customer)
		.on(customer.name == coupon.customer)
		.select(coupon.name, coupon.customer, coupon.offer)
		.where((coupon.valid_until == day) & (coupon.status == "Usable"))
	)
	rows = narrow(query, rule, customer).run(as_dict=True)
	yield [Due(row.name, f"{day}", row.customer, day, facts={"date": day, "offer": row.offer}) for row in rows]
