"""What a connected system calls, at /api/method/crm4s.dms.v1.<name>. Thin: each method stands behind the gate and hands over.

What is promised here stays: docs/dms.en.md says how a version changes and how it ends.
"""

from typing import Annotated, Any

import frappe
from pydantic import Field

from crm4s.dms import gate, health as health_of_links
from crm4s.dms.contract.openapi import describe
from crm4s.dms.intake import push as intake
from crm4s.dms.links import Link
from crm4s.dms.scope import require_takes_in

# In
# --


@frappe.whitelist(methods=["POST"])
@gate.opened(once=True)
def push(link: Link, entity: str, records: Annotated[list[Any], Field(min_length=1, max_length=1000)]) -> dict:
	"""Take in records of one entity; each is answered for itself, in their order."""
	return intake.take(link, require_takes_in(link, entity), records)


# Health and contract
# -------------------


@frappe.whitelist(methods=["GET"])
@gate.opened
def health(link: Link) -> dict:
	"""How the link stands: what waits, what failed, when each entity came in or went out last."""
	return health_of_links.told(link)


@frappe.whitelist(methods=["GET"])
@gate.opened
def openapi(link: Link) -> dict:
	"""This description, in OpenAPI 3.1."""
	return describe(gate.METHODS.values(), frappe.utils.get_url())
