"""What visitors say of replies: thumbs up or down, and why. Kept and deleted with the conversation."""
