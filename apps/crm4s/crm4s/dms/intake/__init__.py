"""From a system's record to our documents, in sets, with the rules of `crm4s.intake`.

    push.py          a list of records is taken in, and what waited for them (resolving.py), in one transaction
    taking.py        the records of one entity, in their order of version; one that is bad never blocks the others
    reading.py       mapping → the contract's model → what the record says
    mapping.py       the link's own words: paths, factors, values, what is meant where nothing is said (pure)
    versions.py      which of two states is newer (pure)
    known.py         the map of external ids
    fingerprints.py  records that say what they said before
    references.py    external ids in a record → names of documents; which of them are not known yet
    same_person.py   customers whom we know although their number is new
    kinds.py         which intake takes in which entity
    ownership.py     whose word counts for a field; conflicts.py: where the two sides differ, for a person
    waiting.py       records that name what has not come yet; sweep.py: those whose time came unnoticed
    upload.py        a file of many records, worked off by a job; upload_files.py: its lines and answers; old_uploads.py: until when both are kept
"""
