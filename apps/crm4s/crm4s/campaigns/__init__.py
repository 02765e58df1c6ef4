"""Campaigns: an audience with a group that is held out, what it is sent, events with places, gifts, costs, and what came of it.

`audience` fills C4S Campaign Member, `preview` counts before, `delivery` moves the campaign from Draft to Ended and contacts slice by slice,
`registrations` and `gifts` give out what is scarce, `costs` adds up, `attribution` finds the responses and `results` compares the groups.
"""
