"""What could not become a lead is kept with its reason; `correction` tries it again."""

import json
from collections.abc import Mapping
from typing import Any

import frappe
from frappe.utils import now_datetime

QUARANTINE = "C4S Quarantined Lead"


def keep(facts: Mapping[str, Any], source: str | None, external_key: str | None, payload: Any, mapping: str | None, reason: str) -> str:
	"""The name of the quarantined lead; seen by the managers of the store that the facts name, if there is one."""
	store = facts.get("dealership")
	row = frappe.get_doc(
		{
			**{"doctype": QUARANTINE, "status": "Open", "reason": reason, "received_on": now_datetime(), "source": source},
			**{"external_key": external_key, "mapping": mapping, "facts": _as_json(facts), "payload": _as_json(payload or facts)},
			"dealership": store if store and frappe.db.exists("C4S Dealership", store) else None,
		}
	)
	return row.insert(ignore_permissions=True).name


def _as_json(value: Any) -> str:
	return json.dumps(value, ensure_ascii=False, indent=1, default=str)
