"""What a till does: commands to one writer, effects in lanes beside it (D20)."""
