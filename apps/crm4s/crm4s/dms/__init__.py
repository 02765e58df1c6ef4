"""The link with dealer management systems over REST: what they send, what they get, and how both are watched.

    v1.py            the methods that a system calls, nothing else
    gate.py          who may come in: user, kill switch, addresses, rate; every answer in the log; problems as RFC 9457 says
    problems.py      what is said when a request is refused; framework.py: where Frappe refuses it
    answers.py       the log, and the answers kept by idempotency key
    links.py         a link and what it may; scope.py: by the names of the contract
    contract/        records as the two sides agreed on them: pydantic models, OpenAPI
    intake/          from a record to our documents: mapping, versions, ownership, waiting for what is not known yet
    webhooks/        what is sent by ourselves

Changes are noted by `crm4s.change_feed`, which knows nothing of links.
"""
