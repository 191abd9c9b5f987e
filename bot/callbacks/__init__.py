"""Call-back requests: a name and a number given on purpose, encrypted, and read by those with the right."""
