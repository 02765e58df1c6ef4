"""What an admin changes on a site, and how it looks afterwards; runs in Frappe's own Python with any released version of the app.

By standard input comes as JSON the site, and after an upgrade the `names` of the documents that were changed before it; without them they are changed
now. Printed is what has to stay, `names` and all, as one line of JSON.
"""

import json
import sys

import frappe
from frappe.permissions import add_permission, update_permission_property

WORKFLOW, OLD_STAGE, NEW_STAGE, FURTHER_STAGE = "Customer Complaint", "Feedback", "客户回访", "本店复核"
RULE, TEMPLATE = "C4S Care Rule", "C4S Message Template"
ROLE, RIGHT = "C4S Receptionist", {"parent": "C4S Customer", "role": "C4S Receptionist", "permlevel": 0}
PRINT_FORMAT, FIELD = "本店客户卡", "own_note"


def make() -> dict[str, str]:
	"""Change what this version has; the names of what was changed."""
	enter_data()
	names = {"customer": first("C4S Customer"), "interest": first("C4S Interest")}
	if frappe.db.exists("Workflow", WORKFLOW):
		change_workflow()
		names["touchpoint"] = change_touchpoint()
	rename_field_and_add_one(names["customer"])
	add_print_format()
	add_permission("C4S Customer", ROLE)
	update_permission_property("C4S Customer", ROLE, 0, "export", 1)
	frappe.db.set_single_value("C4S Settings", "new_customer_days", 77)
	frappe.delete_doc("C4S Interest", names["interest"])
	return names | (change_care() if frappe.db.exists("DocType", RULE) else {})


def enter_data() -> None:
	"""A store with customers and leads, by what all versions ask for."""
	above = None
	for code, kind, values in (("UP-G", "Group", {"is_group": 1}), ("UP-R", "Region", {"is_group": 1}), ("UP-1", "Outlet", {"outlet_type": "4S Store", "city": "上海市"})):
		values = {"dealership_code": code, "dealership_name": code, "node_kind": kind, "parent_c4s_dealership": above, **values}
		above = frappe.get_doc({"doctype": "C4S Dealership", **values}).insert().name
	source = first("C4S Source")
	for number in range(20):
		frappe.get_doc({"doctype": "C4S Customer", "customer_name": f"客户{number}", "email": f"k{number}@example.com"}).insert()
		frappe.get_doc({"doctype": "C4S Lead", "lead_name": f"线索{number}", "phone": f"137{number:08d}", "source": source, "dealership": above}).insert()


def change_workflow() -> None:
	"""A stage gets another name, a further one comes with ways to it and back."""
	frappe.rename_doc("Workflow State", OLD_STAGE, NEW_STAGE, force=True)
	frappe.get_doc({"doctype": "Workflow State", "workflow_state_name": FURTHER_STAGE}).insert()
	workflow = frappe.get_doc("Workflow", WORKFLOW)
	status = next(row for row in workflow.states if row.state == "Handling")
	workflow.append("states", {"state": FURTHER_STAGE, "doc_status": "0", "allow_edit": "All", "update_field": status.update_field, "update_value": status.update_value})
	for way in (("Handling", FURTHER_STAGE), (FURTHER_STAGE, "Handling")):
		workflow.append("transitions", {"state": way[0], "action": "Handle", "next_state": way[1], "allowed": "C4S CRM Manager"})
	workflow.save()


def change_touchpoint() -> str:
	touchpoint = frappe.get_doc("C4S Touchpoint", first("C4S Touchpoint"))
	touchpoint.update({"standard": "三声之内接听", "target_minutes": 9})
	touchpoint.append("items", {"item": "已加企业微信"})
	return touchpoint.save().name


def rename_field_and_add_one(customer: str) -> None:
	frappe.make_property_setter({"doctype": "C4S Customer", "fieldname": "wechat", "property": "label", "value": "微信号（必问）", "property_type": "Data"})
	frappe.get_doc({"doctype": "Custom Field", "dt": "C4S Customer", "fieldname": FIELD, "label": "本店备注", "fieldtype": "Data", "insert_after": "customer_name"}).insert()
	frappe.db.set_value("C4S Customer", customer, FIELD, "常客")


