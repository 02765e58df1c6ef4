"""What is printed, and how any document is found again.

sheets.py     what a sheet for a customer says, worked out before it is laid out
language.py   sheets speak the customer's language
offers.py     which sheets a document has at which time, for forms and the document finder
kinds.py      the kinds of documents that the finder looks through; a new kind is a row there
understand.py what was typed: plate, VIN, phone, number or name
finder.py     the search itself
"""
