"""What the query builder cannot say, around a query of its own whose values stay values."""

import frappe


def select_from(query, columns: str, rest: str = "", **how):
	"""The rows of `select <columns> from (<query>) as found <rest>`.

	Args:
		query: of the builder. Its values go to the database beside the text: written into it by the builder, they would end at a backslash.
		columns, rest: constants of ours, never what a person chose.
	"""
	inner, values = query.walk()
	return frappe.db.sql(f"select {columns} from ({inner}) as found {rest}", values, **how)
