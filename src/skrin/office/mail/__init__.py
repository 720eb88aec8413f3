"""Outgoing mail: the one home of what the office sends to people.

A message is *ordered* in the transaction of whoever orders it (`actions.order`): its row and its
files stand in the database, and nothing has left. The office's worker (`office/worker.py`) sends
what is due (`sending.send_due`), one message at a time, one connection for each.

How often it may arrive. SMTP has one moment of doubt: the whole message was given, and the server's
answer never came. RFC 5321 4.1.1.4 lets the server have taken it then. So the row says `handing`
before the first byte of the content leaves. A server that says no, or a line that breaks before the
content's end, is a certain no: the message is tried again, later and later, until it is given up
after `GIVE_UP_MS`. Whatever ends without an answer after the content's end, or with the death of
this program in `handing`, becomes `unknown`: it is never sent again by itself, a person is asked.
So one order is given to the server of our account at most once, unless a person says "send again";
what that server and those behind it do is theirs. The Message-ID stays the same at every try.

Walls: rows and files are the company's. The worker sees of all companies only `mail_due`: which
company has a message of which id due when (`wall.as_postman`). The account's secret is in the
environment (`office/mail_account.py`), never in the database, on a page or in a log.

Another app uses `actions` and `queries` only.
"""
