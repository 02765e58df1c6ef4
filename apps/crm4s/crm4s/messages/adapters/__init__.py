"""How a message leaves us. An adapter takes what is to be sent and says what came of it.

Those over HTTP are called after what we know is committed, for they cannot be taken back; the local ones write in the same transaction.
"""

from crm4s.messages.adapters.outcome import Accepted, Later, Outcome, Parcel, Refused, Unknown

__all__ = ["Accepted", "Later", "Outcome", "Parcel", "Refused", "Unknown"]
