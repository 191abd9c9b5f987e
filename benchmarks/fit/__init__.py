"""Fits the numbers in bot/language/weights.json anew."""
