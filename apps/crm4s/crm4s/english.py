"""What people read in English: our names without the prefix that keeps them apart from other apps' names.

Frappe 15 would read translations/en.csv, the embedded source of 2023 skips it; Translation records of `en` are read by both.
An admin may change or delete such a record: what exists is left as it is.
"""

import json
from pathlib import Path

import frappe

PREFIX = "C4S "
PACKAGE = Path(__file__).parent


def install_english_names() -> int:
	"""Make the missing Translation records; return how many were made."""
	missing = prefixed_names() - set(installed_names())
	for name in sorted(missing):
		frappe.get_doc(
			{
				"doctype": "Translation",
				"language": "en",
				"source_text": name,
				"translated_text": name.removeprefix(PREFIX),
			}
		).insert(ignore_permissions=True)
	return len(missing)


def remove_english_names() -> None:
	for record in frappe.get_all("Translation", {"language": "en", "source_text": ["like", f"{PREFIX}%"]}, pluck="name"):
		frappe.delete_doc("Translation", record, ignore_permissions=True, delete_permanently=True)


def prefixed_names() -> set[str]:
	"""Names of our documents and roles as our files say them: while the app is installed, not all of them are in the database."""
	documents = [json.loads(file.read_text()) for file in PACKAGE.glob("crm4s/*/*/*.json")]
	names = [document.get("name", "") for document in documents if isinstance(document, dict)]
	names += [role["name"] for role in json.loads((PACKAGE / "fixtures" / "role.json").read_text())]
	return {name for name in names if name.startswith(PREFIX)}


def installed_names() -> list[str]:
	return frappe.get_all(
		"Translation", {"language": "en", "source_text": ["like", f"{PREFIX}%"]}, pluck="source_text"
	)
