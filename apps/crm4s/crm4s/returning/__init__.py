"""Who comes back: counts of the cars that were seen again, kept by store, month, model and service node."""
