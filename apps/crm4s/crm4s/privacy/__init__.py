"""What the law asks for what we know of people: to be shown, corrected, taken along and erased, and not to be kept for ever.

    inventory.py     which fields hold personal data; read by masking, reveal, exports
    masking.py       how each kind looks to who need not know it; versions hold it so
    reveal.py        one number in full, for a moment, with a reason
    exports.py       files that leave: masked, noted, marked (marking.py)
    audit.py         the log of who had to do with whose data
    person.py        who is meant, by phone, document number, VIN, e-mail address or user
    belongings.py    which documents are a person's
    fields.py        what in them says something of the person, and what stays
    wiping.py        the columns of documents, as sets
    attached.py      what the framework keeps of documents: files, comments, letters, versions, searches
    traces.py        the person's words in any column of any table
    papers_of_many.py  files and records of other systems that name many people
    letters.py       queued mails that name the person; afterwards.py: what follows from a document that was emptied
    erasure.py       all of that as a job that goes on after it was killed; before it a dry run, after it the proof
    holds.py         what must not be erased for now
    retention.py     what is not kept for ever
    rights.py        what the desk calls

Docs: docs/decisions/erasure-and-retention.md.
"""
