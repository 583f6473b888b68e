"""The commands of the command line, one file each: `add(parser)` and `run(args) -> exit code`."""
