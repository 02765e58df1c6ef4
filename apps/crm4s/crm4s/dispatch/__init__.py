"""Teams that go to the car: rescue on the road and service at the customer's place, on one board.

C4S Dispatch Order is a call and what became of it. `teams` knows who is free and how far away, `booked` takes a team's time, `actions` are
the steps from the call to the end, `closing` makes the service visit in which fees are approved and settled. A home service that was
booked as an appointment stays an appointment until a team is sent (`home_service`).
"""
