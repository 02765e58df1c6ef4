"""Messages to customers: wished by whoever has a reason, sent by the worker when nothing forbids it.

outbox     `queue` takes wishes; replaying what was given up
worker     takes what is due, asks what may forbid it, hands it to an adapter, keeps what came of it
facts      what is known about a set of messages, read in sets
decision   what happens with one message now (pure)
texts      placeholders and language (pure)
backoff    when it is tried again (pure)
quiet      when a store sends nothing (pure)
adapters/  SMS, WeCom, WeChat over HTTP; e-mail; portal notice; desk task
consent, suppression   who said what, and which addresses get nothing
receipts, replies, unsubscribe   what comes back

Imports nothing of care, membership, campaigns: they queue wishes here.
"""
