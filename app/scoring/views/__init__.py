"""The scoring system's screens, one desk a file."""
