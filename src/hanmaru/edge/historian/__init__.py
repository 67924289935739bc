"""Keeps every reading of a site and answers questions about them: one process owns one folder.

journal     what came in, on the disk before it is acknowledged
hot         the same in memory, sorted
datafile    Parquet files sorted by (tag, source time), each with an index of its tags
manifest    which files hold the truth; replaced as a whole
store       all of it together: append, flush, read
compaction  few large files of many small ones; late readings into their place
rollup      minutes and hours, kept longer than the readings they are made of
retention   what goes when, and what happens when the disk fills up
answers     questions of floor.history, answered from the store
owner       the process: from the stream into the store, questions by the bus
http        the same questions by HTTP
"""
