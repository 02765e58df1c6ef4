def get_context(context):
	"""Nothing beside the form itself; its choices come from crm4s.lead_intake.web."""
