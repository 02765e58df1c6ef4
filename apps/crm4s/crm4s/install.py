"""What happens after the app is installed and after each migrate; both are safe to run again."""

import frappe
from frappe.utils.password import get_encryption_key

from crm4s.english import install_english_names
from crm4s.seed.settings import point_settings_at_standards, store_defaults
from crm4s.surveys.versions import publish_standards
from crm4s.workflows.loader import load_standards
from crm4s.workflows.permissions import let_administrators_edit_workflows

TASKS_OF_PERSON, TASKS_INDEX = ["allocated_to", "status", "date"], "c4s_tasks_of_person"
# Counters of our documents' names, and of the positions in the change feed.
SERIES = ("CU-", "VE-", "LD-", "SV-", "CP-", "SR-", "SQ-", "SI-", "DL-", "QV-", "DS-", "RC-", "UA-", "RJ-", "TD-", "RS-", "RT-", "SH-", "PA-", "SA-", "CT-", "IP-", "IC-", "CR-", "DO-", "JB-", "IM-", "MB-", "CN-", "RF-", "SG-", "OC-", "CA-", "ER-", "AC-", "IA-", "MR-", "AU-", "CF-", "TG-", "WP-", "PC-", "PX-", "DR-", "LH-", "MG-", "C4S-CHANGE-POSITION")


def after_install() -> None:
	after_migrate()
	point_settings_at_standards(fresh=True)


def after_migrate() -> None:
	load_standards()
	publish_standards()
	store_defaults()
	point_settings_at_standards()
	let_administrators_edit_workflows()
	read_states_in_words()
	install_english_names()
	index_tasks()
	begin_counters()
	draw_key()


def read_states_in_words() -> None:
	"""Forms and filters name the state of a process in the reader's language, as they do with our own lookups."""
	translated = {"doc_type": "Workflow State", "doctype_or_field": "DocType", "property": "translated_doctype"}
	if not frappe.db.exists("Property Setter", translated):
		setter = frappe.get_doc({"doctype": "Property Setter", **translated, "value": "1", "property_type": "Check", "module": "CRM4S"})
		setter.flags.validate_fields_for_doctype = False
		setter.insert(ignore_permissions=True)


def index_tasks() -> None:
	"""A person's open tasks are asked for each time the day's list is read; Frappe finds them by their document only."""
	frappe.db.add_index("ToDo", TASKS_OF_PERSON, TASKS_INDEX)


def begin_counters() -> None:
	"""Frappe makes a counter with the first name it gives: several people who enter the first documents at once would end in a deadlock."""
	counter = frappe.qb.DocType("Series")
	frappe.qb.into(counter).columns("name", "current").insert(*[(name, 0) for name in SERIES]).ignore().run()


def draw_key() -> None:
	"""The key of stored passwords stands in the site's configuration from now on.

	Frappe draws it with the first password and writes it where that happens to be saved: of two hosts that share the site, or two processes
	at the same moment, each would have drawn its own.
	"""
	get_encryption_key()
