"""A simulated card terminal: nexo Retailer messages as JSON over HTTPS, money included."""
