"""The host: one program that keeps tills, and what stands around them, running on a machine."""
