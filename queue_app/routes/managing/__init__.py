"""The administrator's pages: the home of the settings with a card for each topic, and the pages behind it."""
