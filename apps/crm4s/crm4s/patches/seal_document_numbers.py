"""Document numbers that stand in the clear are sealed, batch by batch, without telling connected systems: the numbers are the same."""

import frappe

from crm4s.identity_numbers import ENTERED, KEY, MASKED, SEALED
from crm4s.rows.writer import write_columns
from crm4s.sealing import digest, seal

CUSTOMER = "C4S Customer"
BATCH = 1000


def execute():
	customer = frappe.qb.DocType(CUSTOMER)
	while rows := frappe.get_all(CUSTOMER, {ENTERED: ["is", "set"], SEALED: ["is", "not set"]}, ["name", ENTERED], limit=BATCH, order_by=None):
		sealed = [(row.name, seal(row[ENTERED]), digest(row[ENTERED])) for row in rows]
		write_columns(CUSTOMER, {SEALED: "varchar(255)", KEY: "varchar(64)"}, sealed)
		frappe.qb.update(customer).set(customer[ENTERED], customer[MASKED]).where(customer.name.isin([row.name for row in rows])).run()
		frappe.db.commit()
