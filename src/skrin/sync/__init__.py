"""What till and office say to each other: messages and their wire format. No sockets here."""
