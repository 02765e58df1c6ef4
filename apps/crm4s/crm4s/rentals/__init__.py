"""Cars of the store that customers drive for some days: as a courtesy while theirs is repaired, or for money.

terms     what a rental costs: the class's prices, copied when it is planned
courtesy  the courtesy car of a visit or an appointment, and the time that was kept for it there
free      which cars of a store are free for a time
waiting   who waits for a car that is out
actions   what the buttons call
"""
