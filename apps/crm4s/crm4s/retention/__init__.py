"""Keeping the customers who are about to leave: cases, from the plan to the visit that wins the car back, or to the reason why it was lost.

`opening` makes cases, of many cars at once or of one; `contacts` carries the contact plan; `offers` what we offer and who approves it; `winning`
notes the visit that wins a case, and takes it back when the visit is opened again; `glance` is what the form shows beside it.
"""
