"""What every screen of every system is made of: the desk views, the registers, fields, formats, files out."""
