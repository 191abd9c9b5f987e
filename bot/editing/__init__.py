"""Staff edit answers, facts and the centre: suggested, approved by a second person, said, and exported."""
