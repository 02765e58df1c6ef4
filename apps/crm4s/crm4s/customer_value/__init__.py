"""What each customer is worth to each store and to the group: summed, forecast and classed every night and on demand.

`summary` reads what customers did, `crm4s.value.customers.evaluate` makes figures of it, `writing` writes them, the changes of class and the
customers' own fields, `months` keeps a snapshot of each month; `jobs` runs all of it. `why` says in words what a figure rests on, `api` serves
forms and lists.
"""
