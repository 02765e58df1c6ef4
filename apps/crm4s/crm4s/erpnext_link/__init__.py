"""ERPNext on the same site: one customer, one car and one invoice instead of two. Optional: nothing of it is imported here.

    presence.py        whether ERPNext is there, and the sentence where it is not
    user.py            the user as whom the link works
    plan.py            what C4S ERPNext Settings say, as the engine reads it
    choices.py         what may be chosen in the settings, asked of ERPNext
    pairs.py           which document of ours is which of theirs (C4S ERPNext Record)
    agreeing.py        whose word counts for a field of a pair; pure
    our_customers.py   customers as we have them
    their_customers.py customers, contacts and addresses as ERPNext has them
    matching.py        who may be whom, by phone and tax number; pure
    candidates.py      ERPNext's customers that are nobody's yet
    customers.py       pairs of customers: found, made, kept equal
    first_sync.py      all customers once, in slices, resumable
    items.py           items of ERPNext for parts, models, labour
    cars.py            cars as serial numbers
    invoice_rows.py    what one payer's bill says, how a visit stands; pure
    invoices.py        settled visits as sales invoices
    following.py       what became of them, back to the visit
    running.py         what the clock does

Docs: docs/decisions/erpnext.md.
"""
