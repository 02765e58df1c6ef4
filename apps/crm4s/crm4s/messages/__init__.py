"""Messages to customers: wished by whoever has a reason, sent by the worker when nothing forbids it.

outbox     `queue` takes wishes; replaying what was given up
worker     takes what is due, sorts out what cannot be sent, hands the rest over; mends what a killed one left
attempt    one attempt: decided once more, noted, and what came of it
rows       the rows of C4S Message as these two read and write them
facts      what is known about a set of messages, read in sets
decision   what happens with one message now (pure)
standing   which of a customer's decisions counts (pure)
texts      placeholders and language (pure)
backoff    when it is tried again (pure)
quiet      when a store sends nothing (pure)
adapters/  SMS, WeCom, WeChat over HTTP; e-mail; portal notice; desk task
consent, suppression   who said what, and which addresses get nothing
receipts, replies, unsubscribe   what comes back

Imports nothing of care, membership, campaigns: they queue wishes here.
"""
