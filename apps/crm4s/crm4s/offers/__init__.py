"""What to offer a customer next: rules learned from what all customers have, and what one of them lacks by the best rule.

Module map: `baskets` reads what customers have, `learning` writes the rules (C4S Offer Rule) every night, `next_offers` asks them for one customer.
The arithmetic is value/customers/associations.py.
"""
