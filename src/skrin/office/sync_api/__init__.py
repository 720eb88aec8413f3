"""Where tills talk to the office (sync/messages.py): signed requests in, JSON out."""
