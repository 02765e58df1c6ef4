"""Measurements that anybody can repeat: one script a claim, its result in a table of docs/benchmarks.md."""
