"""Ten-day and monthly reports of each store: figures and reports of a period in one workbook, with its recipient's rights, mailed once."""
