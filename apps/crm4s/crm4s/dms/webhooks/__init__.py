"""What we send by ourselves: changes to the addresses of connected systems, signed, in order, at least once.

    secrets.py       keys and signatures
    decision.py      what an answer means: taken, refused, away; when to try again (pure)
    outbox.py        deliveries out of the change feed, in order; what is sent again
    sending.py       the worker: one sender for each address
    kick.py          after a commit, at once
    api.py           what administrators press

The rows of the change feed are the outbox: they are written in the transaction of the change. A delivery only says from where to where.
Docs: docs/decisions/dms-webhooks.md.
"""
