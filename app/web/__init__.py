"""What every screen and every system shares."""
