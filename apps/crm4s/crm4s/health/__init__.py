"""How the site stands, for whoever keeps it running: docs/decisions/monitoring.md.

	api.py          what is called: live and ready (by anybody), standing and metrics (by the account for monitoring, and in the desk)
	accounts.py     the user as whom a monitoring system asks, and its key
	reach.py        whether database and Redis answer
	figures.py      all numbers, by the name of their metric
	queues.py       jobs that wait, and workers
	clock.py        jobs by the clock, and what failed lately
	backlog.py      messages, letters and deliveries that are due and not sent
	backups.py      when the last backup was made, where that is known
	metrics.py      the metrics with what they mean, and their text for Prometheus; pure
	standing.py     which parts are within the limits that an administrator set; pure
	lines.py        one line of JSON for each request and job, where the site wants them
"""
