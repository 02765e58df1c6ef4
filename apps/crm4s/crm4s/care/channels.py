"""The ways to reach a customer, as a rule names them and crm4s.messages knows them."""

from crm4s.messages.kinds import KINDS as CHANNELS, TASK

__all__ = ["CHANNELS", "TASK"]
