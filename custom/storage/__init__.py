"""Files that are whole or not there: JSON objects, tables, weights by name; a full disk and other errors in one line."""
