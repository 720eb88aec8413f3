"""A simulated mail server: takes mail by SMTP, delivers none, and shows what was sent."""
