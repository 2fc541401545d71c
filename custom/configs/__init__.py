"""The config that is run: its names and values checked before anything of it runs, its errors in one line."""
