"""How the product's own messages, those that no rule or campaign sends, go out: template, its purpose, and the purpose's channels in order."""

from collections.abc import Collection
from dataclasses import dataclass

import frappe

from crm4s.messages.facts import PURPOSE, TEMPLATE


@dataclass(frozen=True)
class Way:
	template: str
	purpose: str
	channels: tuple[str, ...]


def way_of(template: str | None, without: Collection[str] = ()) -> Way | None:
	"""The way of a template; None where there is no template, or where it or its purpose is switched off or the purpose names no channel.

	Args:
		without: kinds of channels that do not do for it.
	"""
	purpose = template and frappe.db.get_value(TEMPLATE, {"name": template, "enabled": 1}, "purpose")
	if not purpose or not frappe.db.get_value(PURPOSE, purpose, "enabled"):
		return None
	rows = frappe.get_all("C4S Care Rule Channel", {"parenttype": PURPOSE, "parent": purpose}, "channel", order_by="idx", pluck="channel")
	channels = tuple(kind for kind in dict.fromkeys(rows) if kind not in without)
	return Way(template, purpose, channels) if channels else None
