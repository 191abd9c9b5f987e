"""Danger and distress in a message, and what is said then. Knows nothing of Rasa."""
