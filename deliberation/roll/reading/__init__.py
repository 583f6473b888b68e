"""From a spreadsheet as communities keep it to households and people: pure, no database."""
