"""Segments: groups of customers by conditions or by choice, kept as members, for care rules, campaigns and coupons.

`conditions` compares fields of customer and car, `measures` what customers did, `finding` puts both together, `members` keeps who is in,
`lists` are those that somebody chose, `preview` counts before anything is saved.
"""
