"""The staff application under /staff: accounts and rights, the audit log, and what staff work on."""
