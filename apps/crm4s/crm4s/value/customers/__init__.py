"""What a customer is worth: forecasts of coming and spending, groups, and what follows from them. Pure: arrays and frames in, arrays and frames out."""
