"""The office: one site for many companies. Django with PostgreSQL; a room inside for each
register."""
