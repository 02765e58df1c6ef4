"""Customers who may be there twice: files with the same phone that nobody said to be shared, and with the same name and birthday. Files that are out of use are not looked at."""

from collections.abc import Iterable

import frappe

from crm4s.data_quality.checks import CUSTOMER, SAME_BIRTHDAY, SAME_PHONE

PHONE, RELATIONSHIP = "C4S Customer Phone", "C4S Store Relationship"
_ALIKE = {
	SAME_PHONE: f"""select phone.parent customer, phone.phone likeness from `tab{PHONE}` phone join (
			select phone.phone from `tab{PHONE}` phone join `tab{CUSTOMER}` owner on owner.name = phone.parent and owner.disabled = 0
			where phone.parenttype = '{CUSTOMER}' and phone.is_shared = 0 and phone.phone != ''
			group by phone.phone having count(distinct phone.parent) > 1) twice on twice.phone = phone.phone
		join `tab{CUSTOMER}` owner on owner.name = phone.parent and owner.disabled = 0
		where phone.parenttype = '{CUSTOMER}' and phone.is_shared = 0""",
	SAME_BIRTHDAY: f"""select customer.name customer, concat(customer.customer_name, '|', customer.birthday) likeness from `tab{CUSTOMER}` customer join (
			select customer_name, birthday from `tab{CUSTOMER}` where birthday is not null and disabled = 0
			group by customer_name, birthday having count(*) > 1) twice
		on twice.customer_name = customer.customer_name and twice.birthday = customer.birthday where customer.disabled = 0""",
}


def count(check: str) -> dict[str, int]:
	"""Store → how many of its customers may be there twice; with an empty text for the whole group."""
	alike = f"select distinct customer from ({_ALIKE[check]}) found"
	rows = frappe.db.sql(
		f"select tie.dealership, count(distinct tie.customer) from ({alike}) doubled join `tab{RELATIONSHIP}` tie on tie.customer = doubled.customer group by tie.dealership"
	)
	return {**dict(rows), "": frappe.db.sql(f"select count(*) from ({alike}) doubled")[0][0]}


def pairs(check: str, stores: Iterable[str] | None, limit: int) -> list[dict]:
	"""Customers of the stores who may be there twice, those who are alike after each other: customer, customer_name, masked_phone, city, likeness (number).

	A customer whom only other stores know is not told, but counts: the file that the store sees is shown alone.
	"""
	seen = "" if stores is None else f"where exists (select 1 from `tab{RELATIONSHIP}` tie where tie.customer = customer.name and tie.dealership in %(stores)s)"
	rows = frappe.db.sql(
		f"""select distinct customer.name customer, customer.customer_name, customer.masked_phone, customer.city, customer.modified, found.likeness
		from ({_ALIKE[check]}) found join `tab{CUSTOMER}` customer on customer.name = found.customer {seen} order by found.likeness, customer.name limit %(limit)s""",
		{"stores": tuple(stores or [""]), "limit": int(limit)},
		as_dict=True,
	)
	numbers: dict[str, int] = {}
	for row in rows:
		row["likeness"] = numbers.setdefault(row["likeness"], len(numbers) + 1)
	return rows
