"""Two files of one customer become one, and two again where that was a mistake.

    links.py      everything that points to a customer, found from the document types
    record.py     what a merge did, row by row, so that it can be taken back
    rules.py      what may not be merged
    fields.py     what stands in the two files, and which of it the remaining one takes
    moving.py     links and tables change the file
    consents.py   what both files said about being written to: the stricter word counts
    points.py     two accounts of points become one
    merge.py      the work in its order, in one transaction
    undo.py       the way back, for thirty days
    twins.py      who may be there twice
    api.py        what the desk calls
    jobs.py       what the clock calls
"""
