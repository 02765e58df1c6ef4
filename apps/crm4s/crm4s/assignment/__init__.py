"""Who gets a lead: `choose` is the pure choice, `rules` and `giving` read, lock and write, `handover` is done by people."""
