"""What a program asks of the machine: memory, threads, signals, locks, its standard streams and the processes of its group."""
