"""Mystery visits and on-site assessments: planned for a store, carried out on the phone, handed in, published to the store.

access   who sees and changes an audit
steps    handing in, publishing, cancelling: the one writer of the status
gaps     where the answers fall short of the touchpoints' standards, and what was better or worse last time
api      what the form calls
"""
