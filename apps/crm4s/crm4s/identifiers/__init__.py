"""Numbers and names that identify a person or a car, brought to the one form in which they are stored and compared.

Each `normalise_*` takes what somebody typed or what another system sent, and returns the stored form or raises a
`Problem`: one sentence that says what is wrong and what would be right. Normalising twice changes nothing. Nothing here
knows Frappe, reads a clock except where a birth date must lie in the past, or keeps a person's data in memory.
"""
