"""What changed in documents that connected systems hear of: every committed change once, in order, without gaps.

    watching.py      which fields of which documents count
    noting.py        a row of C4S Change for each change, in the transaction of the change
    documents.py     the framework's events of documents that are saved one by one
    sequencing.py    positions for what is committed
    reading.py       from a position on
    keeping.py       how long

A layer below everything that writes: it reads nothing of ours but the constants of its own. Docs: docs/decisions/change-feed.md.
"""
