"""The workshop: jobs dispatched to bays and technicians, their times of work, quality checks, and what the visit learns of them.

`actions` is what pages and forms call; `plan` takes the bookings of a job, `work` keeps its times, `checks` sends it back or lets it pass,
`progress` is the only writer of what the visit knows of its jobs. `board` and `mine` read for the pages.
"""
