"""From approved phrases to a model that answers visitors: built, compared with the live one, swapped."""
