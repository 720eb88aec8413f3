"""Tills: enrolment, keys, designations, and how each of them fares."""
