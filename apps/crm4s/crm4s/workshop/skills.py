"""Which skill an item of a visit asks for: its own, or the one that its package asks for."""

from collections.abc import Iterable

import frappe

LINE = "C4S Service Package Line"


def needed_skills(items: Iterable) -> dict[str, str]:
	"""The skill by name of the row, of rows that need one; rows have `name`, `item_name`, `package` and `skill`. One query."""
	items = list(items)
	packages = {row.package for row in items if row.package and not row.skill}
	lines = frappe.get_all(LINE, {"parent": ["in", list(packages)], "skill": ["is", "set"]}, ["parent", "item_name", "skill"]) if packages else []
	of_line = {(line.parent, line.item_name): line.skill for line in lines}
	found = {row.name: row.skill or of_line.get((row.package, row.item_name)) for row in items}
	return {name: skill for name, skill in found.items() if skill}
