"""The demo province's years clicked through in Chromium: every file of ``demo/`` comes in by the screens."""
