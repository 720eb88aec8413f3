"""Accounts and the SIE files of closed days."""
