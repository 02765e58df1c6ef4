"""What a connected system calls, at /api/method/crm4s.dms.v1.<name>. Thin: each method stands behind the gate and hands over.

What is promised here stays: docs/dms.en.md says how a version changes and how it ends.
"""

import frappe

from crm4s.dms import gate, health as health_of_links
from crm4s.dms.contract.openapi import describe
from crm4s.dms.links import Link

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
