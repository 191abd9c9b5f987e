"""The knowledge base: what is known, from where, and how it is said. See docs/knowledge.md."""
