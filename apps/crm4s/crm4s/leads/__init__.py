"""What happens to a lead beside its document: next step, response time, score, joining of twins, public pool, defeats."""