def add_print_format() -> None:
	made = {"doctype": "Print Format", "name": PRINT_FORMAT, "doc_type": "C4S Customer", "standard": "No", "custom_format": 1, "print_format_type": "Jinja"}
	frappe.get_doc({**made, "html": "<p>{{ doc.customer_name }}</p>"}).insert()
	frappe.make_property_setter({"doctype": "C4S Customer", "doctype_or_field": "DocType", "property": "default_print_format", "value": PRINT_FORMAT, "property_type": "Data"})


def change_care() -> dict[str, str]:
	off, changed = frappe.get_all(RULE, order_by="name", limit=2, pluck="name")
	frappe.get_doc(RULE, off).update({"enabled": 0}).save()
	frappe.get_doc(RULE, changed).update({"not_again_days": 123}).save()
	template = frappe.get_doc(TEMPLATE, first(TEMPLATE))
	template.texts[0].body = "您好，本店专属问候。"
	return {"rule off": off, "rule changed": changed, "template": template.save().name}


def first(doctype: str) -> str:
	return frappe.get_all(doctype, order_by="name", limit=1, pluck="name")[0]


# Afterwards


def read(names: dict[str, str]) -> dict:
	"""Every change with the values that it has now, and the names of all documents of ours by type."""
	found = {
		"own field": frappe.db.get_value("C4S Customer", names["customer"], FIELD),
		"label": frappe.get_meta("C4S Customer").get_field("wechat").label,
		"print format": (frappe.get_meta("C4S Customer").default_print_format, frappe.db.get_value("Print Format", PRINT_FORMAT, "html")),
		"right": frappe.db.get_value("Custom DocPerm", RIGHT, "export"),
		"setting": frappe.db.get_single_value("C4S Settings", "new_customer_days"),
		"deleted interest": frappe.db.exists("C4S Interest", names["interest"]),
		"customers": frappe.get_all("C4S Customer", fields=["name", "customer_name", "email"], order_by="name"),
		"leads": frappe.get_all("C4S Lead", fields=["name", "lead_name", "status", "dealership"], order_by="name"),
		"complaints": frappe.get_all("C4S Complaint", fields=["name", "status"], order_by="name"),
	}
	if "touchpoint" in names:
		found |= read_process(names)
	if "template" in names:
		found |= read_care(names)
	return found | {"names": names, "documents": documents()}


def read_process(names: dict[str, str]) -> dict:
	workflow = frappe.get_doc("Workflow", WORKFLOW)
	touchpoint = frappe.get_doc("C4S Touchpoint", names["touchpoint"])
	return {
		"stages": [row.state for row in workflow.states],
		"ways": [(row.state, row.action, row.next_state, row.allowed) for row in workflow.transitions],
		"old stage": frappe.db.exists("Workflow State", OLD_STAGE),
		"touchpoint": (touchpoint.standard, touchpoint.target_minutes, [row.item for row in touchpoint.items]),
	}


def read_care(names: dict[str, str]) -> dict:
	return {
		"rule off": frappe.db.get_value(RULE, names["rule off"], "enabled"),
		"rule changed": frappe.db.get_value(RULE, names["rule changed"], "not_again_days"),
		"wording": frappe.get_doc(TEMPLATE, names["template"]).texts[0].body,
	}


def documents() -> dict[str, list[str]]:
	types = frappe.get_all("DocType", {"module": "CRM4S", "issingle": 0, "istable": 0, "is_virtual": 0}, pluck="name")
	return {doctype: frappe.get_all(doctype, pluck="name", order_by="name") for doctype in types}


def main() -> None:
	request = json.load(sys.stdin)
	frappe.init(site=request["site"])
	frappe.connect()
	frappe.clear_cache()
	names = request.get("names") or make()
	frappe.db.commit()
	print("RESULT " + json.dumps(read(names), default=str))


if __name__ == "__main__":
	main()
