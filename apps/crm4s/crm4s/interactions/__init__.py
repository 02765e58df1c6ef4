"""The interaction centre: every contact with customers, by whatever channel, who answers it and by when."""
