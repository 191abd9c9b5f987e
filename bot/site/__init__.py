"""The visitor's site: the centre's page, the chat widget, and the widget's endpoint."""
