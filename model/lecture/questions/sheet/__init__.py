"""Questions for a class: a sheet, and a key to it, in the forms that people print and programs read."""
