"""Cars that are expected for service: from the call to the arrival.

C4S Service Appointment says who comes when, with which car and for what; it takes a bay, a technician, a driver and a courtesy car through
`crm4s.bookings`. `capacity` knows which times are possible, `api` is what desk, web and portal call, `arrival`, `no_shows` and `reminders`
are what happens to an appointment afterwards.
"""
