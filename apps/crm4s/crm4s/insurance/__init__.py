"""Insurance of cars: policies, what they cover on which day, and claims from the report to the payment.

cover     which policy covers a day, what overlaps, until when a car is insured
renewals  policies that end and are not renewed
stages    the way of a claim: what each stage asks for, and by when the next one is due
repair    the visit that repairs the damage, and what it charges to the insurer
actions   what the buttons of policy and claim call
panel     what the forms of cars and visits show of them
"""
