"""Reading: every function takes the round, the sheet or the account first and changes nothing."""
