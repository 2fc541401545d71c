"""Files that are whole or not there: JSON, tables, weights, records of predictions; errors and a full disk in one line."""
