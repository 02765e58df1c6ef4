"""What somebody has learned goes to the resources by which work is given out."""

import frappe

RESOURCE, SKILL = "C4S Resource", "C4S Resource Skill"


def teach(person: str, dealership: str, skill: str, level: int) -> int:
	"""Give the person's own resources of the store this skill, at this level if they are not further already; return how many learned something.

	Whoever enters that a training was passed need not be allowed to change resources: it follows from the training.
	"""
	learned = 0
	for name in frappe.get_all(RESOURCE, {"user": person, "dealership": dealership}, pluck="name"):
		resource = frappe.get_doc(RESOURCE, name)
		row = next((row for row in resource.skills if row.skill == skill), None) or resource.append("skills", {"skill": skill, "level": "0"})
		if int(row.level or 0) < level:
			row.level = str(level)
			resource.save(ignore_permissions=True)
			learned += 1
	return learned
