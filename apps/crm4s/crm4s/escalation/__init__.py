"""What is not settled in time is brought to somebody, step by step: who, after how much of the time, is data (C4S Escalation Step).

A document that has deadlines says how they stand (`clocks.Subject`) and calls `plan` whenever it is saved, `forget` when it is deleted. `plan` notes
when each step is due (C4S Escalation, one row for each step, deadline and round), `climbing` takes those steps every ten minutes, each once.
The app hook `c4s_escalation_subjects` names for each document type the function that reads its subjects, for steps that are changed later.
"""

from crm4s.escalation.clocks import PAUSED, RESOLUTION, RESPONSE, RUNNING, STOPPED, Clock, Subject
from crm4s.escalation.planning import forget, plan

__all__ = ["PAUSED", "RESOLUTION", "RESPONSE", "RUNNING", "STOPPED", "Clock", "Subject", "forget", "plan"]
