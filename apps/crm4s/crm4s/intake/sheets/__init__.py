"""Spreadsheets that people fill in: which columns they may have (`layouts`), how a file is read (`reading`), how rows become the
records of an intake (`mapping`), the file of rejected rows (`rejected`), templates (`templates`) and the background job (`job`)."""
