"""The commands of `reticent-server`, a module each: `add_arguments(parser)` and `run(options)`.

Enters: parsed arguments. Leaves: an exit code, results on standard output, everything else on
standard error. Must hold: with `--json` standard output is JSON and nothing else.
"""
