"""``bootstep help``: what is looked up rather than read: fields of JSON, keys of files, settings of editors.
May use the command line's parser, and the tables of what it tells about."""
