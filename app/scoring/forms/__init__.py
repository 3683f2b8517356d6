"""From what was typed to the values that operations take; a refusal names the field."""
