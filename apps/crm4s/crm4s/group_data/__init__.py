"""Data that outgrow one machine: each site writes what its stores did as Parquet files every night, and a group counts over the files of many sites.

    data_sets.py     what leaves the site, and what does not: people and cars only under keyed pseudonyms
    pseudonyms.py    the names under which they leave
    source.py        the site's rows, a part at a time, and what tells whether a part changed
    folders.py       files in a folder or an object store: whole or not there
    parquet.py       a part as one file, in groups of rows
    manifests.py     what a site's files are; written last, so that readers see whole exports only
    places.py        from the settings to a folder
    exporting.py     one run; jobs.py: by the clock and on demand; api.py: what the desk calls
    engines.py       DuckDB in process, or Spark: both answer the same SQL
    figures.py       what is counted over the files, by the functions that count the site's own
    comparing.py     stores side by side, for the report

Docs: docs/decisions/group-data.md.
"""
