"""Extracts of registers' records that take too long for a page: ordered, made beside, fetched.

A page orders (`actions.order`): a row in the database. The office's worker takes what is due
(`making.make_due`) and starts a process for it (`maker.py`), so that years of a journal slow down
neither the pages nor the mail. That process reads a page of entries per transaction, says now and
then how far it is, stores the file in pieces, and says in one last commit that it is made. Who dies
meanwhile leaves a row whose signs of life end: it is taken again, from the start, a few times.

Walls: as `office/mail`: the worker sees of all companies only which order is due when.

Another app uses `actions` and `queries` only.
"""
