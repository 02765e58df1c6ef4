"""The link with dealer management systems over REST: what they send, what they get, and how both are watched.

    v1.py            the methods that a system calls, nothing else
    gate.py          who may come in: user, kill switch, addresses, rate; every answer in the log; problems as RFC 9457 says
    links.py         a link and what it may
    contract/        records as the two sides agreed on them: pydantic models, OpenAPI
    intake/          from a record to our documents: mapping, versions, ownership, waiting for what is not known yet
    webhooks/        what is sent by ourselves

Changes are noted by `crm4s.change_feed`, which knows nothing of links.
"""
