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
    names.py           types of documents, ours and theirs
    customers_there.py the customer of ERPNext for one of ours
    items.py           items of ERPNext for parts, models, labour and what a deal sells beside the car
    cars.py            cars as serial numbers
    drafts.py          new documents of ERPNext: heading, lines, pair
    invoice_rows.py    what one payer's bill says, how a visit or deal stands; pure
    invoices.py        settled visits as sales invoices
    deal_rows.py       the lines of a deal; pure
    deals.py           deals as sales order, delivery note, sales invoice
    deal_payments.py   money for deals as payment entries
    leads.py           a lead there for one of ours, on request
    following.py       what became of them, back to visit and deal
    panel.py           what forms show of it
    running.py         what the clock does

Docs: docs/decisions/erpnext.md.
"""
