"""The types of documents that belong together, ours and those of ERPNext. `Customer` of both stands in our_customers.py and their_customers.py."""

VISIT, DEAL, VEHICLE, LEAD = "C4S Service Visit", "C4S Deal", "C4S Vehicle", "C4S Lead"
ORDER, NOTE, INVOICE, PAYMENT, SERIAL, THEIR_LEAD = "Sales Order", "Delivery Note", "Sales Invoice", "Payment Entry", "Serial No", "Lead"
