"""The year of a British gift merchant: UCI "Online Retail", half a million invoice lines.

``lines`` says what a line is, ``reading`` reads them from Parquet, CSV or Excel in bounded memory, ``rules`` judges
each by a named rule, ``writing`` puts a batch into the database, ``run`` drives it all and resumes after a crash.

Source: D. Chen, "Online Retail", UCI Machine Learning Repository (2015), doi 10.24432/C5BW33, CC BY 4.0.
"""
