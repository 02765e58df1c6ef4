"""Many rows at once, a plain helper below all that write sets: `writer` reads, locks and writes them in few statements, `names` gives them their names."""
