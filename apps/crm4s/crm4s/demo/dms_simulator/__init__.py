"""A dealer management system that does not exist, as a process of its own: it sends records, reads the change feed and takes webhooks over real HTTP.

    book.py      what it knows and what it has heard, in SQLite, so that its own crash loses nothing either
    records.py   believable records in versions, by a seed
    system.py    the system: sends what is due, reads the feed, with a clock of its own
    receiver.py  the server for webhooks, in a good mood or a bad one

    python -m crm4s.demo.dms_simulator https://crm.example.com KEY SECRET --records 1000

It uses docs/examples/dms_client.py, so that what integrators copy is what the drills try.
"""
