"""What was said, for the staff who review it: conversations, their turns, and what is looked for in them."""
