"""A sample tried on a link: what would become of it, said without keeping anything."""

from typing import Any

import frappe
from frappe import _

from crm4s.acting import acting_as
from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake.push import take
from crm4s.dms.links import Link

MOST = 20


def try_out(link: Link, title: str, records: list[Any]) -> dict:
	"""The answer that a push of these records would get, with the rights of the link's user.

	Args:
		title: of the entity, as in C4S DMS Link Entity.
	"""
	entity = next((one for one in ENTITIES.values() if one.title == title), None)
	if not entity:
		frappe.throw(_("{0} is given out only; nothing of it is taken in.").format(_(title)))
	if len(records) > MOST:
		frappe.throw(_("At most {0} records are tried at once.").format(MOST))
	with acting_as(link.user):
		return take(link, entity, records, dry_run=True)
