"""Care: rules find who is due, each due thing becomes one care task, message or lead.

`triggers/` reads who is due on a day, `audience` narrows that to whom the rule means, `judge` leaves out what is known already or would be
too much, `run` writes it, `dry_run` only says what would be written. `tasks` is what people do with the tasks.
"""
