"""What identifies a visitor: found, taken out before anything is written, and forgotten on request."""
