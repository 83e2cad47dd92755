"""What several test folders share: a server process, simulated laptops, made-up rows."""
