"""What a line for a person is made of: letters that a terminal shows, lists cut short, times in words, the nearest name."""
