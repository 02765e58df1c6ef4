"""The scorecard: KPIs as data, their amounts counted by store, person and month, targets, and what a manager is shown of it."""
