"""A lead that Frappe makes out of an e-mail knows the sender's address and the subject; this adds what every lead has."""

import frappe
from frappe import _

from crm4s.settings import setting


def complete_mailed_lead(lead) -> None:
	"""Name, source and store of a lead that came by e-mail; the store is the one named in the settings."""
	if not (lead.email and lead.flags.ignore_mandatory) or lead.lead_name:
		return
	lead.lead_name = lead.email.split("@")[0]
	lead.source = lead.source or setting("lead_mail_source")
	lead.dealership = lead.dealership or setting("lead_mail_dealership")
	if not lead.dealership:
		frappe.throw(_("No store is set for leads by e-mail; an administrator chooses it in the settings."))
