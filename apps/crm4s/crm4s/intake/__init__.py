"""Taking in many records at once: spreadsheets of people, and what a dealer management system sends.

Records come as a DataFrame, one row a record and one column a field, child tables as DataFrames of their own. `rules` checks whole
columns, `plan` lays what is given over what is stored, `rows.writer` writes a chunk in a few statements. No document is loaded or saved one
by one; tests compare the result with a document saved in the desk, column for column.

    take_in_customers(customers, phones, dealership=…)    intake/customers.py
    take_in_vehicles(vehicles, parties)                   intake/vehicles.py
    take_in_visits(visits, items)                         intake/visits.py
    take_in_deals(deals, items, payments)                 intake/deals.py
    take_in_stock(movements)                              intake/stock.py
    take_in_models(models, maintenance_plan, specifications)  intake/models.py
    take_in_parts(parts, availability)                    intake/parts.py
    take_in_appointments(appointments, items)             intake/appointments.py

Each returns an `Outcome` (intake/result.py). A record is known by its `external_key` ("system:number"), so that the same input taken
in again changes nothing. An empty value says nothing: what is stored stays. Every chunk is a transaction: killed at any moment, whole
chunks are in, and the next run continues. Two runs at once wait for each other chunk by chunk.

What is not done here: doc events, notifications and webhooks of Frappe, which are made for single documents.
"""
