"""Tasks of one's own (Frappe's ToDo) as work of the day. It stands above the documents that it asks about, `my_day` below them."""
