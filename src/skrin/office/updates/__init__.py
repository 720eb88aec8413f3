"""Versions for tills: which sets this office has, which till is marked for which, how far each is.

The sets lie as files in the office's folder (`<data>/updates/*.set`, with `release-keys` beside
them): they are the operator's and no company's. A company marks its tills; without a mark nothing
is offered (R-UPD-004). What a till installs it proves itself, by its own keys.
"""
