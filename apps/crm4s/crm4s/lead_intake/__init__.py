"""Leads from everywhere through one door, `receive.receive`: web form, portals, e-mail, social accounts. What is bad goes to quarantine."""
