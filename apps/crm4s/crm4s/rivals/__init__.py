"""Competitors: our own side of what a market researcher compares with them."""
