"""When data are too thin for a model, said in one sentence."""

NOBODY = "There are no customers with a purchase yet."
FEW = "There are too few customers for a forecast yet."
NO_REPEATS = "Too few customers have come a second time yet, so nothing can be said about who comes again."
NO_AMOUNTS = "Too few customers with repeated purchases have a positive amount, so nothing can be said about how much a purchase brings."
ALL_EQUAL = "All customers are alike, so nothing can be told from their differences."
NOT_FOUND = "No parameters were found with which the model fits these customers."
NOT_HISTORIES = "Purchases must be counted from 0, and the last one may not lie before the first or after the end of observation."


class TooThin(ValueError):
	"""The data do not say enough; the message is one of the sentences above."""
